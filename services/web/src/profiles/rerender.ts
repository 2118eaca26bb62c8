import type { Db } from '../db/connect.ts'
import type { Queue } from '../jobs/queue.ts'
import { avatarRecipe } from '../media/renditions.ts'
import type { Storage } from '../media/storage.ts'
import { patientPriority, workOff } from '../photos/backlog.ts'
import * as queries from './queries.ts'

interface RerenderDeps {
  db: Db
  storage: Storage
  queue: Queue
  /** Told how many pictures are still to be done. */
  onProgress: (left: number) => void
}

/**
 * Has the pictures of people made anew by the worker, where other figures or an older release made them. It can be stopped at any time
 * and run again: what is done stays done, and until then the one before is shown.
 * @param isForAll also where the figures are today's
 * @returns how many could not be done
 */
export async function rerenderAvatars(deps: RerenderDeps, isForAll: boolean): Promise<number> {
  const { db, storage, queue, onProgress } = deps
  if (isForAll) while (await queries.updateSomeOutdated(db)) {}
  const backlog = {
    jobs: ['develop-avatar'] as const,
    count: () => queries.countOutdated(db, avatarRecipe),
    select: (last: queries.OutdatedRow | undefined, limit: number) =>
      queries.selectOutdated(db, avatarRecipe, last?.user_id, limit),
    async ask({ media_key: mediaKey }: queries.OutdatedRow) {
      // No worker could do anything about that.
      if ((await storage.originalBytes(mediaKey)) === undefined) return
      await queue.add(db, 'develop-avatar', { mediaKey }, patientPriority)
    },
  }
  return workOff(db, backlog, onProgress)
}
