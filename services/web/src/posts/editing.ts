import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { readInput } from '../http/input.ts'
import { invalidField, notFound, Refusal } from '../http/refusal.ts'
import type { Queue } from '../jobs/queue.ts'
import { say } from '../language/say.ts'
import { type Edits, isSame } from '../media/edits/edits.ts'
import type { Storage } from '../media/storage.ts'
import { happened } from '../metrics/happenings.ts'
import { closePhotosOf, placePhotos } from '../photos/place.ts'
import {
  awaitVerdicts,
  describePhotos,
  type PhotoDeps,
  removePhoto,
  removePhotosOf,
  retryPhoto,
} from '../photos/service.ts'
import { postFields, readPhotoFields } from './input.ts'
import { lockWhole, publishIfReady } from './publishing.ts'
import * as queries from './queries.ts'
import { findOwnPost, mayEditPhoto, type Post, photoIn } from './service.ts'
import { replaceEntities, toContent } from './sharing.ts'

/** Changing and deleting posts. */

interface EditDeps {
  db: Db
  storage: Storage
  queue: Queue
}

/**
 * Changes everything that an author says of a post and its photos, the order of these included, and, as long as nobody else has seen it,
 * what they have done to these. What it said before is kept.
 * @param given fields of `postFields`, and those of each photo by its id. Our form sends all of them, and says so by `whole`; of others,
 *   what is left out stays as it is
 * @throws {Refusal} notFound, also for what is somebody else's; invalid
 */
export async function editPost(
  { db, storage, queue }: EditDeps,
  author: Person,
  postId: string,
  given: Readonly<Record<string, unknown>>,
): Promise<void> {
  await db.transaction(async (tx) => {
    await lockWhole(tx, postId)
    const post = await findOwnPost(tx, author, postId)
    // Only now, so that nothing is written back that somebody has changed since.
    const content = toContent(readInput(postFields, completed(post, given)))
    const photos = readPhotoFields(post.photos, given)
    if ('complaints' in photos)
      throw new Refusal('invalid', Object.values(photos.complaints).join(' '), photos.complaints)
    const edited = photos.fields.find(({ id, edits }) => !isSame(edits, photoIn(post, id)?.edits ?? null))
    if (post.isPublished && edited)
      throw invalidField(`edits-${edited.id}`, say('The photos of a post that others have seen stay as they are.'))
    const isChanged =
      post.caption !== content.caption ||
      post.place !== content.place ||
      post.visibility !== content.visibility ||
      post.contentWarning !== content.contentWarning ||
      photos.fields.some(({ id, altText }, at) => id !== post.photos[at]?.id || altText !== post.photos[at]?.altText)
    const isEdit = post.isPublished && isChanged
    if (isEdit) await queries.insertRevision(tx, postId)
    await queries.updatePost(tx, postId, content, isEdit)
    if (post.caption !== content.caption) await replaceEntities(tx, author, postId, content.caption)
    await describePhotos(
      tx,
      queue,
      postId,
      photos.fields.map((photo, position) => ({ ...photo, position })),
    )
    if (content.visibility === 'private' || content.visibility === 'direct') await closePhotosOf(tx, storage, postId)
  })
  await placePhotos({ db, storage }, postId)
}

/** What was sent, and for what was not, what is. A box that is not ticked is not sent; who may see it is never taken for granted. */
function completed(post: Post, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  if ('whole' in given) return { visibility: post.visibility, ...given }
  return {
    caption: post.caption,
    place: post.place,
    visibility: post.visibility,
    contentWarning: post.contentWarning ?? '',
    ...(post.allowsComments ? {} : { commentsOff: 'on' }),
    ...(post.contentWarning === null ? {} : { sensitive: 'on' }),
    ...given,
  }
}

/**
 * Takes a photo out of a post that nobody has seen yet. If it was what the post waited for, the post appears.
 * @throws {Refusal} notFound; invalid, for a published post and for the last photo of one that is to be published
 */
export async function removeFromPost(
  { db, storage }: EditDeps,
  author: Person,
  postId: string,
  photoId: string,
): Promise<void> {
  const { removeFiles, isPublished } = await db.transaction(async (tx) => {
    await lockWhole(tx, postId)
    const post = await findOwnPost(tx, author, postId)
    if (post.isPublished)
      throw new Refusal('invalid', say('The photos of a post that others have seen stay as they are.'))
    if (!post.isDraft && post.photos.length < 2)
      throw new Refusal('invalid', say('A post needs a photo: delete it instead.'))
    return {
      removeFiles: await removePhoto(tx, postId, photoId),
      isPublished: await queries.publishIfReady(tx, postId),
    }
  })
  if (isPublished) happened('post')
  await removeFiles(storage)
  await publishIfReady({ db, storage }, postId)
}

/**
 * Changes what an author does to one photo of a post, and waits for what comes of it.
 * @param edits null to show it as it came
 * @throws {Refusal} notFound, also for a photo that cannot be edited any more
 */
export async function editPhoto(
  deps: PhotoDeps,
  author: Person,
  postId: string,
  photoId: string,
  edits: Edits | null,
): Promise<void> {
  const { db, queue } = deps
  await db.transaction(async (tx) => {
    await lockWhole(tx, postId)
    const post = await findOwnPost(tx, author, postId)
    const photo = photoIn(post, photoId)
    if (!photo || !mayEditPhoto(post, photo)) throw notFound()
    await queries.touchDraft(tx, postId)
    await describePhotos(tx, queue, postId, [{ ...photo, edits, position: post.photos.indexOf(photo) }])
  })
  await awaitVerdicts(deps, [photoId])
}

/** Has a photo tried again that could not be developed. @throws {Refusal} notFound */
export async function retryInPost({ db, queue }: EditDeps, author: Person, postId: string, photoId: string) {
  await findOwnPost(db, author, postId)
  await retryPhoto(db, queue, postId, photoId)
}

/**
 * Deletes a post: at once for everybody, its author included. A tombstone stays, and for some days the files.
 * What was never published leaves nothing.
 * @throws {Refusal} notFound
 */
export async function deletePost({ db, storage }: EditDeps, author: Person, postId: string): Promise<void> {
  const isGone = await db.transaction(async (tx) => {
    await lockWhole(tx, postId)
    const post = await findOwnPost(tx, author, postId)
    await takeDownPost(tx, storage, postId)
    return !post.isPublished
  })
  if (isGone) await forget({ db, storage }, postId)
}

/**
 * Deletes anybody's published post, as its author could: for a moderator, and inside the transaction that settles what was reported. To do
 * so again changes nothing.
 */
export async function takeDownPost(tx: Db, storage: Storage, postId: string): Promise<void> {
  await lockWhole(tx, postId)
  await closePhotosOf(tx, storage, postId)
  await queries.updatePostDeleted(tx, postId)
}

const draftDays = 7

/** The worker's part: publishes what is complete, removes what was deleted some days ago, and what was begun and left. */
export async function sweepPosts({ db, storage }: { db: Db; storage: Storage }, graceDays: number): Promise<void> {
  // Whoever should have published them died at the wrong moment.
  for (const postId of await queries.selectComplete(db)) await publishIfReady({ db, storage }, postId)
  for (const postId of await queries.selectPurgeable(db, graceDays)) {
    await removePhotosOf(db, storage, postId)
    await db.transaction((tx) => queries.updatePostPurged(tx, postId))
  }
  for (const postId of await queries.selectAbandoned(db, draftDays)) {
    const isOurs = await db.transaction(async (tx) => {
      // Its author may be posting it at this moment.
      await lockWhole(tx, postId)
      return queries.updateAbandonedDeleted(tx, postId, draftDays)
    })
    if (isOurs) await forget({ db, storage }, postId)
  }
}

/** Removes all posts of somebody who has left, files first: should it be cut off, it can be done again. */
export async function forgetPostsBy({ db, storage }: { db: Db; storage: Storage }, authorId: string): Promise<void> {
  for (;;) {
    const postIds = await queries.selectIdsBy(db, authorId, 100)
    for (const postId of postIds) await forget({ db, storage }, postId)
    if (!postIds.length) return
  }
}

/** Removes a post without leaving a tombstone. */
async function forget({ db, storage }: { db: Db; storage: Storage }, postId: string): Promise<void> {
  await removePhotosOf(db, storage, postId)
  await queries.deletePost(db, postId)
}
