import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { type Post, postsOf } from '../posts/service.ts'
import * as queries from './queries.ts'

/** What there is beyond those whom one follows: popular posts, and people. */

const bounds = { days: 14, mostPosts: 100_000, mostOfOne: 3, mostPlaces: 2_000 }
const leastSeconds = 2 * 60
/** For how long a list can be paged through. */
const keptMinutes = 60
const mostPopularPeople = 500

/**
 * The worker's part: puts posts and people in the order that all see, once for everybody rather than at each look. Any number of
 * workers may ask for it, and often; one at a time does it, and none within two minutes of another, unless there was nothing to find.
 */
export async function computePopular(db: Db, notWithinSeconds = leastSeconds): Promise<void> {
  await db.transaction(async (tx) => {
    if (!(await queries.tryToCompute(tx, notWithinSeconds))) return
    await queries.insertScores(tx, bounds)
    await queries.deleteOldScores(tx, keptMinutes)
    await queries.replacePopularPeople(tx, mostPopularPeople)
  })
}

/** A place in one computation: what comes later may be in another order, but this one stays as it is. */
export interface ExploreCursor {
  computation: string
  place: number
}

/**
 * A page of popular posts, of people whom the viewer does not follow.
 * @param after where the page before ended
 */
export async function popularPosts(
  db: Db,
  viewer: Person | undefined,
  { after, limit }: { after: ExploreCursor | undefined; limit: number },
): Promise<{ posts: Post[]; next: ExploreCursor | undefined }> {
  const found = await queries.selectPopularPosts(
    db,
    viewer?.id ?? null,
    after?.computation,
    after?.place ?? 0,
    limit + 1,
  )
  const shown = found.slice(0, limit)
  const last = found.length > limit ? shown.at(-1) : undefined
  return {
    posts: await postsOf(
      db,
      viewer,
      shown.map(({ post_id }) => post_id),
    ),
    next: last && { computation: last.computation, place: last.place },
  }
}

export interface Suggestion {
  username: string
  displayName: string
  avatarKey: string | undefined
  isPrivate: boolean
  /** How many of those whom the viewer follows follow this person. */
  commonCount: number
}

const sample = 200

/**
 * People whom the viewer might follow: those whom their own followees follow, then those whom most people follow. Never themselves,
 * nor anybody whom they follow, have asked, muted or blocked.
 */
export async function suggestPeople(db: Db, viewer: Person, limit: number): Promise<Suggestion[]> {
  const near = await queries.selectFriendsOfFriends(db, viewer.id, sample, limit)
  const popular = near.length < limit ? await queries.selectPopularPeople(db, viewer.id, limit) : []
  const named = new Set(near.map(({ username }) => username))
  return [...near, ...popular.filter(({ username }) => !named.has(username))]
    .slice(0, limit)
    .map(({ username, display_name, avatar_key, is_private, common_count }) => ({
      username,
      displayName: display_name,
      avatarKey: avatar_key ?? undefined,
      isPrivate: is_private,
      commonCount: common_count,
    }))
}
