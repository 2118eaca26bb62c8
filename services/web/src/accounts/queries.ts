import type { Db } from '../db/connect.ts'
import { firstRow, rows, sql } from '../db/sql.ts'
import { isFoundBy } from '../db/visible-to.ts'

/** Light or dark pages, or as the system says. */
export type Theme = 'auto' | 'light' | 'dark'

export interface UserRow {
  id: string
  username: string
  display_name: string
  is_admin: boolean
  is_private: boolean
  shows_camera: boolean
  comments_from: 'everyone' | 'followers'
  allows_indexing: boolean
  bio: string
  website: string
  theme: Theme
  avatar_key: string | null
}

const columns = sql`
  users.id, users.username, users.display_name, users.is_admin, users.is_private, users.shows_camera, users.comments_from,
  users.allows_indexing, users.bio, users.website, users.theme, users.avatar_key`

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

export function selectUserFoundBy(db: Db, viewerId: string | null, username: string): Promise<UserRow | undefined> {
  return firstRow(db, sql`select ${columns} from users where username = ${username} and ${isFoundBy(viewerId)}`)
}

export async function isThereAnAdmin(db: Db): Promise<boolean> {
  return (await firstRow(db, sql`select from users where is_admin limit 1`)) !== undefined
}

export interface ViewerRow extends UserRow {
  session_id: string
  last_used_at: Date
}

export function selectViewer(db: Db, tokenHash: Buffer): Promise<ViewerRow | undefined> {
  return firstRow(
    db,
    sql`
      select ${columns}, sessions.id as session_id, sessions.last_used_at
      from sessions join users on users.id = sessions.user_id
      where sessions.token_hash = ${tokenHash} and sessions.expires_at > now() and users.suspended_at is null`,
  )
}

/** Which of some tokens still open a session, by their hashes in hex. */
export async function selectOpenSessions(db: Db, tokenHashes: readonly string[]): Promise<Set<string>> {
  const found = await rows<{ token_hash: string }>(
    db,
    sql`
      select encode(sessions.token_hash, 'hex') as token_hash
      from sessions join users on users.id = sessions.user_id
      where sessions.token_hash in (select decode(hash, 'hex') from unnest(${tokenHashes}::text[]) as hash)
        and sessions.expires_at > now() and users.suspended_at is null`,
  )
  return new Set(found.map(({ token_hash }) => token_hash))
}

export interface Preferences {
  isPrivate: boolean
  showsCamera: boolean
  commentsFromFollowers: boolean
  allowsIndexing: boolean
}

/** Changes what a person has chosen about their account. @returns whether it was private before */
export async function updatePreferences(
  db: Db,
  id: string,
  { isPrivate, showsCamera, commentsFromFollowers, allowsIndexing }: Preferences,
): Promise<boolean> {
  const row = await firstRow<{ was_private: boolean }>(
    db,
    sql`
      update users
      set is_private = ${isPrivate}, shows_camera = ${showsCamera},
        comments_from = ${commentsFromFollowers ? 'followers' : 'everyone'}, allows_indexing = ${allowsIndexing}
      where id = ${id}
      returning old.is_private as was_private`,
  )
  return row?.was_private ?? false
}
