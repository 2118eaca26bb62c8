import type { Db } from '../db/connect.ts'
import { firstRow, prepared, rows, sql } from '../db/sql.ts'
import { follows, isHere, isMutedBy, isOfferedTo, isThereFor, openToAll } from '../db/visible-to.ts'

/** Writing what is popular: the worker's part. */

/** Lets one worker at a time through, and only if the last computation is some time ago; until the transaction ends. */
export async function tryToCompute(tx: Db, seconds: number): Promise<boolean> {
  const row = await firstRow<{ is_ours: boolean }>(tx, sql`select pg_try_advisory_xact_lock(4872360152) as is_ours`)
  if (!row?.is_ours) return false
  // Another statement, so that it sees what the last holder of the lock has written.
  const recent = await firstRow(
    tx,
    sql`
      select from post_scores where computation > make_id(
        floor(extract(epoch from clock_timestamp() - id_epoch() - make_interval(secs => ${seconds})) * 1000)::bigint, 0, 0
      ) limit 1`,
  )
  return recent === undefined
}

interface ScoreBounds {
  /** Older posts are not looked at. */
  days: number
  /** Of these, the newest. */
  mostPosts: number
  /** So that nobody fills the page. */
  mostOfOne: number
  /** How long the list is. */
  mostPlaces: number
}

/**
 * Puts the public posts of the last days in an order: by what likes and comments they have, weighed by age as on Hacker News, so that
 * a day-old post needs some fifty times the likes of one that is just there. Reads posts_public.
 */
export async function insertScores(tx: Db, { days, mostPosts, mostOfOne, mostPlaces }: ScoreBounds): Promise<void> {
  await rows(
    tx,
    sql`
      with lately as (
        select posts.id, posts.author_id, posts.like_count, posts.comment_count, posts.content_warning from posts
        where posts.published_at is not null and posts.deleted_at is null and posts.visibility = 'public'
          and posts.id >= make_id(
            greatest(0, floor(extract(epoch from now() - id_epoch() - make_interval(days => ${days})) * 1000)::bigint), 0, 0
          )
        order by posts.id desc
        limit ${mostPosts}
      ), scored as (
        select lately.id, lately.author_id,
          (1 + lately.like_count + 2 * lately.comment_count)
            / power(2 + greatest(0, extract(epoch from now() - id_time(lately.id))) / 3600, 1.5) as score
        from lately join users on users.id = lately.author_id
        -- Whoever looks around has not asked for what needs a warning.
        where lately.content_warning is null and not users.is_private and ${isHere} and ${isOfferedTo(null)}
      ), placed as (
        select scored.id, scored.score, row_number() over (partition by scored.author_id order by score desc, id desc) as of_one
        from scored
      )
      insert into post_scores (computation, place, post_id, score)
      -- One id for all: a subquery that depends on no row is asked once.
      select (select next_id()), row_number() over (order by placed.score desc, placed.id desc), placed.id, placed.score
      from placed
      where placed.of_one <= ${mostOfOne}
      order by placed.score desc, placed.id desc
      limit ${mostPlaces}`,
  )
}

/** Forgets computations that are older than anybody pages through, but never the last one. */
export async function deleteOldScores(tx: Db, minutes: number): Promise<void> {
  await rows(
    tx,
    sql`
      delete from post_scores
      where id_time(computation) < now() - make_interval(mins => ${minutes})
        and computation < (select max(computation) from post_scores)`,
  )
}

/** Writes down anew which accounts have most followers, of those that have posted. */
export async function replacePopularPeople(tx: Db, most: number): Promise<void> {
  await rows(tx, sql`delete from popular_people`)
  await rows(
    tx,
    sql`
      insert into popular_people (person_id, place)
      select id, row_number() over (order by follower_count desc, last_post_id desc)
      from users where ${isHere} and ${isOfferedTo(null)} and open_post_count > 0
      order by follower_count desc, last_post_id desc
      limit ${most}`,
  )
}

/** Reading it. */

export interface ScoredRow {
  computation: string
  place: number
  post_id: string
}

/**
 * What is popular and new to the viewer: not their own, of nobody whom they follow, have muted, or have a block with.
 * @param computation whose order it is; of one that has been forgotten, or none, it is the last
 */
export function selectPopularPosts(
  db: Db,
  viewerId: string | null,
  computation: string | undefined,
  afterPlace: number,
  limit: number,
): Promise<ScoredRow[]> {
  return rows(
    db,
    prepared(sql`
      select post_scores.computation, post_scores.place, post_scores.post_id
      from post_scores
        -- One at a time, and no more than it takes: the limit keeps the planner from joining them all.
        cross join lateral (
          select from posts join users on users.id = posts.author_id
          where posts.id = post_scores.post_id and ${openToAll} and posts.visibility = 'public'
            and posts.content_warning is null and posts.author_id is distinct from ${viewerId}::bigint
            and ${isThereFor(viewerId)} and ${isOfferedTo(viewerId)}
            and not ${isMutedBy(viewerId, sql`users.id`)} and not ${follows(viewerId, sql`users.id`)}
          limit 1
        ) as seen
      where post_scores.computation = coalesce(
          (select computation from post_scores where computation = ${computation ?? null}::bigint limit 1),
          (select max(computation) from post_scores)
        )
        and post_scores.place > ${afterPlace}
      order by post_scores.place
      limit ${limit}`),
  )
}

export interface SuggestionRow {
  username: string
  display_name: string
  avatar_key: string | null
  is_private: boolean
  /** How many of those whom the viewer follows follow this person. */
  common_count: number
}

/**
 * People whom those follow whom the viewer follows; the most followed among them first. Looks at the newest `sample` follows of the
 * viewer, and of each of these at as many, whatever their number, from follows_by_follower_lately alone; and then at the rows of the
 * `sample` who are followed most.
 */
export function selectFriendsOfFriends(
  db: Db,
  viewerId: string,
  sample: number,
  limit: number,
): Promise<SuggestionRow[]> {
  return rows(
    db,
    sql`
      with friends as materialized (
        select followee_id from follows
        where follower_id = ${viewerId} and accepted_at is not null order by accepted_at desc limit ${sample}
      ), theirs as materialized (
        select lately.followee_id as person_id, count(*)::int as common_count
        from friends cross join lateral (
          select follows.followee_id from follows
          where follows.follower_id = friends.followee_id and follows.accepted_at is not null
          order by follows.accepted_at desc limit ${sample}
        ) as lately
        where not exists (
          select from follows where follows.follower_id = ${viewerId} and follows.followee_id = lately.followee_id
        )
        group by lately.followee_id
        order by common_count desc, lately.followee_id
        limit ${sample}
      )
      select users.username, coalesce(nullif(users.display_name, ''), users.username) as display_name, users.avatar_key,
        users.is_private, theirs.common_count
      from theirs join users on users.id = theirs.person_id
      where ${isNewTo(viewerId)}
      order by theirs.common_count desc, users.follower_count desc, users.id
      limit ${limit}`,
  )
}

/** The accounts with most followers that are new to the viewer. */
export function selectPopularPeople(db: Db, viewerId: string, limit: number): Promise<SuggestionRow[]> {
  return rows(
    db,
    sql`
      select users.username, coalesce(nullif(users.display_name, ''), users.username) as display_name, users.avatar_key,
        users.is_private, 0 as common_count
      from popular_people join users on users.id = popular_people.person_id
      where ${isNewTo(viewerId)}
      order by popular_people.place
      limit ${limit}`,
  )
}

/** Whether a person of `users` is one whom the viewer might follow: neither follows nor has asked, and has no reason not to see. */
function isNewTo(viewerId: string) {
  return sql`(
    users.id <> ${viewerId} and ${isThereFor(viewerId)} and ${isOfferedTo(viewerId)}
    and not ${isMutedBy(viewerId, sql`users.id`)}
    and not exists (
      select from follows where follows.follower_id = ${viewerId} and follows.followee_id = users.id
    )
  )`
}
