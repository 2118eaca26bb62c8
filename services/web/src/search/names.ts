import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import * as queries from './queries.ts'
import { oneSlipFrom } from './slips.ts'
import type { Sought } from './sought.ts'

/** Looking for people and hashtags: by how their names begin, and by one slip of the finger. */

export interface FoundPerson {
  username: string
  displayName: string
  avatarKey: string | undefined
  isPrivate: boolean
  followerCount: number
  /** How they stand to who looks for them. */
  isFollowed: boolean
  isFollower: boolean
}

export interface FoundHashtag {
  tag: string
  /** Of posts that everybody may see. */
  postCount: number
}

/** More words than names have say nothing more. */
const mostNameWords = 5

/** People by the beginnings of their names, those whom the viewer knows first; behind them, those that are one slip away. */
export async function searchPeople(
  db: Db,
  viewer: Person | undefined,
  { words: all }: Sought,
  limit: number,
): Promise<FoundPerson[]> {
  const words = all.slice(0, mostNameWords)
  if (!words.length) return []
  const viewerId = viewer?.id ?? null
  const found = await queries.selectPeople(db, viewerId, words, limit)
  const spelled = words.map(withSlips)
  if (found.length < limit && spelled.some((word) => typeof word !== 'string')) {
    const known = new Set(found.map(({ username }) => username))
    const others = await queries.selectPeople(db, viewerId, spelled, limit)
    found.push(...others.filter(({ username }) => !known.has(username)))
  }
  return found.slice(0, limit).map((row) => ({
    username: row.username,
    displayName: row.display_name,
    avatarKey: row.avatar_key ?? undefined,
    isPrivate: row.is_private,
    followerCount: row.follower_count,
    isFollowed: row.is_followed,
    isFollower: row.is_follower,
  }))
}

function withSlips(word: string): string | string[] {
  const slips = oneSlipFrom(word)
  return slips.length ? [word, ...slips] : word
}

/** Hashtags of posts that everybody may see, by their beginning; behind them, those that are one slip away. */
export async function searchHashtags(db: Db, { tag }: Sought, limit: number): Promise<FoundHashtag[]> {
  if (!tag) return []
  const found = await queries.selectHashtags(db, tag, limit)
  const slips = found.length < limit ? oneSlipFrom(tag) : []
  if (slips.length) {
    const known = new Set(found.map((row) => row.tag))
    const others = await queries.selectHashtagsSpelled(db, slips, limit)
    found.push(...others.filter((row) => !known.has(row.tag)))
  }
  return found.slice(0, limit).map((row) => ({ tag: row.tag, postCount: row.post_count }))
}
