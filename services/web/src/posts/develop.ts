import { mkdir } from 'node:fs/promises'
import type { Db } from '../db/connect.ts'
import type { Queue } from '../jobs/queue.ts'
import { log } from '../log.ts'
import type { Decoder } from '../media/decoder.ts'
import type { Storage } from '../media/storage.ts'
import * as queries from './queries.ts'

/** The worker's part of posts: making photos of uploads, and tidying up after what was cut off. */

interface DevelopDeps {
  db: Db
  storage: Storage
  decoder: Decoder
  maxPixels: number
}

/**
 * Makes the renditions of a photo, and publishes its post when it was the last one missing. Safe to run again after having
 * been stopped anywhere, and beside another that does the same.
 * @param isLastTry whether a failure now is final
 * @throws whatever went wrong that another try may mend; never on the last one
 */
export async function developPhoto(deps: DevelopDeps, photoId: string, isLastTry: boolean): Promise<void> {
  try {
    await tryToDevelop(deps, photoId)
  } catch (error) {
    if (!isLastTry) throw error
    // The original stays: it is the machine that failed, not the photo.
    log.error('photo given up', error, { photoId })
    await queries.updatePhotoRefused(deps.db, photoId, 'given-up')
  }
}

async function tryToDevelop({ db, storage, decoder, maxPixels }: DevelopDeps, photoId: string): Promise<void> {
  const photo = await queries.selectPhoto(db, photoId)
  if (photo?.state !== 'received') return
  const outputFolder = storage.incomingPath()
  await mkdir(outputFolder, { mode: 0o755 })
  try {
    const answer = await decoder.develop({ input: storage.originalPath(photo.media_key), outputFolder, maxPixels })
    if ('developed' in answer) {
      await storage.keepRenditions(outputFolder, photo.media_key)
      await db.transaction(async (tx) => {
        await queries.updatePhotoReady(tx, photoId, answer.developed)
        await queries.publishIfReady(tx, photo.post_id)
      })
    } else if (await queries.updatePhotoRefused(db, photoId, answer.verdict)) {
      log.info('photo refused', { photoId, verdict: answer.verdict, because: answer.because })
      await storage.removePhoto(photo.media_key)
    }
  } finally {
    await storage.removeIncoming(outputFolder)
  }
}

/**
 * Puts right what was cut off at a bad moment: photos whose job is gone are developed after all, and files that belong to no
 * photo are removed.
 */
export async function tidyUp({ db, storage, queue }: { db: Db; storage: Storage; queue: Queue }): Promise<void> {
  await storage.sweepIncoming()
  for (const { id } of await queries.selectForgottenPhotos(db)) {
    await queue.add(db, 'develop-photo', { photoId: id })
    log.warn('photo taken up again', { photoId: id })
  }
  for await (const mediaKeys of storage.oldOriginals()) {
    const known = await queries.selectKnownMediaKeys(db, mediaKeys)
    for (const mediaKey of mediaKeys.filter((key) => !known.has(key))) {
      await storage.removePhoto(mediaKey)
      log.warn('file without a photo removed', { mediaKey })
    }
  }
}
