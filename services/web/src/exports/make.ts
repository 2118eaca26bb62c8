import type { Db } from '../db/connect.ts'
import type { Queue } from '../jobs/queue.ts'
import { say } from '../language/say.ts'
import { log } from '../log.ts'
import type { Storage } from '../media/storage.ts'
import { writeContent } from './content.ts'
import * as queries from './queries.ts'
import { keptDays } from './service.ts'

/** The worker's part: making exports, and removing them when their time is over. */

interface MakeDeps {
  db: Db
  storage: Storage
  /** Ends it when the worker is stopped: another begins anew. */
  signal: AbortSignal
}

/** Makes an export, if it is still wanted. @param isLastTry whether nobody tries again if this fails */
export async function makeExport(
  { db, storage, signal }: MakeDeps,
  fileKey: string,
  isLastTry: boolean,
): Promise<void> {
  const wanted = await queries.selectWorking(db, fileKey)
  if (!wanted) return
  const paths = { zipPath: storage.incomingPath(), postsPath: storage.incomingPath() }
  const ending = new AbortController()
  try {
    const deps = { db, storage, signal: AbortSignal.any([signal, ending.signal]) }
    const bytes = await writeContent(deps, wanted.user_id, paths, (percent) =>
      queries.updatePercent(db, fileKey, percent),
    )
    await storage.keepExport(paths.zipPath, fileKey)
    // Its owner may have gone, and its row with them; or another worker may have been quicker.
    const isKept =
      (await queries.updateReady(db, fileKey, bytes)) || (await queries.selectKnownKeys(db, [fileKey])).size
    if (!isKept) await storage.removeExport(fileKey)
  } catch (error) {
    if (isDiskFull(error)) {
      log.error('the disk is too full for an export', error)
      await queries.updateFailed(
        db,
        fileKey,
        say('There is not enough room for it here. Whoever runs this service can make some.'),
      )
      return
    }
    if (isLastTry && !signal.aborted) {
      await queries.updateFailed(
        db,
        fileKey,
        say('Something went wrong on our side. It has been noted; please try again.'),
      )
    }
    throw error
  } finally {
    ending.abort()
    for (const path of Object.values(paths)) await storage.removeIncoming(path)
  }
}

/** Takes up exports whose job is gone, and removes those that were kept for long enough, and files of none. */
export async function sweepExports({ db, storage, queue }: { db: Db; storage: Storage; queue: Queue }): Promise<void> {
  for (const fileKey of await queries.selectForgotten(db)) await queue.add(db, 'export', { fileKey })
  for (const fileKey of await queries.selectOver(db, keptDays)) {
    await storage.removeExport(fileKey)
    await queries.deleteExport(db, fileKey)
  }
  const keys = await storage.exports(1)
  const known = await queries.selectKnownKeys(db, keys)
  for (const key of keys) if (!known.has(key)) await storage.removeExport(key)
}

/** Removes what somebody who has left wanted to take along. */
export async function forgetExportOf({ db, storage }: { db: Db; storage: Storage }, personId: string): Promise<void> {
  const fileKey = await queries.selectKeyOf(db, personId)
  if (!fileKey) return
  await storage.removeExport(fileKey)
  await queries.deleteExport(db, fileKey)
}

function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(String((error as { code?: unknown })?.code))
}
