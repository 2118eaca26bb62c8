import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import type { PageRequest } from '../db/paging.ts'
import { notFound, Refusal } from '../http/refusal.ts'
import { say } from '../language/say.ts'
import { type PostPage, pageOf } from '../posts/service.ts'
import { segments } from '../text/entities.ts'
import * as queries from './queries.ts'

// Each of them is one more list that the home feed looks into.
const mostFollowed = 100

/**
 * A hashtag as it is compared: one spelling for all that mean the same.
 * @param given as it stands in a path, without its sign
 * @throws {Refusal} notFound, if that can be no hashtag
 */
export function readTag(given: string): string {
  const [hashtag, ...more] = segments(`#${given}`)
  if (hashtag?.kind !== 'hashtag' || more.length) throw notFound()
  return hashtag.tag
}

/** The newest posts with a hashtag. @param tag as `readTag` gives it */
export async function postsTagged(
  db: Db,
  tag: string,
  viewer: Person | undefined,
  { maxId, limit }: PageRequest,
): Promise<PostPage> {
  const { ids, lastLookedAt } = await queries.selectIdsTagged(db, tag, viewer?.id ?? null, maxId, limit + 1)
  const page = await pageOf(db, viewer, ids, limit)
  return { ...page, nextMaxId: page.nextMaxId ?? lastLookedAt }
}

/** Has the posts with a hashtag in one's home feed. To do so again changes nothing. @throws {Refusal} invalid, if there are too many */
export async function followTag(db: Db, viewer: Person, tag: string): Promise<void> {
  if (!(await queries.insertHashtagFollow(db, viewer.id, tag, mostFollowed)))
    throw new Refusal('invalid', say('You follow {mostFollowed} hashtags: end one first.', { mostFollowed }))
}

export async function unfollowTag(db: Db, viewer: Person, tag: string): Promise<void> {
  await queries.deleteHashtagFollow(db, viewer.id, tag)
}

export async function followsTag(db: Db, viewer: Person, tag: string): Promise<boolean> {
  return queries.isFollowed(db, viewer.id, tag)
}

/** The hashtags that somebody follows, in alphabetical order. */
export function tagsFollowedBy(db: Db, viewer: Person): Promise<string[]> {
  return queries.selectFollowedTags(db, viewer.id)
}
