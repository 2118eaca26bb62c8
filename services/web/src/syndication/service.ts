import { username as usernameShape } from '../accounts/input.ts'
import type { Db } from '../db/connect.ts'
import { postsTagged, readTag } from '../hashtags/service.ts'
import { notFound } from '../http/refusal.ts'
import { say } from '../language/say.ts'
import { publicPostsBy } from '../posts/service.ts'
import { nameOf } from '../posts/words.ts'
import { type Feed, feedOf } from './feed.tsx'
import * as queries from './queries.ts'

const feedLength = 20

/**
 * The feed of somebody's public posts, the same whoever asks.
 * @throws {Refusal} notFound, also for a private account
 */
export async function feedOfPerson(db: Db, origin: string, username: string): Promise<Feed> {
  const name = usernameShape.safeParse(username)
  const person = name.success ? await queries.selectPublicPerson(db, name.data) : undefined
  if (!person) throw notFound()
  const title = nameOf({ username: person.username, displayName: person.display_name })
  const page = { title, description: say('Photos by {title}.', { title }), path: `/@${person.username}` }
  return feedOf(page, await publicPostsBy(db, person.id, feedLength), origin)
}

/**
 * The feed of the public posts with a hashtag, the same whoever asks.
 * @throws {Refusal} notFound, if that can be no hashtag
 */
export async function feedOfHashtag(db: Db, origin: string, given: string): Promise<Feed> {
  const tag = readTag(given)
  const { posts } = await postsTagged(db, tag, undefined, { maxId: undefined, limit: feedLength })
  const page = {
    title: `#${tag}`,
    description: say('Photos with the hashtag #{tag}.', { tag }),
    path: `/tags/${encodeURIComponent(tag)}`,
  }
  return feedOf(page, posts, origin)
}
