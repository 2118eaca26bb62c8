import { setPassword } from '../accounts/credentials.ts'
import { type Budget, isWithin, type Limit, networkOf, takeAttempt } from '../attempts/service.ts'
import type { Db } from '../db/connect.ts'
import { addressesOf, findReachable } from '../emails/service.ts'
import { invalidField, Refusal } from '../http/refusal.ts'
import { hashToken, newToken } from '../http/tokens.ts'
import { phrase, say } from '../language/say.ts'
import type { Mailer } from '../mail/mailer.ts'
import { mailIsOff, type Sending, sendSoon } from '../mail/sending.ts'
import * as queries from './queries.ts'

/** How long a link works. */
const linkMinutes = 60

const hour = 60 * 60
const byNetwork: Budget = {
  name: 'password resets by address',
  most: 20,
  seconds: hour,
  complaint: phrase('That was asked too often at your address.'),
}
const byAccount: Limit = { name: 'password resets by account', most: 3, seconds: hour }

export { deleteResetsOf as forgetResets } from './queries.ts'

/**
 * Has a link sent to whoever has an account of this name or address, and a confirmed address. All of that is for the worker to find
 * out: here it is the same, and takes as long, whether there is one or not.
 * @param from the network address of whoever asks
 * @throws {Refusal} invalid, where there is no mail; tooMany
 */
export async function askForReset(deps: Sending & { db: Db }, asked: string, from: string): Promise<void> {
  if (!deps.isMailOn) throw invalidField('asked', mailIsOff())
  await takeAttempt(deps.db, byNetwork, networkOf(from))
  await sendSoon(deps, deps.db, { what: 'forgotten-password', asked })
}

/** Finds out whom a link is for, if anybody, and has it sent; a few times an hour. For the worker. */
export async function answerForgotten(deps: Sending & { db: Db }, asked: string): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const found = await findReachable(tx, asked)
    if (!found || !(await isWithin(tx, byAccount, found.userId))) return
    await sendSoon(deps, tx, { what: 'reset-password', addressId: found.addressId })
  })
}

/** Makes a link and sends it. For the worker. */
export async function sendReset({ db, mailer }: { db: Db; mailer: Mailer }, addressId: string): Promise<void> {
  const token = newToken()
  await queries.deleteExpiredResets(db)
  await queries.insertReset(db, hashToken(token), addressId, linkMinutes)
  const link = await queries.selectReset(db, hashToken(token))
  // Its address was changed or removed meanwhile.
  if (!link) return
  await mailer.send(link.address, {
    subject: say('Choose a new password'),
    paragraphs: [
      say('Somebody, most likely you, has forgotten the password of the account @{username}.', {
        username: link.username,
      }),
      say(
        'The link works for an hour, and once. If it was not you, there is nothing to do: the password stays as it is.',
      ),
    ],
    way: {
      label: say('Choose a new password for @{username}', { username: link.username }),
      path: `/reset-password?token=${token}`,
    },
  })
}

/** Whose password a link would reset. @throws {Refusal} notFound, if it does not work any more */
export async function readReset(db: Db, token: string): Promise<{ username: string }> {
  const row = await queries.selectReset(db, hashToken(token))
  if (!row) throw deadLink()
  return { username: row.username }
}

/**
 * Puts a new password in the place of a forgotten one. Every session ends, every other link of this kind stops working, and the
 * person is told. It signs nobody in: somebody may want a second step, which reading mail is not.
 * @throws {Refusal} notFound, if the link does not work any more; invalid, if the password is the name
 */
export async function resetPassword(
  deps: Sending & { db: Db },
  input: { token: string; password: string },
): Promise<void> {
  const tokenHash = hashToken(input.token)
  await deps.db.transaction(async (tx) => {
    const link = await queries.selectReset(tx, tokenHash)
    if (!link || !(await queries.deleteReset(tx, tokenHash))) throw deadLink()
    await setPassword(tx, { id: link.user_id, username: link.username }, input.password, null)
    await queries.deleteResetsOf(tx, link.user_id)
    const { confirmed } = await addressesOf(tx, link.user_id)
    if (!confirmed) return
    await sendSoon(deps, tx, {
      what: 'notice',
      to: confirmed,
      mail: {
        subject: say('Your password was changed'),
        paragraphs: [
          say(
            'The account @{username} has a new password, chosen by a link that was sent to this address. It was signed out everywhere.',
            { username: link.username },
          ),
          say(
            'If that was not you, somebody else reads your mail: change the password of your mailbox, and then this one again.',
          ),
        ],
        way: { label: say('Choose another password'), path: '/forgot-password' },
      },
    })
  })
}

function deadLink(): Refusal {
  return new Refusal(
    'notFound',
    say(
      'This link does not work any more: links work once, and for an hour. You can have another one sent from “Forgot your password?”.',
    ),
  )
}
