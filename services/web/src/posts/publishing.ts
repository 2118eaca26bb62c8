import type { Db } from '../db/connect.ts'
import type { Storage } from '../media/storage.ts'
import { happened } from '../metrics/happenings.ts'
import { placePhotos } from '../photos/place.ts'
import { lockPhotosOf } from '../photos/service.ts'
import * as queries from './queries.ts'

/** Locks a post and its photos until the transaction ends. Everybody who changes either does this first. */
export async function lockWhole(tx: Db, postId: string): Promise<void> {
  await lockPhotosOf(tx, postId)
  await queries.lockPost(tx, postId)
}

/**
 * Publishes a post if it is no draft and all its photos are ready, and puts its photos where its audience may have them. Safe
 * to call again.
 * @param change what may have made it so, in the same transaction
 */
export async function publishIfReady(
  { db, storage }: { db: Db; storage: Storage },
  postId: string,
  change: (tx: Db) => Promise<void> = async () => {},
): Promise<void> {
  const isPublished = await db.transaction(async (tx) => {
    // Two photos that become ready at once would else each miss the other.
    await lockWhole(tx, postId)
    await change(tx)
    return queries.publishIfReady(tx, postId)
  })
  if (isPublished) happened('post')
  await placePhotos({ db, storage }, postId)
}
