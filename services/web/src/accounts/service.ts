import type { z } from 'zod'
import type { Db } from '../db/connect.ts'
import { violatedConstraint } from '../db/sql.ts'
import { invalidField, notFound, Refusal } from '../http/refusal.ts'
import { hashToken, newToken } from '../http/tokens.ts'
import { type signInInput, type signUpInput, username as usernameShape } from './input.ts'
import { hashPassword, isPassword } from './passwords.ts'
import * as queries from './queries.ts'

/** A person as other rooms see one. */
export interface Person {
  id: string
  username: string
  displayName: string
  isAdmin: boolean
  /** Whether only followers, who were let in, see the posts. */
  isPrivate: boolean
  /** Whether the camera and its settings are told beside the photos. */
  showsCamera: boolean
}

export {
  isThereAnAdmin,
  lockIfNoAdmin as isFirstPerson,
  selectStaffNames as staffNames,
  sessionDays,
  updatePreferences as setPreferences,
} from './queries.ts'

/** Makes an account from the command line, with the rank that is asked for. @throws {Refusal} conflict, if the name is taken */
export async function createAccount(
  db: Db,
  input: z.output<typeof signUpInput> & { displayName: string; isAdmin: boolean },
): Promise<Person> {
  const { isAdmin, username, displayName } = input
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
      throw invalidField('username', `The name ${username} is taken.`, 'conflict')
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

/** @throws {Refusal} notFound */
export async function findPerson(db: Db, username: string): Promise<Person> {
  const name = usernameShape.safeParse(username)
  const row = name.success ? await queries.selectUserByUsername(db, name.data) : undefined
  if (!row) throw notFound()
  return toPerson(row)
}

/**
 * Checks name and password and opens a session.
 * @param device how the browser calls itself, for the list of sessions
 * @returns the token for the cookie. Only its hash is kept here.
 * @throws {Refusal} invalid, with one sentence whatever was wrong
 */
export async function signIn(db: Db, input: z.output<typeof signInInput>, device: string): Promise<string> {
  const user = await queries.selectPasswordHash(db, input.username)
  if (!(await isPassword(user?.password_hash, input.password)) || !user) {
    throw new Refusal('invalid', 'Name and password do not belong together.', {
      password: 'Name and password do not belong together.',
    })
  }
  return openSession(db, user.id, device)
}

/**
 * Opens a session for somebody who has just shown who they are; gives its token.
 * @throws {Refusal} forbidden, while they wait for an admin's word
 */
export async function openSession(db: Db, userId: string, device: string): Promise<string> {
  const token = newToken()
  if (!(await queries.insertSession(db, { tokenHash: hashToken(token), userId, device: device.slice(0, 300) })))
    throw invalidField(
      'username',
      'Your account waits for an admin to let you in. You can sign in once they have.',
      'forbidden',
    )
  await queries.deleteExpiredSessions(db)
  return token
}

/** Ends the session of a token, if there is one. */
export async function signOut(db: Db, token: string): Promise<void> {
  await queries.deleteSession(db, hashToken(token))
}

/**
 * Who holds a token; undefined if its session ended or never was.
 * @returns the person, and whether the end of the session was moved: then the cookie's has to follow
 */
export async function whoHolds(db: Db, token: string): Promise<{ person: Person; isExtended: boolean } | undefined> {
  const tokenHash = hashToken(token)
  const row = await queries.selectViewer(db, tokenHash)
  if (!row) return undefined
  // Once an hour is often enough for "last used", and spares every read a write.
  const isExtended = Date.now() - row.last_used_at.getTime() > 60 * 60 * 1000
  if (isExtended) await queries.touchSession(db, tokenHash)
  return { person: toPerson(row), isExtended }
}

function toPerson(row: queries.UserRow): Person {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name || row.username,
    isAdmin: row.is_admin,
    isPrivate: row.is_private,
    showsCamera: row.shows_camera,
  }
}
