import type { Db } from '../db/connect.ts'
import { firstRow, rows, sql } from '../db/sql.ts'

/** Counts one more, and starts anew where the time is over. Of many at once, each gets a number of its own. */
export async function insertAttempt(
  db: Db,
  key: Buffer,
  seconds: number,
): Promise<{ count: number; seconds_left: number }> {
  const row = await firstRow<{ count: number; seconds_left: number }>(
    db,
    sql`
      insert into attempts (key, count, ends_at) values (${key}, 1, now() + make_interval(secs => ${seconds}))
      on conflict (key) do update set
        count = case when attempts.ends_at > now() then attempts.count + 1 else 1 end,
        ends_at = case when attempts.ends_at > now() then attempts.ends_at else excluded.ends_at end
      returning count, ceil(extract(epoch from ends_at - now()))::int as seconds_left`,
  )
  if (!row) throw new Error('insert gave no row')
  return row
}

export async function decrementAttempts(db: Db, key: Buffer): Promise<void> {
  await rows(db, sql`update attempts set count = count - 1 where key = ${key} and count > 0`)
}

export async function deletePastAttempts(db: Db): Promise<void> {
  await rows(db, sql`delete from attempts where ends_at < now()`)
}
