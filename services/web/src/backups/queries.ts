import type { Db } from '../db/connect.ts'
import { firstRow, rows, sql } from '../db/sql.ts'

export interface StateRow {
  safe_until: Date | null
  promised_seconds: number | null
  verified_at: Date | null
  age_seconds: number | null
}

/** Whether backups may be made of this database: only where the role for them is. */
export async function isThere(db: Db): Promise<boolean> {
  const found = await rows<{ is_there: boolean }>(
    db,
    sql`select exists (select from pg_namespace where nspname = 'backup') as is_there`,
  )
  return found[0]?.is_there === true
}

/** The one row that backups write with every pass (services/postgres/backups.sql). */
export function selectState(db: Db): Promise<StateRow | undefined> {
  return firstRow(
    db,
    sql`
      select safe_until, promised_seconds, verified_at, extract(epoch from now() - safe_until)::float8 as age_seconds
      from backup.state`,
  )
}
