import { mkdir } from 'node:fs/promises'
import type { Db } from '../db/connect.ts'
import type { Queue } from '../jobs/queue.ts'
import { log } from '../log.ts'
import type { Decoder } from '../media/decoder.ts'
import type { Verdict } from '../media/orders.ts'
import { feedWidths, recipe, renditionWidths } from '../media/renditions.ts'
import { newMediaKey, type Storage } from '../media/storage.ts'
import { photoIs } from '../metrics/happenings.ts'
import * as queries from './queries.ts'

/** The worker's part of photos: making renditions of originals. */

export interface DevelopDeps {
  db: Db
  storage: Storage
  queue: Queue
  /** For what somebody waits for. */
  decoder: Decoder
  /** For what may take long, and must not get in the way. */
  patientDecoder: Decoder
  maxPixels: number
  /** How hard AVIF tries, 0 to 9; undefined to make none. */
  avifEffort: number | undefined
  /** Changes a photo of a post, in the transaction that publishes the post if nothing is missing then. Safe to call again. */
  changePost: (postId: string, change?: (tx: Db) => Promise<void>) => Promise<void>
}

/**
 * Brings the renditions of a photo to what they should be: makes the first, finishes what was begun, or makes new ones where
 * figures, its edits or the focal point have changed. Safe to run again after having been stopped anywhere, and beside another that does
 * the same.
 * @param isLastTry whether a failure now is final
 * @throws whatever went wrong that another try may mend; never on the last one
 */
export async function developPhoto(deps: DevelopDeps, photoId: string, isLastTry: boolean): Promise<void> {
  try {
    const photo = await queries.selectPhoto(deps.db, photoId)
    if (!photo) return
    if (photo.state === 'refused') {
      // Should it have been cut off between the two.
      if (photo.refusal && !queries.retriable.includes(photo.refusal))
        await deps.storage.removeOriginal(photo.media_key)
      return
    }
    if (photo.state === 'ready') await changePostOf(deps, photo)
    if (photo.state !== 'ready' || photo.recipe !== recipe || !hasAllWidths(photo)) {
      // Its author has edited it or moved the focal point, or another worker was quicker: what is left to do is seen from the start.
      if (await tryToDevelop(deps, photo)) return await developPhoto(deps, photoId, isLastTry)
    }
    await addAvif(deps, photoId)
  } catch (error) {
    if (!isLastTry) throw error
    // The original stays: it is the machine that failed, not the photo.
    log.error('photo given up', error, { photoId })
    if (await queries.updatePhotoGivenUp(deps.db, photoId)) photoIs('given-up')
  }
}

/** Changes the post that a photo is in at the end: a draft that is shared meanwhile becomes a post of another id. */
async function changePostOf(
  deps: DevelopDeps,
  photo: queries.PhotoRow,
  change?: (tx: Db) => Promise<void>,
): Promise<void> {
  await deps.changePost(photo.post_id, change)
  const now = await queries.selectPhoto(deps.db, photo.id)
  if (now && now.post_id !== photo.post_id) await changePostOf(deps, now)
}

function hasAllWidths(photo: queries.PhotoRow): boolean {
  return photo.rendition_widths.length === renditionWidths(photo.width ?? 1, photo.height ?? 1).length
}

/** @returns whether the photo was changed meanwhile, so that what was made is of no use */
async function tryToDevelop(deps: DevelopDeps, photo: queries.PhotoRow): Promise<boolean> {
  const { db, storage, decoder, maxPixels } = deps
  const isFeedDone = photo.state === 'ready' && photo.recipe === recipe && photo.rendition_key !== null
  const renditionKey = isFeedDone && photo.rendition_key ? photo.rendition_key : newMediaKey()
  let isReady = photo.state === 'ready'
  // Unknown, where the connection was lost at the commit: then they stay, and tidying up knows what to do with them later.
  let areTheseUsed: boolean | undefined = isFeedDone
  const [feedFolder, restFolder] = [storage.incomingPath(), storage.incomingPath()]
  await mkdir(feedFolder, { mode: 0o755 })
  try {
    const order = {
      task: 'develop',
      input: storage.originalPath(photo.media_key),
      focal: { x: photo.focal_x, y: photo.focal_y },
      edits: photo.edits,
      maxPixels,
      feedFolder,
      restFolder,
      isFeedDone,
    } as const
    const answer = await decoder.develop(order, async (developed) => {
      areTheseUsed = undefined
      await storage.keepRenditions(feedFolder, renditionKey)
      let isUpdated = false
      await changePostOf(deps, photo, async (tx) => {
        isUpdated = await queries.updateRenditions(tx, photo, renditionKey, recipe, developed)
        // While the row is locked: nobody can open them again, and then they are nobody's.
        if (isUpdated && photo.rendition_key) await storage.setOpen([photo.rendition_key], false)
      })
      areTheseUsed = isUpdated
      if (!isUpdated) return
      if (!isReady) photoIs('ready')
      isReady = true
      if (photo.rendition_key) await storage.removeRenditions(photo.rendition_key)
    })
    if ('verdict' in answer) {
      log.info('photo refused', { photoId: photo.id, ...answer })
      if (isReady) return false
      const verdict = judged(photo, answer.verdict)
      if (!(await queries.updatePhotoRefused(db, photo, verdict))) return true
      photoIs('refused')
      if (!queries.retriable.includes(verdict)) await storage.removeOriginal(photo.media_key)
      return false
    }
    if (areTheseUsed && feedWidths(answer.done.renditionWidths).length < answer.done.renditionWidths.length) {
      await storage.addRenditions(restFolder, renditionKey)
      await queries.updateWidths(db, photo.id, renditionKey, answer.done.renditionWidths)
    }
    return areTheseUsed === false
  } finally {
    if (areTheseUsed === false) await storage.removeRenditions(renditionKey)
    for (const folder of [feedFolder, restFolder]) await storage.removeIncoming(folder)
  }
}

/** What to make of a verdict: what could be shown before is no less a photo for what its author has done to it. */
function judged({ edits, rendition_key }: queries.PhotoRow, verdict: Verdict): Verdict {
  if (rendition_key) return edits ? 'edits' : 'given-up'
  return edits && verdict === 'too-heavy' ? 'edits' : verdict
}

async function addAvif({ db, queue, avifEffort }: DevelopDeps, photoId: string): Promise<void> {
  if (avifEffort === undefined) return
  const photo = await queries.selectPhoto(db, photoId)
  if (photo?.state !== 'ready' || photo.avif_done) return
  await queue.add(db, 'develop-avif', { photoId })
}

/** Makes the AVIF renditions of a photo. Safe to run again, and beside another that does the same. */
export async function developAvif(deps: DevelopDeps, photoId: string): Promise<void> {
  const { db, storage, patientDecoder, maxPixels, avifEffort } = deps
  const photo = await queries.selectPhoto(db, photoId)
  if (avifEffort === undefined || photo?.state !== 'ready' || photo.avif_done || !photo.rendition_key) return
  const folder = storage.incomingPath()
  await mkdir(folder, { mode: 0o755 })
  try {
    const answer = await patientDecoder.develop({
      task: 'avif',
      input: storage.originalPath(photo.media_key),
      focal: { x: photo.focal_x, y: photo.focal_y },
      edits: photo.edits,
      maxPixels,
      folder,
      effort: avifEffort,
    })
    // It is shown in the other formats.
    if ('verdict' in answer) return log.warn('no AVIF of a photo', { photoId, ...answer })
    await storage.addRenditions(folder, photo.rendition_key)
    await queries.updateAvifDone(db, photoId, photo.rendition_key)
  } finally {
    await storage.removeIncoming(folder)
  }
}
