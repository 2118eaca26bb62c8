import { type Edits, isUntouched, untouched } from '../../src/media/edits/edits.ts'
import { openDraft } from './draft.ts'
import { openEditing } from './editing.ts'
import { makeOrderable } from './ordering.ts'
import { preview } from './preview.ts'
import { type Draft, Lost, No, type PhotoFacts } from './server.ts'
import { makeTile, type Tile, type TileState } from './tile.ts'
import { openUploads } from './uploads.ts'
import { fill } from './words.ts'

/** A photo in the composer. */
export interface Photo {
  /** Where it was chosen here, and not in a draft before. */
  file: File | undefined
  tile: Tile
  state: TileState
  /** The server's, once it has arrived. */
  id: string | undefined
  /** Where the server has its picture, once it is developed. */
  url: string | undefined
  /** Where its author has shared the same file before. */
  duplicateOf: string | undefined
  isDrawn: Promise<boolean>
  edits: Edits
  /** As the server has developed it without edits, where that was fetched. */
  plain: Blob | undefined
  /** What the server has last developed it with; null for nothing. */
  developedWith: Edits | null | undefined
  isRemoved: boolean
  /** Whether all of it has been sent: then it may have arrived, even if no answer did. */
  mayBeThere: boolean
  stop: AbortController
}

interface PhotosOptions {
  form: HTMLFormElement
  list: HTMLElement
  template: HTMLTemplateElement
  /** Tells those who don't see the page. */
  tell: (sentence: string) => void
  /** Whether the draft is being shared just now, after which it is not there any more. */
  isLeaving: () => boolean
  /** Something is different. */
  onChange: () => void
  onTouched: () => void
  onKept: () => void
  onNotKept: (error: unknown) => void
  /** Where the focus goes when the last photo is gone. */
  field: HTMLElement
}

const lookMilliseconds = 3_000

/** The photos of the composer, and the draft that they go into. */
export function openPhotos({
  form,
  list,
  template,
  tell,
  isLeaving,
  onChange,
  onTouched,
  onKept,
  onNotKept,
  field,
}: PhotosOptions) {
  // Those too that are removed, until it is certain that the draft does not have them.
  const all = new Set<Photo>()
  // Of photos that the draft was told to lose.
  const removedIds = new Set<string>()
  const inOrder = () => [...list.children].flatMap((item) => [...all].find(({ tile }) => tile.element === item) ?? [])
  const draft = openDraft({
    form,
    path: form.dataset.draft,
    photoIds: () => inOrder().flatMap(({ id }) => id ?? []),
    onTouched,
    onKept,
    onNotKept,
  })
  const uploads = openUploads(upload)
  const editing = openEditing(form, tell)
  let looking: number | undefined

  makeOrderable(list, (item, isByHand) => {
    const photos = inOrder()
    number()
    draft.touch()
    const place = photos.findIndex(({ tile }) => tile.element === item) + 1
    if (!isByHand) tell(fill(form.dataset.moved, { number: place, of: photos.length }))
  })

  function number(): void {
    const photos = inOrder()
    for (const [index, { tile }] of photos.entries()) tile.numbered(index + 1, photos.length)
  }

  /** @param isHeld waits until `start` */
  function add(file: File, isHeld: boolean): void {
    const tile = makeTile(template)
    const photo = place(tile, file, preview(file, tile.canvas))
    set(photo, 'waiting')
    if (file.size > Number(form.dataset.mostBytes)) set(photo, 'failed', form.dataset.tooLarge, false)
    else if (!isHeld) uploads.add(photo)
  }

  /** Takes over a photo of the draft, which the page shows so that it can be described without us. */
  function adopt(plain: HTMLElement): void {
    const facts: PhotoFacts = JSON.parse(plain.dataset.plainPhoto ?? '')
    const tile = makeTile(template)
    tile.takeOver(plain)
    plain.remove()
    const photo = place(tile, undefined, Promise.resolve(facts.state === 'ready'))
    photo.mayBeThere = true
    known(photo, facts.id)
    if (facts.edits) {
      photo.edits = facts.edits
      tile.edits.value = JSON.stringify(facts.edits)
    }
    apply(photo, facts)
  }

  function place(tile: Tile, file: File | undefined, isDrawn: Promise<boolean>): Photo {
    const photo: Photo = {
      ...{ file, tile, isDrawn, state: 'waiting', id: undefined, url: undefined, duplicateOf: undefined },
      ...{ edits: untouched, plain: undefined, developedWith: undefined },
      ...{ isRemoved: false, mayBeThere: false, stop: new AbortController() },
    }
    all.add(photo)
    list.append(tile.element)
    number()
    tile.remove.addEventListener('click', () => void remove(photo))
    tile.retry.addEventListener('click', () => void retry(photo))
    tile.edit.addEventListener('click', () => void edit(photo))
    tile.undoEdits.addEventListener('click', () => {
      editAs(photo, untouched)
      tile.undoEdits.hidden = true
      tile.edit.focus()
    })
    return photo
  }

  /** The server has it, by an id. */
  function known(photo: Photo, id: string): void {
    photo.id = id
    photo.tile.description.name = `alt-${id}`
    photo.tile.edits.name = `edits-${id}`
  }

  async function edit(photo: Photo): Promise<void> {
    const edits = await editing.edit(photo)
    if (!edits || photo.isRemoved) return
    photo.tile.drawn()
    editAs(photo, edits)
    tell(form.dataset.edited ?? '')
  }

  function editAs(photo: Photo, edits: Edits): void {
    photo.edits = edits
    photo.tile.edits.value = isUntouched(edits) ? '' : JSON.stringify(edits)
    draft.touch()
    if (photo.state === 'refused') set(photo, 'there')
    if (photo.state === 'there') lookLater()
  }

  function set(photo: Photo, state: TileState, sentence?: string, mayRetry?: boolean): void {
    const isNew = photo.state !== state
    photo.state = state
    photo.tile.show(state, sentence, mayRetry)
    if (isNew && state === 'lost') tell(template.dataset.lost ?? '')
    else if (isNew && state === 'there' && inOrder().every((other) => other.state === 'there'))
      tell(form.dataset.all ?? '')
    onChange()
  }

  async function upload(photo: Photo): Promise<void> {
    if (!photo.file || (photo.isRemoved && !photo.mayBeThere)) return forget(photo)
    set(photo, 'sending')
    try {
      const answer = await draft.add(photo.file, {
        signal: photo.stop.signal,
        onProgress(part) {
          photo.mayBeThere ||= part === 1
          photo.tile.progressed(part)
        },
      })
      await arrived(photo, answer)
    } catch (error) {
      if (error instanceof Lost) {
        if (!photo.isRemoved || photo.mayBeThere) {
          set(photo, 'lost')
          throw error
        }
      } else if (!photo.isRemoved) {
        return set(photo, 'failed', error instanceof No ? error.message : form.dataset.failed)
      }
      forget(photo)
    }
  }

  async function arrived(photo: Photo, answer: Draft): Promise<void> {
    const id = answer.added?.[0]
    const facts = answer.photos.find((one) => one.id === id)
    const isHereAlready = [...all].some((other) => other !== photo && !other.isRemoved && other.id === id)
    // The same file was removed and is chosen again: what the draft had of it is about to go.
    if (id && !photo.isRemoved && removedIds.has(id)) throw new Lost()
    if (id) known(photo, id)
    if (photo.isRemoved || isHereAlready) {
      if (isHereAlready && !photo.isRemoved) tell(form.dataset.again ?? '')
      photo.tile.element.remove()
      if (id && !isHereAlready) await removeFromDraft(id)
      number()
      return forget(photo)
    }
    if (answer.duplicateOf) {
      photo.duplicateOf = answer.duplicateOf
      photo.tile.duplicateOf(answer.duplicateOf)
    }
    // Kept with its description and its place.
    draft.touch()
    apply(photo, facts)
  }

  function apply(photo: Photo, facts: PhotoFacts | undefined): void {
    if (facts?.state === 'refused') set(photo, 'refused', facts.reason, facts.mayRetry === true)
    else set(photo, 'there')
    // It may be the edits that could not be carried out.
    photo.tile.undoEdits.hidden = !(photo.state === 'refused' && facts?.edits)
    if (facts?.state === 'received') lookLater()
    const url = facts?.url
    photo.url = url ?? undefined
    photo.developedWith = facts?.edits
    if (url) void photo.isDrawn.then((isDrawn) => isDrawn || photo.tile.pictured(url))
  }

  /** Hears what becomes of photos that are not developed yet. */
  function lookLater(): void {
    if (looking !== undefined) return
    looking = window.setTimeout(async () => {
      looking = undefined
      if (isLeaving()) return lookLater()
      const now = await draft.look()
      if (!now) lookLater()
      for (const photo of inOrder()) {
        const facts = now?.photos.find(({ id }) => id === photo.id)
        if (photo.state === 'there' && facts) apply(photo, facts)
      }
    }, lookMilliseconds)
  }

  async function retry(photo: Photo): Promise<void> {
    photo.tile.remove.focus()
    if (photo.state === 'lost') return uploads.goOn()
    if (photo.state === 'failed') {
      set(photo, 'waiting')
      return uploads.add(photo)
    }
    try {
      const { photos } = await draft.retry(photo.id ?? '')
      apply(
        photo,
        photos.find(({ id }) => id === photo.id),
      )
    } catch (error) {
      if (error instanceof No) set(photo, 'refused', error.message, true)
    }
  }

  async function remove(photo: Photo): Promise<void> {
    const item = photo.tile.element
    const next = (item.nextElementSibling ?? item.previousElementSibling)?.querySelector<HTMLElement>('[data-remove]')
    item.remove()
    ;(next ?? field).focus()
    tell(form.dataset.removed ?? '')
    photo.isRemoved = true
    number()
    onChange()
    if (photo.id) {
      await removeFromDraft(photo.id)
      forget(photo)
    } else if (photo.state === 'failed' || (photo.state !== 'sending' && !photo.mayBeThere)) {
      forget(photo)
    } else if (!photo.mayBeThere) {
      photo.stop.abort()
    }
  }

  function removeFromDraft(id: string): Promise<void> {
    removedIds.add(id)
    return draft.remove(id)
  }

  function forget(photo: Photo): void {
    all.delete(photo)
    onChange()
  }

  return {
    draft,
    add,
    adopt,
    inOrder,
    /** Sends those that were held. */
    start: () => {
      for (const photo of inOrder()) if (photo.state === 'waiting') uploads.add(photo)
    },
    /** Whether something is still on its way, or may be. */
    isBusy: () => [...all].some(({ state, isRemoved }) => isRemoved || ['waiting', 'sending', 'lost'].includes(state)),
  }
}

export type Photos = ReturnType<typeof openPhotos>
