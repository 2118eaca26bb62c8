import { takeShared } from '../service-worker/shared-photos.ts'

/** Puts the photos that a phone's share sheet has brought into the field of the composer, as if they had been chosen there. */

const field = document.querySelector<HTMLInputElement>('input[type=file][name=file]')
const address = new URL(location.href)
if (field && address.searchParams.has('shared')) {
  const chosen = new DataTransfer()
  for (const file of await takeShared()) chosen.items.add(file)
  if (chosen.files.length) {
    // First, for it tells the composer that nobody has chosen them here yet.
    for (const note of document.querySelectorAll<HTMLElement>('[data-shared-photos]')) note.hidden = false
    field.files = chosen.files
    field.dispatchEvent(new Event('change', { bubbles: true }))
  }
  // They are not held any more: the page, asked for again, is an ordinary one.
  address.searchParams.delete('shared')
  history.replaceState(history.state, '', address)
}
