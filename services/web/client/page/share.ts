/** Hands the address of a post to other apps, or to the clipboard, where the browser can; else the field with it opens. */
import { say } from './say.ts'

document.addEventListener('click', (event) => {
  const summary = event.target instanceof Element ? event.target.closest('.share-summary') : null
  const share = summary?.closest<HTMLElement>('.share-link')
  const field = share?.querySelector('input')
  if (!share || !field) return
  // Of a page without TLS, neither is there; and a field that is open is to be closed.
  if (field.closest('details')?.open || !(canShare(field.value) || navigator.clipboard)) return
  event.preventDefault()
  void passOn(field, share.dataset.copied ?? '')
})

/** On a computer, what there is to share with is rarely what somebody wants: they paste it. */
function canShare(url: string): boolean {
  return matchMedia('(pointer: coarse)').matches && navigator.canShare?.({ url }) === true
}

async function passOn(field: HTMLInputElement, copied: string): Promise<void> {
  const url = field.value
  try {
    if (canShare(url)) return await navigator.share({ url })
    await navigator.clipboard.writeText(url)
    say(copied)
  } catch (error) {
    // Somebody has thought better of it.
    if (error instanceof DOMException && error.name === 'AbortError') return
    const details = field.closest('details')
    if (details) details.open = true
    field.select()
  }
}
