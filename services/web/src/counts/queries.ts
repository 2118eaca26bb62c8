import type { Db } from '../db/connect.ts'
import { rows, type Sql, sql } from '../db/sql.ts'

/**
 * Counters are written by triggers (docs/decisions/0015). Here they are counted anew, from the rows that they stand for, and this is the
 * only other place that writes them.
 */

interface Counter {
  column: Sql
  name: string
  counted: Sql
}

const isCounted = sql`posts.published_at is not null and posts.deleted_at is null and posts.visibility <> 'direct'`

/** Every counter, by the table that it stands in. */
const counters = {
  users: [
    {
      column: sql`follower_count`,
      name: 'follower_count',
      counted: sql`select count(*) from follows where followee_id = users.id and accepted_at is not null`,
    },
    {
      column: sql`following_count`,
      name: 'following_count',
      counted: sql`select count(*) from follows where follower_id = users.id and accepted_at is not null`,
    },
    {
      column: sql`post_count`,
      name: 'post_count',
      counted: sql`select count(*) from posts where posts.author_id = users.id and ${isCounted}`,
    },
    {
      column: sql`open_post_count`,
      name: 'open_post_count',
      counted: sql`
        select count(*) from posts
        where posts.author_id = users.id and ${isCounted} and posts.visibility in ('public', 'unlisted')`,
    },
    {
      column: sql`last_post_id`,
      name: 'last_post_id',
      counted: sql`select max(posts.id) from posts where posts.author_id = users.id and ${isCounted}`,
    },
  ],
  posts: [
    {
      column: sql`like_count`,
      name: 'like_count',
      counted: sql`select count(*) from likes where likes.post_id = posts.id`,
    },
    {
      column: sql`comment_count`,
      name: 'comment_count',
      counted: sql`select count(*) from comments where comments.post_id = posts.id and comments.deleted_at is null`,
    },
  ],
  comments: [
    {
      column: sql`like_count`,
      name: 'like_count',
      counted: sql`select count(*) from comment_likes where comment_likes.comment_id = comments.id`,
    },
  ],
} as const satisfies Record<string, readonly Counter[]>

export type CountedTable = keyof typeof counters
export const countedTables = ['users', 'posts', 'comments'] as const satisfies readonly CountedTable[]

const tables: Record<CountedTable, Sql> = { users: sql`users`, posts: sql`posts`, comments: sql`comments` }

function list(parts: readonly Sql[]): Sql {
  return parts.reduce((all, part) => sql`${all}, ${part}`)
}

/** The ids of some rows, by id. */
export async function selectIdsAfter(db: Db, table: CountedTable, afterId: string, limit: number): Promise<string[]> {
  const found = await rows<{ id: string }>(
    db,
    sql`select id from ${tables[table]} where id > ${afterId} order by id limit ${limit}`,
  )
  return found.map(({ id }) => id)
}

export interface DriftRow {
  id: string
  counter: string
  stored: string | null
  counted: string | null
}

/** Which counters of some rows differ from what they count. One statement sees both at one moment, whatever is done meanwhile. */
export function selectDrift(db: Db, table: CountedTable, ids: readonly string[]): Promise<DriftRow[]> {
  const name = tables[table]
  const values = counters[table].map(
    (counter) => sql`(${counter.name}, ${name}.${counter.column}::bigint, (${counter.counted}))`,
  )
  return rows(
    db,
    sql`
      select ${name}.id, compared.counter, compared.stored, compared.counted
      from ${name} cross join lateral (values ${list(values)}) as compared (counter, stored, counted)
      where ${name}.id = any(${ids}::bigint[]) and compared.stored is distinct from compared.counted
      order by ${name}.id, compared.counter`,
  )
}

/** Locks some rows, so that nobody changes their counters. Who is about to, does so afterwards. */
export async function lockCounted(db: Db, table: CountedTable, ids: readonly string[]): Promise<void> {
  await rows(db, sql`select from ${tables[table]} where id = any(${ids}::bigint[]) order by id for no key update`)
}

/** Makes the counters of some rows what they count. The rows are locked. */
export async function updateCounters(db: Db, table: CountedTable, ids: readonly string[]): Promise<void> {
  const changes = counters[table].map(({ column, counted }) => sql`${column} = (${counted})`)
  await rows(db, sql`update ${tables[table]} set ${list(changes)} where id = any(${ids}::bigint[])`)
}
