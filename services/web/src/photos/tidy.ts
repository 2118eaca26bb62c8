import type { Db } from '../db/connect.ts'
import type { Queue } from '../jobs/queue.ts'
import { log } from '../log.ts'
import type { Storage } from '../media/storage.ts'
import { placePhotos } from './place.ts'
import * as queries from './queries.ts'

/** Younger files may belong to a photo that is just being written down. */
export const settledHours = 1

/** What accidents leave in a day is a handful; more than that is another kind of trouble, which is for a person to judge. */
const mostOrphans = 100

/**
 * Puts right what was cut off at a bad moment: uploads that were never finished are removed, photos whose job is gone are developed
 * after all, and photos that everybody may see are opened. It costs by what has just happened, so it may be done often.
 */
export async function tidyPhotos({ db, storage, queue }: { db: Db; storage: Storage; queue: Queue }): Promise<void> {
  await storage.sweepIncoming()
  for (const { id } of await queries.selectForgottenPhotos(db)) {
    await queue.add(db, 'develop-photo', { photoId: id })
    log.warn('photo taken up again', { photoId: id })
  }
  for (const { post_id, rendition_key } of await queries.selectLatelyOpened(db)) {
    if ((await storage.describeRenditions(rendition_key))?.isOpen === false) await placePhotos({ db, storage }, post_id)
  }
}

/** Removes files that belong to no photo. It looks at every file there is, so once a day is enough. */
export async function tidyFiles({ db, storage }: { db: Db; storage: Storage }): Promise<void> {
  const found: Orphan[] = []
  for await (const orphan of orphans({ db, storage }, settledHours)) {
    found.push(orphan)
    if (found.length > mostOrphans) {
      // A database that is older than the volume, or another one: these may be the only copies there are.
      log.error('many files belong to no photo, and are left alone: see gramstack media verify', undefined, {
        atLeast: found.length,
      })
      found.length = 0
      break
    }
  }
  for (const orphan of found) {
    await remove(storage, orphan)
    log.warn('file without a photo removed', { ...orphan })
  }
}

export interface Orphan {
  kind: 'original' | 'renditions'
  key: string
}

/** What the storage holds and no photo knows. */
export async function* orphans(
  { db, storage }: { db: Db; storage: Storage },
  olderThanHours: number,
): AsyncIterable<Orphan> {
  for await (const keys of storage.originals(olderThanHours)) {
    const known = await queries.selectKnownMediaKeys(db, keys)
    for (const key of keys) if (!known.has(key)) yield { kind: 'original', key }
  }
  for await (const keys of storage.renditions(olderThanHours)) {
    const known = await queries.selectKnownRenditionKeys(db, keys)
    for (const key of keys) if (!known.has(key)) yield { kind: 'renditions', key }
  }
}

/** Removes what no photo knows. */
export async function remove(storage: Storage, { kind, key }: Orphan): Promise<void> {
  if (kind === 'original') await storage.removeOriginal(key)
  else await storage.removeRenditions(key)
}
