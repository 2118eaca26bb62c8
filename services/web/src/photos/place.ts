import type { Db } from '../db/connect.ts'
import type { Storage } from '../media/storage.ts'
import * as queries from './queries.ts'

/**
 * Keeps the renditions of photos where their audience says: open ones with nginx, all others behind the app.
 *
 * A photo must never lie open that not everybody may see. So what is to be hidden is closed *before* the change is committed,
 * and what is to be shown is opened after: should anything die in between, the photo lies closed, and the app, which is then
 * asked, gives it to whom it may. Tidying up opens it later.
 */

interface PlaceDeps {
  db: Db
  storage: Storage
}

/** Opens or closes the photos of a post, as it is now in the database. */
export async function placePhotos({ db, storage }: PlaceDeps, postId: string): Promise<void> {
  await db.transaction(async (tx) => {
    const placements = await queries.lockPlacements(tx, postId)
    for (const isOpen of [true, false]) {
      const keys = placements.filter(({ is_open }) => is_open === isOpen).map(({ rendition_key }) => rendition_key)
      await storage.setOpen(keys, isOpen)
    }
  })
}

/** Closes the photos of a post: inside the transaction that hides it, once that holds the post's lock. */
export async function closePhotosOf(tx: Db, storage: Storage, postId: string): Promise<void> {
  const photos = await queries.selectPhotosOf(tx, [postId])
  await storage.setOpen(
    photos.flatMap(({ rendition_key }) => rendition_key ?? []),
    false,
  )
}

/** Closes all photos of a person: inside the transaction that makes them private, once that has changed their row. */
export async function closePhotosBy(tx: Db, storage: Storage, authorId: string): Promise<void> {
  await storage.setOpen(await queries.selectOpenRenditionsBy(tx, authorId), false)
}

/** Opens what a person's posts show to all, after they have ceased to be private: the worker's part, there may be thousands. */
export async function openPhotosBy({ db, storage }: PlaceDeps, authorId: string): Promise<void> {
  for (const postId of await queries.selectPostsBy(db, authorId)) await placePhotos({ db, storage }, postId)
}
