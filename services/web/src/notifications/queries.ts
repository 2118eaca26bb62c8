import type { Db } from '../db/connect.ts'
import { constant, firstRow, prepared, rows, type Sql, sql } from '../db/sql.ts'
import { mostCounted, type Senders, type Settings, type Topic } from './kinds.ts'
import { type Position, selectLinesOf } from './lines.ts'
import { isCommentThere, isPostThere, isTold, isToldAsComment, reader } from './told.ts'

export interface LineRow {
  /** Its position: of a stretch that of the newest thing in it, whoever did that. */
  at: Date
  source: number
  id: string
  /** When the newest of those who are told of did it. */
  happened_at: Date
  is_unread: boolean
  /** Of a comment: whether it answers one of the viewer's. */
  is_reply: boolean
  /** Those who did it last, and how many there are, up to `mostActors`. */
  actor_ids: string[]
  actor_count: number
  post_id: string | null
  comment_id: string | null
}

export type Horizon = Omit<Position, 'asOf'>

/** A page of what somebody is told, newest first, and how far back everything was looked through, if that is not all there is. */
export async function selectLines(
  db: Db,
  viewerId: string,
  before: Position | undefined,
  limit: number,
): Promise<{ lines: LineRow[]; horizon: Horizon | undefined }> {
  type Row = (LineRow | { at: null }) & { horizon_at: Date | null; horizon_source: number; horizon_id: string }
  const found = await rows<Row>(db, selectLinesOf(viewerId, before, limit))
  const [first] = found
  return {
    lines: found.filter((row) => row.at !== null),
    horizon: first?.horizon_at
      ? { at: first.horizon_at, source: first.horizon_source, id: first.horizon_id }
      : undefined,
  }
}

export interface CommentRow {
  id: string
  text: string
}

export function selectComments(db: Db, ids: readonly string[]): Promise<CommentRow[]> {
  return rows(db, sql`select id, text from comments where id = any(${ids}) and deleted_at is null`)
}

export interface ActorRow {
  id: string
  username: string
  display_name: string
  avatar_key: string | null
}

export function selectActors(db: Db, ids: readonly string[]): Promise<ActorRow[]> {
  return rows(
    db,
    sql`
      select id, username, coalesce(nullif(display_name, ''), username) as display_name, avatar_key
      from users where id = any(${ids})`,
  )
}

/** Which of some posts have a warning: their photos are not shown in passing. */
export async function selectSensitive(db: Db, postIds: readonly string[]): Promise<Set<string>> {
  const found = await rows<{ id: string }>(
    db,
    sql`select id from posts where id = any(${postIds}) and content_warning is not null`,
  )
  return new Set(found.map(({ id }) => id))
}

// How many of the newest of each kind are looked through for those that are told. Only muted people, people who are gone and a
// setting ever make a difference between the two.
const mostLookedThrough = 1000

/** How much of what happened to some people is unread, up to `mostCounted`. */
export async function countUnread(db: Db, viewerIds: readonly string[]): Promise<Map<string, number>> {
  const viewer = sql`reader.id`
  const [only] = viewerIds
  // Of one person it is asked for every page. A kept plan knows how many are in an array only where they are written out.
  const isOne = only !== undefined && viewerIds.length === 1
  const people = isOne ? sql`array[${only}::bigint]` : sql`${viewerIds}::bigint[]`
  const unreadComments = (whom: Sql) => sql`
    select author_id, post_id, id, reader.comments from (
      select author_id, post_id, id, post_author_id from comments
      where ${whom} = reader.id and reader.comments <> 'nobody' and deleted_at is null
        and id >= id_from(reader.unread_since)
      order by id desc limit ${constant(mostLookedThrough)}
    ) as newest`
  const statement = sql`
      select reader.id, (
        select count(*)::int from (
          select from (
            (
              select user_id as actor_id, post_id, null::bigint as comment_id, reader.likes as senders from likes
              where author_id = reader.id and reader.likes <> 'nobody' and created_at >= reader.unread_since
              order by created_at desc limit ${constant(mostLookedThrough)}
            )
            union all
            select newest.user_id, comments.post_id, comments.id, reader.likes
            from (
              select user_id, comment_id from comment_likes
              where author_id = reader.id and reader.likes <> 'nobody' and created_at >= reader.unread_since
              order by created_at desc limit ${constant(mostLookedThrough)}
            ) as newest
            join comments on comments.id = newest.comment_id
            union all
            (
              select follower_id, null, null, reader.follows from follows
              where followee_id = reader.id and reader.follows <> 'nobody' and created_at >= reader.unread_since
              order by created_at desc limit ${constant(mostLookedThrough)}
            )
            union all
            (
              select followee_id, null, null, reader.follows from follows
              where follower_id = reader.id and reader.follows <> 'nobody' and accepted_at > created_at
                and accepted_at >= reader.unread_since
              order by accepted_at desc limit ${constant(mostLookedThrough)}
            )
            union all
            ${unreadComments(sql`post_author_id`)}
            union all
            ${unreadComments(sql`parent_author_id`)} where post_author_id <> reader.id
            union all
            select comments.author_id, comments.post_id, comments.id, reader.mentions
            from (
              select comment_id from comment_mentions
              where user_id = reader.id and reader.mentions <> 'nobody' and comment_id >= id_from(reader.unread_since)
              order by comment_id desc limit ${constant(mostLookedThrough)}
            ) as newest
            join comments on comments.id = newest.comment_id
            where not ${isToldAsComment(viewer, sql`reader.comments`)}
            union all
            select posts.author_id, posts.id, null, reader.mentions
            from (
              select post_id from post_mentions
              where user_id = reader.id and reader.mentions <> 'nobody' and since >= reader.unread_since
              order by since desc limit ${constant(mostLookedThrough)}
            ) as newest
            join posts on posts.id = newest.post_id
            where posts.published_at is not null
          ) as raw
          where ${isTold(viewer, sql`raw.actor_id`, sql`raw.senders`)}
            and (
              raw.comment_id is null
              or exists (select from comments where comments.id = raw.comment_id and ${isCommentThere})
            )
            and (raw.post_id is null or ${isPostThere(viewer, sql`raw.post_id`)})
          limit ${constant(mostCounted)}
        ) as unread
      ) as unread
      from (${reader(people)}) as reader`
  const found = await rows<{ id: string; unread: number }>(db, isOne ? prepared(statement) : statement)
  return new Map(found.map(({ id, unread }) => [id, unread]))
}

/**
 * To whom something has happened since a moment that may be told, seen by another page of theirs included: a step into each index for
 * each person. What is undone or hidden is not noticed here.
 * @param since null for a first look, which only tells the time
 */
export async function selectPeopleWithNews(
  db: Db,
  personIds: readonly string[],
  since: Date | null,
): Promise<{ now: Date; ids: string[] }> {
  const row = await firstRow<{ now: Date; ids: string[] }>(
    db,
    sql`
      select now() as now, array(
        select person.id::text from unnest(${personIds}::bigint[]) as person (id)
        where exists (select from likes where author_id = person.id and created_at >= given.since)
          or exists (select from comment_likes where author_id = person.id and created_at >= given.since)
          or exists (select from follows where followee_id = person.id and created_at >= given.since)
          or exists (
            select from follows
            where follower_id = person.id and accepted_at > created_at and accepted_at >= given.since
          )
          or exists (
            select from comments
            where post_author_id = person.id and deleted_at is null and comments.id >= id_from(given.since)
          )
          or exists (
            select from comments
            where parent_author_id = person.id and deleted_at is null and comments.id >= id_from(given.since)
          )
          or exists (select from comment_mentions where user_id = person.id and comment_id >= id_from(given.since))
          or exists (select from post_mentions where user_id = person.id and post_mentions.since >= given.since)
          or exists (select from notification_readers where user_id = person.id and changed_at >= given.since)
      ) as ids
      from (select ${since}::timestamptz as since) as given`,
  )
  if (!row) throw new Error('select gave no row')
  return row
}

/** Notes how far somebody has read; never back, and never beyond now. */
export async function updateUnreadSince(db: Db, userId: string, unreadSince: Date): Promise<void> {
  await rows(
    db,
    sql`
      insert into notification_readers (user_id, unread_since)
      values (
        ${userId}, least(${unreadSince}::timestamptz, date_trunc('milliseconds', now()) + interval '1 millisecond')
      )
      on conflict (user_id) do update set unread_since = excluded.unread_since, changed_at = now()
      where notification_readers.unread_since < excluded.unread_since`,
  )
}

export function selectSettings(db: Db, userId: string): Promise<Settings | undefined> {
  return firstRow(
    db,
    sql`select likes, comments, mentions, follows from notification_readers where user_id = ${userId}`,
  )
}

/** Changes the settings that are given. @returns all of them */
export async function updateSettings(
  db: Db,
  userId: string,
  { likes, comments, mentions, follows }: { [topic in Topic]?: Senders | undefined },
): Promise<Settings> {
  const row = await firstRow<Settings>(
    db,
    sql`
      insert into notification_readers as reader (user_id, likes, comments, mentions, follows)
      values (
        ${userId}, coalesce(${likes ?? null}, 'everyone'), coalesce(${comments ?? null}, 'everyone'),
        coalesce(${mentions ?? null}, 'everyone'), coalesce(${follows ?? null}, 'everyone')
      )
      on conflict (user_id) do update set
        likes = coalesce(${likes ?? null}, reader.likes), comments = coalesce(${comments ?? null}, reader.comments),
        mentions = coalesce(${mentions ?? null}, reader.mentions), follows = coalesce(${follows ?? null}, reader.follows),
        changed_at = now()
      returning likes, comments, mentions, follows`,
  )
  if (!row) throw new Error('insert gave no row')
  return row
}
