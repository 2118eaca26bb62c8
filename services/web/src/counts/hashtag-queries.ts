import type { Db } from '../db/connect.ts'
import { rows, sql } from '../db/sql.ts'
import { isHere } from '../db/visible-to.ts'
import type { DriftRow } from './queries.ts'

/**
 * Hashtags are counted in two steps (docs/decisions/0022): each hashtag of a post says whether it is listed, which its post and the
 * author of that decide, and a hashtag has as many posts as list it. Triggers write both; here both are found out anew.
 */

const isListed = sql`(
  posts.published_at is not null and posts.deleted_at is null and posts.visibility = 'public'
  and not users.is_private and ${isHere} and users.silenced_at is null
)`

/** The ids of some posts with hashtags, by id. */
export async function selectTaggedPostsAfter(db: Db, afterId: string, limit: number): Promise<string[]> {
  const found = await rows<{ id: string }>(
    db,
    sql`select distinct post_id as id from post_hashtags where post_id > ${afterId} order by post_id limit ${limit}`,
  )
  return found.map(({ id }) => id)
}

/** Which hashtags of some posts are listed, and should not be, or the other way round. */
export function selectListingDrift(db: Db, postIds: readonly string[]): Promise<DriftRow[]> {
  return rows(
    db,
    sql`
      select posts.id, 'is_listed #' || post_hashtags.tag as counter, post_hashtags.is_listed::text as stored,
        ${isListed}::text as counted
      from post_hashtags join posts on posts.id = post_hashtags.post_id join users on users.id = posts.author_id
      where post_hashtags.post_id = any(${postIds}::bigint[]) and post_hashtags.is_listed <> ${isListed}
      order by posts.id, post_hashtags.tag`,
  )
}

/** Locks some posts and their authors, so that nobody changes what is listed. */
export async function lockListings(db: Db, postIds: readonly string[]): Promise<void> {
  await rows(db, sql`select from posts where id = any(${postIds}::bigint[]) order by id for no key update`)
  await rows(
    db,
    sql`
      select from users where id in (select author_id from posts where id = any(${postIds}::bigint[]))
      order by id for no key update`,
  )
}

/** Lists the hashtags of some posts as they should be. These are locked. */
export async function updateListings(db: Db, postIds: readonly string[]): Promise<void> {
  await rows(
    db,
    sql`
      update post_hashtags set is_listed = ${isListed}
      from posts join users on users.id = posts.author_id
      where posts.id = post_hashtags.post_id and posts.id = any(${postIds}::bigint[])
        and post_hashtags.is_listed <> ${isListed}`,
  )
}

/** Some hashtags, by name: those that are counted, and those that should be. */
export async function selectTagsAfter(db: Db, afterTag: string, limit: number): Promise<string[]> {
  const found = await rows<{ tag: string }>(
    db,
    sql`
      with recursive used as (
        -- From one to the next in the index: a hashtag may stand below millions of posts.
        (select tag, 1 as nth from post_hashtags where tag > ${afterTag} collate "C" order by tag collate "C" limit 1)
        union all
        select following.tag, used.nth + 1
        from used cross join lateral (
          select tag from post_hashtags where tag > used.tag collate "C" order by tag collate "C" limit 1
        ) as following
        where used.nth < ${limit}
      )
      select tag from (
        (select tag from hashtags where tag > ${afterTag} order by tag limit ${limit})
        union select tag collate "C" from used
      ) as tags
      order by tag collate "C" limit ${limit}`,
  )
  return found.map(({ tag }) => tag)
}

/** Which of some hashtags have another number of posts than is stored. */
export function selectTagDrift(db: Db, tags: readonly string[]): Promise<DriftRow[]> {
  return rows(
    db,
    sql`
      select given.tag as id, 'post_count' as counter, hashtags.post_count::text as stored, listed.count::text as counted
      from unnest(${tags}::text[]) as given (tag)
        left join hashtags on hashtags.tag = given.tag
        cross join lateral (
          select count(*) from post_hashtags where post_hashtags.tag = given.tag and post_hashtags.is_listed
        ) as listed
      where coalesce(hashtags.post_count, 0) <> listed.count
      order by given.tag`,
  )
}

/** Locks some hashtags, so that nobody changes how many posts they have. Those that are missing are there afterwards. */
export async function lockTags(db: Db, tags: readonly string[]): Promise<void> {
  await rows(
    db,
    sql`
      insert into hashtags (tag, post_count) select tag, 0 from unnest(${tags}::text[]) as tag order by tag collate "C"
      on conflict do nothing`,
  )
  await rows(db, sql`select from hashtags where tag = any(${tags}::text[]) order by tag for no key update`)
}

/** Makes the number of posts of some hashtags what it should be. These are locked. */
export async function updateTagCounts(db: Db, tags: readonly string[]): Promise<void> {
  await rows(
    db,
    sql`
      update hashtags
      set post_count = (
        select count(*) from post_hashtags where post_hashtags.tag = hashtags.tag and post_hashtags.is_listed
      )
      where tag = any(${tags}::text[])`,
  )
}
