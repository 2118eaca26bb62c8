import type { Db } from '../db/connect.ts'
import { firstRow, prepared, rows, sql } from '../db/sql.ts'
import { isFoundBy, isHere } from '../db/visible-to.ts'

/** Light or dark pages, or as the system says. */
export type Theme = 'auto' | 'light' | 'dark'

export interface UserRow {
  id: string
  username: string
  display_name: string
  is_admin: boolean
  is_moderator: boolean
  is_private: boolean
  shows_camera: boolean
  comments_from: 'everyone' | 'followers'
  allows_indexing: boolean
  bio: string
  website: string
  theme: Theme
  language: string
  avatar_key: string | null
  is_silenced: boolean
}

const columns = sql`
  users.id, users.username, users.display_name, users.is_admin, users.is_moderator, users.is_private, users.shows_camera,
  users.comments_from, users.allows_indexing, users.bio, users.website, users.theme, users.language, users.avatar_key,
  users.silenced_at is not null as is_silenced`

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

export function selectUserFoundBy(db: Db, viewerId: string | null, username: string): Promise<UserRow | undefined> {
  return firstRow(
    db,
    prepared(sql`select ${columns} from users where username = ${username} and ${isFoundBy(viewerId)}`),
  )
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
    prepared(sql`
      select ${columns}, sessions.id as session_id, sessions.last_used_at
      from sessions join users on users.id = sessions.user_id
      where sessions.token_hash = ${tokenHash} and sessions.expires_at > now() and ${isHere}`),
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
        and sessions.expires_at > now() and ${isHere}`,
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
