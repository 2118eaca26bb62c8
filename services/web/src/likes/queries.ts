import type { Db } from '../db/connect.ts'
import { newest } from '../db/paging.ts'
import { firstRow, prepared, rows, sql } from '../db/sql.ts'
import { hiddenFrom, isThereFor, visibleTo } from '../db/visible-to.ts'

/** Likes a post that the viewer may see; once. @returns whether that is new */
export async function insertLike(db: Db, viewerId: string, postId: string): Promise<boolean> {
  const liked = await rows(
    db,
    prepared(sql`
      insert into likes (post_id, user_id, author_id)
      select posts.id, ${viewerId}, posts.author_id
      from posts join users on users.id = posts.author_id
      where posts.id = ${postId} and posts.published_at is not null and ${visibleTo(viewerId)}
      on conflict do nothing returning post_id`),
  )
  return liked.length > 0
}

/** @returns whether there was such a like */
export async function deleteLike(db: Db, viewerId: string, postId: string): Promise<boolean> {
  const gone = await rows(
    db,
    sql`delete from likes where post_id = ${postId} and user_id = ${viewerId} returning post_id`,
  )
  return gone.length > 0
}

/** Whether there is such a post for a viewer, which others see too. */
export async function isPostThere(db: Db, viewerId: string | null, postId: string): Promise<boolean> {
  const found = await firstRow(
    db,
    prepared(sql`
      select from posts join users on users.id = posts.author_id
      where posts.id = ${postId} and posts.published_at is not null and ${visibleTo(viewerId)}`),
  )
  return found !== undefined
}

export interface LikeFactsRow {
  post_id: string
  like_count: number
  is_liked: boolean
}

/**
 * How many like each of some posts, and whether the viewer does: the stored count, less the likes of those who are hidden. Of each post the
 * fewer of the two are read. Where fewer like it than are hidden, all who do, of all such posts at once; else each hidden person is looked
 * up below the post, in an index, as an array: a join might read a million likes instead. Which of the two is said here, for the planner
 * knows neither number.
 */
export function selectLikeFacts(db: Db, viewerId: string | null, postIds: readonly string[]): Promise<LikeFactsRow[]> {
  const hasFew = sql`posts.like_count <= (select count(*) from hidden)`
  return rows(
    db,
    prepared(sql`
      with hidden as materialized ${hiddenFrom(viewerId)}, uncounted as (
        select liked.post_id, count(*)::int as likes
        from (
          select likes.post_id, likes.user_id from likes
          where likes.post_id = any(array(select posts.id from posts where posts.id = any(${postIds}::bigint[]) and ${hasFew}))
          -- Keeps what comes next from being looked up by who likes.
          offset 0
        ) as liked
        where liked.user_id in (select id from hidden)
        group by liked.post_id
      )
      select posts.id as post_id,
        posts.like_count - case when ${hasFew} then coalesce(uncounted.likes, 0) else (
          select count(*)::int from likes
          where likes.post_id = posts.id and likes.user_id = any(array(select id from hidden))
        ) end as like_count,
        -- Of these posts alone: a plan for exists reads all that the viewer ever liked.
        posts.id = any(array(
          select likes.post_id from likes
          where likes.user_id = ${viewerId}::bigint and likes.post_id = any(${postIds}::bigint[])
        )) as is_liked
      from posts left join uncounted on uncounted.post_id = posts.id
      where posts.id = any(${postIds}::bigint[])`),
  )
}

export interface LikerRow {
  id: string
  username: string
  display_name: string
  avatar_key: string | null
}

/** Who likes a post, the newest accounts first: the order of likes_pkey, which needs no index of its own. */
export function selectLikers(
  db: Db,
  viewerId: string | null,
  postId: string,
  maxId: string | undefined,
  limit: number,
): Promise<LikerRow[]> {
  return rows(
    db,
    prepared(sql`
      select users.id, users.username, coalesce(nullif(users.display_name, ''), users.username) as display_name, users.avatar_key
      from likes join users on users.id = likes.user_id
      where likes.post_id = ${postId} and likes.user_id < ${maxId ?? newest} and ${isThereFor(viewerId)}
      order by likes.user_id desc limit ${limit}`),
  )
}

/** @returns how many of somebody's likes it has deleted, no more than asked for */
export async function deleteLikesBy(db: Db, userId: string, limit: number): Promise<number> {
  const gone = await rows(
    db,
    sql`
      delete from likes
      where user_id = ${userId} and post_id in (
        select post_id from likes where user_id = ${userId} order by post_id desc limit ${limit}
      )
      returning post_id`,
  )
  return gone.length
}
