import type { Db } from '../db/connect.ts'
import { answersTo, namesOfUser } from '../db/names.ts'
import { newest } from '../db/paging.ts'
import { firstRow, prepared, rows, type Sql, sql } from '../db/sql.ts'
import {
  follows,
  hasBlockWith,
  hiddenFrom,
  isModerator,
  isOfferedTo,
  isThereFor,
  silencedFor,
  visibleTo,
} from '../db/visible-to.ts'

/** Whether the author of a post, of `posts` joined with `users`, takes comments on it from somebody. */
function takesCommentsFrom(viewerId: string | null): Sql {
  return sql`(${isLetIn(viewerId)} and posts.allows_comments)`
}

function isLetIn(viewerId: string | null): Sql {
  return sql`(
    users.comments_from = 'everyone' or users.id = ${viewerId}::bigint or ${follows(viewerId, sql`users.id`)}
  )`
}

/**
 * Whether what somebody of `users` says below a post is there for a viewer who may see that. Of who is silenced it is for their
 * followers and for moderators, and below their own posts for whoever has gone there.
 * @param comment the name of the comment's table in the query
 */
function isSaidTo(viewerId: string | null, comment = sql`comments`): Sql {
  return sql`(
    ${isThereFor(viewerId)}
    and (${isOfferedTo(viewerId)} or ${isBelowOwnPost(comment)} or ${isModerator(viewerId)})
  )`
}

function isBelowOwnPost(comment: Sql): Sql {
  return sql`(${comment}.author_id = ${comment}.post_author_id)`
}

/** Whether a comment, of `comments` joined with its author, `users`, is there for a viewer who may see its post. */
function isCommentThereFor(viewerId: string | null): Sql {
  return sql`(
    comments.deleted_at is null and ${isSaidTo(viewerId)} and (
      comments.parent_id is null or exists (
        select from comments as parent join users on users.id = parent.author_id
        where parent.id = comments.parent_id and parent.deleted_at is null and ${isSaidTo(viewerId, sql`parent`)}
      )
    )
  )`
}

export interface DiscussionRow {
  author_display_name: string
  allows_comments: boolean
  is_let_in: boolean
}

/** What a post says of comments, if the viewer may see it. */
export function selectDiscussion(db: Db, viewerId: string | null, postId: string): Promise<DiscussionRow | undefined> {
  return firstRow(
    db,
    prepared(sql`
      select coalesce(nullif(users.display_name, ''), users.username) as author_display_name, posts.allows_comments,
        ${isLetIn(viewerId)} as is_let_in
      from posts join users on users.id = posts.author_id
      where posts.id = ${postId} and posts.published_at is not null and ${visibleTo(viewerId)}`),
  )
}

export interface NewComment {
  text: string
  /** What is answered: a reply to a reply stands below the same comment as that. */
  answersId: string | undefined
  idempotencyKey: string | undefined
}

/** Writes a comment where the viewer may comment, and what is answered is there. @returns its id, if it was written */
export async function insertComment(
  db: Db,
  viewerId: string,
  postId: string,
  { text, answersId, idempotencyKey }: NewComment,
): Promise<string | undefined> {
  const answered = sql`
    select comments.id, comments.parent_id, comments.author_id
    from comments join users on users.id = comments.author_id
    where comments.id = ${answersId ?? null}::bigint and comments.post_id = ${postId} and ${isCommentThereFor(viewerId)}`
  const row = await firstRow<{ id: string }>(
    db,
    prepared(sql`
      insert into comments (post_id, author_id, parent_id, text, post_author_id, parent_author_id, idempotency_key)
      select posts.id, ${viewerId}, coalesce(answered.parent_id, answered.id), ${text}, posts.author_id,
        answered.author_id, ${idempotencyKey ?? null}
      from posts join users on users.id = posts.author_id left join (${answered}) as answered on true
      where posts.id = ${postId} and posts.published_at is not null and ${visibleTo(viewerId)}
        and ${takesCommentsFrom(viewerId)}
        and (${answersId ?? null}::bigint is null or answered.id is not null)
      on conflict on constraint comments_author_idempotency_key do nothing
      returning id`),
  )
  return row?.id
}

/** Notes whom a comment mentions. Names of nobody are no mentions, nor are those of people with a block with its author. */
export async function insertMentions(
  db: Db,
  commentId: string,
  authorId: string,
  usernames: readonly string[],
): Promise<void> {
  await rows(
    db,
    sql`
      insert into comment_mentions (comment_id, user_id)
      select ${commentId}::bigint, users.id from users
      where ${answersTo(usernames)} and not ${hasBlockWith(authorId, sql`users.id`)}
      on conflict do nothing`,
  )
}

export interface EarlierRow {
  id: string
  post_id: string
  text: string
}

export function selectByKey(db: Db, authorId: string, idempotencyKey: string): Promise<EarlierRow | undefined> {
  return firstRow(
    db,
    sql`select id, post_id, text from comments where author_id = ${authorId} and idempotency_key = ${idempotencyKey}`,
  )
}

/**
 * Locks a comment that is the viewer's or stands below a post of theirs, deleted ones included; any, for a moderator.
 * @param viewerId undefined for a moderator
 */
export function lockComment(
  db: Db,
  viewerId: string | undefined,
  id: string,
): Promise<{ post_id: string; parent_id: string | null } | undefined> {
  const isTheirs = viewerId === undefined ? sql`true` : sql`${viewerId}::bigint in (author_id, post_author_id)`
  return firstRow(db, sql`select post_id, parent_id from comments where id = ${id} and ${isTheirs} for no key update`)
}

/** Leaves a tombstone of a comment that is locked, and of the replies to it. */
export async function updateCommentDeleted(db: Db, id: string): Promise<void> {
  await rows(
    db,
    sql`
      with gone as materialized (
        select id from comments
        where (id = ${id} or parent_id = ${id}) and deleted_at is null
        order by parent_id nulls first, id for no key update
      ),
      unmentioned as (delete from comment_mentions where comment_id in (select id from gone))
      update comments set text = '', deleted_at = now() from gone where comments.id = gone.id`,
  )
}

/** Likes a comment that the viewer may see; once. @returns whether that is new */
export async function insertCommentLike(db: Db, viewerId: string, commentId: string): Promise<boolean> {
  const liked = await rows(
    db,
    prepared(sql`
      insert into comment_likes (comment_id, user_id, author_id)
      select id, ${viewerId}, author_id from (${visibleComment(viewerId, commentId)}) as comment
      on conflict do nothing returning comment_id`),
  )
  return liked.length > 0
}

/** @returns whether there was such a like */
export async function deleteCommentLike(db: Db, viewerId: string, commentId: string): Promise<boolean> {
  const gone = await rows(
    db,
    sql`delete from comment_likes where comment_id = ${commentId} and user_id = ${viewerId} returning comment_id`,
  )
  return gone.length > 0
}

export interface PlaceRow {
  id: string
  post_id: string
  parent_id: string | null
  author_id: string
}

function visibleComment(viewerId: string | null, id: string): Sql {
  return sql`
    select comments.id, comments.post_id, comments.parent_id, comments.author_id
    from comments join users on users.id = comments.author_id
    where comments.id = ${id} and ${isCommentThereFor(viewerId)} and exists (
      select from posts join users on users.id = posts.author_id
      where posts.id = comments.post_id and posts.published_at is not null and ${visibleTo(viewerId)}
    )`
}

/** Where a comment stands, if the viewer may see it. */
export function selectPlace(db: Db, viewerId: string | null, id: string): Promise<PlaceRow | undefined> {
  return firstRow(db, prepared(visibleComment(viewerId, id)))
}

export interface CommentRow {
  id: string
  parent_id: string | null
  text: string
  created_at: Date
  like_count: number
  is_liked: boolean
  author_id: string
  author_username: string
  author_display_name: string
  author_avatar_key: string | null
  post_author_id: string
}

/** The columns of a `CommentRow`, of `comments` joined with its author, `users`; "hidden" stands in the query. */
function columns(viewerId: string | null): Sql {
  return sql`
    comments.id, comments.parent_id, comments.text, id_time(comments.id) as created_at,
    comments.like_count - (
      select count(*)::int from comment_likes
      where comment_likes.comment_id = comments.id and comment_likes.user_id = any(array(select id from hidden))
    ) as like_count,
    exists (
      select from comment_likes
      where comment_likes.comment_id = comments.id and comment_likes.user_id = ${viewerId}::bigint
    ) as is_liked,
    users.id as author_id, users.username as author_username,
    coalesce(nullif(users.display_name, ''), users.username) as author_display_name, users.avatar_key as author_avatar_key, comments.post_author_id`
}

/** Comments on a post, newest first; of one comment, the replies to it. The viewer may see what they stand below. */
export function selectComments(
  db: Db,
  viewerId: string | null,
  below: { postId: string } | { parentId: string },
  maxId: string | undefined,
  limit: number,
): Promise<CommentRow[]> {
  const where =
    'postId' in below
      ? sql`comments.post_id = ${below.postId} and comments.parent_id is null`
      : sql`comments.parent_id = ${below.parentId}`
  return rows(
    db,
    prepared(sql`
      with hidden as materialized ${hiddenFrom(viewerId)}
      select ${columns(viewerId)}
      from comments join users on users.id = comments.author_id
      where ${where} and comments.id < ${maxId ?? newest} and comments.deleted_at is null and ${isSaidTo(viewerId)}
      order by comments.id desc limit ${limit}`),
  )
}

/** The newest comments, replies left out, on each of some posts, oldest first. The viewer may see the posts. */
export function selectLatestComments(
  db: Db,
  viewerId: string | null,
  postIds: readonly string[],
  limitEach: number,
): Promise<(CommentRow & { post_id: string })[]> {
  return rows(
    db,
    prepared(sql`
      with hidden as materialized ${hiddenFrom(viewerId)}
      select latest.* from unnest(${postIds}::bigint[]) as post (id) cross join lateral (
        select ${columns(viewerId)}, comments.post_id
        from comments join users on users.id = comments.author_id
        where comments.post_id = post.id and comments.parent_id is null and comments.deleted_at is null
          and ${isSaidTo(viewerId)}
        order by comments.id desc limit ${limitEach}
      ) as latest
      order by latest.id`),
  )
}

/** Some comments, as far as they are there for the viewer. */
export function selectCommentsById(db: Db, viewerId: string | null, ids: readonly string[]): Promise<CommentRow[]> {
  return rows(
    db,
    prepared(sql`
      with hidden as materialized ${hiddenFrom(viewerId)}
      select ${columns(viewerId)}
      from comments join users on users.id = comments.author_id
      where comments.id = any(${ids}::bigint[]) and comments.deleted_at is null and ${isSaidTo(viewerId)}`),
  )
}

/** The first replies to each of some comments, oldest first. */
export function selectFirstReplies(
  db: Db,
  viewerId: string | null,
  parentIds: readonly string[],
  limitEach: number,
): Promise<CommentRow[]> {
  return rows(
    db,
    prepared(sql`
      with hidden as materialized ${hiddenFrom(viewerId)}
      select replies.* from unnest(${parentIds}::bigint[]) as parent (id) cross join lateral (
        select ${columns(viewerId)}
        from comments join users on users.id = comments.author_id
        where comments.parent_id = parent.id and comments.deleted_at is null and ${isSaidTo(viewerId)}
        order by comments.id limit ${limitEach}
      ) as replies
      order by replies.id`),
  )
}

/** Whom comments mention, of those who are there for the viewer. */
export function selectMentions(
  db: Db,
  viewerId: string | null,
  commentIds: readonly string[],
): Promise<{ comment_id: string; username: string }[]> {
  return rows(
    db,
    prepared(sql`
      select comment_mentions.comment_id, names.username
      from comment_mentions join users on users.id = comment_mentions.user_id cross join ${namesOfUser} as names
      where comment_mentions.comment_id = any(${commentIds}::bigint[]) and ${isThereFor(viewerId)}`),
  )
}

/**
 * How many comments and replies of some posts are there for a viewer: the stored count, less those of hidden and silenced people, and
 * less the replies to these.
 */
export function selectCommentCounts(
  db: Db,
  viewerId: string | null,
  postIds: readonly string[],
): Promise<{ post_id: string; comment_count: number }[]> {
  const isUnheard = (comment: Sql) => sql`(
    ${comment}.author_id = any(array(select id from unheard))
    and (not ${isBelowOwnPost(comment)} or ${comment}.author_id = any(array(select id from hidden)))
  )`
  return rows(
    db,
    prepared(sql`
      with hidden as materialized ${hiddenFrom(viewerId)},
        unheard as materialized (select id from hidden union select id from ${silencedFor(viewerId)} as silenced)
      select posts.id as post_id,
        posts.comment_count - (
          select coalesce(sum(
            case
              when comments.parent_id is null then 1 + (
                select count(*) from comments as reply
                where reply.parent_id = comments.id and reply.deleted_at is null
              )
              -- Gone already, with what it answers.
              when exists (
                select from comments as parent
                where parent.id = comments.parent_id and ${isUnheard(sql`parent`)}
              ) then 0
              else 1
            end
          ), 0)::int
          from comments
          where comments.post_id = posts.id and ${isUnheard(sql`comments`)} and comments.deleted_at is null
        ) as comment_count
      from posts where posts.id = any(${postIds}::bigint[])`),
  )
}

/** Has replies to somebody's comments answer nobody any more, so that they stay. @returns how many it has changed */
export async function updateRepliesTo(db: Db, personId: string, limit: number): Promise<number> {
  const changed = await rows(
    db,
    sql`
      update comments set parent_author_id = author_id
      where id in (
        select id from comments where parent_author_id = ${personId} and author_id <> ${personId} order by id limit ${limit}
      )
      returning id`,
  )
  return changed.length
}

/** @returns how many comments of somebody it has deleted, no more than asked for; the replies to them go as well */
export async function deleteCommentsBy(db: Db, authorId: string, limit: number): Promise<number> {
  const gone = await rows(
    db,
    sql`
      delete from comments
      where id in (select id from comments where author_id = ${authorId} order by id desc limit ${limit}) returning id`,
  )
  return gone.length
}

/** @returns how many likes of comments by somebody it has deleted, no more than asked for */
export async function deleteCommentLikesBy(db: Db, userId: string, limit: number): Promise<number> {
  const gone = await rows(
    db,
    sql`
      delete from comment_likes
      where user_id = ${userId} and comment_id in (
        select comment_id from comment_likes where user_id = ${userId} order by comment_id limit ${limit}
      )
      returning comment_id`,
  )
  return gone.length
}
