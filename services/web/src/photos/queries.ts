import type { Db } from '../db/connect.ts'
import { firstRow, prepared, rows, sql } from '../db/sql.ts'
import { isHere, openToAll, visibleTo } from '../db/visible-to.ts'
import type { Camera } from '../media/camera.ts'
import type { Edits } from '../media/edits/edits.ts'
import type { Developed, Point, Verdict } from '../media/orders.ts'

export interface PhotoRow {
  id: string
  post_id: string
  state: 'received' | 'ready' | 'refused'
  refusal: Verdict | null
  media_key: string
  original_format: Developed['originalFormat'] | null
  width: number | null
  height: number | null
  rendition_key: string | null
  rendition_widths: number[]
  square_sizes: number[]
  avif_done: boolean
  recipe: string | null
  alt_text: string
  focal_x: number
  focal_y: number
  thumbhash: string | null
  dominant_colour: string | null
  camera: Camera | null
  edits: Edits | null
  original_width: number | null
  original_height: number | null
}

const columns = sql`
  id, post_id, state, refusal, media_key, original_format, width, height, rendition_key, rendition_widths, square_sizes, avif_done,
  recipe, alt_text, focal_x, focal_y, thumbhash, dominant_colour, camera, edits, original_width, original_height`

/** Why a photo may be refused that can be tried again: its original stays. */
export const retriable: readonly Verdict[] = ['given-up', 'edits']

const asJson = (value: object | null) => sql`${value ? JSON.stringify(value) : null}::jsonb`

export interface NewPhoto {
  postId: string
  position: number
  mediaKey: string
  originalBytes: number
  originalSha256: Buffer
}

export async function insertPhoto(db: Db, photo: NewPhoto): Promise<string> {
  const [row] = await rows<{ id: string }>(
    db,
    sql`
      insert into photos (post_id, position, media_key, original_bytes, original_sha256)
      values (${photo.postId}, ${photo.position}, ${photo.mediaKey}, ${photo.originalBytes}, ${photo.originalSha256})
      returning id`,
  )
  if (!row) throw new Error('insert gave no row')
  return row.id
}

export function selectPhoto(db: Db, id: string): Promise<PhotoRow | undefined> {
  return firstRow(db, sql`select ${columns} from photos where id = ${id}`)
}

/** Those of some photos that wait for nothing any more. */
export async function selectSettled(
  db: Db,
  ids: readonly string[],
): Promise<{ id: string; refusal: Verdict | null }[]> {
  const found = await rows<{ id: string; refusal: Verdict | null; state: PhotoRow['state'] | null }>(
    db,
    sql`
      select asked.id::text, photos.state, photos.refusal
      from unnest(${ids}::bigint[]) as asked (id) left join photos on photos.id = asked.id`,
  )
  return found.filter(({ state }) => state !== 'received')
}

/** The photos of several posts at once, in the order in which each post shows them. */
export function selectPhotosOf(db: Db, postIds: readonly string[]): Promise<PhotoRow[]> {
  return rows(
    db,
    prepared(sql`select ${columns} from photos where post_id = any(${postIds}) order by post_id, position`),
  )
}

/**
 * Locks the photos of a post, then the post: always in this order, so that nobody waits for each other. Whoever changes either
 * holds these.
 */
export async function lockPhotosOf(db: Db, postId: string): Promise<void> {
  await rows(db, sql`select from photos where post_id = ${postId} order by id for update`)
}

/** A post of this author that shows a file of the same bytes already: the newest. */
export function selectPostWithSameFile(
  db: Db,
  authorId: string,
  sha256s: readonly string[],
  exceptPostId: string | null,
): Promise<{ post_id: string } | undefined> {
  return firstRow(
    db,
    sql`
      select photos.post_id from photos join posts on posts.id = photos.post_id
      where photos.original_sha256 = any(select decode(hex, 'hex') from unnest(${sha256s}::text[]) as hex)
        and photos.state <> 'refused' and posts.author_id = ${authorId} and not posts.is_draft and posts.deleted_at is null
        and posts.id is distinct from ${exceptPostId}::bigint
      order by photos.post_id desc limit 1`,
  )
}

/** In hex, of the files of a post. */
export async function selectSha256sOf(db: Db, postId: string): Promise<string[]> {
  const found = await rows<{ hex: string }>(
    db,
    sql`select encode(original_sha256, 'hex') as hex from photos where post_id = ${postId}`,
  )
  return found.map(({ hex }) => hex)
}

/** The photos of a post by the SHA-256 of their files, in hex. */
export async function selectIdsByFile(db: Db, postId: string): Promise<Map<string, string>> {
  const found = await rows<{ id: string; hex: string }>(
    db,
    sql`select id, encode(original_sha256, 'hex') as hex from photos where post_id = ${postId}`,
  )
  return new Map(found.map(({ id, hex }) => [hex, id]))
}

/**
 * Gives a photo its renditions, the first or new ones.
 * @param photo as it was when they were begun
 * @returns false if the photo was changed meanwhile, by another worker or its author
 */
export async function updateRenditions(
  db: Db,
  photo: PhotoRow,
  renditionKey: string,
  recipe: string,
  developed: Developed,
): Promise<boolean> {
  const { width, height, original, renditionWidths, squareSizes, originalFormat } = developed
  const { thumbhash, dominantColour, camera = null } = developed
  const updated = await rows(
    db,
    sql`
      update photos
      set state = 'ready', rendition_key = ${renditionKey}, recipe = ${recipe}, width = ${width}, height = ${height},
        rendition_widths = ${renditionWidths}, square_sizes = ${squareSizes}, avif_done = false,
        original_format = ${originalFormat}, original_width = ${original.width}, original_height = ${original.height},
        thumbhash = ${thumbhash}, dominant_colour = ${dominantColour}, camera = ${asJson(camera)}
      where id = ${photo.id} and state = ${photo.state} and rendition_key is not distinct from ${photo.rendition_key}
        and focal_x = ${photo.focal_x}::real and focal_y = ${photo.focal_y}::real
        and edits is not distinct from ${asJson(photo.edits)}
      returning id`,
  )
  return updated.length > 0
}

/** Adds widths that have come later, if the renditions are still these. */
export async function updateWidths(db: Db, id: string, renditionKey: string, widths: readonly number[]): Promise<void> {
  await rows(
    db,
    sql`update photos set rendition_widths = ${widths} where id = ${id} and rendition_key = ${renditionKey}`,
  )
}

export async function updateAvifDone(db: Db, id: string, renditionKey: string): Promise<void> {
  await rows(db, sql`update photos set avif_done = true where id = ${id} and rendition_key = ${renditionKey}`)
}

/**
 * Refuses a photo.
 * @param photo as it was when it was tried
 * @returns false if another worker has finished it meanwhile, or its author has edited it
 */
export async function updatePhotoRefused(db: Db, photo: PhotoRow, refusal: Verdict): Promise<boolean> {
  const refused = await rows(
    db,
    sql`
      update photos set state = 'refused', refusal = ${refusal}
      where id = ${photo.id} and state = 'received' and edits is not distinct from ${asJson(photo.edits)}
      returning id`,
  )
  return refused.length > 0
}

/** Refuses a photo with which no worker gets on; false if something else has become of it meanwhile. */
export async function updatePhotoGivenUp(db: Db, id: string): Promise<boolean> {
  const refused = await rows(
    db,
    sql`
      update photos set state = 'refused', refusal = 'given-up'
      where id = ${id} and state = 'received' returning id`,
  )
  return refused.length > 0
}

/** Has a photo developed again that was refused and need not have been; false if it is not one. */
export async function updatePhotoReceivedAgain(db: Db, id: string): Promise<boolean> {
  const again = await rows(
    db,
    sql`
      update photos set state = 'received', refusal = null
      where id = ${id} and state = 'refused' and refusal = any(${retriable}) returning id`,
  )
  return again.length > 0
}

export interface PhotoDetails {
  id: string
  altText: string
  position: number
  focal: Point
  edits: Edits | null
}

/** Of one that can be shown at all. */
const isEdited = sql`
  photos.edits is distinct from given.edits and (photos.refusal is null or photos.refusal = any(${retriable}))`

/**
 * Sets what the author says of the photos of one post, and has done to them; an order among them is part of it. What is edited is not ready
 * any more.
 * @returns those that have to be developed again: edited ones that no job is about, and those whose squares only are to be made anew since
 *   their focal point was moved
 */
export async function updatePhotoDetails(
  db: Db,
  postId: string,
  details: readonly PhotoDetails[],
): Promise<{ edited: string[]; moved: string[] }> {
  const updated = await rows<{ id: string; is_edited: boolean; is_moved: boolean }>(
    db,
    sql`
      update photos
      set alt_text = given.alt_text, position = given.position, focal_x = given.focal_x, focal_y = given.focal_y,
        edits = given.edits,
        state = case when ${isEdited} then 'received' else photos.state end,
        refusal = case when not (${isEdited}) then photos.refusal end,
        recipe = case
          when photos.focal_x = given.focal_x and photos.focal_y = given.focal_y and not (${isEdited}) then photos.recipe
        end
      from (
        select id, alt_text, position, focal_x, focal_y, nullif(edits, '')::jsonb as edits
        from unnest(
          ${details.map(({ id }) => id)}::bigint[], ${details.map(({ altText }) => altText)}::text[],
          ${details.map(({ position }) => position)}::smallint[],
          ${details.map(({ focal }) => focal.x)}::real[], ${details.map(({ focal }) => focal.y)}::real[],
          ${details.map(({ edits }) => (edits ? JSON.stringify(edits) : ''))}::text[]
        ) as told (id, alt_text, position, focal_x, focal_y, edits)
      ) as given
      where photos.id = given.id and photos.post_id = ${postId}
      returning photos.id, old.state <> 'received' and new.state = 'received' as is_edited,
        new.state = 'ready' and new.recipe is null as is_moved`,
  )
  return {
    edited: updated.filter(({ is_edited }) => is_edited).map(({ id }) => id),
    moved: updated.filter(({ is_moved }) => is_moved).map(({ id }) => id),
  }
}

/** Takes one photo out of a post, and closes the gap. @returns its row, if it was there */
export async function deletePhoto(db: Db, postId: string, photoId: string): Promise<PhotoRow | undefined> {
  const [deleted] = await rows<PhotoRow & { position: number }>(
    db,
    sql`delete from photos where id = ${photoId} and post_id = ${postId} returning ${columns}, position`,
  )
  if (!deleted) return undefined
  await rows(
    db,
    sql`update photos set position = position - 1 where post_id = ${postId} and position > ${deleted.position}`,
  )
  return deleted
}

export async function deletePhotosOf(db: Db, postId: string): Promise<void> {
  await rows(db, sql`delete from photos where post_id = ${postId}`)
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

/** Ready photos whose renditions other figures made, or whose AVIF is missing where it is wanted. */
const isOutdated = (recipe: string, makesAvif: boolean) =>
  sql`state = 'ready' and (recipe is distinct from ${recipe} or ${makesAvif} and not avif_done)`

export interface OutdatedRow {
  id: string
  media_key: string
  lacks_avif_only: boolean
}

/** @param before the id before which to look on; undefined to begin with the newest */
export async function selectOutdated(
  db: Db,
  recipe: string,
  makesAvif: boolean,
  before: string | undefined,
  limit: number,
): Promise<OutdatedRow[]> {
  return rows(
    db,
    sql`
      select id, media_key, recipe is not distinct from ${recipe} as lacks_avif_only from photos
      where ${isOutdated(recipe, makesAvif)} and id < coalesce(${before ?? null}::bigint, 9223372036854775807)
      order by id desc limit ${limit}`,
  )
}

export async function countOutdated(db: Db, recipe: string, makesAvif: boolean): Promise<number> {
  const row = await firstRow<{ count: number }>(
    db,
    sql`select count(*)::int as count from photos where ${isOutdated(recipe, makesAvif)}`,
  )
  return row?.count ?? 0
}

/** Has the renditions of one photo made anew when it is developed next. */
export async function updateOutdated(db: Db, id: string): Promise<void> {
  await rows(db, sql`update photos set recipe = null where state = 'ready' and id = ${id}`)
}

/** The same for photos of all, so many at a time that nobody has to wait for them. @returns whether there were any */
export async function updateSomeOutdated(db: Db): Promise<boolean> {
  const changed = await rows(
    db,
    sql`
      update photos set recipe = null
      where id in (select id from photos where state = 'ready' and recipe is not null limit 5000)
      returning id`,
  )
  return changed.length > 0
}

/** Those of some keys of originals that belong to a photo, or to the picture of a person. */
export async function selectKnownMediaKeys(db: Db, mediaKeys: readonly string[]): Promise<Set<string>> {
  const found = await rows<{ media_key: string }>(
    db,
    sql`
      select media_key from photos where media_key = any(${mediaKeys})
      union all select media_key from avatars where media_key = any(${mediaKeys})`,
  )
  return new Set(found.map(({ media_key }) => media_key))
}

/** Those of some keys of renditions that belong to a photo, or stand for a person. */
export async function selectKnownRenditionKeys(db: Db, keys: readonly string[]): Promise<Set<string>> {
  const found = await rows<{ key: string }>(
    db,
    sql`
      select rendition_key as key from photos where rendition_key = any(${keys})
      -- Made by a worker of the release before this key was introduced.
      union all select media_key from photos where media_key = any(${keys}) and rendition_key is null
      union all select avatar_key from users where avatar_key = any(${keys})`,
  )
  return new Set(found.map(({ key }) => key))
}

/** Whether a viewer may see what lies under a key of renditions. */
export async function mayView(db: Db, viewerId: string | null, renditionKey: string): Promise<boolean> {
  const found = await firstRow(
    db,
    sql`
      select from photos join posts on posts.id = photos.post_id join users on users.id = posts.author_id
      where photos.rendition_key = ${renditionKey} and ${visibleTo(viewerId)}
      -- The pictures of people are everybody's, as long as they are here.
      union all select from users where avatar_key = ${renditionKey} and ${isHere}`,
  )
  return found !== undefined
}

export interface Placement {
  rendition_key: string
  is_open: boolean
}

/**
 * Where the renditions of a post belong. Holds off, until the transaction ends, everybody who would change that: edits of the
 * post, and its author going private.
 */
export function lockPlacements(db: Db, postId: string): Promise<Placement[]> {
  return rows(
    db,
    sql`
      select photos.rendition_key, ${openToAll} as is_open
      from photos join posts on posts.id = photos.post_id join users on users.id = posts.author_id
      where photos.post_id = ${postId} and photos.rendition_key is not null
      order by photos.id
      for share of photos, posts, users`,
  )
}

/** The renditions of all posts of a person, as far as they are open to all. */
export async function selectOpenRenditionsBy(db: Db, authorId: string): Promise<string[]> {
  const found = await rows<{ key: string }>(
    db,
    sql`
      select photos.rendition_key as key
      from photos join posts on posts.id = photos.post_id
      where posts.author_id = ${authorId} and photos.rendition_key is not null
        and posts.published_at is not null and posts.deleted_at is null and posts.visibility in ('public', 'unlisted')`,
  )
  return found.map(({ key }) => key)
}

/** The posts of a person that are published. */
export async function selectPostsBy(db: Db, authorId: string): Promise<string[]> {
  const found = await rows<{ id: string }>(
    db,
    sql`select id from posts where author_id = ${authorId} and published_at is not null and deleted_at is null order by id desc`,
  )
  return found.map(({ id }) => id)
}

/** Posts of the last day whose renditions everybody may have. */
export async function selectLatelyOpened(db: Db): Promise<{ post_id: string; rendition_key: string }[]> {
  return rows(
    db,
    sql`
      select photos.post_id, photos.rendition_key
      from photos join posts on posts.id = photos.post_id join users on users.id = posts.author_id
      where ${openToAll} and photos.rendition_key is not null
        and greatest(posts.published_at, posts.edited_at) > now() - interval '1 day'`,
  )
}

export interface VerifiedRow {
  id: string
  post_id: string
  state: PhotoRow['state']
  refusal: Verdict | null
  media_key: string
  original_bytes: string
  original_sha256: Buffer
  rendition_key: string | null
  rendition_widths: number[]
  square_sizes: number[]
  avif_done: boolean
  is_open: boolean
}

/** All photos by id, a page at a time, with where their renditions belong. */
export function selectPhotosAfter(db: Db, afterId: string, limit: number): Promise<VerifiedRow[]> {
  return rows(
    db,
    sql`
      select photos.id, photos.post_id, photos.state, photos.refusal, photos.media_key, photos.original_bytes,
        photos.original_sha256, photos.rendition_key, photos.rendition_widths, photos.square_sizes, photos.avif_done,
        ${openToAll} as is_open
      from photos join posts on posts.id = photos.post_id join users on users.id = posts.author_id
      where photos.id > ${afterId} order by photos.id limit ${limit}`,
  )
}
