import type { Db } from '../db/connect.ts'
import { firstRow, rows, sql } from '../db/sql.ts'
import { isHere } from '../db/visible-to.ts'
import type { Crop, Verdict } from '../media/orders.ts'

export interface AvatarRow {
  media_key: string
  user_id: string
  focal_x: number
  focal_y: number
  zoom: number
  state: 'received' | 'ready' | 'refused'
  refusal: Verdict | null
  recipe: string | null
}

const columns = sql`media_key, user_id, focal_x, focal_y, zoom, state, refusal, recipe`

/** Lets one change of somebody's pictures through at a time. */
export async function lockPerson(db: Db, userId: string): Promise<void> {
  await rows(db, sql`select from users where id = ${userId} for no key update`)
}

export interface NewAvatar {
  userId: string
  mediaKey: string
  originalBytes: number
  originalSha256: Buffer
  crop: Crop
}

export async function insertAvatar(db: Db, avatar: NewAvatar): Promise<void> {
  const { userId, mediaKey, originalBytes, originalSha256, crop } = avatar
  await rows(
    db,
    sql`
      insert into avatars (media_key, user_id, original_bytes, original_sha256, focal_x, focal_y, zoom)
      values (${mediaKey}, ${userId}, ${originalBytes}, ${originalSha256}, ${crop.x}, ${crop.y}, ${crop.zoom})`,
  )
}

export function selectAvatar(db: Db, mediaKey: string): Promise<AvatarRow | undefined> {
  return firstRow(db, sql`select ${columns} from avatars where media_key = ${mediaKey}`)
}

/** All of somebody's: the one that is still to be shown, or cannot be, before the one that is. */
export function selectAvatarsOf(db: Db, userId: string): Promise<AvatarRow[]> {
  return rows(db, sql`select ${columns} from avatars where user_id = ${userId} order by state = 'ready'`)
}

/** Has another part of somebody's picture shown. @returns its key, if there is one */
export async function updateCrop(db: Db, userId: string, crop: Crop): Promise<string | undefined> {
  const row = await firstRow<{ media_key: string }>(
    db,
    sql`
      update avatars
      set focal_x = ${crop.x}, focal_y = ${crop.y}, zoom = ${crop.zoom}, state = 'received', changed_at = now()
      where media_key = (
          select media_key from avatars
          where user_id = ${userId} and state <> 'refused' order by state = 'ready' limit 1
        )
      returning media_key`,
  )
  return row?.media_key
}

/**
 * Puts a picture in the place of the one that is shown, which may be itself, unless it was changed meanwhile. The person is locked.
 * @param avatar as it was when its squares were begun
 */
export async function updateReady(
  db: Db,
  avatar: AvatarRow,
  recipe: string,
): Promise<{ replaced: string[] } | undefined> {
  const isAsBegun = sql`
    media_key = ${avatar.media_key} and state = ${avatar.state} and recipe is not distinct from ${avatar.recipe}
    and focal_x = ${avatar.focal_x}::real
    and focal_y = ${avatar.focal_y}::real and zoom = ${avatar.zoom}::real`
  if (!(await firstRow(db, sql`select from avatars where ${isAsBegun}`))) return undefined
  const replaced = await rows<{ media_key: string }>(
    db,
    sql`
      delete from avatars
      where user_id = ${avatar.user_id} and state = 'ready' and media_key <> ${avatar.media_key}
      returning media_key`,
  )
  await rows(
    db,
    sql`
      update avatars set state = 'ready', recipe = ${recipe}, changed_at = now()
      where media_key = ${avatar.media_key}`,
  )
  return { replaced: replaced.map(({ media_key }) => media_key) }
}

/** Whether it was for us to refuse it. */
export async function updateRefused(db: Db, mediaKey: string, refusal: Verdict): Promise<boolean> {
  const refused = await rows(
    db,
    sql`
      update avatars set state = 'refused', refusal = ${refusal}
      where media_key = ${mediaKey} and state = 'received' returning media_key`,
  )
  return refused.length > 0
}

/** Takes away what could not be shown, all that is not shown, or everything. @returns the keys of the originals */
export async function deleteAvatars(db: Db, userId: string, which: 'refused' | 'new' | 'all'): Promise<string[]> {
  const deleted = await rows<{ media_key: string }>(
    db,
    sql`
      delete from avatars where user_id = ${userId} and state = any(${{ refused: ['refused'], new: ['received', 'refused'], all: ['received', 'refused', 'ready'] }[which]})
      returning media_key`,
  )
  return deleted.map(({ media_key }) => media_key)
}

export interface Placement {
  avatar_key: string | null
  is_open: boolean
}

/** Where somebody's picture belongs. Holds off, until the transaction ends, whoever would change that. */
export function lockPlacement(db: Db, userId: string): Promise<Placement | undefined> {
  return firstRow(db, sql`select avatar_key, ${isHere} as is_open from users where id = ${userId} for share`)
}

/** Pictures that have waited for long, and that no job is about any more. */
export function selectForgotten(db: Db): Promise<{ media_key: string }[]> {
  return rows(
    db,
    sql`
      select media_key from avatars
      where state = 'received' and changed_at < now() - interval '10 minutes'
        and not exists (
          select from jobs.job
          where name = 'develop-avatar' and state in ('created', 'retry', 'active')
            and data->>'mediaKey' = avatars.media_key
        )
      limit 100`,
  )
}

const isOutdated = (recipe: string) => sql`state = 'ready' and recipe is distinct from ${recipe}`

export interface OutdatedRow {
  user_id: string
  media_key: string
}

/**
 * Pictures that are shown, and that other figures made.
 * @param after the person behind whom to look on; undefined to begin with the first
 */
export function selectOutdated(
  db: Db,
  recipe: string,
  after: string | undefined,
  limit: number,
): Promise<OutdatedRow[]> {
  return rows(
    db,
    sql`
      select user_id, media_key from avatars
      where ${isOutdated(recipe)} and user_id > ${after ?? '0'}::bigint order by user_id limit ${limit}`,
  )
}

export async function countOutdated(db: Db, recipe: string): Promise<number> {
  const row = await firstRow<{ count: number }>(
    db,
    sql`select count(*)::int as count from avatars where ${isOutdated(recipe)}`,
  )
  return row?.count ?? 0
}

/** Has all pictures made anew when they are developed next, so many at a time that nobody waits. @returns whether there were any */
export async function updateSomeOutdated(db: Db): Promise<boolean> {
  const changed = await rows(
    db,
    sql`
      update avatars set recipe = null
      where media_key in (select media_key from avatars where state = 'ready' and recipe is not null limit 5000)
      returning media_key`,
  )
  return changed.length > 0
}

export interface VerifiedRow {
  user_id: string
  avatar_key: string | null
  is_open: boolean
  media_key: string | null
  original_bytes: string | null
  original_sha256: Buffer | null
}

/** Everybody with a picture, by id, a page at a time: what is shown, and the originals that must be there. */
export function selectAfter(db: Db, afterId: string, limit: number): Promise<VerifiedRow[]> {
  return rows(
    db,
    sql`
      select users.id as user_id, users.avatar_key, ${isHere} as is_open, avatars.media_key,
        avatars.original_bytes, avatars.original_sha256
      from (
          select id from users where avatar_key is not null and id > ${afterId}
          union select user_id from avatars where user_id > ${afterId}
          order by 1 limit ${limit}
        ) as page
        join users on users.id = page.id
        left join avatars
          on avatars.user_id = users.id and (avatars.state <> 'refused' or avatars.refusal = 'given-up')
      order by users.id`,
  )
}

/** Has somebody's picture developed again. @returns its key, if its original is known */
export async function updateReceivedAgain(db: Db, userId: string): Promise<string | undefined> {
  const row = await firstRow<{ media_key: string }>(
    db,
    sql`
      update avatars set state = 'received', changed_at = now()
      where user_id = ${userId} and state = 'ready'
        and not exists (select from avatars as new where new.user_id = ${userId} and new.state <> 'ready')
      returning media_key`,
  )
  return row?.media_key
}
