import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { unlessGone } from '../db/sql.ts'
import { invalidField, notFound } from '../http/refusal.ts'
import { say } from '../language/say.ts'
import type { LikeFacts } from '../likes/service.ts'
import { happened } from '../metrics/happenings.ts'
import { mentionsIn } from '../text/entities.ts'
import * as queries from './queries.ts'

export interface Comment extends LikeFacts {
  id: string
  /** Of a reply, the comment that it stands below. */
  parentId: string | undefined
  text: string
  /** The names in the text that are somebody's who is there for the viewer. */
  mentioned: ReadonlySet<string>
  createdAt: Date
  author: { username: string; displayName: string; avatarKey: string | undefined }
  /** Whether the viewer wrote it. */
  isOwn: boolean
  /** By the viewer. */
  mayBeDeleted: boolean
}

/** A comment and the first replies to it. */
export interface Thread {
  comment: Comment
  replies: Comment[]
  hasMoreReplies: boolean
}

/** Comments in the order of time, the newest of all or those before a page, and where older ones are. */
export interface CommentPage<Item> {
  items: Item[]
  nextMaxId: string | undefined
}

interface PageRequest {
  maxId: string | undefined
  limit: number
}

/** Where comments stand, and whether the viewer may add one. */
export interface Discussion {
  authorDisplayName: string
  /** Why the viewer may not, in a sentence for them; undefined if they may, or might once they have signed in. */
  refusal: string | undefined
}

/** Comments on one page. */
export const commentPageSize = 20
const firstReplies = 3
/** Below a post in a feed. */
const latestOfEach = 2

/** @throws {Refusal} notFound, also for what the viewer may not see */
export async function discussionOf(db: Db, viewer: Person | undefined, postId: string): Promise<Discussion> {
  const row = await queries.selectDiscussion(db, viewer?.id ?? null, postId)
  if (!row) throw notFound()
  const { author_display_name: authorDisplayName, allows_comments, is_let_in } = row
  return { authorDisplayName, refusal: refusalIn(allows_comments, is_let_in || !viewer, authorDisplayName) }
}

function refusalIn(allowsComments: boolean, isLetIn: boolean, authorName: string): string | undefined {
  if (!allowsComments) return say('Comments on this post are turned off.')
  if (!isLetIn) return say('{name} takes comments from followers only.', { name: authorName })
  return undefined
}

/**
 * Comments on a post, or answers a comment there. The same key again means the same comment again.
 * @returns the comment's id
 * @throws {Refusal} notFound, of the post or of what is answered; invalid, where the author takes no comments
 */
export async function addComment(db: Db, viewer: Person, postId: string, given: queries.NewComment): Promise<string> {
  const written = await write(db, viewer, postId, given)
  if (written) {
    happened('comment')
    return written
  }
  const earlier = given.idempotencyKey && (await queries.selectByKey(db, viewer.id, given.idempotencyKey))
  if (earlier) {
    if (earlier.post_id === postId && earlier.text === given.text) return earlier.id
    // A form that somebody has gone back to, and written something else.
    return addComment(db, viewer, postId, { ...given, idempotencyKey: undefined })
  }
  const { refusal } = await discussionOf(db, viewer, postId)
  throw refusal === undefined ? notFound() : invalidField('text', refusal)
}

async function write(db: Db, viewer: Person, postId: string, given: queries.NewComment): Promise<string | undefined> {
  return db
    .transaction(async (tx) => {
      const id = await queries.insertComment(tx, viewer.id, postId, given)
      const usernames = mentionsIn(given.text)
      if (id && usernames.length) await queries.insertMentions(tx, id, viewer.id, usernames)
      return id
    })
    .catch(unlessGone(() => undefined))
}

/** Where a comment stands. */
export interface Place {
  postId: string
  /** Of a reply, the comment that it stands below. */
  parentId: string | undefined
}

/**
 * Deletes a comment of one's own, or on a post of one's own, and with it the replies to it. A tombstone stays. To do so again
 * changes nothing.
 * @throws {Refusal} notFound, also for what is not theirs to delete
 */
export function deleteComment(db: Db, viewer: Person, id: string): Promise<Place> {
  return remove(db, viewer.id, id)
}

/** Deletes anybody's comment: for a moderator. @throws {Refusal} notFound */
export function takeDownComment(db: Db, id: string): Promise<Place> {
  return remove(db, undefined, id)
}

async function remove(db: Db, viewerId: string | undefined, id: string): Promise<Place> {
  return db.transaction(async (tx) => {
    // A reply under way holds the comment: once it is ours, all of them are to be seen.
    const row = await queries.lockComment(tx, viewerId, id)
    if (!row) throw notFound()
    await queries.updateCommentDeleted(tx, id)
    return { postId: row.post_id, parentId: row.parent_id ?? undefined }
  })
}

/**
 * Likes a comment. To do so again changes nothing.
 * @throws {Refusal} notFound, also for what the viewer may not see
 */
export async function likeComment(db: Db, viewer: Person, id: string): Promise<void> {
  const isNew = await queries.insertCommentLike(db, viewer.id, id).catch(unlessGone(() => false))
  if (!isNew && !(await queries.selectPlace(db, viewer.id, id))) throw notFound()
}

/** Takes a like back. To do so again changes nothing. @throws {Refusal} notFound */
export async function unlikeComment(db: Db, viewer: Person, id: string): Promise<void> {
  const isGone = await queries.deleteCommentLike(db, viewer.id, id)
  if (!isGone && !(await queries.selectPlace(db, viewer.id, id))) throw notFound()
}

/** @throws {Refusal} notFound, also for what the viewer may not see */
export async function placeOf(db: Db, viewer: Person | undefined, id: string): Promise<Place> {
  const row = await queries.selectPlace(db, viewer?.id ?? null, id)
  if (!row) throw notFound()
  return { postId: row.post_id, parentId: row.parent_id ?? undefined }
}

/** The newest comments on each of some posts, oldest first, by the posts' ids. Whether the viewer may see them was asked before. */
export async function latestCommentsOn(
  db: Db,
  viewer: Person | undefined,
  postIds: readonly string[],
): Promise<Map<string, Comment[]>> {
  if (!postIds.length) return new Map()
  const found = await queries.selectLatestComments(db, viewer?.id ?? null, postIds, latestOfEach)
  const comments = await withMentions(db, viewer, found)
  const postOf = new Map(found.map(({ id, post_id }) => [id, post_id]))
  return Map.groupBy(comments, ({ id }) => postOf.get(id) ?? '')
}

/** Comments on a post that the viewer may see, each with the first replies to it. */
export async function commentsOn(
  db: Db,
  viewer: Person | undefined,
  postId: string,
  { maxId, limit }: PageRequest,
): Promise<CommentPage<Thread>> {
  const viewerId = viewer?.id ?? null
  const found = await queries.selectComments(db, viewerId, { postId }, maxId, limit + 1)
  const top = found.slice(0, limit).reverse()
  const parentIds = top.map(({ id }) => id)
  const answers = top.length ? await queries.selectFirstReplies(db, viewerId, parentIds, firstReplies + 1) : []
  const comments = await withMentions(db, viewer, [...top, ...answers])
  const repliesOf = Map.groupBy(comments, ({ parentId }) => parentId)
  const items = (repliesOf.get(undefined) ?? []).map((comment) => {
    const replies = repliesOf.get(comment.id) ?? []
    return { comment, replies: replies.slice(0, firstReplies), hasMoreReplies: replies.length > firstReplies }
  })
  return { items, nextMaxId: found.length > limit ? top[0]?.id : undefined }
}

/**
 * A comment, and all replies to it.
 * @param id of the comment, or of one of the replies
 * @throws {Refusal} notFound, also for what the viewer may not see
 */
export async function threadOf(
  db: Db,
  viewer: Person | undefined,
  postId: string,
  id: string,
  { maxId, limit }: PageRequest,
): Promise<{ comment: Comment; answered: Comment; replies: CommentPage<Comment> }> {
  const viewerId = viewer?.id ?? null
  const place = await placeOf(db, viewer, id)
  if (place.postId !== postId) throw notFound()
  const parentId = place.parentId ?? id
  const above = await queries.selectCommentsById(db, viewerId, [parentId, id])
  const found = await queries.selectComments(db, viewerId, { parentId }, maxId, limit + 1)
  const page = found.slice(0, limit).reverse()
  const comments = await withMentions(db, viewer, [...above, ...page])
  const comment = comments.find((one) => one.id === parentId)
  const answered = comments.find((one) => one.id === id)
  if (!comment || !answered) throw notFound()
  const nextMaxId = found.length > limit ? page[0]?.id : undefined
  return { comment, answered, replies: { items: comments.slice(above.length), nextMaxId } }
}

async function withMentions(
  db: Db,
  viewer: Person | undefined,
  rows: readonly queries.CommentRow[],
): Promise<Comment[]> {
  const ids = rows.map(({ id }) => id)
  const mentions = ids.length ? await queries.selectMentions(db, viewer?.id ?? null, ids) : []
  const byComment = Map.groupBy(mentions, ({ comment_id }) => comment_id)
  return rows.map((row) => ({
    id: row.id,
    parentId: row.parent_id ?? undefined,
    text: row.text,
    mentioned: new Set(byComment.get(row.id)?.map(({ username }) => username)),
    createdAt: row.created_at,
    author: {
      username: row.author_username,
      displayName: row.author_display_name,
      avatarKey: row.author_avatar_key ?? undefined,
    },
    likes: row.like_count,
    isLiked: viewer ? row.is_liked : undefined,
    isOwn: viewer?.id === row.author_id,
    mayBeDeleted: viewer !== undefined && [row.author_id, row.post_author_id].includes(viewer.id),
  }))
}

/** How many comments and replies posts have, by their ids. Whether the viewer may see them was asked before. */
export async function commentCountsOf(
  db: Db,
  viewer: Person | undefined,
  postIds: readonly string[],
): Promise<Map<string, number>> {
  const found = await queries.selectCommentCounts(db, viewer?.id ?? null, postIds)
  return new Map(found.map(({ post_id, comment_count }) => [post_id, comment_count]))
}

/**
 * Removes all comments of somebody who has left, and their likes of comments, so many at a time that nobody waits for long. As when a
 * comment is deleted, the replies to it go with it; those to their replies below somebody else's comment stay.
 */
export async function forgetCommentsBy(db: Db, personId: string): Promise<void> {
  while (await queries.deleteCommentLikesBy(db, personId, 500));
  while (await queries.updateRepliesTo(db, personId, 500));
  while (await queries.deleteCommentsBy(db, personId, 100));
}
