import { setTimeout } from 'node:timers/promises'
import type { Db } from '../db/connect.ts'
import { describeQueue, type Queue } from '../jobs/queue.ts'
import { recipe } from '../media/renditions.ts'
import type { Storage } from '../media/storage.ts'
import * as queries from './queries.ts'

/** Behind everything that somebody waits for. */
const priority = -10

// Enough to keep every worker busy, few enough that new photos' AVIF does not have to wait for days.
const mostAtOnce = 50

interface RerenderDeps {
  db: Db
  storage: Storage
  queue: Queue
  /** Whether AVIF is made at all. */
  makesAvif: boolean
  /** Told how many photos are still to be done. */
  onProgress: (left: number) => void
}

/**
 * Has renditions made anew by the worker, where other figures or an older release made them, and AVIF where it is missing. It can be
 * stopped at any time and run again: what is done stays done.
 * @param isForAll also where the figures are today's
 * @returns how many photos could not be done
 */
export async function rerender(deps: RerenderDeps, isForAll: boolean): Promise<number> {
  const { db, storage, queue, makesAvif, onProgress } = deps
  if (isForAll) while (await queries.updateSomeOutdated(db)) {}
  let left = await queries.countOutdated(db, recipe, makesAvif)
  for (let before: string | undefined; ; ) {
    onProgress(left)
    const outdated = await queries.selectOutdated(db, recipe, makesAvif, before, mostAtOnce)
    if (!outdated.length) break
    for (const { id, media_key, lacks_avif_only } of outdated) {
      before = id
      // No worker could do anything about that.
      if ((await storage.originalBytes(media_key)) === undefined) continue
      await queue.add(db, lacks_avif_only ? 'develop-avif' : 'develop-photo', { photoId: id }, priority)
    }
    left -= outdated.length
    // The next ones when these are nearly done.
    await untilFewer(db, outdated.length < mostAtOnce ? 1 : mostAtOnce / 2)
  }
  return queries.countOutdated(db, recipe, makesAvif)
}

async function untilFewer(db: Db, jobs: number): Promise<void> {
  for (;;) {
    const { waiting, active } = await describeQueue(db, ['develop-photo', 'develop-avif'])
    if (waiting + active < jobs) return
    await setTimeout(500)
  }
}
