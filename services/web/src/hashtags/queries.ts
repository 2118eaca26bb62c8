import type { Db } from '../db/connect.ts'
import { newest } from '../db/paging.ts'
import { firstRow, prepared, rows, sql } from '../db/sql.ts'
import { isOfferedTo, visibleTo } from '../db/visible-to.ts'

/**
 * How many posts with a hashtag one page looks at. Where all of the newest are hidden from the viewer, the page is short, and the next
 * one begins behind them: a flood of posts that nobody may see is no reason to wait.
 */
const mostLookedAt = 500

interface TaggedPage {
  ids: string[]
  /** The last post that was looked at, if there may be more behind it. */
  lastLookedAt: string | undefined
}

/** Published posts with a hashtag, unlisted and direct ones left out. Reads post_hashtags_by_tag. */
export async function selectIdsTagged(
  db: Db,
  tag: string,
  viewerId: string | null,
  maxId: string | undefined,
  limit: number,
): Promise<TaggedPage> {
  const found = await rows<{ id: string | null; last_looked_at: string | null }>(
    db,
    prepared(sql`
      with tagged as materialized (
        select post_id from post_hashtags
        where tag = ${tag} and post_id < ${maxId ?? newest}
        order by post_id desc
        limit ${mostLookedAt}
      ), listed as (
        select tagged.post_id
        from tagged
          -- One at a time, and no more than it takes: the limit keeps the planner from joining them all.
          cross join lateral (
            select from posts join users on users.id = posts.author_id
            where posts.id = tagged.post_id and posts.published_at is not null
              and posts.visibility in ('public', 'private') and ${visibleTo(viewerId)} and ${isOfferedTo(viewerId)}
            limit 1
          ) as seen
        order by tagged.post_id desc
        limit ${limit}
      ), looked_at as (
        select case when count(*) = ${mostLookedAt} then min(post_id) end as last_looked_at from tagged
      )
      select listed.post_id as id, looked_at.last_looked_at
      from looked_at left join listed on true
      order by listed.post_id desc`),
  )
  return { ids: found.flatMap(({ id }) => id ?? []), lastLookedAt: found[0]?.last_looked_at ?? undefined }
}

export async function isFollowed(db: Db, userId: string, tag: string): Promise<boolean> {
  const found = await firstRow(db, sql`select from hashtag_follows where user_id = ${userId} and tag = ${tag}`)
  return found !== undefined
}

/** @returns whether it is followed now: not, if `most` are followed already. Two at once may make one more, which harms nobody. */
export async function insertHashtagFollow(db: Db, userId: string, tag: string, most: number): Promise<boolean> {
  const row = await firstRow<{ is_followed: boolean }>(
    db,
    sql`
      with inserted as (
        insert into hashtag_follows (user_id, tag) select ${userId}::bigint, ${tag}
        where (select count(*) from hashtag_follows where user_id = ${userId}) < ${most}
        on conflict do nothing
        returning tag
      )
      select exists (select from inserted)
        or exists (select from hashtag_follows where user_id = ${userId} and tag = ${tag}) as is_followed`,
  )
  return row?.is_followed === true
}

export async function deleteHashtagFollow(db: Db, userId: string, tag: string): Promise<void> {
  await rows(db, sql`delete from hashtag_follows where user_id = ${userId} and tag = ${tag}`)
}

export async function selectFollowedTags(db: Db, userId: string): Promise<string[]> {
  const found = await rows<{ tag: string }>(
    db,
    sql`select tag from hashtag_follows where user_id = ${userId} order by tag`,
  )
  return found.map(({ tag }) => tag)
}
