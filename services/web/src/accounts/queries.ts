import type { Db } from '../db/connect.ts'
import { firstRow, rows, sql } from '../db/sql.ts'

export interface UserRow {
  id: string
  username: string
  display_name: string
  is_admin: boolean
  is_private: boolean
  shows_camera: boolean
  allows_indexing: boolean
}

const columns = sql`
  users.id, users.username, users.display_name, users.is_admin, users.is_private, users.shows_camera, users.allows_indexing`

/** How long a session lasts without being used. */
export const sessionDays = 90

/** Makes a person; the first one of all, or the first while there is no admin, becomes admin. */
export async function insertUser(
  db: Db,
  user: { username: string; displayName: string; passwordHash: string; admin: 'yes' | 'no' | 'if there is none' },
): Promise<UserRow> {
  return db.transaction(async (tx) => {
    // Two first people at once would both see a house without an admin.
    await tx.raw('select pg_advisory_xact_lock(4872360150)')
    const isAdmin =
      user.admin === 'if there is none'
        ? sql`not exists (select from users where is_admin)`
        : sql`${user.admin === 'yes'}`
    const [row] = await rows<UserRow>(
      tx,
      sql`
        insert into users (username, display_name, password_hash, is_admin)
        values (${user.username}, ${user.displayName}, ${user.passwordHash}, ${isAdmin})
        returning ${columns}`,
    )
    if (!row) throw new Error('insert gave no row')
    return row
  })
}

export async function makeAdmin(db: Db, username: string): Promise<boolean> {
  return (await rows(db, sql`update users set is_admin = true where username = ${username} returning id`)).length > 0
}

export function selectUserByUsername(db: Db, username: string): Promise<UserRow | undefined> {
  return firstRow(db, sql`select ${columns} from users where username = ${username}`)
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

export async function insertSession(
  db: Db,
  session: { tokenHash: Buffer; userId: string; device: string },
): Promise<void> {
  await rows(
    db,
    sql`
      insert into sessions (token_hash, user_id, device, expires_at)
      values (${session.tokenHash}, ${session.userId}, ${session.device}, now() + make_interval(days => ${sessionDays}))`,
  )
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
  { isPrivate, showsCamera, allowsIndexing }: { isPrivate: boolean; showsCamera: boolean; allowsIndexing: boolean },
): Promise<void> {
  await rows(
    db,
    sql`
      update users set is_private = ${isPrivate}, shows_camera = ${showsCamera}, allows_indexing = ${allowsIndexing}
      where id = ${id}`,
  )
}
