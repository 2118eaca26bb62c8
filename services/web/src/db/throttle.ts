import type { Db } from './connect.ts'
import { firstRow, rows, sql } from './sql.ts'

/**
 * Counts one more of something, for all replicas together, and says whether that is still within what is allowed. Two who count at
 * once are counted both. Inside a transaction that is taken back, it was never counted.
 * @param key what is counted, and for whom: "password-reset:42"
 * @param most how often within `seconds`, from the first time on
 */
export async function isWithin(db: Db, key: string, most: number, seconds: number): Promise<boolean> {
  const row = await firstRow<{ count: number }>(
    db,
    sql`
      insert into throttles (key, count, ends_at) values (${key}, 1, now() + make_interval(secs => ${seconds}))
      on conflict (key) do update set
        count = case when throttles.ends_at <= now() then 1 else throttles.count + 1 end,
        ends_at = case when throttles.ends_at <= now() then excluded.ends_at else throttles.ends_at end
      returning count`,
  )
  return row !== undefined && row.count <= most
}

/** Removes what was counted long enough ago to count no more. */
export async function forgetThrottles(db: Db): Promise<void> {
  await rows(db, sql`delete from throttles where ends_at < now()`)
}
