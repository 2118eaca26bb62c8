import type { Db } from '../db/connect.ts'
import type { Queue } from '../jobs/queue.ts'
import { recipe } from '../media/renditions.ts'
import type { Storage } from '../media/storage.ts'
import { patientPriority, workOff } from './backlog.ts'
import * as queries from './queries.ts'

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
  const backlog = {
    jobs: ['develop-photo', 'develop-avif'] as const,
    count: () => queries.countOutdated(db, recipe, makesAvif),
    select: (last: queries.OutdatedRow | undefined, limit: number) =>
      queries.selectOutdated(db, recipe, makesAvif, last?.id, limit),
    async ask({ id, media_key, lacks_avif_only }: queries.OutdatedRow) {
      // No worker could do anything about that.
      if ((await storage.originalBytes(media_key)) === undefined) return
      await queue.add(db, lacks_avif_only ? 'develop-avif' : 'develop-photo', { photoId: id }, patientPriority)
    },
  }
  return workOff(db, backlog, onProgress)
}
