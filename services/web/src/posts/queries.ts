import type { Db } from '../db/connect.ts'
import { answersTo, namesOfUser } from '../db/names.ts'
import { newest } from '../db/paging.ts'
import { firstRow, prepared, rows, type Sql, sql } from '../db/sql.ts'
import { follows, hasBlockWith, isOfferedTo, isThereFor, openToAll, visibleTo } from '../db/visible-to.ts'
import type { Visibility } from './input.ts'

export interface PostContent {
  caption: string
  place: string
  visibility: Visibility
  allowsComments: boolean
  /** Null for a post that needs none, empty for one without words. */
  contentWarning: string | null
}

/** Makes a post; undefined if its author has used the key before. */
export async function insertPost(
  db: Db,
  post: PostContent & { authorId: string; isDraft: boolean; idempotencyKey: string | undefined },
): Promise<string | undefined> {
  const row = await firstRow<{ id: string }>(
    db,
    sql`
      insert into posts
        (author_id, caption, place, visibility, allows_comments, content_warning, is_draft, idempotency_key)
      values (
        ${post.authorId}, ${post.caption}, ${post.place}, ${post.visibility}, ${post.allowsComments},
        ${post.contentWarning}, ${post.isDraft}, ${post.idempotencyKey ?? null}
      )
      on conflict on constraint posts_author_idempotency_key do nothing
      returning id`,
  )
  return row?.id
}

export async function selectIdByKey(db: Db, authorId: string, idempotencyKey: string): Promise<string | undefined> {
  const row = await firstRow<{ id: string }>(
    db,
    sql`select id from posts where author_id = ${authorId} and idempotency_key = ${idempotencyKey}`,
  )
  return row?.id
}

/** Locks a post whose photos are locked already (lockPhotosOf). */
export async function lockPost(db: Db, id: string): Promise<void> {
  await rows(db, sql`select from posts where id = ${id} for update`)
}

/**
 * Makes the hashtags and mentions of a post those of its caption. Names of nobody are no mentions, nor are those of people with a
 * block with its author.
 */
export async function replaceEntities(
  db: Db,
  postId: string,
  authorId: string,
  tags: readonly string[],
  usernames: readonly string[],
): Promise<void> {
  const mentioned = sql`
    select users.id from users
    where ${answersTo(usernames)} and not ${hasBlockWith(authorId, sql`users.id`)}`
  await rows(db, sql`delete from post_hashtags where post_id = ${postId} and tag <> all(${tags}::text[])`)
  await rows(
    db,
    sql`
      insert into post_hashtags (post_id, tag) select ${postId}::bigint, unnest(${tags}::text[])
      on conflict do nothing`,
  )
  await rows(db, sql`delete from post_mentions where post_id = ${postId} and user_id not in (${mentioned})`)
  await rows(
    db,
    sql`
      insert into post_mentions (post_id, user_id)
      select ${postId}::bigint, id from (${mentioned}) as mentioned
      on conflict do nothing`,
  )
}

/** Changes what an author says of a post; `isEdit` for one that others have seen. */
export async function updatePost(db: Db, id: string, content: PostContent, isEdit: boolean): Promise<void> {
  await rows(
    db,
    sql`
      update posts
      set caption = ${content.caption}, place = ${content.place}, visibility = ${content.visibility},
        allows_comments = ${content.allowsComments}, content_warning = ${content.contentWarning},
        -- Of a post that nobody has seen it says when its author was at it last: a week after that it is swept.
        edited_at = case when ${isEdit} or published_at is null then now() else edited_at end
      where id = ${id}`,
  )
}

/** Notes that its author is at a draft: it is swept some days after that. */
export async function touchDraft(db: Db, id: string): Promise<void> {
  await rows(db, sql`update posts set edited_at = now() where id = ${id} and is_draft`)
}

/** Keeps what a post says now, before it is changed. */
export async function insertRevision(db: Db, postId: string): Promise<void> {
  await rows(
    db,
    sql`
      insert into post_revisions (post_id, caption, place, visibility, content_warning, alt_texts)
      select id, caption, place, visibility, content_warning,
        array(select alt_text from photos where photos.post_id = posts.id order by position)
      from posts where id = ${postId}`,
  )
  await rows(
    db,
    sql`
      delete from post_revisions
      where id in (select id from post_revisions where post_id = ${postId} order by id desc offset ${mostRevisions})`,
  )
}

/** Kept of one post; older ones go. */
const mostRevisions = 100

export interface RevisionRow {
  /** When it was replaced by the next. */
  replaced_at: Date
  caption: string
  place: string
  visibility: Visibility
  content_warning: string | null
  alt_texts: string[]
}

/** What a post has said before, newest first. */
export function selectRevisions(db: Db, postId: string): Promise<RevisionRow[]> {
  return rows(
    db,
    sql`
      select id_time(id) as replaced_at, caption, place, visibility, content_warning, alt_texts
      from post_revisions where post_id = ${postId} order by id desc`,
  )
}

/** Makes a post of a draft, under a new id: the time of its posting. @returns the new id, if it was a draft of this author */
export async function updateDraftShared(db: Db, authorId: string, id: string): Promise<string | undefined> {
  const row = await firstRow<{ id: string }>(
    db,
    sql`
      update posts set id = next_id(), drafted_as = id, is_draft = false, edited_at = null
      where id = ${id} and author_id = ${authorId} and is_draft returning id`,
  )
  return row?.id
}

/** What became of a draft. */
export async function selectIdOfDraft(db: Db, authorId: string, draftId: string): Promise<string | undefined> {
  const row = await firstRow<{ id: string }>(
    db,
    sql`select id from posts where author_id = ${authorId} and drafted_as = ${draftId}`,
  )
  return row?.id
}

/** Publishes a post whose photos are all ready; does nothing to others. The post is locked. @returns whether it did */
export async function publishIfReady(db: Db, postId: string): Promise<boolean> {
  const published = await rows(
    db,
    sql`
      update posts set published_at = now(), edited_at = null
      where id = ${postId} and published_at is null and not is_draft and deleted_at is null
        and exists (select from photos where photos.post_id = posts.id)
        and not exists (select from photos where photos.post_id = posts.id and photos.state <> 'ready')
      returning id`,
  )
  return published.length > 0
}

/** Posts that nothing is missing of but that they are published. */
export async function selectComplete(db: Db): Promise<string[]> {
  const found = await rows<{ id: string }>(
    db,
    sql`
      select id from posts
      where published_at is null and not is_draft and deleted_at is null
        and exists (select from photos where photos.post_id = posts.id)
        and not exists (select from photos where photos.post_id = posts.id and photos.state <> 'ready')
      order by id limit 100`,
  )
  return found.map(({ id }) => id)
}

export async function deletePost(db: Db, id: string): Promise<void> {
  await rows(db, sql`delete from posts where id = ${id}`)
}

/** Leaves a tombstone. */
export async function updatePostDeleted(db: Db, id: string): Promise<void> {
  await rows(db, sql`update posts set deleted_at = now() where id = ${id} and deleted_at is null`)
}

/** Deleted posts whose photos have been kept for long enough. */
export async function selectPurgeable(db: Db, graceDays: number): Promise<string[]> {
  const found = await rows<{ id: string }>(
    db,
    sql`
      select id from posts
      where deleted_at is not null and purged_at is null
        and (published_at is null or deleted_at < now() - make_interval(days => ${graceDays}))
      order by deleted_at limit 100`,
  )
  return found.map(({ id }) => id)
}

/** Takes everything from a deleted post but its id and author. */
export async function updatePostPurged(db: Db, id: string): Promise<void> {
  await rows(db, sql`delete from post_hashtags where post_id = ${id}`)
  await rows(db, sql`delete from post_mentions where post_id = ${id}`)
  await rows(db, sql`delete from post_revisions where post_id = ${id}`)
  await rows(
    db,
    sql`update posts set caption = '', place = '', content_warning = null, purged_at = now() where id = ${id}`,
  )
}

const isAbandoned = (days: number) => sql`
  published_at is null and deleted_at is null
  and coalesce(edited_at, id_time(id)) < now() - make_interval(days => ${days})
  and (
    is_draft or exists (
      select from photos
      where photos.post_id = posts.id and photos.state = 'refused' and photos.refusal not in ('given-up', 'edits')
    )
  )`

/** Drafts, and posts that wait for their author to do something about a photo, that nobody has touched for long. */
export async function selectAbandoned(db: Db, days: number): Promise<string[]> {
  const found = await rows<{ id: string }>(
    db,
    sql`select id from posts where ${isAbandoned(days)} order by id limit 100`,
  )
  return found.map(({ id }) => id)
}

/** Takes one of these away from its author; false if it was touched meanwhile. The post is locked. */
export async function updateAbandonedDeleted(db: Db, id: string, days: number): Promise<boolean> {
  const found = await rows(
    db,
    sql`update posts set deleted_at = now() where id = ${id} and ${isAbandoned(days)} returning id`,
  )
  return found.length > 0
}

export interface PostRow {
  id: string
  caption: string
  place: string
  visibility: Visibility
  allows_comments: boolean
  content_warning: string | null
  is_draft: boolean
  is_published: boolean
  is_open_to_all: boolean
  created_at: Date
  edited_at: Date | null
  author_id: string
  author_username: string
  author_display_name: string
  author_avatar_key: string | null
  author_shows_camera: boolean
  author_allows_indexing: boolean
}

function selectPosts(where: Sql, viewerId: string | null, limit: number, order: Sql = sql`posts.id desc`): Sql {
  return prepared(sql`
    select posts.id, posts.caption, posts.place, posts.visibility, posts.allows_comments, posts.content_warning,
      posts.is_draft, posts.published_at is not null as is_published, ${openToAll} as is_open_to_all,
      id_time(posts.id) as created_at, posts.edited_at,
      users.id as author_id, users.username as author_username,
      coalesce(nullif(users.display_name, ''), users.username) as author_display_name, users.avatar_key as author_avatar_key,
      users.shows_camera as author_shows_camera, users.allows_indexing and ${isOfferedTo(null)} as author_allows_indexing
    from posts join users on users.id = posts.author_id
    where ${where} and ${visibleTo(viewerId)}
    order by ${order}
    limit ${limit}`)
}

export function selectPost(db: Db, id: string, viewerId: string | null): Promise<PostRow | undefined> {
  return firstRow(db, selectPosts(sql`posts.id = ${id}`, viewerId, 1))
}

/** Those of some posts that the viewer may see, in no order. */
export function selectPostsOf(db: Db, ids: readonly string[], viewerId: string | null): Promise<PostRow[]> {
  return rows(db, selectPosts(sql`posts.id = any(${ids}::bigint[])`, viewerId, ids.length))
}

/** The newest posts that are public, of people who are. Reads posts_public. */
export function selectLatestPosts(
  db: Db,
  viewerId: string | null,
  maxId: string | undefined,
  limit: number,
): Promise<PostRow[]> {
  const where = sql`
    posts.published_at is not null and posts.deleted_at is null and posts.visibility = 'public'
    and posts.id < ${maxId ?? newest} and not users.is_private and ${isOfferedTo(viewerId)}`
  return rows(db, selectPosts(where, viewerId, limit))
}

/**
 * Somebody's posts; unpublished ones of their own are among them, drafts are not.
 *
 * The author stands in the order, and in an array that is known only when it runs: so posts_by_author has this order, and the index of all
 * posts has not. Else whoever has many of all posts, or had, has everybody's read for their own.
 */
export function selectPostsBy(
  db: Db,
  authorId: string,
  viewerId: string | null,
  maxId: string | undefined,
  limit: number,
): Promise<PostRow[]> {
  const where = sql`
    posts.author_id = any(array(select ${authorId}::bigint)) and not posts.is_draft and posts.id < ${maxId ?? newest}`
  return rows(db, selectPosts(where, viewerId, limit, sql`posts.author_id, posts.id desc`))
}

/** What of somebody's posts is meant for everybody, unlisted ones left out. */
export function selectPublicPostsBy(db: Db, authorId: string, limit: number): Promise<PostRow[]> {
  return rows(db, selectPosts(sql`posts.author_id = ${authorId} and posts.visibility = 'public'`, null, limit))
}

/**
 * The public posts that mention somebody: those of other people, whoever may see them. Reads post_mentions_by_user.
 */
export async function selectIdsMentioning(
  db: Db,
  personId: string,
  viewerId: string | null,
  maxId: string | undefined,
  limit: number,
): Promise<string[]> {
  const found = await rows<{ id: string }>(
    db,
    prepared(sql`
      select post_mentions.post_id as id
      from post_mentions
        -- One at a time, and no more than it takes: the limit keeps the planner from joining them all.
        cross join lateral (
          select from posts join users on users.id = posts.author_id
          where posts.id = post_mentions.post_id and posts.published_at is not null and posts.visibility = 'public'
            and posts.author_id <> post_mentions.user_id and ${visibleTo(viewerId)} and ${isOfferedTo(viewerId)}
          limit 1
        ) as seen
      where post_mentions.user_id = ${personId} and post_mentions.post_id < ${maxId ?? newest}
      order by post_mentions.post_id desc
      limit ${limit}`),
  )
  return found.map(({ id }) => id)
}

/** The posts that somebody likes and may still see, the newest first, as their index has them. Reads likes_by_user. */
export async function selectIdsLikedBy(
  db: Db,
  userId: string,
  maxId: string | undefined,
  limit: number,
): Promise<string[]> {
  const found = await rows<{ id: string }>(
    db,
    sql`
      select likes.post_id as id
      from likes
        cross join lateral (
          select from posts join users on users.id = posts.author_id
          where posts.id = likes.post_id and posts.published_at is not null and ${visibleTo(userId)}
          limit 1
        ) as seen
      where likes.user_id = ${userId} and likes.post_id < ${maxId ?? newest}
      order by likes.post_id desc
      limit ${limit}`,
  )
  return found.map(({ id }) => id)
}

export function selectDrafts(db: Db, authorId: string, limit: number): Promise<PostRow[]> {
  const where = sql`
    posts.author_id = ${authorId} and posts.is_draft and posts.published_at is null
    -- One that holds nothing is nothing to go back to.
    and (posts.caption <> '' or exists (select from photos where photos.post_id = posts.id))`
  return rows(db, selectPosts(where, authorId, limit))
}

/** Whom posts mention, by post, of those who are there for the viewer. */
export async function selectMentions(
  db: Db,
  viewerId: string | null,
  postIds: readonly string[],
): Promise<Map<string, Set<string>>> {
  const found = await rows<{ post_id: string; username: string }>(
    db,
    prepared(sql`
      select post_mentions.post_id, names.username
      from post_mentions join users on users.id = post_mentions.user_id cross join ${namesOfUser} as names
      where post_mentions.post_id = any(${postIds}) and ${isThereFor(viewerId)}`),
  )
  const byPost = Map.groupBy(found, ({ post_id }) => post_id)
  return new Map([...byPost].map(([postId, mentions]) => [postId, new Set(mentions.map(({ username }) => username))]))
}

/** Of all posts of somebody, drafts and tombstones included, some. */
export async function selectIdsBy(db: Db, authorId: string, limit: number): Promise<string[]> {
  const found = await rows<{ id: string }>(
    db,
    sql`select id from posts where author_id = ${authorId} order by id desc limit ${limit}`,
  )
  return found.map(({ id }) => id)
}

export async function countPostsBy(db: Db, authorId: string): Promise<number> {
  const row = await firstRow<{ count: number }>(
    db,
    sql`select count(*)::int as count from posts where author_id = ${authorId}`,
  )
  return row?.count ?? 0
}

/** How many posts of somebody the viewer may know of: undefined if nothing is said of that. */
export async function selectPostCount(db: Db, authorId: string, viewerId: string | null): Promise<number | undefined> {
  const row = await firstRow<{ count: number | null }>(
    db,
    prepared(sql`
      select case
        when users.id = ${viewerId}::bigint or ${follows(viewerId, sql`users.id`)} then post_count
        when not is_private then open_post_count
      end as count
      from users where id = ${authorId}`),
  )
  return row?.count ?? undefined
}
