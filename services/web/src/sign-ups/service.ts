import { admit, refuseNamesake } from '../accounts/credentials.ts'
import { hashPassword } from '../accounts/passwords.ts'
import { addPerson, isFirstPerson, staffNames } from '../accounts/service.ts'
import { earlierSignUp } from '../accounts/waiting.ts'
import { isWithin, type Limit } from '../attempts/service.ts'
import type { Db } from '../db/connect.ts'
import { askToConfirm, tellAdmins } from '../emails/service.ts'
import { invalidField, Refusal } from '../http/refusal.ts'
import { holdInstance } from '../instance/service.ts'
import { redeem } from '../invitations/service.ts'
import { say } from '../language/say.ts'
import type { Sending } from '../mail/sending.ts'
import { happened } from '../metrics/happenings.ts'
import { openSession } from '../sessions/service.ts'
import type { SignUpInput } from './input.ts'
import { isReserved, looksLike } from './names.ts'

/** What became of a sign-up: a session, by its token; without one, the account waits for an admin. */
export interface SignedUp {
  person: { id: string; username: string }
  token: string | undefined
}

/**
 * Makes an account, if whoever asks may have one, and opens its first session: all or nothing. The first person becomes the admin,
 * whatever is set. The same form sent twice makes one account.
 * @param device how the browser calls itself, for the list of sessions
 * @throws {Refusal} conflict, if the name is taken; invalid, for a name that nobody gets, or if it is the password; forbidden, if nobody may sign up, or only
 *   with an invitation; tooMany, for an address that was written to often
 */
export async function signUp(deps: Sending & { db: Db }, input: SignUpInput, device: string): Promise<SignedUp> {
  const { db } = deps
  const { username, password, key: signUpKey } = input
  refuseNamesake(username, password)
  const passwordHash = await hashPassword(password)
  try {
    const signedUp = await db.transaction((tx) => signUpWith(deps, tx, input, passwordHash, device))
    happened('sign-up')
    return signedUp
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind !== 'conflict') throw error
    const earlier = await earlierSignUp(db, { username, password, signUpKey })
    if (!earlier) throw error
    if (earlier.isWaiting) return { person: { id: earlier.id, username }, token: undefined }
    return { person: await admit(db, earlier.id), token: await openSession(db, earlier.id, device) }
  }
}

async function signUpWith(
  sending: Sending,
  tx: Db,
  { username, email, invitation, key }: SignUpInput,
  passwordHash: string,
  device: string,
): Promise<SignedUp> {
  // In this order for everybody, so that nobody waits in a circle; and what is read here stays so until the end.
  const isFirst = await isFirstPerson(tx)
  const { signUpMode } = await holdInstance(tx)
  const mode = isFirst ? 'open' : signUpMode
  if (mode === 'closed') throw new Refusal('forbidden', say('Nobody can sign up here at the moment.'))
  if (!isFirst) await requireHonestName(tx, username)

  const isApproved = mode !== 'approval'
  const person = await addPerson(tx, {
    username,
    displayName: '',
    passwordHash,
    isAdmin: isFirst,
    isApproved,
    signUpKey: key ?? null,
  })
  // After the account, so that of two clicks on one button it is the name that the second stumbles over.
  if (mode === 'invitation' && !(await redeem(tx, invitation))) throw needsInvitation(invitation)
  if (email) await askToConfirm(sending, tx, person.id, email)
  if (isApproved) return { person, token: await openSession(tx, person.id, device) }
  await announce(sending, tx, username)
  return { person, token: undefined }
}

/**
 * Nobody passes for the people who run the place. Whoever is first does run it, and may be called so.
 * @throws {Refusal} invalid
 */
export async function requireHonestName(tx: Db, username: string): Promise<void> {
  if (isReserved(username))
    throw invalidField(
      'username',
      say('The name {username} is given to nobody: others could take it for something official.', { username }),
    )
  const names = await staffNames(tx)
  // The very same name is simply taken.
  if (!names.includes(username) && names.some((name) => looksLike(name, username)))
    throw invalidField(
      'username',
      say('The name {username} looks too much like that of somebody who runs this place.', { username }),
    )
}

function needsInvitation(given: string): Refusal {
  const message = given
    ? say('This invitation does not work any more. Ask whoever sent it for another one.')
    : say('Here one signs up with an invitation: open the link that somebody sent you.')
  return invalidField('invitation', message, 'forbidden')
}

const announcements: Limit = { name: 'approvals announced', most: 5, seconds: 60 * 60 }

/** Tells the admins that somebody waits; a few times an hour, for the page lists them all. */
async function announce(sending: Sending, tx: Db, username: string): Promise<void> {
  if (!(await isWithin(tx, announcements, 'admins'))) return
  await tellAdmins(sending, tx, {
    subject: say('@{username} waits to be let in', { username }),
    paragraphs: [say('@{username} has signed up and waits for an admin to let them in.', { username })],
    way: { label: say('Who waits'), path: '/admin/approvals' },
  })
}
