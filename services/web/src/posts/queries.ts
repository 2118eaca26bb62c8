import type { Db } from '../db/connect.ts'
import { firstRow, rows, type Sql, sql } from '../db/sql.ts'
import type { Developed, Verdict } from '../media/decoder-child.ts'
import { visibleTo } from './visibility.ts'

export async function insertPost(db: Db, post: { authorId: string; caption: string }): Promise<string> {
  const [row] = await rows<{ id: string }>(
    db,
    sql`insert into posts (author_id, caption) values (${post.authorId}, ${post.caption}) returning id`,
  )
  if (!row) throw new Error('insert gave no row')
  return row.id
}

export async function insertPhoto(
  db: Db,
  photo: { postId: string; mediaKey: string; originalBytes: number; originalSha256: Buffer },
): Promise<string> {
  const [row] = await rows<{ id: string }>(
    db,
    sql`
      insert into photos (post_id, media_key, original_bytes, original_sha256)
      values (${photo.postId}, ${photo.mediaKey}, ${photo.originalBytes}, ${photo.originalSha256})
      returning id`,
  )
  if (!row) throw new Error('insert gave no row')
  return row.id
}

export interface PhotoRow {
  id: string
  post_id: string
  state: 'received' | 'ready' | 'refused'
  refusal: Verdict | null
  media_key: string
  width: number | null
  height: number | null
  rendition_widths: number[]
}

const photoColumns = sql`id, post_id, state, refusal, media_key, width, height, rendition_widths`

export function selectPhoto(db: Db, id: string): Promise<PhotoRow | undefined> {
  return firstRow(db, sql`select ${photoColumns} from photos where id = ${id}`)
}

/** The photos of several posts at once, in the order in which each post shows them. */
export function selectPhotosOf(db: Db, postIds: readonly string[]): Promise<PhotoRow[]> {
  return rows(db, sql`select ${photoColumns} from photos where post_id = any(${postIds}) order by post_id, position`)
}

export async function updatePhotoReady(db: Db, id: string, developed: Developed): Promise<void> {
  await rows(
    db,
    sql`
      update photos
      set state = 'ready', width = ${developed.width}, height = ${developed.height}, rendition_widths = ${developed.renditionWidths}
      where id = ${id} and state = 'received'`,
  )
}

/** Whether it was for us to refuse it: another worker may have finished it meanwhile. */
export async function updatePhotoRefused(db: Db, id: string, refusal: Verdict): Promise<boolean> {
  const refused = await rows(
    db,
    sql`update photos set state = 'refused', refusal = ${refusal} where id = ${id} and state = 'received' returning id`,
  )
  return refused.length > 0
}

/** Photos that have waited for long, and that no job is about any more. */
export async function selectForgottenPhotos(db: Db): Promise<{ id: string }[]> {
  return rows(
    db,
    sql`
      select id from photos
      where state = 'received' and id_time(id) < now() - interval '10 minutes'
        and not exists (
          select from jobs.job
          where name = 'develop-photo' and state in ('created', 'retry', 'active') and data->>'photoId' = photos.id::text
        )
      limit 100`,
  )
}

/** Those of some media keys that belong to a photo. */
export async function selectKnownMediaKeys(db: Db, mediaKeys: readonly string[]): Promise<Set<string>> {
  const found = await rows<{ media_key: string }>(
    db,
    sql`select media_key from photos where media_key = any(${mediaKeys})`,
  )
  return new Set(found.map(({ media_key }) => media_key))
}

/** Publishes a post whose photos are all ready; does nothing to others. */
export async function publishIfReady(db: Db, postId: string): Promise<void> {
  await rows(
    db,
    sql`
      update posts set published_at = now()
      where id = ${postId} and published_at is null
        and not exists (select from photos where photos.post_id = posts.id and photos.state <> 'ready')`,
  )
}

export async function deletePost(db: Db, id: string): Promise<void> {
  await rows(db, sql`delete from posts where id = ${id}`)
}

export interface PostRow {
  id: string
  caption: string
  is_published: boolean
  created_at: Date
  author_username: string
  author_display_name: string
}

function selectPosts(where: Sql, viewerId: string | null, limit: number): Sql {
  return sql`
    select posts.id, posts.caption, posts.published_at is not null as is_published, id_time(posts.id) as created_at,
      users.username as author_username, coalesce(nullif(users.display_name, ''), users.username) as author_display_name
    from posts join users on users.id = posts.author_id
    where ${where} and ${visibleTo(viewerId)}
    order by posts.id desc
    limit ${limit}`
}

// The largest id there can be: a page without a beginning starts here.
const newest = '9223372036854775807'

export function selectPost(db: Db, id: string, viewerId: string | null): Promise<PostRow | undefined> {
  return firstRow(db, selectPosts(sql`posts.id = ${id}`, viewerId, 1))
}

/** The newest published posts of everybody. Reads posts_published from its end. */
export function selectLatestPosts(
  db: Db,
  viewerId: string | null,
  maxId: string | undefined,
  limit: number,
): Promise<PostRow[]> {
  return rows(db, selectPosts(sql`posts.published_at is not null and posts.id < ${maxId ?? newest}`, viewerId, limit))
}

export function selectPostsBy(
  db: Db,
  authorId: string,
  viewerId: string | null,
  maxId: string | undefined,
  limit: number,
): Promise<PostRow[]> {
  return rows(db, selectPosts(sql`posts.author_id = ${authorId} and posts.id < ${maxId ?? newest}`, viewerId, limit))
}

export async function countPostsBy(db: Db, authorId: string): Promise<number> {
  const row = await firstRow<{ count: number }>(
    db,
    sql`select count(*)::int as count from posts where author_id = ${authorId}`,
  )
  return row?.count ?? 0
}
