import type { Edits } from '../../src/media/edits/edits.ts'
import type { makeEditor } from '../editor.ts'
import type { Photo } from './photos.ts'

/** The browser cannot read it, and there is nothing else of it to be edited. */
class Unread extends Error {}

/**
 * Has the photos of the composer edited, in a window of the page whose code is fetched with the first.
 * @param tell tells those who don't see the page
 */
export function openEditing(form: HTMLFormElement, tell: (sentence: string) => void) {
  const dialog = document.querySelector<HTMLDialogElement>('[data-edit-dialog]')
  let editor: Promise<ReturnType<typeof makeEditor>> | undefined

  async function open(): Promise<ReturnType<typeof makeEditor>> {
    if (!dialog) throw new Error('no window to edit in')
    const module: typeof import('../editor.ts') = await import(form.dataset.editor ?? '')
    return module.makeEditor(dialog)
  }

  function complain(photo: Photo, error: unknown): void {
    const isEdited = error instanceof Unread && photo.developedWith != null
    const { unread, unreadAgain, unreachable } = form.dataset
    const sentence = (error instanceof Unread ? (isEdited ? unreadAgain : unread) : unreachable) ?? ''
    photo.tile.say(sentence)
    photo.tile.undoEdits.hidden = !isEdited
    tell(sentence)
  }

  return {
    /** @returns what is done to it now; undefined if that is what was done to it before, or it could not be opened */
    async edit(photo: Photo): Promise<Edits | undefined> {
      editor ??= open()
      try {
        return await (await editor).edit(readable(photo, form.dataset.draft), photo.edits, photo.tile.canvas)
      } catch (error) {
        // The next time it is fetched again.
        await editor.catch(() => {
          editor = undefined
        })
        complain(photo, error)
        return undefined
      }
    },
  }
}

/**
 * The photo as the browser can read it: the file that was chosen, the original that the draft has, or what the server has made of it, as
 * long as it has made it without edits.
 */
async function readable(photo: Photo, draft: string | undefined): Promise<Blob> {
  if (photo.file && (await photo.isDrawn)) return photo.file
  if (photo.plain) return photo.plain
  const original = photo.file ? undefined : await fetched(`${draft}/photos/${photo.id}/original`)
  if (original && (await isReadable(original))) return original
  if (!photo.url || photo.developedWith) throw new Unread()
  photo.plain = await fetched(photo.url)
  return photo.plain
}

async function fetched(url: string): Promise<Blob> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return response.blob()
}

function isReadable(file: Blob): Promise<boolean> {
  return createImageBitmap(file).then(
    (bitmap) => {
      bitmap.close()
      return true
    },
    () => false,
  )
}
