import type { Db } from '../db/connect.ts'
import { firstRow, rows, sql } from '../db/sql.ts'

export interface UserRow {
  id: string
  username: string
  display_name: string
  is_admin: boolean
  is_private: boolean
  shows_camera: boolean
}

const columns = sql`users.id, users.username, users.display_name, users.is_admin, users.is_private, users.shows_camera`

/** How long a session lasts without being used. */
export const sessionDays = 90

/**
 * Whether there is no admin, so that the next person becomes one. If so it is held until the transaction ends: two first people at
 * once would both see a house without.
 */
export async function lockIfNoAdmin(tx: Db): Promise<boolean> {
  if (await isThereAnAdmin(tx)) return false
  await tx.raw('select pg_advisory_xact_lock(4872360150)')
  return !(await isThereAnAdmin(tx))
}

export interface NewUser {
  username: string
  displayName: string
  passwordHash: string
  isAdmin: boolean
  /** Without approval nobody signs in. */
  isApproved: boolean
  /** Of the form that was filled in. */
  signUpKey: string | null
}

export async function insertUser(db: Db, user: NewUser): Promise<UserRow> {
  const [row] = await rows<UserRow>(
    db,
    sql`
      insert into users (username, display_name, password_hash, is_admin, approved_at, sign_up_key)
      values (
        ${user.username}, ${user.displayName}, ${user.passwordHash}, ${user.isAdmin},
        case when ${user.isApproved}::boolean then now() end, ${user.signUpKey}
      )
      returning ${columns}`,
  )
  if (!row) throw new Error('insert gave no row')
  return row
}

export async function makeAdmin(db: Db, username: string): Promise<boolean> {
  return (
    (
      await rows(
        db,
        sql`
    update users set is_admin = true, approved_at = coalesce(approved_at, now())
    where username = ${username} returning id`,
      )
    ).length > 0
  )
}

export function selectUserByUsername(db: Db, username: string): Promise<UserRow | undefined> {
  // Who waits for an admin's word is not here yet.
  return firstRow(db, sql`select ${columns} from users where username = ${username} and approved_at is not null`)
}

export function selectPasswordHash(
  db: Db,
  username: string,
): Promise<{ id: string; password_hash: string } | undefined> {
  return firstRow(db, sql`select id, password_hash from users where username = ${username}`)
}

export async function isThereAnAdmin(db: Db): Promise<boolean> {
  return (await firstRow(db, sql`select from users where is_admin limit 1`)) !== undefined
}

/** @returns false, and no session, for somebody who waits for an admin's word */
export async function insertSession(
  db: Db,
  session: { tokenHash: Buffer; userId: string; device: string },
): Promise<boolean> {
  const inserted = await rows(
    db,
    sql`
      insert into sessions (token_hash, user_id, device, expires_at)
      select ${session.tokenHash}, users.id, ${session.device}, now() + make_interval(days => ${sessionDays})
      from users where users.id = ${session.userId} and users.approved_at is not null
      returning user_id`,
  )
  return inserted.length > 0
}

export interface ViewerRow extends UserRow {
  last_used_at: Date
}

export function selectViewer(db: Db, tokenHash: Buffer): Promise<ViewerRow | undefined> {
  return firstRow(
    db,
    sql`
      select ${columns}, sessions.last_used_at
      from sessions join users on users.id = sessions.user_id
      where sessions.token_hash = ${tokenHash} and sessions.expires_at > now() and users.suspended_at is null`,
  )
}

/** Notes that a session is in use, and moves its end. */
export async function touchSession(db: Db, tokenHash: Buffer): Promise<void> {
  await rows(
    db,
    sql`
      update sessions set last_used_at = now(), expires_at = now() + make_interval(days => ${sessionDays})
      where token_hash = ${tokenHash}`,
  )
}

export async function deleteSession(db: Db, tokenHash: Buffer): Promise<void> {
  await rows(db, sql`delete from sessions where token_hash = ${tokenHash}`)
}

export async function deleteExpiredSessions(db: Db): Promise<void> {
  await rows(db, sql`delete from sessions where expires_at < now()`)
}

/** What a person has chosen about their account. */
export async function updatePreferences(
  db: Db,
  id: string,
  { isPrivate, showsCamera }: { isPrivate: boolean; showsCamera: boolean },
): Promise<void> {
  await rows(db, sql`update users set is_private = ${isPrivate}, shows_camera = ${showsCamera} where id = ${id}`)
}

/** The account that a form made lately, if it was this form. */
export function selectSignUp(
  db: Db,
  username: string,
  signUpKey: string,
): Promise<{ id: string; password_hash: string; is_waiting: boolean } | undefined> {
  return firstRow(
    db,
    sql`
      select id, password_hash, approved_at is null as is_waiting from users
      where username = ${username} and sign_up_key = ${signUpKey} and created_at > now() - interval '10 minutes'`,
  )
}

/** Those whom nobody should be able to pass for. */
export async function selectStaffNames(db: Db): Promise<string[]> {
  const found = await rows<{ username: string }>(db, sql`select username from users where is_admin or is_moderator`)
  return found.map(({ username }) => username)
}

export interface WaitingRow {
  id: string
  username: string
  created_at: Date
}

/** Who waits for an admin's word, the one who has waited longest first. */
export function selectWaiting(
  db: Db,
  { afterId, limit }: { afterId: string | null; limit: number },
): Promise<WaitingRow[]> {
  return rows(
    db,
    sql`
      select id, username, created_at from users
      where approved_at is null and (${afterId}::bigint is null or id > ${afterId}::bigint)
      order by id limit ${limit}`,
  )
}

/** @returns the id of the person; undefined if nobody of this name waits */
export async function approveUser(db: Db, username: string): Promise<string | undefined> {
  const row = await firstRow<{ id: string }>(
    db,
    sql`update users set approved_at = now() where username = ${username} and approved_at is null returning id`,
  )
  return row?.id
}

/** @returns whether somebody of this name waited */
export async function deleteWaitingUser(db: Db, username: string): Promise<boolean> {
  return (
    (await rows(db, sql`delete from users where username = ${username} and approved_at is null returning id`)).length >
    0
  )
}

export function selectWaitingUser(db: Db, username: string): Promise<{ id: string } | undefined> {
  return firstRow(db, sql`select id from users where username = ${username} and approved_at is null for update`)
}

export async function selectPasswordHashById(db: Db, id: string): Promise<string | undefined> {
  return (await firstRow<{ password_hash: string }>(db, sql`select password_hash from users where id = ${id}`))
    ?.password_hash
}

export async function updatePasswordHash(db: Db, id: string, passwordHash: string): Promise<void> {
  await rows(db, sql`update users set password_hash = ${passwordHash} where id = ${id}`)
}

export async function deleteSessionsOf(db: Db, userId: string): Promise<void> {
  await rows(db, sql`delete from sessions where user_id = ${userId}`)
}
