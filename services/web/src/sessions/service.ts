import type { Db } from '../db/connect.ts'
import { isId } from '../http/id.ts'
import { notFound } from '../http/refusal.ts'
import { hashToken, newToken } from '../http/tokens.ts'
import { nameDevice } from './device-name.ts'
import * as queries from './queries.ts'

/** What browsers hold, each as a random token in a cookie: a session; being known; a sign-in that wants a second step. */

export { deleteExpired as sweepSessions } from './queries.ts'

/** How long a session lasts without being used. */
export const sessionDays = 90

/** A session as its owner sees it in a list. */
export interface Session {
  id: string
  /** "Firefox on Android" */
  device: string
  createdAt: Date
  /** To the hour. */
  lastUsedAt: Date
}

/**
 * Opens a session for somebody who has just shown who they are.
 * @param userAgent how the browser calls itself
 * @returns the token for the cookie. Only its hash is kept here.
 */
export async function openSession(db: Db, personId: string, userAgent: string): Promise<string> {
  const token = newToken()
  await queries.insertSession(db, { tokenHash: hashToken(token), userId: personId, device: userAgent.slice(0, 300) })
  return token
}

/** Notes that a session is in use, which moves its end. */
export async function touchSession(db: Db, token: string): Promise<void> {
  await queries.touchSession(db, hashToken(token))
}

/** Ends the session of a token, if there is one. */
export async function closeSession(db: Db, token: string): Promise<void> {
  await queries.deleteSession(db, hashToken(token))
}

/** Where somebody is signed in, the session that was used last first. */
export async function sessionsOf(db: Db, personId: string): Promise<Session[]> {
  const found = await queries.selectSessions(db, personId)
  return found.map(({ id, device, created_at, last_used_at }) => ({
    id,
    device: nameDevice(device),
    createdAt: created_at,
    lastUsedAt: last_used_at,
  }))
}

/** Ends one of somebody's sessions, on every replica at once. @throws {Refusal} notFound */
export async function endSession(db: Db, personId: string, sessionId: string): Promise<void> {
  if (!isId(sessionId) || !(await queries.deleteSessionById(db, personId, sessionId))) throw notFound()
}

/** Ends all of somebody's sessions but one. */
export async function endOtherSessions(db: Db, personId: string, keptId: string): Promise<void> {
  await queries.deleteSessionsBut(db, personId, keptId)
}

/**
 * Ends whatever any browser holds of somebody: after a new password. Nobody goes on by the old one.
 * @param keptSessionId of the session in which it was changed, if it was in one
 */
export async function forgetBrowsers(db: Db, personId: string, keptSessionId: string | null): Promise<void> {
  await queries.deleteSessionsBut(db, personId, keptSessionId)
  await queries.deleteKnownDevices(db, personId)
  await queries.deletePendingOf(db, personId)
}

/**
 * Makes the browser of somebody who has signed in known to us.
 * @param oldToken what it had of us before: worth nothing from now on, so that a token that was planted in it is none
 * @returns the token for its cookie
 */
export async function rememberDevice(db: Db, personId: string, oldToken: string | undefined): Promise<string> {
  const token = newToken()
  const oldTokenHash = oldToken === undefined ? null : hashToken(oldToken)
  await queries.insertKnownDevice(db, { tokenHash: hashToken(token), oldTokenHash, userId: personId })
  return token
}

/** Whether somebody of this name has signed in before with the browser that has this token. */
export async function isKnownDevice(db: Db, token: string | undefined, username: string): Promise<boolean> {
  return token !== undefined && (await queries.isKnownDevice(db, hashToken(token), username))
}

/** Notes that somebody has given the right password, and has ten minutes for the second step; gives the token for the cookie. */
export async function awaitSecondStep(db: Db, personId: string): Promise<string> {
  const token = newToken()
  await queries.insertPending(db, hashToken(token), personId)
  return token
}

/** Whose second step a token waits for; undefined if it does not, or no more. */
export async function whoseSecondStep(db: Db, token: string | undefined): Promise<string | undefined> {
  return token === undefined ? undefined : (await queries.selectPending(db, hashToken(token)))?.user_id
}

/** Ends the waiting when the second step was taken: of two at once, one hears true. */
export function endSecondStep(db: Db, token: string): Promise<boolean> {
  return queries.deletePending(db, hashToken(token))
}
