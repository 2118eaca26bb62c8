import { confirmPassword } from '../accounts/credentials.ts'
import type { Person } from '../accounts/service.ts'
import { type Budget, takeAttempt } from '../attempts/service.ts'
import type { Db } from '../db/connect.ts'
import { violatedConstraint } from '../db/sql.ts'
import { invalidField, Refusal } from '../http/refusal.ts'
import { hashToken, newToken } from '../http/tokens.ts'
import { phrase, say } from '../language/say.ts'
import type { Mail } from '../mail/mail.tsx'
import type { Mailer } from '../mail/mailer.ts'
import { mailIsOff, type Sending, sendSoon } from '../mail/sending.ts'
import type { EmailAddress } from './input.ts'
import * as queries from './queries.ts'

/** How long a link that confirms an address works. */
const confirmationHours = 24

// Mails that anybody can have us send to anybody.
const complaint = phrase('Too many mails were asked for.')
const hour = 60 * 60
const byAddress: Budget = { name: 'confirmations to an address', most: 5, seconds: hour, complaint }
const byPerson: Budget = { name: 'confirmations by a person', most: 10, seconds: hour, complaint }

/** What somebody is reached by: what counts, and what is to take its place once it is confirmed. */
export interface Addresses {
  confirmed: string | undefined
  asked: string | undefined
}

export async function addressesOf(db: Db, userId: string): Promise<Addresses> {
  const found = await queries.selectAddressesOf(db, userId)
  return {
    confirmed: found.find(({ is_confirmed }) => is_confirmed)?.address,
    asked: found.find(({ is_confirmed }) => !is_confirmed)?.address,
  }
}

/** What each of many people has given as their address, by the id of the person; confirmed ones first. */
export async function addressesOfAll(db: Db, userIds: string[]): Promise<Map<string, string>> {
  const found = await queries.selectAddressesOfAll(db, userIds)
  return new Map(found.map(({ user_id, address }) => [user_id, address]))
}

/**
 * Whom to tell something about an account: at its address, else at the one that its owner has named, unless that one is somebody else's.
 */
export async function reachableAt(db: Db, userId: string): Promise<string | undefined> {
  const found = await queries.selectAddressesOf(db, userId)
  const [best] = found.sort((one, other) => Number(other.is_confirmed) - Number(one.is_confirmed))
  if (!best || best.is_confirmed) return best?.address
  return (await queries.selectOwner(db, best.comparable)) ? undefined : best.address
}

/** Sends a notice to whoever is an admin and can be reached. */
export async function tellAdmins(sending: Sending, db: Db, mail: Mail): Promise<void> {
  for (const { address } of await queries.selectAdminAddresses(db))
    await sendSoon(sending, db, { what: 'notice', to: address, mail })
}

/**
 * Changes an address, once the new one is confirmed; until then the old one counts.
 * @throws {Refusal} invalid, for another password or where there is no mail; tooMany
 */
export async function changeAddress(
  deps: Sending & { db: Db },
  person: Person,
  { email, password }: { email: EmailAddress; password: string },
): Promise<void> {
  await confirmPassword(deps.db, person, password)
  await deps.db.transaction((tx) => askToConfirm(deps, tx, person.id, email))
}

/**
 * Sends a link to an address that somebody says is theirs. If it is another person's already, that one is told instead; who asks
 * learns nothing of it.
 * @param tx a transaction
 * @throws {Refusal} invalid, where there is no mail; tooMany
 */
export async function askToConfirm(sending: Sending, tx: Db, userId: string, email: EmailAddress): Promise<void> {
  if (!sending.isMailOn) throw invalidField('email', mailIsOff())
  await queries.lockUser(tx, userId)
  await takeAttempt(tx, byAddress, email.comparable)
  await takeAttempt(tx, byPerson, userId)
  const addressId = await queries.replaceUnconfirmed(tx, userId, email)
  await sendSoon(sending, tx, { what: 'confirm-address', addressId })
}

/**
 * Removes every address of somebody, and tells the one that counted.
 * @throws {Refusal} invalid, for another password; tooMany
 */
export async function removeAddress(deps: Sending & { db: Db }, person: Person, password: string): Promise<void> {
  await confirmPassword(deps.db, person, password)
  await deps.db.transaction(async (tx) => {
    await queries.lockUser(tx, person.id)
    const { confirmed } = await addressesOf(tx, person.id)
    await queries.deleteAddressesOf(tx, person.id)
    if (confirmed) await tellOldAddress(deps, tx, confirmed, person.username)
  })
}

/** What a link would confirm. @throws {Refusal} notFound, if it does not work any more */
export async function readConfirmation(db: Db, token: string): Promise<{ username: string; address: string }> {
  const row = await queries.selectConfirmation(db, hashToken(token))
  if (!row) throw deadLink()
  return { username: row.username, address: row.address }
}

/**
 * Makes an address count, by the link that was sent to it. The old one is told.
 * @throws {Refusal} notFound, if the link does not work any more; conflict, if the address has become somebody else's
 */
export async function confirm(
  deps: Sending & { db: Db },
  token: string,
): Promise<{ username: string; address: string }> {
  const tokenHash = hashToken(token)
  try {
    return await deps.db.transaction(async (tx) => {
      const asked = await queries.selectConfirmation(tx, tokenHash)
      if (!asked) throw deadLink()
      await queries.lockUser(tx, asked.user_id)
      if (!(await queries.deleteConfirmation(tx, tokenHash))) throw deadLink()
      const { confirmed } = await addressesOf(tx, asked.user_id)
      await queries.deleteConfirmedAddress(tx, asked.user_id)
      await queries.confirmAddress(tx, asked.id)
      if (confirmed && confirmed !== asked.address) await tellOldAddress(deps, tx, confirmed, asked.username)
      return { username: asked.username, address: asked.address }
    })
  } catch (error) {
    if (violatedConstraint(error) !== 'email_addresses_comparable_key') throw error
    throw new Refusal('conflict', say('This address belongs to another account here. Remove it there first.'))
  }
}

function tellOldAddress(sending: Sending, tx: Db, to: string, username: string): Promise<void> {
  const mail: Mail = {
    subject: say('Your e-mail address was changed'),
    paragraphs: [
      say('The account @{username} no longer has this e-mail address.', { username }),
      say(
        'If that was you, there is nothing to do. If not, sign in, change your password and put the address back; if you cannot, ask whoever runs the place.',
      ),
    ],
    way: { label: say('Your e-mail address'), path: '/settings/email' },
  }
  return sendSoon(sending, tx, { what: 'notice', to, mail })
}

/** Sends the link that confirms an address, or tells its owner that somebody else has named it. For the worker. */
export async function sendConfirmation({ db, mailer }: { db: Db; mailer: Mailer }, addressId: string): Promise<void> {
  const asked = await queries.selectAddress(db, addressId)
  // Changed or removed meanwhile.
  if (!asked || asked.is_confirmed) return
  const owner = await queries.selectOwner(db, asked.comparable)
  if (owner && owner.user_id !== asked.user_id) {
    await mailer.send(owner.address, {
      subject: say('Somebody named your e-mail address'),
      paragraphs: [
        say(
          'Somebody gave this e-mail address for the account @{asked}. It belongs to your account @{owner}, and stays there.',
          { asked: asked.username, owner: owner.username },
        ),
        say('If it was you, sign in as @{username}. If it was not, there is nothing to do.', {
          username: owner.username,
        }),
      ],
      way: { label: say('Sign in'), path: '/sign-in' },
    })
    return
  }
  const token = newToken()
  await queries.deleteExpiredConfirmations(db)
  await queries.insertConfirmation(db, hashToken(token), asked.id, confirmationHours)
  await mailer.send(asked.address, {
    subject: say('Confirm your e-mail address'),
    paragraphs: [
      say('Somebody, most likely you, gave this e-mail address for the account @{username}.', {
        username: asked.username,
      }),
      say('The link works for {confirmationHours} hours, and once. If it was not you, there is nothing to do.', {
        confirmationHours,
      }),
    ],
    way: {
      label: say('Confirm the address for @{username}', { username: asked.username }),
      path: `/confirm-email?token=${token}`,
    },
  })
}

function deadLink(): Refusal {
  return new Refusal(
    'notFound',
    say(
      'This link does not work any more: links work once, and for a day. You can have another one sent in your settings.',
    ),
  )
}

/** An account that can be reached, by its name or its address. Only what is confirmed is believed. */
export async function findReachable(
  db: Db,
  asked: string,
): Promise<{ addressId: string; userId: string; address: string } | undefined> {
  const row = asked.includes('@')
    ? await queries.selectOwner(db, asked)
    : await queries.selectConfirmedByUsername(db, asked)
  return row && { addressId: row.id, userId: row.user_id, address: row.address }
}
