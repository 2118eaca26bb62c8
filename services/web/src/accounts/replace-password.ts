import type { Db } from '../db/connect.ts'
import { isWithin } from '../db/throttle.ts'
import { invalidField } from '../http/refusal.ts'
import { isPassword } from './passwords.ts'
import * as queries from './queries.ts'
import type { Person } from './service.ts'

const mostTries = 10
const secondsOfTries = 15 * 60

/**
 * Has somebody who is signed in say the password again, before what only they should do.
 * @throws {Refusal} invalid, if it is another; tooMany, after many tries
 */
export async function requirePassword(db: Db, person: Person, password: string): Promise<void> {
  if (!(await isWithin(db, `password-again:${person.id}`, mostTries, secondsOfTries)))
    throw invalidField('password', 'That was tried too often. Please wait a quarter of an hour.', 'tooMany')
  if (!(await isPassword(await queries.selectPasswordHashById(db, person.id), password)))
    throw invalidField('password', 'That is not your password.')
}

/** Puts another password in the place of somebody's, and signs them out everywhere: both, in the transaction that `tx` is. */
export async function replacePassword(tx: Db, userId: string, passwordHash: string): Promise<void> {
  await queries.updatePasswordHash(tx, userId, passwordHash)
  await queries.deleteSessionsOf(tx, userId)
}
