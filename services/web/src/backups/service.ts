import type { Db } from '../db/connect.ts'
import * as queries from './queries.ts'

/** What is known here of backups, which a container of its own makes (docs/operations.md). */
export interface Backups {
  /** How long ago that was until when everything can be restored. */
  ageSeconds: number
  /** How old that may be at most: two passes, and one that takes its time. */
  oldestSeconds: number
  /** When a backup was last restored for a trial, and was whole. */
  verifiedAt: Date | undefined
}

/** How it stands with backups; undefined where none was ever made. */
export async function readBackups(db: Db): Promise<Backups | undefined> {
  const state = (await queries.isThere(db)) ? await queries.selectState(db) : undefined
  if (state?.age_seconds == null) return undefined
  return {
    ageSeconds: state.age_seconds,
    oldestSeconds: 2 * (state.promised_seconds ?? 0) + 60,
    verifiedAt: state.verified_at ?? undefined,
  }
}
