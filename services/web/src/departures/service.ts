import { confirmPassword } from '../accounts/credentials.ts'
import { beginRemoval, dueToBeRemoved, leave, removeAccount, stay, sweepNames, whoLeaves } from '../accounts/leaving.ts'
import type { Person } from '../accounts/service.ts'
import { forgetCommentsBy } from '../comments/service.ts'
import type { Db } from '../db/connect.ts'
import { forgetExportOf } from '../exports/make.ts'
import { forgetFollowsOf } from '../follows/service.ts'
import { invalidField, notFound } from '../http/refusal.ts'
import type { Queue } from '../jobs/queue.ts'
import { forgetLikesBy } from '../likes/service.ts'
import { log } from '../log.ts'
import type { Storage } from '../media/storage.ts'
import { closePhotosBy } from '../photos/place.ts'
import { forgetPostsBy } from '../posts/editing.ts'
import { closeAvatar, removeAvatar } from '../profiles/avatars.ts'
import { endComingBack, openSession, whoseComingBack } from '../sessions/service.ts'

/** Leaving for good: hidden at once, removed some days later, and until then taken back by signing in (docs/decisions/0026). */

interface DepartureDeps {
  db: Db
  storage: Storage
  queue: Queue
}

/** For how long somebody may take it back. */
export const graceDays = 14

/**
 * Hides the account of somebody who wants to leave, and signs them out everywhere.
 * @param given the password and the name, once more
 * @returns when all of it is removed
 * @throws {Refusal} invalid; tooMany; conflict, for the last admin
 */
export async function depart(
  deps: DepartureDeps,
  person: Person,
  given: { username: string; password: string },
): Promise<Date> {
  if (given.username !== person.username) throw invalidField('username', `Type ${person.username}, your name.`)
  await confirmPassword(deps.db, person, given.password)
  return deleteAccount(deps, person.id, { isAtOnce: false })
}

/**
 * Hides an account, and signs its owner out everywhere.
 * @param isAtOnce has all of it removed now, rather than when its owner had time to take it back
 * @returns when all of it is removed
 * @throws {Refusal} conflict, for the last admin
 */
export async function deleteAccount(
  { db, storage, queue }: DepartureDeps,
  personId: string,
  { isAtOnce }: { isAtOnce: boolean },
): Promise<Date> {
  return db.transaction(async (tx) => {
    const leavesAt = await departIn(tx, storage, personId, isAtOnce ? 0 : graceDays)
    if (isAtOnce) await queue.add(tx, 'remove-account', { personId })
    return leavesAt
  })
}

/**
 * The same, in a transaction of somebody else's.
 * @param days until all of it is removed
 * @returns when that is
 * @throws {Refusal} conflict, for the last admin
 */
export async function departIn(tx: Db, storage: Storage, personId: string, days: number): Promise<Date> {
  // Thousands of photos to move take longer than a page may leave a transaction idle.
  await tx.raw('set local idle_in_transaction_session_timeout = 0')
  const leavesAt = await leave(tx, personId, days)
  await closePhotosBy(tx, storage, personId)
  await closeAvatar(tx, storage, personId)
  return leavesAt
}

/**
 * Whom a browser may bring back that has just signed in.
 * @throws {Refusal} notFound, if nobody
 */
export async function whoMayComeBack(
  db: Db,
  token: string | undefined,
): Promise<{ id: string; username: string; leavesAt: Date }> {
  const id = await whoseComingBack(db, token)
  const person = id === undefined ? undefined : await whoLeaves(db, id)
  if (!id || !person) throw notFound()
  return { id, ...person }
}

/**
 * Takes somebody's leaving back, and signs them in. The app shows them to others at once, and nginx their photos a little later.
 * @param userAgent how the browser calls itself
 * @returns who it is, and the token of the session
 * @throws {Refusal} notFound, if nobody waits for that, or the time is over
 */
export async function comeBack(
  { db, queue }: Omit<DepartureDeps, 'storage'>,
  token: string | undefined,
  userAgent: string,
): Promise<{ person: { id: string; username: string }; token: string }> {
  const { id, username } = await whoMayComeBack(db, token)
  return db.transaction(async (tx) => {
    // Of two clicks at once, the second finds nothing to take back.
    if (!token || !(await endComingBack(tx, token)) || !(await stay(tx, id))) throw notFound()
    await queue.add(tx, 'open-photos', { personId: id })
    return { person: { id, username }, token: await openSession(tx, id, userAgent) }
  })
}

/**
 * The worker's part: removes all of somebody whose time has come. It may be cut off anywhere, and is done again from the beginning:
 * files go before the rows that name them, and the account last of all.
 */
export async function removeDeparted({ db, storage }: Omit<DepartureDeps, 'queue'>, personId: string): Promise<void> {
  if (!(await beginRemoval(db, personId))) return
  do {
    await forgetExportOf({ db, storage }, personId)
    await removeAvatar({ db, storage }, personId)
    await forgetPostsBy({ db, storage }, personId)
    await forgetCommentsBy(db, personId)
    await forgetLikesBy(db, personId)
    await forgetFollowsOf(db, personId)
    // What else there is, is theirs alone or little, and goes with the account.
  } while (!(await removeAccount(db, personId)))
  log.info('account removed', { personId })
}

/** Has accounts removed whose time has come, and frees names that were kept for long enough. */
export async function sweepDepartures({ db, queue }: Omit<DepartureDeps, 'storage'>): Promise<void> {
  for (const personId of await dueToBeRemoved(db)) await queue.add(db, 'remove-account', { personId }, -1)
  await sweepNames(db)
}
