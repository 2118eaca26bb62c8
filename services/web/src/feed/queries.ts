import type { Db } from '../db/connect.ts'
import { newest } from '../db/paging.ts'
import { constant, firstRow, prepared, rows, type Sql, sql } from '../db/sql.ts'
import { isHere, isMutedBy, isOfferedTo, isThereFor, openToAll, visibleTo } from '../db/visible-to.ts'

/** What followers find in their feed: the rule of users.last_post_id and of the index posts_in_feeds. */
const isInFeeds = sql`
  posts.published_at is not null and posts.deleted_at is null and posts.visibility <> 'direct'`

/**
 * How many posts of one hashtag, or that mention the viewer, one page looks at. Of these nearly all can be seen; a flood of others is no
 * reason to wait.
 */
const mostLookedAt = 500

/**
 * The ids of a page of the home feed, newest first: posts of those whom the viewer follows and of the hashtags they follow, their own,
 * and those that mention them; nothing of anybody whom they have muted.
 *
 * Each of the four gives its own newest `limit`, so the newest `limit` of all are among them. A followee is asked for as many, but not
 * every followee is: `newestOf` holds, of each, the newest post below `maxId`, and the `limit` followees for whom that is largest are
 * enough. Whoever is not among these has `limit` others before them, each with a post that is newer than all of theirs.
 *
 * That is exact because nothing is filtered after that choice. Who is muted or suspended is left out before it; a block ends following
 * (a trigger), and every post that the index holds of a followee is one that a follower may see.
 *
 * The first page, and whoever has posted nothing below `maxId` and above it, needs no look at posts: `users.last_post_id` says it, and
 * an index has it without the row. On later pages those with posts above `maxId` are looked up, and there are no more of them than there
 * are posts on the pages before. So neither the number of posts nor the depth of a list counts: docs/decisions/0018 has the numbers.
 *
 * `= any(array(…))` rather than a join: the index is walked once from the smallest id to the largest, with any statistics.
 */
export async function selectHomeFeed(
  db: Db,
  viewerId: string,
  maxId: string | undefined,
  limit: number,
): Promise<string[]> {
  const found = await rows<{ id: string }>(db, homeFeed(viewerId, maxId ?? newest, limit))
  return found.map(({ id }) => id)
}

/** The statement of `selectHomeFeed`, for those who measure it. */
export function homeFeed(viewerId: string, below: string, limit: number): Sql {
  return prepared(sql`
    with newest_of as materialized (
      select users.id as author_id, case
          when users.last_post_id < ${below}::bigint then users.last_post_id
          else (
            select posts.id from posts
            where posts.author_id = users.id and posts.id < ${below}::bigint and ${isInFeeds}
            order by posts.id desc limit 1
          )
        end as post_id
      from users
      where users.id = any(array(
          select follows.followee_id from follows
          where follows.follower_id = ${viewerId} and follows.accepted_at is not null
            and not ${isMutedBy(viewerId, sql`follows.followee_id`)}
        ))
        and ${isHere} and users.last_post_id is not null
      order by post_id desc nulls last
      limit ${limit}
    )
    select of_followees.id
    from newest_of cross join lateral (
      select posts.id from posts
      where posts.author_id = newest_of.author_id and posts.id < ${below}::bigint and ${isInFeeds}
      order by posts.id desc limit ${limit}
    ) as of_followees
    union
    select own.id from (
      select posts.id from posts
      where posts.author_id = ${viewerId} and posts.id < ${below}::bigint
        and posts.published_at is not null and posts.deleted_at is null
      order by posts.id desc limit ${limit}
    ) as own
    union
    select mentioning.id from (${newestThat(
      sql`select post_id from post_mentions where user_id = ${viewerId} and post_id < ${below}::bigint`,
      sql`
        posts.published_at is not null and ${visibleTo(viewerId)} and ${isOfferedTo(viewerId)}
        and not ${isMutedBy(viewerId, sql`users.id`)}`,
      limit,
    )}) as mentioning
    union
    select tagged.id from hashtag_follows cross join lateral (${newestThat(
      sql`select post_id from post_hashtags where tag = hashtag_follows.tag and post_id < ${below}::bigint`,
      sql`
        posts.visibility = 'public' and ${openToAll} and ${isThereFor(viewerId)} and ${isOfferedTo(viewerId)}
        and not ${isMutedBy(viewerId, sql`users.id`)}`,
      limit,
    )}) as tagged
    where hashtag_follows.user_id = ${viewerId}
    order by id desc
    limit ${limit}`)
}

/**
 * The newest of some posts that a condition holds for.
 * @param candidates their ids, as `post_id`, from an index that has them in this order
 */
function newestThat(candidates: Sql, condition: Sql, limit: number): Sql {
  return sql`
    select candidates.post_id as id
    from (${candidates} order by post_id desc limit ${constant(mostLookedAt)}) as candidates
      -- One at a time, and no more than it takes: the limit keeps the planner from joining them all.
      cross join lateral (
        select from posts join users on users.id = posts.author_id
        where posts.id = candidates.post_id and ${condition}
        limit 1
      ) as seen
    order by candidates.post_id desc
    limit ${limit}`
}

/**
 * Where somebody is with their home page, before they look at it again.
 * @param newestId what stands at the top of it; undefined if nothing does
 * @returns from where on they had seen it before this visit (undefined on the first one); whether `upsertFeedMark` would leave all as it
 *   is; how many people they follow
 */
export async function selectVisit(
  db: Db,
  viewerId: string,
  newestId: string | undefined,
  visitMinutes: number,
): Promise<{ caughtUpId: string | undefined; isNoted: boolean; followees: number }> {
  const row = await firstRow<{ caught_up_id: string | null; is_noted: boolean | null; following_count: number }>(
    db,
    sql`
      select users.following_count, nullif(feed_marks.caught_up_id, 0) as caught_up_id,
        feed_marks.seen_id >= ${newestId ?? null}::bigint and not ${isOver(visitMinutes)} as is_noted
      from users left join feed_marks on feed_marks.user_id = users.id
      where users.id = ${viewerId}`,
  )
  return {
    caughtUpId: row?.caught_up_id ?? undefined,
    isNoted: row?.is_noted ?? false,
    followees: row?.following_count ?? 0,
  }
}

/**
 * Notes what stands at the top of somebody's home page, and tells from where on they had seen it before this visit. A visit lasts some
 * minutes: within it nothing moves, so that a reload shows the same; the first look after it begins another.
 * @returns the newest post of the visits before; undefined on the first one
 */
export async function upsertFeedMark(
  db: Db,
  viewerId: string,
  newestId: string,
  visitMinutes: number,
): Promise<string | undefined> {
  const row = await firstRow<{ caught_up_id: string | null }>(
    db,
    sql`
      insert into feed_marks (user_id, seen_id, caught_up_id) values (${viewerId}, ${newestId}, 0)
      on conflict (user_id) do update set
        seen_id = greatest(feed_marks.seen_id, excluded.seen_id),
        caught_up_id = case when ${isOver(visitMinutes)} then feed_marks.seen_id else feed_marks.caught_up_id end,
        visit_began_at = case when ${isOver(visitMinutes)} then now() else feed_marks.visit_began_at end
      returning nullif(caught_up_id, 0) as caught_up_id`,
  )
  return row?.caught_up_id ?? undefined
}

function isOver(visitMinutes: number): Sql {
  return sql`feed_marks.visit_began_at < now() - make_interval(mins => ${visitMinutes})`
}

/** From where on somebody had seen their home page before this visit. */
export async function selectCaughtUp(db: Db, viewerId: string): Promise<string | undefined> {
  const row = await firstRow<{ caught_up_id: string }>(
    db,
    sql`select caught_up_id from feed_marks where user_id = ${viewerId} and caught_up_id > 0`,
  )
  return row?.caught_up_id
}
