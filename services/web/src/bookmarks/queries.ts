import type { Db } from '../db/connect.ts'
import { newest } from '../db/paging.ts'
import { firstRow, rows, sql } from '../db/sql.ts'
import { visibleTo } from '../db/visible-to.ts'

/**
 * Saves a post that is published and that the viewer may see; one that is saved already stays where it is among the saved.
 * @returns whether it is saved now
 */
export async function insertBookmark(db: Db, viewerId: string, postId: string): Promise<boolean> {
  const found = await firstRow(
    db,
    sql`
      with seen as (
        select posts.id from posts join users on users.id = posts.author_id
        where posts.id = ${postId} and posts.published_at is not null and ${visibleTo(viewerId)}
      ), saved as (
        insert into bookmarks (user_id, post_id) select ${viewerId}::bigint, seen.id from seen on conflict do nothing
      )
      select from seen`,
  )
  return found !== undefined
}

/** What is no longer saved is in no collection either: the foreign key sees to it. */
export async function deleteBookmark(db: Db, viewerId: string, postId: string): Promise<void> {
  await rows(db, sql`delete from bookmarks where user_id = ${viewerId} and post_id = ${postId}`)
}

/** Which of some posts somebody has saved. */
export async function selectSaved(db: Db, viewerId: string, postIds: readonly string[]): Promise<Set<string>> {
  const found = await rows<{ post_id: string }>(
    db,
    sql`select post_id from bookmarks where user_id = ${viewerId} and post_id = any(${postIds}::bigint[])`,
  )
  return new Set(found.map(({ post_id }) => post_id))
}

export interface BookmarkRow {
  /** What pages go by. */
  id: string
  post_id: string
}

/** What somebody has saved and may still see, what was saved last first. Reads bookmarks_lately. */
export function selectBookmarks(
  db: Db,
  viewerId: string,
  maxId: string | undefined,
  limit: number,
): Promise<BookmarkRow[]> {
  return rows(
    db,
    sql`
      select bookmarks.id, bookmarks.post_id
      from bookmarks join posts on posts.id = bookmarks.post_id join users on users.id = posts.author_id
      where bookmarks.user_id = ${viewerId} and bookmarks.id < ${maxId ?? newest}
        and posts.published_at is not null and ${visibleTo(viewerId)}
      order by bookmarks.id desc
      limit ${limit}`,
  )
}
