import type { Person } from '../accounts/service.ts'
import { type Rank, type Standing, setLifted, setRank, setSuspended, standingOf } from '../accounts/standing.ts'
import type { Db } from '../db/connect.ts'
import type { Queue } from '../jobs/queue.ts'
import type { Storage } from '../media/storage.ts'
import { closePhotosBy } from '../photos/place.ts'
import { closeAvatar } from '../profiles/avatars.ts'
import { noteAbout } from './log.ts'

/** Shutting people out, letting them in again, and giving ranks. Each is noted in the log. */

interface Deps {
  db: Db
  storage: Storage
  queue: Queue
}

/**
 * Suspends somebody, and closes their photos: when this is committed, no session of theirs is taken, and an old link leads nowhere.
 * @returns whether they were not suspended before
 * @throws {Refusal} invalid, for oneself; forbidden, for an admin by who is none
 */
export async function suspendIn(tx: Db, storage: Storage, moderator: Person, person: Standing): Promise<boolean> {
  // Thousands of photos to move take longer than a page may leave a transaction idle.
  await tx.raw('set local idle_in_transaction_session_timeout = 0')
  const isNew = await setSuspended(tx, moderator, person)
  if (isNew) {
    await closePhotosBy(tx, storage, person.id)
    await closeAvatar(tx, storage, person.id)
  }
  return isNew
}

/** Suspends somebody by name. To do so again changes nothing. @throws {Refusal} notFound; and as `suspendIn` */
export async function suspend(
  { db, storage }: Pick<Deps, 'db' | 'storage'>,
  moderator: Person,
  username: string,
  reason: string,
): Promise<void> {
  const person = await standingOf(db, username)
  await db.transaction(async (tx) => {
    if (await suspendIn(tx, storage, moderator, person)) await noteAbout(tx, moderator, 'suspend', person, reason)
  })
}

/**
 * Lifts a suspension: the app shows everything again at once, and nginx by itself a little later. To do so again changes nothing.
 * @throws {Refusal} notFound; conflict, while an admin has the account deleted; and as `suspendIn`
 */
export async function lift(
  { db, queue }: Pick<Deps, 'db' | 'queue'>,
  moderator: Person,
  username: string,
  reason: string,
): Promise<void> {
  const person = await standingOf(db, username)
  await db.transaction(async (tx) => {
    if (!(await setLifted(tx, moderator, person))) return
    await queue.add(tx, 'open-photos', { personId: person.id })
    await noteAbout(tx, moderator, 'lift', person, reason)
  })
}

/** Gives somebody a rank. @throws {Refusal} notFound; forbidden, by who is no admin; conflict, for the last admin */
export async function rank(db: Db, admin: Person, username: string, given: Rank): Promise<void> {
  const person = await standingOf(db, username)
  await db.transaction(async (tx) => {
    if (await setRank(tx, admin, username, given)) await noteAbout(tx, admin, `make-${given}`, person, '')
  })
}
