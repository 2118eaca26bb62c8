import type { Db } from '../db/connect.ts'
import * as hashtags from './hashtag-queries.ts'
import * as queries from './queries.ts'

/** A counter that is not what it counts. */
export interface Drift {
  table: string
  /** Of a hashtag, its name. */
  id: string
  counter: string
  /** What is stored, and what there is: numbers, but for the newest post, an id, and whether a hashtag is listed. */
  stored: string | null
  counted: string | null
}

/** How the rows of one table are gone through. */
interface Pass {
  table: string
  /** What comes before the key of every row. */
  first: string
  selectKeysAfter(db: Db, after: string, limit: number): Promise<string[]>
  selectDrift(db: Db, keys: readonly string[]): Promise<queries.DriftRow[]>
  lock(db: Db, keys: readonly string[]): Promise<void>
  update(db: Db, keys: readonly string[]): Promise<void>
}

const chunkSize = 500

const passes: readonly Pass[] = [
  ...queries.countedTables.map(
    (table): Pass => ({
      table,
      first: '0',
      selectKeysAfter: (db, after, limit) => queries.selectIdsAfter(db, table, after, limit),
      selectDrift: (db, ids) => queries.selectDrift(db, table, ids),
      lock: (db, ids) => queries.lockCounted(db, table, ids),
      update: (db, ids) => queries.updateCounters(db, table, ids),
    }),
  ),
  {
    table: 'posts',
    first: '0',
    selectKeysAfter: hashtags.selectTaggedPostsAfter,
    selectDrift: hashtags.selectListingDrift,
    lock: hashtags.lockListings,
    update: hashtags.updateListings,
  },
  // After what is listed, by which it goes.
  {
    table: 'hashtags',
    first: '',
    selectKeysAfter: hashtags.selectTagsAfter,
    selectDrift: hashtags.selectTagDrift,
    lock: hashtags.lockTags,
    update: hashtags.updateTagCounts,
  },
]

/**
 * Counts everything that is counted anew, some rows at a time, while others go on with what they do.
 * @param isRepairing stores what was counted, before it is told
 */
export async function* verifyCounts(db: Db, isRepairing: boolean): AsyncIterable<Drift> {
  for (const { table, first, selectKeysAfter, selectDrift, lock, update } of passes) {
    let last = first
    for (;;) {
      const keys = await selectKeysAfter(db, last, chunkSize)
      const drift = keys.length ? await selectDrift(db, keys) : []
      const drifted = [...new Set(drift.map(({ id }) => id))]
      if (isRepairing && drifted.length) {
        await db.transaction(async (tx) => {
          await lock(tx, drifted)
          await update(tx, drifted)
        })
      }
      for (const row of drift) yield { table, ...row }
      if (keys.length < chunkSize) break
      last = keys.at(-1) ?? last
    }
  }
}
