import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { unlessOutage } from '../db/outage.ts'
import { toCode } from '../http/code.ts'
import { invalidField, notFound, type Refusal } from '../http/refusal.ts'
import { say } from '../language/say.ts'
import { happened, photoIs } from '../metrics/happenings.ts'
import {
  addPhotos,
  awaitVerdicts,
  findDuplicate,
  type PhotoDeps,
  photoIdsByFile,
  photosOf,
  removeFiles,
  removePhotosOf,
  removeUnlessCommitted,
  type StoredFile,
  sha256sOf,
  storeFiles,
} from '../photos/service.ts'
import { hashtagsIn, mentionsIn } from '../text/entities.ts'
import { mostPhotos, type PostFields } from './input.ts'
import { lockWhole, publishIfReady } from './publishing.ts'
import * as queries from './queries.ts'
import { findPost, type Post } from './service.ts'

/** Making posts: at once, or by way of a draft. */

export interface NewPost {
  /** The photos, files under `incoming`, in their order; they are moved away from there. A draft may begin with none. */
  paths: readonly string[]
  fields: PostFields
  isDraft: boolean
  /** The same key again means the same post again. */
  idempotencyKey: string | undefined
  /** What to do where the author has shared one of the files before: keep a draft and ask, or share. */
  ifDuplicate: 'ask' | 'share'
}

export interface Shared {
  post: Post
  /** The code of an older post with one of the same files. */
  duplicateOf: string | undefined
}

/**
 * Makes a post. It is safe once its files are on the disk and its rows and jobs are committed; then this waits for the worker, so
 * that whoever shared it sees it, or hears what was wrong with it.
 * @returns the post; not yet published if the worker is slow, and then it appears by itself; nor if some of its photos were refused,
 *   and then its author has to decide
 * @throws {Refusal} if no file is a photo that can be shown; nothing of it is kept
 */
export async function sharePhotos(deps: PhotoDeps, author: Person, given: NewPost): Promise<Shared> {
  const { db, storage } = deps
  if (!given.paths.length && !given.isDraft) throw invalidField('file', say('Choose a photo to share.'))
  const files = await storeFiles(storage, given.paths)
  const begun = await begin(deps, author, given, files)
  if ('earlier' in begun) {
    await removeFiles(storage, files)
    return { post: begun.earlier, duplicateOf: undefined }
  }

  const { older, isDraft, made } = begun
  const { postId, photoIds } = made
  const refused = inOrder(photoIds, await awaitVerdicts(deps, photoIds))
  // What was given up may be tried again, and is kept.
  if (refused[0] && refused.length === photoIds.length && refused.every(({ kind }) => kind !== 'unavailable')) {
    // At once: whoever brings the same key finds all of it, or nothing.
    await db.transaction(async (tx) => {
      await lockWhole(tx, postId)
      await removePhotosOf(tx, storage, postId)
      await queries.deletePost(tx, postId)
    })
    throw refused[0]
  }
  // The worker does so too, but whoever shared it should not be quicker than that.
  if (!refused.length) await publishIfReady(deps, postId).catch(unlessOutage(() => undefined))
  const post = await findPost(db, author, postId).catch(unlessOutage(() => asGiven(author, given, postId, isDraft)))
  return { post, duplicateOf: older && toCode(older) }
}

type Begun =
  | { earlier: Post }
  | { made: { postId: string; photoIds: string[] }; isDraft: boolean; older: string | undefined }

/** Writes a post down, unless its key has made it before. */
async function begin(deps: PhotoDeps, author: Person, given: NewPost, files: readonly StoredFile[]): Promise<Begun> {
  const { db, storage } = deps
  const sha256s = files.map(hexOf)
  /** Of what is certain to have left nothing in the database. */
  const orRemoved = <Value>(asked: Promise<Value>): Promise<Value> =>
    asked.catch(async (error: unknown) => {
      await removeFiles(storage, files)
      throw error
    })
  let { idempotencyKey } = given
  for (;;) {
    const earlier = await orRemoved(sharedEarlier(deps, author, idempotencyKey, sha256s))
    if (earlier === 'with other photos') idempotencyKey = undefined
    else if (earlier) return { earlier }
    const older = await orRemoved(findDuplicate(db, author.id, sha256s))
    const isDraft = given.isDraft || (older !== undefined && given.ifDuplicate === 'ask')
    const made = await insertWhole(deps, author, { ...given, isDraft, idempotencyKey }, files)
    // If not, somebody with the same key was quicker: look again.
    if (made) {
      photoIs('received', made.photoIds.length)
      return { made, isDraft, older }
    }
  }
}

function inOrder(photoIds: readonly string[], verdicts: ReadonlyMap<string, Refusal>): Refusal[] {
  return photoIds.flatMap((id) => verdicts.get(id) ?? [])
}

/**
 * The post that a key has made before, once it is known what became of its photos. A key that comes with other photos is a form that
 * somebody has gone back to: it is no reason to drop these.
 * @returns undefined if there is none, or not any more since none of its photos can be shown
 * @throws {Refusal} of its photos; notFound, if it was deleted
 */
async function sharedEarlier(
  deps: PhotoDeps,
  author: Person,
  key: string | undefined,
  sha256s: readonly string[],
): Promise<Post | 'with other photos' | undefined> {
  const { db } = deps
  const postId = key && (await queries.selectIdByKey(db, author.id, key))
  if (!key || !postId) return undefined
  const before = await sha256sOf(db, postId)
  const photos = (await photosOf(db, [postId])).get(postId) ?? []
  const photoIds = photos.map(({ id }) => id)
  const refused = inOrder(photoIds, await awaitVerdicts(deps, photoIds))
  const isStillThere = (await queries.selectIdByKey(db, author.id, key)) === postId
  if (isStillThere && !isSame(before, sha256s)) return 'with other photos'
  if (refused[0] && refused.length === photoIds.length && refused.every(({ kind }) => kind !== 'unavailable'))
    throw refused[0]
  if (!refused.length) await publishIfReady(deps, postId).catch(unlessOutage(() => undefined))
  return isStillThere ? findPost(db, author, postId) : undefined
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && [...some].sort().join() === [...others].sort().join()
}

/** Post, photos, tags and jobs, all or none; undefined if the key has been used meanwhile. */
async function insertWhole(
  deps: PhotoDeps,
  author: Person,
  { fields, isDraft, idempotencyKey }: NewPost,
  files: readonly StoredFile[],
): Promise<{ postId: string; photoIds: string[] } | undefined> {
  let mayBeCommitted = false
  try {
    return await deps.db.transaction(async (tx) => {
      const content = toContent(fields)
      const postId = await queries.insertPost(tx, { ...content, authorId: author.id, isDraft, idempotencyKey })
      if (!postId) return undefined
      await replaceEntities(tx, author, postId, fields.caption)
      const photoIds = await addPhotos(tx, deps.queue, postId, 0, files)
      mayBeCommitted = true
      return { postId, photoIds }
    })
  } catch (error) {
    // A connection that is lost at the commit leaves open whether it took place: rather a file without a row for a while than
    // a post without its photo.
    if (mayBeCommitted) void removeUnlessCommitted(deps, files)
    else await removeFiles(deps.storage, files)
    throw error
  }
}

/** What has come of photos that were added to a draft. */
export interface Added {
  /** The photo of each file, in the order of the files. */
  photoIds: string[]
  /** The code of an older post with one of the same files. */
  duplicateOf: string | undefined
}

/**
 * Adds photos to a draft; those that it has already are not added again, so that whoever has lost the answer may ask again.
 * @returns the photos of the files, those included that were there
 * @throws {Refusal} notFound, if it is no draft of this author; invalid, if they are too many
 */
export async function addToDraft(
  deps: PhotoDeps,
  author: Person,
  draftId: string,
  paths: readonly string[],
): Promise<Added> {
  const { db, storage, queue } = deps
  if (!paths.length) throw invalidField('file', say('Choose a photo to add.'))
  const files = await storeFiles(storage, paths)
  let mayBeCommitted = false
  let added: { photoIds: string[]; newIds: string[]; again: StoredFile[] }
  try {
    added = await db.transaction(async (tx) => {
      await lockWhole(tx, draftId)
      const draft = await findPost(tx, author, draftId)
      if (!draft.isDraft) throw notFound()
      // A second click, or a form that was sent again after its answer was lost.
      const there = await photoIdsByFile(tx, draftId)
      const [again = [], fresh = []] = [true, false].map((isThere) =>
        files.filter((file) => there.has(hexOf(file)) === isThere),
      )
      if (draft.photos.length + fresh.length > mostPhotos)
        throw invalidField('file', say('A post has at most {mostPhotos} photos.', { mostPhotos }))
      await queries.touchDraft(tx, draftId)
      const newIds = await addPhotos(tx, queue, draftId, draft.photos.length, fresh)
      mayBeCommitted = true
      const photoIds = files.flatMap((file) => there.get(hexOf(file)) ?? newIds[fresh.indexOf(file)] ?? [])
      return { photoIds, newIds, again }
    })
  } catch (error) {
    if (mayBeCommitted) void removeUnlessCommitted(deps, files)
    else await removeFiles(storage, files)
    throw error
  }
  photoIs('received', added.newIds.length)
  await removeFiles(storage, added.again)
  await awaitVerdicts(deps, added.newIds)
  const older = await findDuplicate(db, author.id, files.map(hexOf), draftId)
  return { photoIds: added.photoIds, duplicateOf: older && toCode(older) }
}

function hexOf({ sha256 }: StoredFile): string {
  return sha256.toString('hex')
}

/**
 * Posts a draft, and waits for those of its photos that are still to be developed, since they were edited just now. A second click finds
 * the post that the first one made.
 * @param ifDuplicate what to do where the author has shared one of its files before
 * @throws {Refusal} notFound, if it is no draft of this author; conflict, with the field `duplicate`, to ask; invalid, if a photo
 *   cannot be shown
 */
export async function shareDraft(
  deps: PhotoDeps,
  author: Person,
  draftId: string,
  ifDuplicate: 'ask' | 'share',
): Promise<Post> {
  const { db } = deps
  let isPublished = false
  const postId = await db.transaction(async (tx) => {
    await lockWhole(tx, draftId)
    const already = await queries.selectIdOfDraft(tx, author.id, draftId)
    if (already) return already
    const draft = await findPost(tx, author, draftId)
    if (!draft.isDraft) throw notFound()
    if (!draft.photos.length) throw invalidField('photos', say('A post needs a photo.'))
    if (draft.photos.some(({ state }) => state === 'refused'))
      throw invalidField('photos', say('One of the photos cannot be shown: remove it first, or try it again.'))
    if (ifDuplicate === 'ask') {
      const older = await findDuplicate(tx, author.id, await sha256sOf(tx, draftId), draftId)
      if (older) throw invalidField('duplicate', toCode(older), 'conflict')
    }
    const id = await queries.updateDraftShared(tx, author.id, draftId)
    if (!id) throw notFound()
    isPublished = await queries.publishIfReady(tx, id)
    return id
  })
  if (isPublished) happened('post')
  const photos = (await photosOf(db, [postId])).get(postId) ?? []
  await awaitVerdicts(
    deps,
    photos.filter(({ state }) => state === 'received').map(({ id }) => id),
  )
  await publishIfReady(deps, postId)
  return findPost(db, author, postId)
}

/** The post that a draft has become, if it has. */
export function idOfPosted(db: Db, author: Person, draftId: string): Promise<string | undefined> {
  return queries.selectIdOfDraft(db, author.id, draftId)
}

/** What the fields of a form mean in the table. */
export function toContent(fields: PostFields): queries.PostContent {
  return {
    caption: fields.caption,
    place: fields.place,
    visibility: fields.visibility,
    allowsComments: !fields.commentsOff,
    // Whoever writes a warning wants it shown.
    contentWarning: fields.sensitive || fields.contentWarning ? fields.contentWarning : null,
  }
}

/** Makes the hashtags and mentions of a post those of its caption. */
export async function replaceEntities(tx: Db, author: Person, postId: string, caption: string): Promise<void> {
  await queries.replaceEntities(tx, postId, author.id, hashtagsIn(caption), mentionsIn(caption))
}

/** What is known of a post that is safe, while there is no database to ask. */
function asGiven(author: Person, { fields }: NewPost, id: string, isDraft: boolean): Post {
  const { caption, place, visibility, allowsComments, contentWarning } = toContent(fields)
  return {
    ...{ id, code: toCode(id), caption, place, visibility, allowsComments, contentWarning, isDraft },
    mentioned: new Set(),
    isPublished: false,
    isOpenToAll: false,
    createdAt: new Date(),
    editedAt: undefined,
    author: { ...author, showsCamera: false },
    likes: 0,
    isLiked: false,
    comments: 0,
    photos: [{ id: '0', altText: '', focal: { x: 0.5, y: 0.5 }, edits: null, original: undefined, state: 'received' }],
    isSaved: false,
  }
}
