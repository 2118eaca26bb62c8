import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { unlessGone } from '../db/sql.ts'
import { notFound } from '../http/refusal.ts'
import { happened } from '../metrics/happenings.ts'
import * as queries from './queries.ts'

/** How a post, or a comment, is liked, as one viewer is told. */
export interface LikeFacts {
  /** By people who are there for the viewer. */
  likes: number
  /** By the viewer; undefined for somebody who is not signed in, and cannot. */
  isLiked: boolean | undefined
}

/**
 * Likes a post. To do so again changes nothing.
 * @throws {Refusal} notFound, also for what the viewer may not see
 */
export async function like(db: Db, viewer: Person, postId: string): Promise<void> {
  const isNew = await queries.insertLike(db, viewer.id, postId).catch(unlessGone(() => false))
  if (isNew) happened('like')
  // Asked anew, since a block may have come between.
  else if (!(await queries.isPostThere(db, viewer.id, postId))) throw notFound()
}

/**
 * Takes a like back, also from a post that the viewer may not see any more. To do so again changes nothing.
 * @throws {Refusal} notFound
 */
export async function unlike(db: Db, viewer: Person, postId: string): Promise<void> {
  const isGone = await queries.deleteLike(db, viewer.id, postId)
  if (!isGone && !(await queries.isPostThere(db, viewer.id, postId))) throw notFound()
}

export interface Liker {
  username: string
  displayName: string
  avatarKey: string | undefined
}

/**
 * A page of those who like a post.
 * @throws {Refusal} notFound, also for what the viewer may not see
 */
export async function likersOf(
  db: Db,
  viewer: Person | undefined,
  postId: string,
  { maxId, limit }: { maxId: string | undefined; limit: number },
): Promise<{ people: Liker[]; nextMaxId: string | undefined }> {
  const viewerId = viewer?.id ?? null
  if (!(await queries.isPostThere(db, viewerId, postId))) throw notFound()
  const found = await queries.selectLikers(db, viewerId, postId, maxId, limit + 1)
  const page = found.slice(0, limit)
  return {
    people: page.map(({ username, display_name, avatar_key }) => ({
      username,
      displayName: display_name,
      avatarKey: avatar_key ?? undefined,
    })),
    nextMaxId: found.length > limit ? page.at(-1)?.id : undefined,
  }
}

/** How posts are liked, by their ids. Whether the viewer may see them was asked before. */
export async function likeFactsOf(
  db: Db,
  viewer: Person | undefined,
  postIds: readonly string[],
): Promise<Map<string, LikeFacts>> {
  const found = await queries.selectLikeFacts(db, viewer?.id ?? null, postIds)
  return new Map(
    found.map(({ post_id, like_count, is_liked }) => [
      post_id,
      { likes: like_count, isLiked: viewer ? is_liked : undefined },
    ]),
  )
}

/** Removes all likes of somebody who has left, so many at a time that nobody waits for long. */
export async function forgetLikesBy(db: Db, personId: string): Promise<void> {
  while (await queries.deleteLikesBy(db, personId, 500));
}
