import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { notFound, Refusal } from '../http/refusal.ts'
import type { Queue } from '../jobs/queue.ts'
import { say, spokenLanguage } from '../language/say.ts'
import { newMediaKey, type Storage } from '../media/storage.ts'
import * as queries from './queries.ts'

/** Everything that is somebody's, in one file that they take along. */

/** For how long it can be fetched. */
export const keptDays = 7

/** It takes the worker long: so once a day, unless it failed. */
const againHours = 24

/** How far somebody's export has got. */
export type Export = { mayAskAgain: boolean } & (
  | { state: 'working'; percent: number }
  | { state: 'failed'; failure: string }
  | { state: 'ready'; bytes: number; askedAt: Date; keptUntil: Date }
)

/** Somebody's export; undefined if there is none. */
export async function exportOf(db: Db, person: Person): Promise<Export | undefined> {
  const row = await queries.selectExport(db, person.id, keptDays, againHours)
  if (!row) return undefined
  const mayAskAgain = row.may_ask_again
  if (row.kept_until)
    return { state: 'ready', mayAskAgain, bytes: Number(row.bytes), askedAt: row.asked_at, keptUntil: row.kept_until }
  if (row.failure) return { state: 'failed', mayAskAgain, failure: row.failure }
  return { state: 'working', mayAskAgain, percent: row.percent }
}

/**
 * Has somebody's export made. While that is under way, to ask again changes nothing.
 * @throws {Refusal} tooMany, where one was made of late
 */
export async function askForExport(
  { db, storage, queue }: { db: Db; storage: Storage; queue: Queue },
  person: Person,
): Promise<void> {
  const fileKey = newMediaKey()
  const asked = await db.transaction(async (tx) => {
    const row = await queries.insertExport(tx, person.id, fileKey, againHours)
    // Behind photos, which people wait for more.
    if (row) await queue.add(tx, 'export', { fileKey, language: spokenLanguage() }, -1)
    return row
  })
  if (asked?.old_key) await storage.removeExport(asked.old_key)
  if (asked) return
  const present = await exportOf(db, person)
  if (present?.state === 'working') return
  throw new Refusal(
    'tooMany',
    say('An export can be made once in {againHours} hours. The last one can still be fetched.', { againHours }),
  )
}

/**
 * Where somebody's export lies, to be fetched.
 * @throws {Refusal} notFound, if there is none, or none yet
 */
export async function findExport(
  { db, storage }: { db: Db; storage: Storage },
  person: Person,
): Promise<{ path: string; name: string }> {
  const row = await queries.selectExport(db, person.id, keptDays, againHours)
  if (row?.state !== 'ready') throw notFound()
  const day = row.asked_at.toISOString().slice(0, 10)
  return { path: storage.exportPath(row.file_key), name: `gramstack-${person.username}-${day}.zip` }
}
