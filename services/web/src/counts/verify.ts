import type { Db } from '../db/connect.ts'
import * as queries from './queries.ts'

/** A counter that is not what it counts. */
export interface Drift {
  table: string
  id: string
  counter: string
  /** What is stored, and what there is: numbers, but for the newest post, an id. */
  stored: string | null
  counted: string | null
}

const chunkSize = 500

/**
 * Counts everything that is counted anew, some rows at a time, while others go on with what they do.
 * @param isRepairing stores what was counted, before it is told
 */
export async function* verifyCounts(db: Db, isRepairing: boolean): AsyncIterable<Drift> {
  for (const table of queries.countedTables) {
    let last = '0'
    for (;;) {
      const ids = await queries.selectIdsAfter(db, table, last, chunkSize)
      const drift = ids.length ? await queries.selectDrift(db, table, ids) : []
      const drifted = [...new Set(drift.map(({ id }) => id))]
      if (isRepairing && drifted.length) {
        await db.transaction(async (tx) => {
          await queries.lockCounted(tx, table, drifted)
          await queries.updateCounters(tx, table, drifted)
        })
      }
      for (const row of drift) yield { table, ...row }
      if (ids.length < chunkSize) break
      last = ids.at(-1) ?? last
    }
  }
}
