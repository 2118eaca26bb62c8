import type { Db } from '../db/connect.ts'
import { firstRow, rows, type Sql, sql } from '../db/sql.ts'
import { isOfferedTo, isThereFor, openToAll } from '../db/visible-to.ts'

/** What of people and posts is told to others who are nobody in particular. */

const isPublicPerson: Sql = sql`(not users.is_private and ${isThereFor(null)})`

export function selectPublicPerson(
  db: Db,
  username: string,
): Promise<{ id: string; username: string; display_name: string } | undefined> {
  return firstRow(
    db,
    sql`
      select users.id, users.username, coalesce(nullif(users.display_name, ''), users.username) as display_name
      from users where users.username = ${username} and ${isPublicPerson}`,
  )
}

/** What there are sitemaps of. */
export const sitemapKinds = ['people', 'posts'] as const
export type SitemapKind = (typeof sitemapKinds)[number]

/** Ids from one on, and below another if there is one. */
export interface IdRange {
  firstId: string
  endId: string | null
}

const isWithin = (column: Sql, { firstId, endId }: IdRange) =>
  sql`(${column} >= ${firstId} and (${endId}::bigint is null or ${column} < ${endId}::bigint))`

/** The people of a sitemap: those with posts to show who want to be found. */
export function selectSitemapPeople(db: Db, range: IdRange, limit: number): Promise<{ username: string }[]> {
  return rows(
    db,
    sql`
      select users.username from users
      where ${isWithin(sql`users.id`, range)} and ${isPublicPerson} and ${isOfferedTo(null)} and users.allows_indexing
        and users.open_post_count > 0
      order by users.id limit ${limit}`,
  )
}

export function selectSitemapPosts(db: Db, range: IdRange, limit: number): Promise<{ id: string; changed_at: Date }[]> {
  return rows(
    db,
    sql`
      select posts.id, coalesce(posts.edited_at, posts.published_at) as changed_at
      from posts join users on users.id = posts.author_id
      where ${isWithin(sql`posts.id`, range)} and posts.visibility = 'public' and ${openToAll} and ${isOfferedTo(null)}
        and users.allows_indexing
      order by posts.id limit ${limit}`,
  )
}

/** Where the sitemaps begin, all but the first of each kind. */
export function selectSitemapStarts(db: Db, limit: number): Promise<{ kind: SitemapKind; first_id: string }[]> {
  return rows(db, sql`select kind, first_id from sitemap_starts order by kind, first_id limit ${limit}`)
}

/** The range of the sitemap that begins at an id; undefined if none does. */
export async function selectSitemapRange(db: Db, kind: SitemapKind, firstId: string): Promise<IdRange | undefined> {
  const row = await firstRow<{ end_id: string | null }>(
    db,
    sql`
      select (select min(first_id) from sitemap_starts where kind = ${kind} and first_id > ${firstId}) as end_id
      where ${firstId} = 0::bigint
        or exists (select from sitemap_starts where kind = ${kind} and first_id = ${firstId})`,
  )
  return row && { firstId, endId: row.end_id }
}

/**
 * Begins a new sitemap where the last of a kind has become long enough. Reads no more than that many, in the order of an index.
 * @returns whether there is one more now
 */
export async function insertSitemapStart(db: Db, kind: SitemapKind, length: number): Promise<boolean> {
  const last = sql`coalesce((select max(first_id) from sitemap_starts where kind = ${kind}), 0)`
  const next = {
    people: sql`select users.id from users where users.id >= ${last} order by users.id`,
    posts: sql`select posts.id from posts where posts.published_at is not null and posts.id >= ${last} order by posts.id`,
  }[kind]
  const added = await rows(
    db,
    sql`
      insert into sitemap_starts (kind, first_id)
      select ${kind}, next.id from (${next} offset ${length} limit 1) as next
      on conflict do nothing returning first_id`,
  )
  return added.length > 0
}
