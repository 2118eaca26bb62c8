import type { Db } from '../db/connect.ts'
import { rows, sql } from '../db/sql.ts'

export interface AttemptRow {
  count: number
  seconds_left: number
}

/** Counts one more, and starts anew where the time is over. Of many at once, each gets a number of its own. */
export async function insertAttempt(db: Db, key: Buffer, seconds: number): Promise<AttemptRow> {
  const [row] = await insertAttempts(db, [{ key, seconds }])
  if (!row) throw new Error('insert gave no row')
  return row
}

/** The same of several keys at once. @returns a row for each, in the order in which they were given */
export async function insertAttempts(
  db: Db,
  asked: readonly { key: Buffer; seconds: number }[],
): Promise<AttemptRow[]> {
  const keys = asked.map(({ key }) => key.toString('hex'))
  const found = await rows<AttemptRow & { hex: string }>(
    db,
    sql`
      insert into attempts (key, count, ends_at)
      select decode(hex, 'hex'), 1, now() + make_interval(secs => seconds)
      from unnest(${keys}::text[], ${asked.map(({ seconds }) => seconds)}::int[]) as asked (hex, seconds)
      -- Always in the same order, so that of two at once neither waits for the other for ever.
      order by hex
      on conflict (key) do update set
        count = case when attempts.ends_at > now() then attempts.count + 1 else 1 end,
        ends_at = case when attempts.ends_at > now() then attempts.ends_at else excluded.ends_at end
      returning encode(key, 'hex') as hex, count, ceil(extract(epoch from ends_at - now()))::int as seconds_left`,
  )
  const byKey = new Map(found.map((row) => [row.hex, row]))
  return keys.flatMap((key) => byKey.get(key) ?? [])
}

export async function decrementAttempts(db: Db, key: Buffer): Promise<void> {
  await rows(db, sql`update attempts set count = count - 1 where key = ${key} and count > 0`)
}

export async function deletePastAttempts(db: Db): Promise<void> {
  await rows(db, sql`delete from attempts where ends_at < now()`)
}
