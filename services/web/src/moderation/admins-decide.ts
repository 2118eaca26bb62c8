import { confirmPassword } from '../accounts/credentials.ts'
import type { Person } from '../accounts/service.ts'
import { holdDecision, type Standing, setExpelled, setKept, standingOf } from '../accounts/standing.ts'
import type { Db } from '../db/connect.ts'
import { departIn, graceDays } from '../departures/service.ts'
import { addressesOf } from '../emails/service.ts'
import { Refusal } from '../http/refusal.ts'
import { say, speaking, spokenLanguage } from '../language/say.ts'
import { type Sending, sendSoon } from '../mail/sending.ts'
import type { Storage } from '../media/storage.ts'
import { passkeysOf, removeAllPasskeys } from '../passkeys/service.ts'
import { forgetBrowsers } from '../sessions/service.ts'
import { isTwoFactorOn, resetTwoFactor } from '../two-factor/service.ts'
import type { ConfirmedReason } from './input.ts'
import { noteAbout } from './log.ts'

/** What only admins decide about people, and give their password for: a stolen session must not do it. */

/**
 * Has the account of somebody suspended removed, after the days in which any admin can take that back. To do so again changes nothing.
 * @throws {Refusal} notFound; forbidden, by who is no admin; invalid, for oneself or a wrong password; tooMany; conflict, for somebody
 *   who is not suspended, or leaves by themselves
 */
export async function expel(
  { db, storage }: { db: Db; storage: Storage },
  admin: Person,
  username: string,
  { reason, password }: ConfirmedReason,
): Promise<void> {
  await decide(db, admin, username, password, async (tx, person) => {
    if (person.isExpelled) return
    if (person.leavesAt)
      throw new Refusal('conflict', say('They have deleted this account themselves, and it is removed anyway.'))
    if (!person.suspendedAt)
      throw new Refusal('conflict', say('Only a suspended account can be deleted: suspend it first.'))
    await departIn(tx, storage, person.id, graceDays)
    if (!(await setExpelled(tx, person.id)))
      throw new Refusal('conflict', say('Only a suspended account can be deleted: suspend it first.'))
    await noteAbout(tx, admin, 'delete', person, reason)
  })
}

/**
 * Takes back that an account is removed: it stays suspended. To do so again changes nothing.
 * @throws {Refusal} notFound; forbidden, by who is no admin; invalid, for oneself; conflict, when its time has come
 */
export async function keep({ db }: { db: Db }, admin: Person, username: string, reason: string): Promise<void> {
  await standingOf(db, username)
  await db.transaction(async (tx) => {
    const person = await holdDecision(tx, admin, username)
    if (!person.isExpelled) return
    if (!(await setKept(tx, person.id)))
      throw new Refusal('conflict', say('It is being removed already, and cannot be taken back any more.'))
    await noteAbout(tx, admin, 'keep', person, reason)
  })
}

/** Whether somebody has a second step, or a passkey, that they could have lost. */
export async function hasSecondStep(db: Db, personId: string): Promise<boolean> {
  return (await isTwoFactorOn(db, personId)) || (await passkeysOf(db, personId)).length > 0
}

/**
 * Has the password alone let somebody in again who has lost their second step: app, recovery codes and passkeys are gone, and every
 * browser is signed out. They are told where they can be reached.
 * @throws {Refusal} notFound; forbidden, by who is no admin; invalid, for oneself or a wrong password; tooMany
 */
export async function resetSecondStep(
  deps: Sending & { db: Db },
  admin: Person,
  username: string,
  { reason, password }: ConfirmedReason,
): Promise<void> {
  await decide(deps.db, admin, username, password, async (tx, person) => {
    await leavePasswordAlone(tx, person.id)
    await noteAbout(tx, admin, 'reset-second-step', person, reason)
    const { confirmed } = await addressesOf(tx, person.id)
    if (confirmed) await speaking(languageOf(person), () => tellOfReset(deps, tx, confirmed, person.username))
  })
}

/** Takes away every way in but the password, and signs all browsers out: whoever was in by one of them may be a thief. */
export async function leavePasswordAlone(tx: Db, personId: string): Promise<void> {
  await resetTwoFactor(tx, personId)
  await removeAllPasskeys(tx, personId)
  await forgetBrowsers(tx, personId, null)
}

function tellOfReset(sending: Sending, tx: Db, to: string, username: string): Promise<void> {
  return sendSoon(sending, tx, {
    what: 'notice',
    to,
    mail: {
      subject: say('Two-step sign-in was turned off'),
      paragraphs: [
        say(
          'An admin has turned off two-step sign-in for the account @{username}, and removed its recovery codes and passkeys. It is signed out everywhere, and the password alone lets in again.',
          { username },
        ),
        say('If you did not ask for that, change your password and tell whoever runs the place.'),
      ],
      way: { label: say('Sign in'), path: '/sign-in' },
    },
  })
}

function languageOf({ language }: Standing) {
  return language === 'auto' ? spokenLanguage() : language
}

/** Runs a decision in one transaction, once the admin has shown that it is them. */
async function decide(
  db: Db,
  admin: Person,
  username: string,
  password: string,
  decision: (tx: Db, person: Standing) => Promise<void>,
): Promise<void> {
  await standingOf(db, username)
  if (!admin.isAdmin) throw new Refusal('forbidden', say('Only admins decide about that.'))
  await confirmPassword(db, admin, password)
  await db.transaction(async (tx) => decision(tx, await holdDecision(tx, admin, username)))
}
