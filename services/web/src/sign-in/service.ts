import type { AuthenticationResponseJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import { admit, type Caller, checkCredentials, guardAddress } from '../accounts/credentials.ts'
import { type Budget, networkOf, takeAttempt } from '../attempts/service.ts'
import type { Db } from '../db/connect.ts'
import { invalidField, type Refusal } from '../http/refusal.ts'
import { phrase, say } from '../language/say.ts'
import { beginAuthentication, type Ceremony, finishAuthentication, passkeysOf } from '../passkeys/service.ts'
import { awaitComingBack, awaitSecondStep, endSecondStep, openSession, whoseSecondStep } from '../sessions/service.ts'
import { isTwoFactorOn, takeCode, takeRecoveryCode } from '../two-factor/service.ts'

/** The ways in: a password, with a second step where somebody wants one, or a passkey alone. */

/** Who asks to come in, and with what. */
export interface Visit extends Caller {
  userAgent: string
}

/** Somebody who is in, and the token of their new session. */
export interface SignedIn {
  person: { id: string; username: string }
  token: string
}

/** Somebody who has shown who they are, and has chosen to leave: the token opens but the page on which that is taken back. */
export interface Leaving {
  comingBackToken: string
}

/** What the second step is taken with. */
export type SecondStep = { code: string } | { recoveryCode: string }

/** Every page with the form asks for one, and each is a row until it expires. */
const challengesByAddress: Budget = {
  name: 'passkey challenges by address',
  most: 300,
  seconds: 15 * 60,
  complaint: phrase('Too many sign-ins at your address.'),
}

/**
 * Signs in by name and password.
 * @returns who is in; or, where a second step is wanted, the token that waits for it
 * @throws {Refusal} invalid, with one sentence whatever was wrong; tooMany; forbidden
 */
export async function signIn(
  db: Db,
  input: { username: string; password: string },
  visit: Visit,
): Promise<SignedIn | Leaving | { pendingToken: string }> {
  const personId = await checkCredentials(db, input, visit)
  if (await isTwoFactorOn(db, personId)) return { pendingToken: await awaitSecondStep(db, personId) }
  return letIn(db, personId, visit)
}

/**
 * Takes the second step with a code of the app or a recovery code.
 * @throws {Refusal} invalid; tooMany; forbidden; unauthenticated, if the first step is too long ago
 */
export async function takeSecondStep(
  db: Db,
  pendingToken: string | undefined,
  given: SecondStep,
  visit: Visit,
): Promise<SignedIn | Leaving> {
  const personId = await whoseSecondStep(db, pendingToken)
  if (!pendingToken || !personId) throw tooLate()
  await guardAddress(db, visit.address, () =>
    'code' in given ? takeCode(db, personId, given.code) : takeRecoveryCode(db, personId, given.recoveryCode),
  )
  if (!(await endSecondStep(db, pendingToken))) throw tooLate()
  return letIn(db, personId, visit)
}

/** Whether the second step can be taken with a passkey. Undefined if nobody has to take one. */
export async function describeSecondStep(
  db: Db,
  pendingToken: string | undefined,
): Promise<{ hasPasskey: boolean } | undefined> {
  const personId = await whoseSecondStep(db, pendingToken)
  return personId === undefined ? undefined : { hasPasskey: (await passkeysOf(db, personId)).length > 0 }
}

/** Begins signing in with a passkey, whoever's it is. @throws {Refusal} tooMany */
export async function beginPasskey(
  db: Db,
  ceremony: Ceremony,
  address: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  await takeAttempt(db, challengesByAddress, networkOf(address))
  return beginAuthentication(db, ceremony)
}

/**
 * Signs in with a passkey, which asks for a finger, a face or a PIN: so there is no further step.
 * @throws {Refusal} invalid; tooMany; forbidden
 */
export async function signInWithPasskey(
  db: Db,
  credential: AuthenticationResponseJSON,
  ceremony: Ceremony,
  visit: Visit,
): Promise<SignedIn | Leaving> {
  const personId = await guardAddress(db, visit.address, () => finishAuthentication(db, credential, ceremony))
  return letIn(db, personId, visit)
}

/** Begins the second step with a passkey of whoever has to take it. @throws {Refusal} unauthenticated; tooMany */
export async function beginSecondStepWithPasskey(
  db: Db,
  pendingToken: string | undefined,
  origin: URL,
  address: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  await takeAttempt(db, challengesByAddress, networkOf(address))
  const personId = await whoseSecondStep(db, pendingToken)
  if (!pendingToken || !personId) throw tooLate()
  return beginAuthentication(db, { origin, holder: pendingToken }, personId)
}

/** Takes the second step with a passkey. Refusals as for `takeSecondStep`. */
export async function takeSecondStepWithPasskey(
  db: Db,
  pendingToken: string | undefined,
  credential: AuthenticationResponseJSON,
  origin: URL,
  visit: Visit,
): Promise<SignedIn | Leaving> {
  const personId = await whoseSecondStep(db, pendingToken)
  if (!pendingToken || !personId) throw tooLate()
  await guardAddress(db, visit.address, () =>
    finishAuthentication(db, credential, { origin, holder: pendingToken }, personId),
  )
  if (!(await endSecondStep(db, pendingToken))) throw tooLate()
  return letIn(db, personId, visit)
}

/** Opens a session for somebody who has shown who they are, unless they leave. @throws {Refusal} forbidden */
async function letIn(db: Db, personId: string, { userAgent }: Visit): Promise<SignedIn | Leaving> {
  const person = await admit(db, personId)
  if (person.isLeaving) return { comingBackToken: await awaitComingBack(db, personId) }
  return { person, token: await openSession(db, personId, userAgent) }
}

function tooLate(): Refusal {
  return invalidField('code', say('That took too long. Please begin again.'), 'unauthenticated')
}
