import type { Db } from '../db/connect.ts'
import { newest } from '../db/paging.ts'
import { firstRow, rows, type Sql, sql } from '../db/sql.ts'

/**
 * What somebody takes along. It is named column by column, so that no secret, and nothing of others but their names, ever comes into
 * it because a table has got a new column.
 */

/** A row of data.json, in the names that it has there. */
export type Entry = Readonly<Record<string, unknown>>

export function selectAccount(db: Db, id: string): Promise<(Entry & { name: string }) | undefined> {
  return firstRow(
    db,
    sql`
      select users.id::text as id, username as name, display_name as "displayName", bio, website,
        created_at as "createdAt",
        (
          select coalesce(json_agg(json_build_object('address', address, 'confirmedAt', confirmed_at) order by id), '[]')
          from email_addresses where user_id = users.id
        ) as "emailAddresses",
        is_admin as "isAdmin", is_moderator as "isModerator",
        json_build_object(
          'isPrivate', is_private, 'showsCamera', shows_camera, 'commentsFrom', comments_from,
          'allowsIndexing', allows_indexing, 'theme', theme, 'language', language,
          'notifications', (
            select json_build_object(
              'likes', likes, 'comments', comments, 'mentions', mentions, 'follows', follows, 'mailsNews', mails_news
            )
            from notification_readers where user_id = users.id
          ),
          'twoStepSignInSince', (select confirmed_at from authenticators where user_id = users.id)
        ) as settings
      from users where id = ${id}`,
  )
}

/** How many bytes the originals of somebody's posts have. */
export async function sumOriginals(db: Db, authorId: string): Promise<number> {
  const row = await firstRow<{ bytes: string }>(
    db,
    sql`
      select coalesce(sum(photos.original_bytes), 0)::text as bytes
      from photos join posts on posts.id = photos.post_id
      where posts.author_id = ${authorId} and posts.deleted_at is null`,
  )
  return Number(row?.bytes ?? 0)
}

export interface ExportedPhoto {
  id: string
  mediaKey: string
  format: string | null
  renditionKey: string | null
  renditionWidths: number[]
  altText: string
  width: number | null
  height: number | null
  camera: unknown
  edits: unknown
  state: string
}

export interface ExportedPost {
  id: string
  caption: string
  place: string
  visibility: string
  allowsComments: boolean
  contentWarning: string | null
  isDraft: boolean
  createdAt: string
  publishedAt: string | null
  editedAt: string | null
  likes: number
  comments: number
  mentions: string[]
  earlierVersions: Entry[]
  photos: ExportedPhoto[]
}

/** Some of somebody's posts, drafts included and deleted ones not, the newest first. */
export async function selectPosts(db: Db, authorId: string, beforeId: string | undefined, limit: number) {
  const found = await rows<{ post: ExportedPost }>(
    db,
    sql`
      select json_build_object(
        'id', posts.id::text, 'caption', caption, 'place', place, 'visibility', visibility,
        'allowsComments', allows_comments, 'contentWarning', content_warning, 'isDraft', is_draft,
        'createdAt', id_time(posts.id), 'publishedAt', published_at, 'editedAt', edited_at,
        'likes', like_count, 'comments', comment_count,
        'mentions', coalesce((
          select json_agg(users.username order by users.username)
          from post_mentions join users on users.id = post_mentions.user_id where post_mentions.post_id = posts.id
        ), '[]'),
        'earlierVersions', coalesce((
          select json_agg(json_build_object(
            'until', id_time(id), 'caption', caption, 'place', place, 'visibility', visibility,
            'contentWarning', content_warning, 'altTexts', alt_texts
          ) order by id desc)
          from post_revisions where post_id = posts.id
        ), '[]'),
        'photos', coalesce((
          select json_agg(json_build_object(
            'id', id::text, 'mediaKey', media_key, 'format', original_format, 'renditionKey', rendition_key,
            'renditionWidths', rendition_widths, 'altText', alt_text, 'width', width, 'height', height, 'camera', camera,
            'edits', edits, 'state', state
          ) order by position)
          from photos where post_id = posts.id
        ), '[]')
      ) as post
      from posts
      where author_id = ${authorId} and deleted_at is null and id < ${beforeId ?? newest}::bigint
      order by id desc limit ${limit}`,
  )
  return found.map(({ post }) => post)
}

/** One of the lists of data.json: so many rows below a position, the newest first, each with its own. */
export interface List {
  name: string
  select(db: Db, userId: string, below: string | undefined, limit: number): Promise<(Entry & { position: string })[]>
}

/** @param position of a row: an id, or whatever else rises from one row to the next */
function list(name: string, columns: Sql, from: Sql, owner: Sql, position: Sql): List {
  return {
    name,
    select: (db, userId, below, limit) =>
      rows(
        db,
        sql`
          select ${columns}, ${position}::text as position from ${from}
          where ${owner} = ${userId} and ${position} < ${below ?? newest}::bigint
          order by ${position} desc limit ${limit}`,
      ),
  }
}

export const lists: readonly List[] = [
  list(
    'comments',
    sql`comments.id::text as id, comments.post_id::text as "postId", author.username as "postOf", comments.text,
      id_time(comments.id) as "createdAt", answered.username as "answerTo"`,
    sql`comments join users as author on author.id = comments.post_author_id
      left join users as answered on answered.id = comments.parent_author_id`,
    // A deleted one says nothing any more.
    sql`comments.deleted_at is null and comments.author_id`,
    sql`comments.id`,
  ),
  list(
    'likes',
    sql`likes.post_id::text as "postId", author.username as "postOf", likes.created_at as "createdAt"`,
    sql`likes join users as author on author.id = likes.author_id`,
    sql`likes.user_id`,
    sql`likes.post_id`,
  ),
  list(
    'likesOfComments',
    sql`comment_likes.comment_id::text as "commentId", author.username as "commentOf",
      comment_likes.created_at as "createdAt"`,
    sql`comment_likes join users as author on author.id = comment_likes.author_id`,
    sql`comment_likes.user_id`,
    sql`comment_likes.comment_id`,
  ),
  list(
    'following',
    sql`users.username as name, follows.created_at as "askedAt", follows.accepted_at as "since"`,
    sql`follows join users on users.id = follows.followee_id`,
    sql`follows.follower_id`,
    sql`follows.id`,
  ),
  list(
    'followers',
    sql`users.username as name, follows.created_at as "askedAt", follows.accepted_at as "since"`,
    sql`follows join users on users.id = follows.follower_id`,
    sql`follows.followee_id`,
    sql`follows.id`,
  ),
  list(
    'blocked',
    sql`users.username as name, blocks.created_at as "since"`,
    sql`blocks join users on users.id = blocks.blocked_id`,
    sql`blocks.blocker_id`,
    sql`blocks.id`,
  ),
  list(
    'muted',
    sql`users.username as name, mutes.created_at as "since", mutes.ends_at as "until",
      mutes.hides_notifications as "hidesNotifications"`,
    sql`mutes join users on users.id = mutes.muted_id`,
    sql`mutes.muter_id`,
    sql`mutes.id`,
  ),
  list(
    'saved',
    sql`bookmarks.post_id::text as "postId", author.username as "postOf", id_time(bookmarks.id) as "savedAt",
      array(
        select collections.name from collection_posts join collections on collections.id = collection_posts.collection_id
        where collection_posts.owner_id = bookmarks.user_id and collection_posts.post_id = bookmarks.post_id
        order by collections.name
      ) as collections`,
    sql`bookmarks join posts on posts.id = bookmarks.post_id join users as author on author.id = posts.author_id`,
    sql`bookmarks.user_id`,
    sql`bookmarks.id`,
  ),
  list('collections', sql`collections.name`, sql`collections`, sql`collections.owner_id`, sql`collections.id`),
  list(
    'passkeys',
    sql`passkeys.name, passkeys.created_at as "createdAt", passkeys.last_used_at as "lastUsedAt"`,
    sql`passkeys`,
    sql`passkeys.user_id`,
    sql`passkeys.id`,
  ),
  list(
    'sessions',
    sql`sessions.device, sessions.created_at as "createdAt", sessions.last_used_at as "lastUsedAt"`,
    sql`sessions`,
    sql`sessions.user_id`,
    sql`sessions.id`,
  ),
  list(
    'reports',
    sql`reports.reason, reports.note, id_time(reports.id) as "createdAt"`,
    sql`reports`,
    sql`reports.reporter_id`,
    sql`reports.id`,
  ),
]

/** They have no id to be paged by, and are few: each is a choice on a page. */
export function selectFollowedHashtags(db: Db, userId: string): Promise<Entry[]> {
  return rows(
    db,
    sql`select tag, created_at as "since" from hashtag_follows where user_id = ${userId} order by tag limit 100000`,
  )
}
