import type { Db } from '../db/connect.ts'
import { firstRow, rows, type Sql, sql } from '../db/sql.ts'

const sessionEnd: Sql = sql`now() + interval '90 days'`
const deviceEnd: Sql = sql`now() + interval '1 year'`

export async function insertSession(
  db: Db,
  session: { tokenHash: Buffer; userId: string; device: string },
): Promise<void> {
  await rows(
    db,
    sql`
      insert into sessions (token_hash, user_id, device, expires_at)
      values (${session.tokenHash}, ${session.userId}, ${session.device}, ${sessionEnd})`,
  )
}

/** Notes that a session is in use, and moves its end: within the longest that one lasts. */
export async function touchSession(db: Db, tokenHash: Buffer): Promise<void> {
  await rows(
    db,
    sql`
      update sessions set last_used_at = now(), expires_at = least(${sessionEnd}, created_at + interval '1 year')
      where token_hash = ${tokenHash}`,
  )
}

export interface SessionRow {
  id: string
  device: string
  created_at: Date
  last_used_at: Date
}

/** Those that were used last come first. */
export function selectSessions(db: Db, userId: string): Promise<SessionRow[]> {
  return rows(
    db,
    sql`
      select id, device, created_at, last_used_at from sessions
      where user_id = ${userId} and expires_at > now()
      order by last_used_at desc, id desc limit 100`,
  )
}

export async function deleteSession(db: Db, tokenHash: Buffer): Promise<void> {
  await rows(db, sql`delete from sessions where token_hash = ${tokenHash}`)
}

/** @returns whether there was such a session of this person */
export async function deleteSessionById(db: Db, userId: string, id: string): Promise<boolean> {
  return (await rows(db, sql`delete from sessions where id = ${id} and user_id = ${userId} returning id`)).length > 0
}

/** @param keptId of the session that stays, if one does */
export async function deleteSessionsBut(db: Db, userId: string, keptId: string | null): Promise<void> {
  await rows(db, sql`delete from sessions where user_id = ${userId} and id is distinct from ${keptId}::bigint`)
}

/** Makes a browser known for one more person, under a new token; it stays known for whom it was under the old. */
export async function insertKnownDevice(
  db: Db,
  device: { tokenHash: Buffer; oldTokenHash: Buffer | null; userId: string },
): Promise<void> {
  const { tokenHash, oldTokenHash, userId } = device
  await rows(
    db,
    sql`
      with gone as (delete from known_devices where token_hash = ${oldTokenHash} returning user_id, expires_at)
      insert into known_devices (token_hash, user_id, expires_at)
      select ${tokenHash}::bytea, user_id, expires_at from gone where user_id <> ${userId}
      union all select ${tokenHash}, ${userId}, ${deviceEnd}`,
  )
}

export async function isKnownDevice(db: Db, tokenHash: Buffer, username: string): Promise<boolean> {
  const found = await firstRow(
    db,
    sql`
      select from known_devices join users on users.id = known_devices.user_id
      where known_devices.token_hash = ${tokenHash} and known_devices.expires_at > now() and users.username = ${username}`,
  )
  return found !== undefined
}

export async function deleteKnownDevices(db: Db, userId: string): Promise<void> {
  await rows(db, sql`delete from known_devices where user_id = ${userId}`)
}

/** What somebody who has shown who they are has still to do. */
export type Waiting = 'second step' | 'coming back'

export async function insertPending(db: Db, tokenHash: Buffer, userId: string, waitsFor: Waiting): Promise<void> {
  await rows(
    db,
    sql`
      insert into pending_sign_ins (token_hash, user_id, waits_for, expires_at)
      values (${tokenHash}, ${userId}, ${waitsFor}, now() + interval '10 minutes')`,
  )
}

export function selectPending(db: Db, tokenHash: Buffer, waitsFor: Waiting): Promise<{ user_id: string } | undefined> {
  return firstRow(
    db,
    sql`
      select user_id from pending_sign_ins
      where token_hash = ${tokenHash} and waits_for = ${waitsFor} and expires_at > now()`,
  )
}

/** @returns whether it was there still: of two at once, one has it */
export async function deletePending(db: Db, tokenHash: Buffer): Promise<boolean> {
  const gone = await rows(
    db,
    sql`delete from pending_sign_ins where token_hash = ${tokenHash} and expires_at > now() returning user_id`,
  )
  return gone.length > 0
}

export async function deletePendingOf(db: Db, userId: string): Promise<void> {
  await rows(db, sql`delete from pending_sign_ins where user_id = ${userId}`)
}

export async function deleteExpired(db: Db): Promise<void> {
  await rows(db, sql`delete from sessions where expires_at < now()`)
  await rows(db, sql`delete from known_devices where expires_at < now()`)
  await rows(db, sql`delete from pending_sign_ins where expires_at < now()`)
}
