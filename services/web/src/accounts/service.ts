import type { z } from 'zod'
import type { Db } from '../db/connect.ts'
import { violatedConstraint } from '../db/sql.ts'
import { invalidField, notFound } from '../http/refusal.ts'
import { hashToken } from '../http/tokens.ts'
import { isLanguage, type Language } from '../language/languages.ts'
import { touchSession } from '../sessions/service.ts'
import { refuseNamesake } from './credentials.ts'
import { type accountInput, username as usernameShape } from './input.ts'
import { hashPassword } from './passwords.ts'
import * as queries from './queries.ts'

/** A person as other rooms see one. */
export interface Person {
  id: string
  username: string
  displayName: string
  isAdmin: boolean
  /** Whether reports are theirs to decide: admins are moderators as well. */
  isModerator: boolean
  /** Whether only followers, who were let in, see the posts. */
  isPrivate: boolean
  /** Whether the camera and its settings are told beside the photos. */
  showsCamera: boolean
  /** Whether only followers, who were let in, may comment on the posts. */
  commentsFromFollowers: boolean
  /** Whether search engines are told of the profile and the public posts. */
  allowsIndexing: boolean
  /** Whether moderators have them offered to nobody but their followers. They are not told. */
  isSilenced: boolean
  /** What they say about themselves, with line breaks; empty for nothing. */
  bio: string
  /** An http address; empty for none. */
  website: string
  theme: queries.Theme
  /** Of pages and mails; auto for what the browser asks for. */
  language: Language | 'auto'
  /** The renditions of their picture, if they have one. */
  avatarKey: string | undefined
}

export {
  isThereAnAdmin,
  lockIfNoAdmin as isFirstPerson,
  type Preferences,
  selectStaffNames as staffNames,
  updatePreferences as setPreferences,
} from './queries.ts'

import { say } from '../language/say.ts'

/**
 * Makes an account from the command line, with the rank that is asked for.
 * @throws {Refusal} conflict, if the name is taken; invalid, if the password is the name
 */
export async function createAccount(
  db: Db,
  input: z.output<typeof accountInput> & { displayName: string; isAdmin: boolean },
): Promise<Person> {
  const { isAdmin, username, displayName } = input
  refuseNamesake(username, input.password)
  const passwordHash = await hashPassword(input.password)
  return addPerson(db, { username, displayName, passwordHash, isAdmin, isApproved: true, signUpKey: null })
}

/** Makes an account. @throws {Refusal} conflict, if the name is taken */
export async function addPerson(db: Db, person: queries.NewUser): Promise<Person> {
  const { username } = person
  try {
    return toPerson(await queries.insertUser(db, person))
  } catch (error) {
    if (violatedConstraint(error) === 'users_username_key') {
      throw invalidField('username', say('The name {username} is taken.', { username }), 'conflict')
    }
    throw error
  }
}

/**
 * Gives somebody who is here the rank of admin.
 * @throws {Refusal} notFound
 */
export async function promote(db: Db, username: string): Promise<void> {
  if (!(await queries.makeAdmin(db, username))) throw notFound()
}

/**
 * Anybody, whoever asks: for commands and the worker. What a visitor asks for goes through `findPersonFor`.
 * @throws {Refusal} notFound
 */
export async function findPerson(db: Db, username: string): Promise<Person> {
  const name = usernameShape.safeParse(username)
  const row = name.success ? await queries.selectUserByUsername(db, name.data) : undefined
  if (!row) throw notFound()
  return toPerson(row)
}

/**
 * Somebody as the viewer finds them by name. Who is suspended or has blocked the viewer does not exist; whom the viewer has blocked
 * does, to be unblocked.
 * @throws {Refusal} notFound
 */
export async function findPersonFor(db: Db, viewer: Person | undefined, username: string): Promise<Person> {
  const name = usernameShape.safeParse(username)
  const row = name.success ? await queries.selectUserFoundBy(db, viewer?.id ?? null, name.data) : undefined
  if (!row) throw notFound()
  return toPerson(row)
}

/**
 * Who holds a session's token; undefined if the session ended or never was.
 * @returns the person, the session's id, and whether the end of the session was moved: then the cookie's has to follow
 */
export async function whoHolds(
  db: Db,
  token: string,
): Promise<{ person: Person; sessionId: string; isExtended: boolean } | undefined> {
  const row = await queries.selectViewer(db, hashToken(token))
  if (!row) return undefined
  // Once an hour is often enough for "last used", and spares every read a write.
  const isExtended = Date.now() - row.last_used_at.getTime() > 60 * 60 * 1000
  if (isExtended) await touchSession(db, token)
  return { person: toPerson(row), sessionId: row.session_id, isExtended }
}

/** Which of some tokens are still held by somebody. */
export async function stillHeld(db: Db, tokens: readonly string[]): Promise<Set<string>> {
  const open = await queries.selectOpenSessions(
    db,
    tokens.map((token) => hashToken(token).toString('hex')),
  )
  return new Set(tokens.filter((token) => open.has(hashToken(token).toString('hex'))))
}

function toPerson(row: queries.UserRow): Person {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name || row.username,
    isAdmin: row.is_admin,
    isModerator: row.is_admin || row.is_moderator,
    isPrivate: row.is_private,
    showsCamera: row.shows_camera,
    commentsFromFollowers: row.comments_from === 'followers',
    allowsIndexing: row.allows_indexing,
    isSilenced: row.is_silenced,
    bio: row.bio,
    website: row.website,
    theme: row.theme,
    language: isLanguage(row.language) ? row.language : 'auto',
    avatarKey: row.avatar_key ?? undefined,
  }
}
