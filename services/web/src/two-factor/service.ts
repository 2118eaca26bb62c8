import { confirmPassword } from '../accounts/credentials.ts'
import type { Person } from '../accounts/service.ts'
import { type Budget, guard } from '../attempts/service.ts'
import type { Db } from '../db/connect.ts'
import { invalidField, Refusal } from '../http/refusal.ts'
import { phrase, say } from '../language/say.ts'
import * as queries from './queries.ts'
import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes.ts'
import { newSecret, secretAsText, secretAsUri, stepOf } from './totp.ts'

/**
 * Only who has the password gets here, so strangers cannot use it up. A code is one of a million, three of them are right: ten
 * guesses a day take a century.
 */
const codesOfPerson: Budget = {
  name: 'code of the second step',
  most: 10,
  seconds: 24 * 60 * 60,
  complaint: phrase('Too many wrong codes. A recovery code or a passkey will do.'),
}

/** How it stands with somebody's second step. */
export interface TwoFactor {
  isOn: boolean
  recoveryCodesLeft: number
}

export async function twoFactorOf(db: Db, personId: string): Promise<TwoFactor> {
  return { isOn: await isTwoFactorOn(db, personId), recoveryCodesLeft: await queries.countRecoveryCodes(db, personId) }
}

/** Whether a password alone does not let somebody in. */
export async function isTwoFactorOn(db: Db, personId: string): Promise<boolean> {
  return (await queries.selectSecret(db, personId)) !== undefined
}

/**
 * Makes a new secret for somebody's app. Nothing is on yet: that takes a code.
 * @throws {Refusal} invalid, for a wrong password; tooMany; conflict, if it is on already
 */
export async function beginSetUp(db: Db, person: Person, password: string): Promise<void> {
  await confirmPassword(db, person, password)
  if (await isTwoFactorOn(db, person.id)) throw isOnAlready()
  await queries.insertAuthenticator(db, person.id, newSecret())
}

/**
 * The secret that waits for its first code, as text and for a picture.
 * @param host of this Gramstack, so that an app that knows several tells them apart
 * @returns undefined if there is none, or not since lately
 */
export async function setUpOf(
  db: Db,
  person: Person,
  host: string,
): Promise<{ secret: string; uri: string } | undefined> {
  const row = await queries.selectNewSecret(db, person.id)
  return row && { secret: secretAsText(row.secret), uri: secretAsUri(row.secret, person.username, host) }
}

/**
 * Turns the second step on, once a code has shown that the app has the secret.
 * @returns the recovery codes: this once, since only their hashes are kept
 * @throws {Refusal} invalid, for a wrong code; conflict, if nothing waits for one
 */
export async function confirmSetUp(db: Db, person: Person, code: string): Promise<string[]> {
  const row = await queries.selectNewSecret(db, person.id)
  if (!row) throw new Refusal('conflict', say('That took too long, or it is on already. Begin again in the settings.'))
  const step = stepOf(row.secret, withoutSpaces(code))
  if (step === undefined) throw wrongCode()
  return db.transaction(async (tx) => {
    if (!(await queries.confirmAuthenticator(tx, person.id, row.secret, step))) throw isOnAlready()
    return renewCodes(tx, person.id)
  })
}

/**
 * Ten new recovery codes; those of before work no more.
 * @throws {Refusal} invalid, for a wrong password; tooMany; conflict, if it is not on
 */
export async function renewRecoveryCodes(db: Db, person: Person, password: string): Promise<string[]> {
  await confirmPassword(db, person, password)
  if (!(await isTwoFactorOn(db, person.id))) throw new Refusal('conflict', say('Two-step sign-in is not on.'))
  return db.transaction((tx) => renewCodes(tx, person.id))
}

/** Lets the password alone do again. @throws {Refusal} invalid, for a wrong password; tooMany */
export async function turnOff(db: Db, person: Person, password: string): Promise<void> {
  await confirmPassword(db, person, password)
  await resetTwoFactor(db, person.id)
}

/** The same, for whoever runs this and knows why: somebody has lost their phone and their codes. */
export async function resetTwoFactor(db: Db, personId: string): Promise<void> {
  await db.transaction((tx) => queries.deleteAuthenticator(tx, personId))
}

/**
 * Takes a code of the app; each is taken once.
 * @throws {Refusal} invalid; tooMany
 */
export function takeCode(db: Db, personId: string, code: string): Promise<void> {
  return guard(db, codesOfPerson, personId, async () => {
    const row = await queries.selectSecret(db, personId)
    const step = row && stepOf(row.secret, withoutSpaces(code))
    if (step === undefined) throw wrongCode()
    if (!(await queries.takeStep(db, personId, step))) {
      throw invalidField('code', say('This code was used before. Wait for the next one.'))
    }
  })
}

/** Takes a recovery code; each is taken once, and too long to be guessed. @throws {Refusal} invalid */
export async function takeRecoveryCode(db: Db, personId: string, code: string): Promise<void> {
  if (!(await queries.takeRecoveryCode(db, personId, hashRecoveryCode(code)))) {
    throw invalidField('recoveryCode', say('That is no recovery code of yours, or you have used it.'))
  }
}

async function renewCodes(db: Db, personId: string): Promise<string[]> {
  const codes = newRecoveryCodes()
  await queries.replaceRecoveryCodes(db, personId, codes.map(hashRecoveryCode))
  return codes
}

function withoutSpaces(code: string): string {
  return code.replaceAll(/\s/g, '')
}

function wrongCode(): Refusal {
  return invalidField('code', say('That is not the code that the app shows now.'))
}

function isOnAlready(): Refusal {
  return new Refusal('conflict', say('Two-step sign-in is on already.'))
}
