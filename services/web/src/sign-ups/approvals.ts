import { holdWaiting, letIn, peopleWaiting, turnAway } from '../accounts/waiting.ts'
import type { Db } from '../db/connect.ts'
import { addressesOfAll, reachableAt } from '../emails/service.ts'
import { say } from '../language/say.ts'
import { type Sending, sendSoon } from '../mail/sending.ts'

export interface Applicant {
  id: string
  username: string
  email: string | undefined
  since: Date
}

/** Who waits to be let in, the one who has waited longest first. */
export async function applicants(
  db: Db,
  { afterId, limit }: { afterId: string | null; limit: number },
): Promise<{ people: Applicant[]; nextAfterId: string | undefined }> {
  const found = await peopleWaiting(db, { afterId, limit: limit + 1 })
  const people = found.slice(0, limit)
  const emails = await addressesOfAll(
    db,
    people.map(({ id }) => id),
  )
  return {
    people: people.map((person) => ({ ...person, email: emails.get(person.id) })),
    nextAfterId: found.length > limit ? people.at(-1)?.id : undefined,
  }
}

/** Lets somebody in, and tells them. @throws {Refusal} notFound, if nobody of this name waits */
export async function accept(deps: Sending & { db: Db }, username: string): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const to = await reachableAt(tx, await letIn(tx, username))
    if (!to) return
    await sendSoon(deps, tx, {
      what: 'notice',
      to,
      mail: {
        subject: say('Welcome, @{username}', { username }),
        paragraphs: [say('An admin has let you in: you can sign in as @{username} now.', { username })],
        way: { label: say('Sign in'), path: '/sign-in' },
      },
    })
  })
}

/** Removes the account of somebody who waits, and tells them. @throws {Refusal} notFound, if nobody of this name waits */
export async function refuse(deps: Sending & { db: Db }, username: string): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const to = await reachableAt(tx, await holdWaiting(tx, username))
    await turnAway(tx, username)
    if (!to) return
    await sendSoon(deps, tx, {
      what: 'notice',
      to,
      mail: {
        subject: say('You were not let in as @{username}', { username }),
        paragraphs: [
          say('An admin has decided not to let @{username} in. The account and all that belonged to it are gone.', {
            username,
          }),
        ],
      },
    })
  })
}
