import type { Db } from '../db/connect.ts'
import { invalidField } from '../http/refusal.ts'
import { forgetBrowsers } from '../sessions/service.ts'
import * as queries from './leaving-queries.ts'
import { lockRanks } from './standing-queries.ts'

/** Accounts that leave: hidden at once, removed later, and until then to be taken back. */

export {
  deleteFreeNames as sweepNames,
  selectDue as dueToBeRemoved,
  updateRemoving as beginRemoval,
  updateStaying as stay,
} from './leaving-queries.ts'

import { say } from '../language/say.ts'

/** For how long nobody else may have the name of somebody who is gone: links and mentions of them are still about. */
export const nameDays = 90

/**
 * Hides somebody from everybody, and signs them out everywhere. In the transaction that closes their photos.
 * @param days until all of it is removed
 * @returns when that is: sooner, if they leave already
 * @throws {Refusal} conflict, for the last admin
 */
export async function leave(tx: Db, personId: string, days: number): Promise<Date> {
  await lockRanks(tx)
  const leavesAt = await queries.updateLeaving(tx, personId, days)
  if (!leavesAt) {
    const complaint = say(
      'This account is the only admin here, and nobody could look after the others. Make somebody else an admin first.',
    )
    throw invalidField('username', complaint, 'conflict')
  }
  await forgetBrowsers(tx, personId, null)
  return leavesAt
}

/** Somebody who leaves, and may still take it back; undefined for everybody else. */
export async function whoLeaves(db: Db, personId: string): Promise<{ username: string; leavesAt: Date } | undefined> {
  const row = await queries.selectLeaving(db, personId)
  return row && { username: row.username, leavesAt: row.leaves_at }
}

/**
 * Removes an account, and every row that speaks of it, once it has no files any more. Its name stays taken for a while.
 * @returns false if something with files has come in meanwhile, an upload that was under way
 */
export function removeAccount(db: Db, personId: string): Promise<boolean> {
  return db.transaction((tx) => queries.deleteUser(tx, personId, nameDays))
}
