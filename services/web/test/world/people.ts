import type pg from 'pg'
import { chance } from './chance.ts'
import { copyInto } from './copy.ts'
import { idAt, idOf, type Tally, timeAt, type WorldSize } from './scale.ts'
import { nameOf } from './words.ts'

/**
 * People by rank: the first are followed most. The very first by everybody, the second by ten. Behind all of them stand readers, who follow
 * as many as they were made for.
 */

const day = 24 * 60 * 60 * 1000

/** Who is known to many is picked by many. */
export function someRank(size: WorldSize, random: () => number): number {
  return 1 + Math.floor(size.people * random() ** 3)
}

/** Whether everybody sees somebody: one in ten is private, one in five hundred suspended. */
export const isPrivate = (rank: number): boolean => rank % 10 === 9
export const isSuspended = (rank: number): boolean => rank % 500 === 499

/** Follows, and among strangers and friends some blocks and mutes. */
export async function copyFollows(client: pg.Client, size: WorldSize, tally: Tally): Promise<void> {
  const blocks: string[] = []
  const mutes: string[] = []
  await copyInto(
    client,
    'follows',
    'follower_id, followee_id, created_at, accepted_at, id',
    follows(size, tally, blocks, mutes),
  )
  await copyInto(client, 'blocks', 'blocker_id, blocked_id', blocks)
  await copyInto(client, 'mutes', 'muter_id, muted_id', mutes)
}

function* follows(size: WorldSize, tally: Tally, blocks: string[], mutes: string[]): Generator<string> {
  const random = chance(1)
  let count = 0
  const follow = (follower: number, followee: number): string => {
    tally.following[follower] = (tally.following[follower] ?? 0) + 1
    tally.followers[followee] = (tally.followers[followee] ?? 0) + 1
    const at = size.now - Math.floor(random() * Math.min(300 * day, size.now))
    const time = timeAt(at)
    return `${idOf(follower)}\t${idOf(followee)}\t${time}\t${time}\t${idAt(at, count++)}`
  }
  for (let rank = 1; rank <= size.people + size.readers.length; rank += 1) {
    // The second one is who looks around in searches: with followees and blocks in the midst of everybody.
    const followees = rank === 2 ? between(100, 500, size) : picked(rank, size, random)
    for (const followee of followees) {
      const fate = rank === 2 || followee < 20 ? 1 : random()
      if (fate < 0.02) {
        blocks.push(`${idOf(rank)}\t${idOf(followee)}`)
        continue
      }
      if (fate < 0.04) mutes.push(`${idOf(rank)}\t${idOf(followee)}`)
      yield follow(rank, followee)
    }
  }
  for (const blocked of between(1000, 1050, size)) blocks.push(`${idOf(2)}\t${idOf(blocked)}`)
}

/** Those whom somebody follows, in order. */
function picked(rank: number, size: WorldSize, random: () => number): number[] {
  const exactly = size.readers[rank - size.people - 1]
  const count = exactly ?? Math.min(2000, Math.ceil((size.followees * 0.5) / (random() || 1) ** 0.6))
  const found = new Set<number>()
  // Of the best known many are picked twice: whoever follows a number of people has to go on.
  for (let turn = 0; exactly === undefined ? turn < count : found.size < exactly; turn += 1) {
    const followee = someRank(size, random)
    if (followee !== rank && followee > 2) found.add(followee)
  }
  if (exactly === undefined && rank > 2) found.add(1)
  if (rank > 2 && rank <= 12) found.add(2)
  return [...found].sort((one, other) => one - other)
}

function between(first: number, last: number, { people }: WorldSize): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index).filter((rank) => rank <= people)
}

/** When all is counted. */
export async function copyPeople(client: pg.Client, size: WorldSize, tally: Tally): Promise<void> {
  await copyInto(
    client,
    'users',
    `id, username, display_name, password_hash, is_private, suspended_at,
     follower_count, following_count, post_count, open_post_count, last_post_id`,
    people(size, tally),
  )
  // Nobody has a display name of other words than their username.
  await client.query(`
    insert into person_words (user_id, word, renown)
    select id, word, search_renown(follower_count)
    from users cross join lateral unnest(
      string_to_array(translate(username, '._', '  '), ' ') || translate(username, '._', '')
    ) as word`)
  await copyInto(client, 'hashtag_follows', 'user_id, tag', hashtagFollows(size))
}

function* people(size: WorldSize, tally: Tally): Generator<string> {
  for (let rank = 1; rank <= size.people + size.readers.length; rank += 1) {
    const { username, displayName } = nameOf(rank)
    const suspendedAt = isSuspended(rank) ? timeAt(size.now) : '\\N'
    const counts = [tally.followers, tally.following, tally.posts, tally.openPosts].map((of) => of[rank] ?? 0)
    const last = tally.lastPost[rank]
    yield `${idOf(rank)}\t${username}\t${displayName}\t\t${isPrivate(rank)}\t${suspendedAt}\t${counts.join('\t')}\t${last ? idAt(last) : '\\N'}`
  }
}

function* hashtagFollows({ people, readers }: WorldSize): Generator<string> {
  for (let rank = 1; rank <= people + readers.length; rank += 1)
    for (let tag = 1; tag <= (rank > people ? 10 : 1); tag += 1) yield `${idOf(rank)}\ttag${tag}`
}
