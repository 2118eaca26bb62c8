import { openDraft } from './draft.ts'
import { makeOrderable } from './ordering.ts'
import { preview } from './preview.ts'
import { type Draft, Lost, No, type PhotoFacts } from './server.ts'
import { makeTile, type Tile, type TileState } from './tile.ts'
import { openUploads } from './uploads.ts'
import { fill } from './words.ts'

/** A photo in the composer. */
interface Photo {
  file: File
  tile: Tile
  state: TileState
  /** The server's, once it has arrived. */
  id: string | undefined
  /** Where its author has shared the same file before. */
  duplicateOf: string | undefined
  isDrawn: Promise<boolean>
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
  /** Something is different. */
  onChange: () => void
  onKept: () => void
  onNotKept: (error: unknown) => void
  /** Where the focus goes when the last photo is gone. */
  field: HTMLElement
}

const lookMilliseconds = 3_000

/** The photos of the composer, and the draft that they go into. */
export function openPhotos({ form, list, template, tell, onChange, onKept, onNotKept, field }: PhotosOptions) {
  // Those too that are removed, until it is certain that the draft does not have them.
  const all = new Set<Photo>()
  // Of photos that the draft was told to lose.
  const removedIds = new Set<string>()
  const inOrder = () => [...list.children].flatMap((item) => [...all].find(({ tile }) => tile.element === item) ?? [])
  const draft = openDraft({ form, photoIds: () => inOrder().flatMap(({ id }) => id ?? []), onKept, onNotKept })
  const uploads = openUploads(upload)
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
    const photo: Photo = {
      ...{ file, tile, state: 'waiting', id: undefined, duplicateOf: undefined, isRemoved: false, mayBeThere: false },
      isDrawn: preview(file, tile.canvas),
      stop: new AbortController(),
    }
    all.add(photo)
    list.append(tile.element)
    number()
    tile.remove.addEventListener('click', () => void remove(photo))
    tile.retry.addEventListener('click', () => void retry(photo))
    set(photo, 'waiting')
    if (file.size > Number(form.dataset.mostBytes)) set(photo, 'failed', form.dataset.tooLarge, false)
    else if (!isHeld) uploads.add(photo)
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
    if (photo.isRemoved && !photo.mayBeThere) return forget(photo)
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
    photo.id = id
    if (photo.isRemoved || isHereAlready) {
      if (isHereAlready && !photo.isRemoved) tell(form.dataset.again ?? '')
      photo.tile.element.remove()
      if (id && !isHereAlready) await removeFromDraft(id)
      number()
      return forget(photo)
    }
    photo.tile.description.name = `alt-${id}`
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
    if (facts?.state === 'received') lookLater()
    const url = facts?.url
    if (url) void photo.isDrawn.then((isDrawn) => isDrawn || photo.tile.pictured(url))
  }

  /** Hears what becomes of photos that are not developed yet. */
  function lookLater(): void {
    if (looking !== undefined) return
    looking = window.setTimeout(async () => {
      looking = undefined
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
