import pg from 'pg'
import type { DatabaseAddress } from '../../src/config.ts'
import { withoutIndexes } from './indexes.ts'
import { copyFollows, copyPeople } from './people.ts'
import { copyPosts } from './posts.ts'
import type { Tally, WorldSize } from './scale.ts'
import { present } from './scale.ts'

/**
 * A world of people who follow each other, of their posts and of what is said of these, all by power laws: few have most. It is the same
 * each time, but for the time that it ends at. What nobody counts is left out: files, sessions, settings.
 */

export { idOf } from './scale.ts'

const tables = [
  'users',
  'person_words',
  'follows',
  'blocks',
  'mutes',
  'hashtag_follows',
  'posts',
  'photos',
  'post_search',
  'post_hashtags',
  'post_mentions',
  'post_words',
  'hashtags',
  'likes',
  'comments',
]

interface WorldOptions {
  people: number
  posts: number
  followees?: number
  readers?: readonly number[]
  now?: number
  apart?: number
  mostLikes?: number
  isLively?: boolean
}

/** Fills a database that has been migrated, and is empty. */
export async function makeWorld(address: DatabaseAddress, options: WorldOptions): Promise<void> {
  const size: WorldSize = {
    followees: 20,
    readers: [],
    now: present(),
    // A fortnight has a hundred thousand posts, if the year is old enough.
    apart: Math.min(12_000, Math.floor(present() / 2 / options.posts)),
    mostLikes: 100,
    isLively: false,
    ...options,
  }
  const ranks = size.people + size.readers.length + 1
  const tally: Tally = {
    followers: new Int32Array(ranks),
    following: new Int32Array(ranks),
    posts: new Int32Array(ranks),
    openPosts: new Int32Array(ranks),
    lastPost: new Float64Array(ranks),
  }
  const clients: [pg.Client, pg.Client] = [await connect(address), await connect(address)]
  const [client] = clients
  try {
    await withoutIndexes(clients, tables, async () => {
      await copyFollows(client, size, tally)
      await copyPosts(client, size, tally)
      await copyPeople(client, size, tally)
    })
    await client.query('vacuum analyze')
  } finally {
    for (const one of clients) await one.end()
  }
}

async function connect(address: DatabaseAddress): Promise<pg.Client> {
  const client = new pg.Client({ ...address, statement_timeout: 0 })
  await client.connect()
  // Nobody's triggers, foreign keys among them: what they would count is counted on the way.
  await client.query(
    "set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '512MB'",
  )
  return client
}
