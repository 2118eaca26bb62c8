import { type Budget, guard, networkOf } from '../attempts/service.ts'
import type { Db } from '../db/connect.ts'
import { invalidField, notFound, Refusal } from '../http/refusal.ts'
import { phrase, say } from '../language/say.ts'
import { forgetBrowsers, isKnownDevice } from '../sessions/service.ts'
import * as queries from './credential-queries.ts'
import { hashPassword, isOutdated, isPassword } from './passwords.ts'
import type { Person } from './service.ts'

/** Passwords: who may try them how often, whether they are right, and setting new ones. */

const quarterHour = 15 * 60

/** Many people may share an address; whoever has many addresses meets the budget of the account. */
const byAddress: Budget = {
  name: 'sign-in by address',
  most: 100,
  seconds: quarterHour,
  complaint: phrase('Too many sign-ins have failed at your address.'),
}

const byAccount: Budget = {
  name: 'sign-in by account',
  most: 10,
  seconds: quarterHour,
  complaint: phrase(
    'Too many wrong passwords for this name. Browsers that have signed in here before are still let in, and so are passkeys.',
  ),
}

/** What strangers do to an account is no matter to a browser that is known there, and the other way round. */
const byKnownDevice: Budget = {
  name: 'sign-in by known device',
  most: 10,
  seconds: quarterHour,
  complaint: phrase('Too many wrong passwords.'),
}

/** Of somebody who is signed in, or has taken their session: strangers cannot use it up. */
const byPerson: Budget = {
  name: 'password asked again',
  most: 10,
  seconds: quarterHour,
  complaint: phrase('Too many wrong passwords.'),
}

/** Who asks to be let in: what is counted besides the name. */
export interface Caller {
  /** Of the browser, as the proxies that we trust tell it. */
  address: string
  /** From its cookie, if it has signed in before. */
  deviceToken: string | undefined
}

/**
 * Checks name and password, at the expense of the address, and of the account or the browser that is known there.
 * @returns the id of the person whose they are
 * @throws {Refusal} invalid, with one sentence whatever was wrong; tooMany
 */
export function checkCredentials(
  db: Db,
  { username, password }: { username: string; password: string },
  caller: Caller,
): Promise<string> {
  return guardAddress(db, caller.address, async () => {
    const isKnown = await isKnownDevice(db, caller.deviceToken, username)
    const [budget, who] = isKnown ? [byKnownDevice, `${caller.deviceToken} ${username}`] : [byAccount, username]
    return guard(db, budget, who, async () => {
      const user = await queries.selectCredentials(db, username)
      if (!(await isPassword(user?.password_hash, password)) || !user) {
        throw invalidField('password', say('Name and password do not belong together.'))
      }
      if (isOutdated(user.password_hash)) {
        await queries.replacePasswordHash(db, user.id, user.password_hash, await hashPassword(password))
      }
      return user.id
    })
  })
}

/** Runs one more way in, at the expense of the same budget of the address. @throws {Refusal} tooMany */
export function guardAddress<Result>(db: Db, address: string, attempt: () => Promise<Result>): Promise<Result> {
  return guard(db, byAddress, networkOf(address), attempt)
}

/**
 * Has somebody who is signed in give their password once more, before what a stolen session must not do.
 * @param field of the form, for the complaint
 * @throws {Refusal} invalid; tooMany
 */
export function confirmPassword(db: Db, person: Person, password: string, field = 'password'): Promise<void> {
  return guard(db, byPerson, person.id, async () => {
    const user = await queries.selectPasswordHash(db, person.id)
    if (!(await isPassword(user?.password_hash, password))) throw invalidField(field, say('That is not your password.'))
  })
}

/**
 * Sets somebody's new password, and ends all that was opened by the old one: sessions, known browsers, sign-ins under way.
 * @param password as `password` in input.ts has checked it
 * @param keptSessionId of the session in which it is changed, if it is in one
 * @throws {Refusal} invalid, if the password is the name
 */
export async function setPassword(
  db: Db,
  person: Pick<Person, 'id' | 'username'>,
  password: string,
  keptSessionId: string | null,
): Promise<void> {
  refuseNamesake(person.username, password)
  const passwordHash = await hashPassword(password)
  await db.transaction(async (tx) => {
    await queries.updatePasswordHash(tx, person.id, passwordHash)
    await forgetBrowsers(tx, person.id, keptSessionId)
  })
}

/** @throws {Refusal} invalid, if the password is the name: the first that anybody tries */
export function refuseNamesake(username: string, password: string): void {
  if (password.toLowerCase() === username)
    throw invalidField('password', say('A password is something else than the name.'))
}

/**
 * Whether somebody who has shown who they are may come in, or, where they have chosen to leave, may do no more than take that back.
 * @throws {Refusal} forbidden, for somebody suspended, who waits for an admin's word, or whose account is being removed; notFound
 */
export async function admit(db: Db, personId: string): Promise<{ id: string; username: string; isLeaving: boolean }> {
  const user = await queries.selectAdmission(db, personId)
  if (!user) throw notFound()
  if (user.is_suspended) {
    throw new Refusal('forbidden', say('This account is suspended. Whoever runs this service can say why.'))
  }
  if (user.is_waiting) {
    throw new Refusal(
      'forbidden',
      say('Your account waits for an admin to let you in. You can sign in once they have.'),
    )
  }
  if (user.is_being_removed)
    throw new Refusal('forbidden', say('This account is being removed. It cannot be taken back.'))
  return { id: personId, username: user.username, isLeaving: user.is_leaving }
}
