import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { type HashtagPlace, type PersonPlace, writeHashtagPlace, writePersonPlace } from './places.ts'
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

export interface Found<Item> {
  items: Item[]
  /** The place behind which the next page begins; undefined if there is none. */
  nextAfter: string | undefined
}

const pageSize = 50

/** More words than names have say nothing more. */
const mostNameWords = 5

/**
 * People by the beginnings of their names, those whom the viewer knows first, then the best known; behind them, those that are one slip
 * away.
 * @param after where the page before ended
 */
export async function searchPeople(
  db: Db,
  viewer: Person | undefined,
  { words: all, name }: Sought,
  after: PersonPlace | undefined,
  limit = pageSize,
): Promise<Found<FoundPerson>> {
  const words = all.slice(0, mostNameWords)
  if (!words.length) return { items: [], nextAfter: undefined }
  const viewerId = viewer?.id ?? null
  const found: (queries.PersonRow & { isAsTyped: boolean })[] = []
  if (after?.isAsTyped !== false) {
    const typed = await queries.selectPeople(db, viewerId, words, undefined, name, after, limit + 1)
    found.push(...typed.map((row) => ({ ...row, isAsTyped: true })))
  }
  const spelled = words.map(withSlips)
  if (found.length <= limit && spelled.some((word) => typeof word !== 'string')) {
    const behind = after?.isAsTyped === false ? after : undefined
    const missing = limit + 1 - found.length
    const slipped = await queries.selectPeople(db, viewerId, spelled, words, name, behind, missing)
    found.push(...slipped.map((row) => ({ ...row, isAsTyped: false })))
  }
  const shown = found.slice(0, limit)
  const last = found.length > limit ? shown.at(-1) : undefined
  return {
    // How well somebody is known is coarse, and in that order pages follow each other. Within one it is as exact as what it shows.
    items: shown
      .toSorted(
        (one, other) =>
          Number(other.isAsTyped) - Number(one.isAsTyped) ||
          other.closeness - one.closeness ||
          other.follower_count - one.follower_count,
      )
      .map((row) => ({
        username: row.username,
        displayName: row.display_name,
        avatarKey: row.avatar_key ?? undefined,
        isPrivate: row.is_private,
        followerCount: row.follower_count,
        isFollowed: row.is_followed,
        isFollower: row.is_follower,
      })),
    nextAfter: last && writePersonPlace(last),
  }
}

function withSlips(word: string): string | string[] {
  const slips = oneSlipFrom(word)
  return slips.length ? [word, ...slips] : word
}

/**
 * Hashtags of posts that everybody may see, by their beginning; behind them, those that are one slip away.
 * @param after where the page before ended
 */
export async function searchHashtags(
  db: Db,
  { tag }: Sought,
  after: HashtagPlace | undefined,
  limit = pageSize,
): Promise<Found<FoundHashtag>> {
  if (!tag) return { items: [], nextAfter: undefined }
  const found = after?.nearness === 0 ? [] : await queries.selectHashtags(db, tag, after, limit + 1)
  const slips = found.length <= limit ? oneSlipFrom(tag) : []
  if (slips.length) {
    const behind = after?.nearness === 0 ? after : undefined
    found.push(...(await queries.selectHashtagsSpelled(db, slips, tag, behind, limit + 1 - found.length)))
  }
  const shown = found.slice(0, limit).map(({ tag, post_count, nearness }) => ({ tag, postCount: post_count, nearness }))
  const last = found.length > limit ? shown.at(-1) : undefined
  return {
    items: shown.map(({ tag, postCount }) => ({ tag, postCount })),
    nextAfter: last && writeHashtagPlace(last),
  }
}
