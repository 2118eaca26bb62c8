import { setTimeout } from 'node:timers/promises'
import type { Db } from '../db/connect.ts'
import { describeQueue, type JobName } from '../jobs/queue.ts'

/** Behind everything that somebody waits for. */
export const patientPriority = -10

// Enough to keep every worker busy, few enough that new photos' AVIF does not have to wait for days.
const mostAtOnce = 50

/** Pictures whose renditions are to be made anew. */
export interface Backlog<Row> {
  jobs: readonly JobName[]
  count(): Promise<number>
  /**
   * Some of them, in an order that stays.
   * @param last the one behind which to look on; undefined for the first
   */
  select(last: Row | undefined, limit: number): Promise<Row[]>
  /** Asks the worker for one. */
  ask(row: Row): Promise<void>
}

/**
 * Has the worker make renditions anew, some at a time. It can be stopped at any time and run again: what is done stays done.
 * @param onProgress told how many are still to be done
 * @returns how many could not be done
 */
export async function workOff<Row>(db: Db, backlog: Backlog<Row>, onProgress: (left: number) => void): Promise<number> {
  let left = await backlog.count()
  for (let last: Row | undefined; ; ) {
    onProgress(left)
    const outdated = await backlog.select(last, mostAtOnce)
    if (!outdated.length) return backlog.count()
    for (const row of outdated) await backlog.ask(row)
    last = outdated.at(-1)
    left -= outdated.length
    // The next ones when these are nearly done.
    await untilFewer(db, backlog.jobs, outdated.length < mostAtOnce ? 1 : mostAtOnce / 2)
  }
}

async function untilFewer(db: Db, names: readonly JobName[], jobs: number): Promise<void> {
  for (;;) {
    const { waiting, active } = await describeQueue(db, names)
    if (waiting + active < jobs) return
    await setTimeout(500)
  }
}
