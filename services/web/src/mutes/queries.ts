import type { Db } from '../db/connect.ts'
import { newest, type PageRequest } from '../db/paging.ts'
import { firstRow, rows, sql } from '../db/sql.ts'
import { isMutedBy, isThereFor } from '../db/visible-to.ts'
import type { MuteFields } from './input.ts'

/** Mutes somebody, or changes how. */
export async function upsertMute(
  db: Db,
  muterId: string,
  mutedId: string,
  { notifications, days }: MuteFields,
): Promise<void> {
  await rows(
    db,
    sql`
      insert into mutes (muter_id, muted_id, hides_notifications, ends_at)
      values (${muterId}, ${mutedId}, ${notifications}, now() + make_interval(days => ${days}::int))
      on conflict on constraint mutes_pkey do update
        set hides_notifications = excluded.hides_notifications, ends_at = excluded.ends_at`,
  )
}

export async function deleteMute(db: Db, muterId: string, mutedId: string): Promise<void> {
  await rows(db, sql`delete from mutes where muter_id = ${muterId} and muted_id = ${mutedId}`)
}

export async function hasMute(db: Db, muterId: string, mutedId: string): Promise<boolean> {
  const found = await firstRow(db, sql`select where ${isMutedBy(muterId, sql`${mutedId}::bigint`)}`)
  return found !== undefined
}

export interface MutedRow {
  id: string
  username: string
  display_name: string
  avatar_key: string | null
  hides_notifications: boolean
  ends_at: Date | null
}

/** Whom somebody has muted, and still has, the newest mute first. */
export function selectMuted(db: Db, muterId: string, { maxId, limit }: PageRequest): Promise<MutedRow[]> {
  return rows(
    db,
    sql`
      select mutes.id, users.username, coalesce(nullif(users.display_name, ''), users.username) as display_name, users.avatar_key,
        mutes.hides_notifications, mutes.ends_at
      from mutes join users on users.id = mutes.muted_id
      where mutes.muter_id = ${muterId} and mutes.id < ${maxId ?? newest}
        and ${isMutedBy(muterId, sql`users.id`)} and ${isThereFor(muterId)}
      order by mutes.id desc limit ${limit}`,
  )
}
