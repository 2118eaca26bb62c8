import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import type { Db } from '../db/connect.ts'
import { unlessOutage } from '../db/outage.ts'
import { invalidField, notFound, type Refusal, type RefusalKind } from '../http/refusal.ts'
import type { Queue } from '../jobs/queue.ts'
import { phrase, say } from '../language/say.ts'
import { log } from '../log.ts'
import type { Camera } from '../media/camera.ts'
import type { Edits } from '../media/edits/edits.ts'
import type { Size } from '../media/edits/framing.ts'
import type { Point, Verdict } from '../media/orders.ts'
import { newMediaKey, type Storage } from '../media/storage.ts'
import * as queries from './queries.ts'

/** A photo of a post, as far as it has got. */
export type Photo = PhotoFacts & (Received | Refused | Ready)

interface PhotoFacts {
  id: string
  altText: string
  focal: Point
  /** What its author has done to it; null for one that is shown as it came. */
  edits: Edits | null
  /** How large it came, upright; undefined until that is known. */
  original: Size | undefined
}
interface Received {
  state: 'received'
}
interface Refused {
  state: 'refused'
  reason: string
  /** Whether it was not the photo's fault, so that trying again makes sense. */
  mayRetry: boolean
}
export interface Ready {
  state: 'ready'
  renditionKey: string
  width: number
  height: number
  renditionWidths: number[]
  squareSizes: number[]
  hasAvif: boolean
  thumbhash: string | undefined
  dominantColour: string | undefined
  camera: Camera | undefined
}

export { lockPhotosOf, mayView, type PhotoDetails } from './queries.ts'

/** A file that is safe in the storage and belongs to no photo yet. */
export interface StoredFile {
  mediaKey: string
  bytes: number
  sha256: Buffer
}

export interface PhotoDeps {
  db: Db
  storage: Storage
  queue: Queue
  /** How long an upload waits to be told what became of its photos. */
  patienceSeconds: number
  /** Whether this process is about to end: then nobody is kept waiting. */
  isLeaving: () => boolean
}

/**
 * Keeps uploaded files as originals, all or none.
 * @param paths files under `incoming`; they are moved away from there
 * @throws {Refusal} if one is empty
 */
export async function storeFiles(storage: Storage, paths: readonly string[]): Promise<StoredFile[]> {
  const measured = await Promise.all(
    paths.map(async (path) => {
      const { size: bytes } = await stat(path)
      if (!bytes) throw invalidField('file', say('That file is empty.'))
      return { path, mediaKey: newMediaKey(), bytes, sha256: await hashFile(path) }
    }),
  )
  try {
    for (const { path, mediaKey } of measured) await storage.keepOriginal(path, mediaKey)
  } catch (error) {
    await removeFiles(storage, measured)
    throw error
  }
  return measured
}

/** Removes stored files that have come to nothing. */
export async function removeFiles(storage: Storage, files: readonly StoredFile[]): Promise<void> {
  for (const { mediaKey } of files) await storage.removeOriginal(mediaKey)
}

/**
 * Removes stored files once the database answers again and knows nothing of them. Should this process end before that, the
 * worker's tidying up does the same later.
 */
export async function removeUnlessCommitted(
  { db, storage }: Pick<PhotoDeps, 'db' | 'storage'>,
  files: readonly StoredFile[],
): Promise<void> {
  for (let tries = 0; tries < 30; tries += 1) {
    // Also long enough for a commit that was still on its way.
    await setTimeout(2_000, undefined, { ref: false })
    const keys = files.map(({ mediaKey }) => mediaKey)
    const known = await queries.selectKnownMediaKeys(db, keys).catch(() => undefined)
    if (!known) continue
    const unknown = files.filter(({ mediaKey }) => !known.has(mediaKey))
    await removeFiles(storage, unknown).catch((error: unknown) => log.error('files left over', error))
    return
  }
}

/** Adds photos to a post, behind those that it has, and has them developed. In the transaction of the post. */
export async function addPhotos(
  tx: Db,
  queue: Queue,
  postId: string,
  firstPosition: number,
  files: readonly StoredFile[],
): Promise<string[]> {
  const ids: string[] = []
  for (const [index, { mediaKey, bytes, sha256 }] of files.entries()) {
    const position = firstPosition + index
    const photo = { postId, position, mediaKey, originalBytes: bytes, originalSha256: sha256 }
    const photoId = await queries.insertPhoto(tx, photo)
    await queue.add(tx, 'develop-photo', { photoId })
    ids.push(photoId)
  }
  return ids
}

/** The photos of several posts, by post, in their order. */
export async function photosOf(db: Db, postIds: readonly string[]): Promise<Map<string, Photo[]>> {
  const found = postIds.length ? await queries.selectPhotosOf(db, postIds) : []
  const byPost = Map.groupBy(found, ({ post_id }) => post_id)
  return new Map([...byPost].map(([postId, photos]) => [postId, photos.map(toPhoto)]))
}

/**
 * Waits until photos have been developed or refused; gives up after a while, when it goes on by itself.
 * @returns what was refused, by the photo's id
 */
export async function awaitVerdicts(deps: PhotoDeps, photoIds: readonly string[]): Promise<Map<string, Refusal>> {
  const { db, patienceSeconds, isLeaving } = deps
  const deadline = Date.now() + patienceSeconds * 1000
  const waiting = new Set(photoIds)
  const refused = new Map<string, Refusal>()
  while (waiting.size && Date.now() < deadline && !isLeaving()) {
    // What is committed stays so: an outage after that is no reason to say that it failed, and have it sent again.
    const settled = await queries.selectSettled(db, [...waiting]).catch(unlessOutage(() => []))
    for (const { id, refusal } of settled) {
      waiting.delete(id)
      if (refusal) refused.set(id, toRefusal(refusal))
    }
    if (waiting.size) await setTimeout(40)
  }
  return refused
}

/** The post that already shows one of these files; undefined if there is none. Only the author's own count. */
export async function findDuplicate(
  db: Db,
  authorId: string,
  sha256s: readonly string[],
  exceptPostId: string | null = null,
): Promise<string | undefined> {
  return (await queries.selectPostWithSameFile(db, authorId, sha256s, exceptPostId))?.post_id
}

/** The SHA-256 of each file of a post, in hex. */
export const sha256sOf = queries.selectSha256sOf

/** The photos of a post by the SHA-256 of their files, in hex. */
export const photoIdsByFile = queries.selectIdsByFile

/**
 * Sets alt texts, order, focal points and edits, and has developed anew what looks otherwise for it. In the transaction of the edit.
 */
export async function describePhotos(
  tx: Db,
  queue: Queue,
  postId: string,
  details: readonly queries.PhotoDetails[],
): Promise<void> {
  const { edited, moved } = await queries.updatePhotoDetails(tx, postId, details)
  for (const photoId of edited) await queue.add(tx, 'develop-photo', { photoId })
  // Behind new photos, which nobody can see at all yet.
  for (const photoId of moved) await queue.add(tx, 'develop-photo', { photoId }, -1)
}

/**
 * Has a photo developed again that was given up, or refused for its edits.
 * @throws {Refusal} notFound
 */
export async function retryPhoto(db: Db, queue: Queue, postId: string, photoId: string): Promise<void> {
  await db.transaction(async (tx) => {
    const photo = await queries.selectPhoto(tx, photoId)
    if (photo?.post_id !== postId || !(await queries.updatePhotoReceivedAgain(tx, photoId))) throw notFound()
    await queue.add(tx, 'develop-photo', { photoId })
  })
}

/**
 * Takes a photo out of a post that is not published. In the transaction of the change.
 * @returns how to remove its files, once that is committed
 * @throws {Refusal} notFound
 */
export async function removePhoto(
  tx: Db,
  postId: string,
  photoId: string,
): Promise<(storage: Storage) => Promise<void>> {
  const photo = await queries.deletePhoto(tx, postId, photoId)
  if (!photo) throw notFound()
  return (storage) => removeFilesOf(storage, [photo])
}

/** Removes all photos of a post, files first: should it be cut off, it can be done again. */
export async function removePhotosOf(db: Db, storage: Storage, postId: string): Promise<void> {
  await db.transaction(async (tx) => {
    await queries.lockPhotosOf(tx, postId)
    await removeWhole(tx, storage, postId)
  })
}

async function removeWhole(db: Db, storage: Storage, postId: string): Promise<void> {
  await removeFilesOf(storage, await queries.selectPhotosOf(db, [postId]))
  await queries.deletePhotosOf(db, postId)
}

async function removeFilesOf(storage: Storage, photos: readonly queries.PhotoRow[]): Promise<void> {
  for (const { media_key, rendition_key } of photos) {
    await storage.removeRenditions(rendition_key ?? media_key)
    await storage.removeOriginal(media_key)
  }
}

/**
 * The original of a photo, for its author.
 * @throws {Refusal} notFound
 */
export async function findOriginal(
  db: Db,
  storage: Storage,
  postId: string,
  photoId: string,
): Promise<{ path: string; extension: string }> {
  const photo = await queries.selectPhoto(db, photoId)
  if (photo?.post_id !== postId || (await storage.originalBytes(photo.media_key)) === undefined) throw notFound()
  return { path: storage.originalPath(photo.media_key), extension: originalExtension(photo.original_format) }
}

/** How the name of an original ends. @param format null where it is not known yet */
export function originalExtension(format: string | null): string {
  return { jpeg: 'jpg', tiff: 'tif' }[format as string] ?? format ?? 'photo'
}

function toPhoto(row: queries.PhotoRow): Photo {
  const [width, height] = [row.original_width ?? row.width, row.original_height ?? row.height]
  const facts = {
    id: row.id,
    altText: row.alt_text,
    focal: { x: row.focal_x, y: row.focal_y },
    edits: row.edits,
    original: width && height ? { width, height } : undefined,
  }
  if (row.refusal)
    return {
      ...facts,
      state: 'refused',
      reason: toRefusal(row.refusal).message,
      mayRetry: queries.retriable.includes(row.refusal),
    }
  if (row.state !== 'ready' || !row.width || !row.height) return { ...facts, state: 'received' }
  return {
    ...facts,
    state: 'ready',
    renditionKey: row.rendition_key ?? row.media_key,
    width: row.width,
    height: row.height,
    renditionWidths: row.rendition_widths,
    squareSizes: row.square_sizes,
    hasAvif: row.avif_done,
    thumbhash: row.thumbhash ?? undefined,
    dominantColour: row.dominant_colour ?? undefined,
    camera: row.camera ?? undefined,
  }
}

const refusals: Record<Verdict, [RefusalKind, string]> = {
  unsupported: [
    'unsupported',
    phrase('That file is not a photo we can show: JPEG, PNG, WebP, AVIF, HEIC, GIF and TIFF are welcome.'),
  ],
  raw: [
    'unsupported',
    phrase('That is a raw file, as it comes from the camera. Please develop it and save it as a JPEG.'),
  ],
  'twelve-bit': [
    'unsupported',
    phrase(
      'That JPEG has 12 bits for each colour, which hardly any program can show. Please save it again with 8 bits.',
    ),
  ],
  damaged: [
    'invalid',
    phrase('That photo is damaged or incomplete, so it cannot be shown. Please try to save or send it again.'),
  ],
  'too-many-pixels': [
    'tooLarge',
    phrase('That picture has more pixels than we can take, or is far too long. Please make it smaller.'),
  ],
  'given-up': [
    'unavailable',
    phrase('That photo could not be developed just now. It is safe; please try again later.'),
  ],
  edits: [
    'unavailable',
    phrase(
      'That photo could not be developed with what you have done to it. It is safe: undo some of it, or try again.',
    ),
  ],
  'too-heavy': [
    'invalid',
    phrase(
      'That picture takes too much time or memory to develop. Please make it smaller, or save it again as a plain JPEG.',
    ),
  ],
}

/** What is said to whoever sent a photo that cannot be shown. */
export function toRefusal(verdict: Verdict): Refusal {
  const [kind, sentence] = refusals[verdict]
  return invalidField('file', say(sentence), kind)
}

async function hashFile(path: string): Promise<Buffer> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest()
}
