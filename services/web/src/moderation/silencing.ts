import type { Person } from '../accounts/service.ts'
import { setSilenced, setUnsilenced, standingOf } from '../accounts/standing.ts'
import type { Db } from '../db/connect.ts'
import { noteAbout } from './log.ts'

/**
 * Silencing people: all of theirs stays where it is, for their followers and for whoever goes there, and is offered to nobody else
 * (docs/decisions/0025). They are not told.
 */

/** Silences somebody by name. To do so again changes nothing. @throws {Refusal} notFound; and as `setSilenced` */
export async function silence({ db }: { db: Db }, moderator: Person, username: string, reason: string): Promise<void> {
  const person = await standingOf(db, username)
  await db.transaction(async (tx) => {
    if (await setSilenced(tx, moderator, person)) await noteAbout(tx, moderator, 'silence', person, reason)
  })
}

/** Has somebody heard again. To do so again changes nothing. @throws {Refusal} notFound; and as `setSilenced` */
export async function unsilence(
  { db }: { db: Db },
  moderator: Person,
  username: string,
  reason: string,
): Promise<void> {
  const person = await standingOf(db, username)
  await db.transaction(async (tx) => {
    if (await setUnsilenced(tx, moderator, person)) await noteAbout(tx, moderator, 'unsilence', person, reason)
  })
}
