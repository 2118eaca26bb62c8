import type { Db } from '../db/connect.ts'
import { notFound } from '../http/refusal.ts'
import { username as usernameShape } from './input.ts'
import { isPassword } from './passwords.ts'
import * as queries from './queries.ts'

/** Accounts that are made and wait for an admin to let them in. Nobody sees them, and nobody signs in to them. */

/** Who waits, the one who has waited longest first. */
export async function peopleWaiting(
  db: Db,
  page: { afterId: string | null; limit: number },
): Promise<{ id: string; username: string; since: Date }[]> {
  const found = await queries.selectWaiting(db, page)
  return found.map(({ id, username, created_at }) => ({ id, username, since: created_at }))
}

/** Lets somebody in; gives their id. @throws {Refusal} notFound, if nobody of this name waits */
export async function letIn(db: Db, username: string): Promise<string> {
  const id = await queries.approveUser(db, nameIn(username))
  if (id === undefined) throw notFound()
  return id
}

/** The id of somebody who waits, and keeps waiting until the transaction ends. @throws {Refusal} notFound */
export async function holdWaiting(tx: Db, username: string): Promise<string> {
  const row = await queries.selectWaitingUser(tx, nameIn(username))
  if (!row) throw notFound()
  return row.id
}

/** A name as it stands in an address. @throws {Refusal} notFound, if it can be nobody's */
function nameIn(given: string): string {
  const name = usernameShape.safeParse(given)
  if (!name.success) throw notFound()
  return name.data
}

/** Removes the account of somebody who waits. @throws {Refusal} notFound, if nobody of this name does */
export async function turnAway(db: Db, username: string): Promise<void> {
  if (!(await queries.deleteWaitingUser(db, username))) throw notFound()
}

/**
 * What a form has made already, for a second click on its button.
 * @returns undefined if it has not, or the password is another one
 */
export async function earlierSignUp(
  db: Db,
  { username, password, signUpKey }: { username: string; password: string; signUpKey: string | undefined },
): Promise<{ id: string; isWaiting: boolean } | undefined> {
  const row = signUpKey === undefined ? undefined : await queries.selectSignUp(db, username, signUpKey)
  if (!row || !(await isPassword(row.password_hash, password))) return undefined
  return { id: row.id, isWaiting: row.is_waiting }
}
