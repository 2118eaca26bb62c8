import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { type PostPage, postsOf } from '../posts/service.ts'
import * as queries from './queries.ts'
import { oneSlipFrom } from './slips.ts'
import { readSought, type Sought } from './sought.ts'

/** Looking for posts. */

/**
 * The newest posts with what is sought in their captions, places and descriptions. Unlisted and direct ones are found by their author
 * only. A page may be short, and still have a next one, where the viewer may see few of those that match.
 */
export async function searchPosts(
  db: Db,
  viewer: Person | undefined,
  { query }: Sought,
  { maxId, limit }: { maxId: string | undefined; limit: number },
): Promise<PostPage> {
  if (query === undefined) return { posts: [], nextMaxId: undefined }
  const { ids, lookedTo } = await findIds(db, viewer, query, maxId, limit + 1)
  const posts = await postsOf(db, viewer, ids.slice(0, limit))
  return { posts, nextMaxId: ids.length > limit ? ids[limit - 1] : lookedTo }
}

/** Each is looked for by itself. */
const mostMeantWords = 6

/**
 * What was perhaps meant: for a search that found no post. Each word that stands in none is put right by one slip.
 * @returns a text that finds something; undefined if there is none
 */
export async function suggestText(db: Db, viewer: Person | undefined, { words }: Sought): Promise<string | undefined> {
  if (words.length > mostMeantWords) return undefined
  const viewerId = viewer?.id ?? null
  // One word alone is in no post: that is why we are here.
  const found = new Set(words.length > 1 ? await queries.selectWordsFound(db, viewerId, words) : [])
  if (words.every((word) => found.has(word))) return undefined
  const meant: string[] = []
  for (const word of words) {
    const [better] = found.has(word) ? [word] : await queries.selectSpellings(db, viewerId, oneSlipFrom(word))
    if (better === undefined) return undefined
    meant.push(better)
  }
  const text = meant.join(' ')
  if (meant.length === 1) return text
  const { posts } = await searchPosts(db, viewer, await readSought(db, text), { maxId: undefined, limit: 1 })
  return posts.length ? text : undefined
}

/** So many matches are looked at at once, and so many for a page, of which the viewer may see some. */
const batchSize = 50
const mostLookedAt = 1000

/**
 * @returns at most `limit` ids, newest first; `lookedTo`, where it ended early, is the last that was looked at
 */
async function findIds(
  db: Db,
  viewer: Person | undefined,
  query: string,
  maxId: string | undefined,
  limit: number,
): Promise<{ ids: string[]; lookedTo: string | undefined }> {
  const ids: string[] = []
  let belowId = maxId
  for (let lookedAt = 0; lookedAt < mostLookedAt; lookedAt += batchSize) {
    const matches = await queries.selectMatches(db, viewer?.id ?? null, query, belowId, batchSize)
    ids.push(...matches.filter((match) => match.is_found).map(({ id }) => id))
    if (ids.length >= limit) return { ids: ids.slice(0, limit), lookedTo: undefined }
    if (matches.length < batchSize) return { ids, lookedTo: undefined }
    belowId = matches.at(-1)?.id
  }
  return { ids, lookedTo: belowId }
}
