import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { confirmPassword } from '../accounts/credentials.ts'
import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { violatedConstraint } from '../db/sql.ts'
import { isId } from '../http/id.ts'
import { invalidField, notFound, type Refusal } from '../http/refusal.ts'
import { hashToken } from '../http/tokens.ts'
import { say } from '../language/say.ts'
import * as queries from './queries.ts'

export { deletePastChallenges as sweepChallenges } from './queries.ts'

/**
 * Passkeys (WebAuthn). Each is one person's, lies in their phone or password manager, and asks for their finger, face or PIN: so it is
 * two steps in one. It is bound to the host name that it was made at, and browsers hand it out nowhere else.
 */

// With all that they stand on they take a fifth of a second to load: of each start, in development at each saved file.
const webauthn = () => import('@simplewebauthn/server')
const helpers = () => import('@simplewebauthn/server/helpers')

/** Where and by whom a passkey is asked for something. */
export interface Ceremony {
  origin: URL
  /** A token that only this browser has: what was asked of one is taken from no other. */
  holder: string
}

/** A passkey as its owner sees it in a list. */
export interface Passkey {
  id: string
  name: string
  /** The host name that it works at. */
  host: string
  createdAt: Date
  lastUsedAt: Date | null
}

const most = 20
const milliseconds = 5 * 60 * 1000

/** Somebody's passkeys, the oldest first. */
export async function passkeysOf(db: Db, personId: string): Promise<Passkey[]> {
  const found = await queries.selectPasskeys(db, personId)
  return found.map(({ id, name, rp_id, created_at, last_used_at }) => ({
    id,
    name,
    host: rp_id,
    createdAt: created_at,
    lastUsedAt: last_used_at,
  }))
}

/**
 * Begins adding a passkey.
 * @returns what the browser is to be asked
 * @throws {Refusal} invalid, for a wrong password; tooMany
 */
export async function beginRegistration(
  db: Db,
  person: Person,
  password: string,
  { origin, holder }: Ceremony,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  await confirmPassword(db, person, password)
  const present = await queries.selectPasskeys(db, person.id)
  const { generateRegistrationOptions } = await webauthn()
  const options = await generateRegistrationOptions({
    rpName: 'Gramstack',
    rpID: origin.hostname,
    userID: Uint8Array.from(Buffer.from(person.id)),
    userName: person.username,
    userDisplayName: person.displayName,
    timeout: milliseconds,
    excludeCredentials: present.map(({ credential_id, transports }) => ({ id: credential_id, transports })),
    // One that is found without a name, and that asks who is there: only so does it do alone.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  await queries.insertChallenge(db, options.challenge, hashToken(holder))
  return options
}

/**
 * Adds a passkey that the browser made.
 * @returns its id
 * @throws {Refusal} invalid, if it was not what was asked for, or not asked here and lately; conflict, if it is here already
 */
export async function finishRegistration(
  db: Db,
  person: Person,
  { name, credential }: { name: string; credential: RegistrationResponseJSON },
  { origin, holder }: Ceremony,
): Promise<string> {
  const challenge = await takeChallenge(db, credential.response.clientDataJSON, holder)
  const verification = await unlessWrong(async () => {
    await refuseCertificates(credential.response.attestationObject)
    const { verifyRegistrationResponse } = await webauthn()
    return verifyRegistrationResponse({
      response: credential,
      expectedChallenge: challenge,
      expectedOrigin: origin.origin,
      expectedRPID: origin.hostname,
      requireUserVerification: true,
    })
  })
  if (!verification.verified) throw wrongPasskey()
  const { credential: made } = verification.registrationInfo
  try {
    const id = await queries.insertPasskey(db, {
      userId: person.id,
      name,
      credentialId: made.id,
      publicKey: Buffer.from(made.publicKey),
      rpId: origin.hostname,
      signCount: made.counter,
      transports: credential.response.transports ?? [],
      most,
    })
    if (id === undefined)
      throw invalidField('name', say('There are {most} passkeys already. Remove one first.', { most }), 'conflict')
    return id
  } catch (error) {
    if (violatedConstraint(error) === 'passkeys_credential_id_key') {
      throw invalidField('name', say('This passkey is here already.'), 'conflict')
    }
    throw error
  }
}

/** Removes one of somebody's passkeys: it lets nobody in any more. @throws {Refusal} notFound */
export async function removePasskey(db: Db, person: Person, id: string): Promise<void> {
  if (!isId(id) || !(await queries.deletePasskey(db, person.id, id))) throw notFound()
}

/** Removes all of them: somebody has lost what they lie in. */
export async function removeAllPasskeys(db: Db, personId: string): Promise<void> {
  await queries.deletePasskeysOf(db, personId)
}

/**
 * Begins signing in with a passkey.
 * @param personId whose it has to be, if that is known; else whoever's the browser offers
 * @returns what the browser is to be asked
 */
export async function beginAuthentication(
  db: Db,
  { origin, holder }: Ceremony,
  personId?: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const allowed = personId === undefined ? [] : await queries.selectPasskeys(db, personId)
  const { generateAuthenticationOptions } = await webauthn()
  const options = await generateAuthenticationOptions({
    rpID: origin.hostname,
    timeout: milliseconds,
    userVerification: 'required',
    allowCredentials: allowed
      .filter(({ rp_id }) => rp_id === origin.hostname)
      .map(({ credential_id, transports }) => ({ id: credential_id, transports })),
  })
  await queries.insertChallenge(db, options.challenge, hashToken(holder))
  return options
}

/**
 * Checks what a passkey has signed.
 * @param personId whose it has to be, if that is known
 * @returns the id of the person whose it is
 * @throws {Refusal} invalid, if it is nobody's, or was not asked here and lately
 */
export async function finishAuthentication(
  db: Db,
  credential: AuthenticationResponseJSON,
  { origin, holder }: Ceremony,
  personId?: string,
): Promise<string> {
  const challenge = await takeChallenge(db, credential.response.clientDataJSON, holder)
  const passkey = await queries.selectCredential(db, credential.id)
  if (!passkey || (personId !== undefined && passkey.user_id !== personId)) throw wrongPasskey()
  const { verifyAuthenticationResponse } = await webauthn()
  const verification = await unlessWrong(() =>
    verifyAuthenticationResponse({
      response: credential,
      expectedChallenge: challenge,
      expectedOrigin: origin.origin,
      // Where it was made, and where it is used now: the same, whatever host a request names.
      expectedRPID: passkey.rp_id,
      requireUserVerification: true,
      credential: {
        id: passkey.credential_id,
        publicKey: Uint8Array.from(passkey.public_key),
        counter: Number(passkey.sign_count),
      },
    }),
  )
  if (!verification.verified || passkey.rp_id !== origin.hostname) throw wrongPasskey()
  if (!(await queries.touchPasskey(db, passkey.id, verification.authenticationInfo.newCounter))) throw wrongPasskey()
  return passkey.user_id
}

/** The challenge that was signed, if it was given to this holder, lately, and for the first time: then it is spent. */
async function takeChallenge(db: Db, clientDataJSON: string, holder: string): Promise<string> {
  const { decodeClientDataJSON } = await helpers()
  const { challenge } = await unlessWrong(async () => decodeClientDataJSON(clientDataJSON))
  const isChallenge = typeof challenge === 'string' && /^[\w-]{1,200}$/.test(challenge)
  if (!isChallenge || !(await queries.deleteChallenge(db, challenge, hashToken(holder)))) throw wrongPasskey()
  return challenge
}

/**
 * Refuses what tells by certificates who made the passkey: nobody asked for it, and to check them the library would ask other
 * servers for lists of those revoked.
 */
async function refuseCertificates(attestationObject: string): Promise<void> {
  const { decodeAttestationObject } = await helpers()
  const attestation = decodeAttestationObject(Uint8Array.from(Buffer.from(attestationObject, 'base64url')))
  const isPlain = attestation.get('fmt') === 'none'
  const isSelfMade = attestation.get('fmt') === 'packed' && attestation.get('attStmt').get('x5c') === undefined
  if (!isPlain && !isSelfMade) throw new Error('attestation was not asked for')
}

/** The library throws whatever it finds wrong in what a browser sent, as plain errors of all kinds. */
async function unlessWrong<Result>(check: () => Promise<Result>): Promise<Result> {
  try {
    return await check()
  } catch {
    throw wrongPasskey()
  }
}

function wrongPasskey(): Refusal {
  return invalidField('credential', say('This passkey does not fit, or it took too long. Try again.'))
}
