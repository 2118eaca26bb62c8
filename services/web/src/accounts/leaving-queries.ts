import type { Db } from '../db/connect.ts'
import { firstRow, rows, sql } from '../db/sql.ts'
import { isInOffice } from './standing-queries.ts'

/**
 * Sets when an account is removed; one that leaves already keeps its time, unless it now leaves sooner. Of the last admin it is not set.
 * @returns the time; undefined if it was not set
 */
export async function updateLeaving(db: Db, id: string, days: number): Promise<Date | undefined> {
  const row = await firstRow<{ leaves_at: Date }>(
    db,
    sql`
      update users set leaves_at = least(leaves_at, now() + make_interval(days => ${days}))
      where users.id = ${id} and (
        not is_admin
        or exists (select from users as others where others.id <> users.id and ${isInOffice(sql`others`)})
      )
      returning leaves_at`,
  )
  return row?.leaves_at
}

/** Takes one's own leaving back, unless its time has come. @returns whether it was taken back */
export async function updateStaying(db: Db, id: string): Promise<boolean> {
  const kept = await rows(
    db,
    sql`
      update users set leaves_at = null
      where id = ${id} and leaves_at > now() and expelled_at is null returning id`,
  )
  return kept.length > 0
}

/** Makes sure that an account whose time has come is not taken back any more. @returns whether it is to be removed */
export async function updateRemoving(db: Db, id: string): Promise<boolean> {
  const due = await rows(
    db,
    sql`update users set leaves_at = '-infinity' where id = ${id} and leaves_at <= now() returning id`,
  )
  return due.length > 0
}

export function selectLeaving(db: Db, id: string): Promise<{ username: string; leaves_at: Date } | undefined> {
  return firstRow(
    db,
    sql`select username, leaves_at from users where id = ${id} and leaves_at > now() and expelled_at is null`,
  )
}

/** Accounts whose time has come, and that no job is about. */
export async function selectDue(db: Db): Promise<string[]> {
  const found = await rows<{ id: string }>(
    db,
    sql`
      select id from users
      where leaves_at <= now()
        and not exists (
          select from jobs.job
          where name = 'remove-account' and state in ('created', 'retry', 'active') and data->>'personId' = users.id::text
        )
      order by leaves_at limit 100`,
  )
  return found.map(({ id }) => id)
}

/**
 * Removes an account, and with it every row that speaks of it, unless something has come in between that has files.
 * @returns whether it is gone
 */
export async function deleteUser(tx: Db, id: string, nameDays: number): Promise<boolean> {
  // Whoever writes a row that speaks of it is waited for here, and waits from here on, in vain.
  await rows(tx, sql`select from users where id = ${id} for update`)
  const hasFiles = await firstRow(
    tx,
    sql`
      select from posts where author_id = ${id} union all select from exports where user_id = ${id}
      union all select from avatars where user_id = ${id}`,
  )
  if (hasFiles) return false
  await rows(
    tx,
    sql`
      insert into departed_names (name_hash, free_at)
      select sha256(convert_to(username, 'UTF8')), now() + make_interval(days => ${nameDays}) from users where id = ${id}
      on conflict (name_hash) do update set free_at = excluded.free_at`,
  )
  await rows(tx, sql`delete from users where id = ${id}`)
  return true
}

export async function deleteFreeNames(db: Db): Promise<void> {
  await rows(db, sql`delete from departed_names where free_at < now()`)
}
