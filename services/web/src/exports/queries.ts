import type { Db } from '../db/connect.ts'
import { firstRow, rows, sql } from '../db/sql.ts'

export interface ExportRow {
  file_key: string
  asked_at: Date
  state: 'working' | 'ready' | 'failed'
  percent: number
  failure: string | null
  bytes: string | null
  /** While it is kept. */
  kept_until: Date | null
  may_ask_again: boolean
}

const mayAskAgain = (hours: number) => sql`(
  exports.state = 'failed' or exports.state = 'ready' and exports.asked_at < now() - make_interval(hours => ${hours})
)`

/**
 * Notes that somebody wants all that is theirs, unless that is being made, or was made lately.
 * @returns whether it is to be made, and the key of the file of the last time
 */
export function insertExport(
  db: Db,
  userId: string,
  fileKey: string,
  againHours: number,
): Promise<{ old_key: string | null } | undefined> {
  return firstRow(
    db,
    sql`
      insert into exports (user_id, file_key) values (${userId}, ${fileKey})
      on conflict (user_id) do update
      set file_key = excluded.file_key, asked_at = now(), state = 'working', percent = 0, failure = null, bytes = null,
        ready_at = null
      where ${mayAskAgain(againHours)}
      returning old.file_key as old_key`,
  )
}

export function selectExport(
  db: Db,
  userId: string,
  keptDays: number,
  againHours: number,
): Promise<ExportRow | undefined> {
  return firstRow(
    db,
    sql`
      select file_key, asked_at, state, percent, failure, bytes, ready_at + make_interval(days => ${keptDays}) as kept_until,
        ${mayAskAgain(againHours)} as may_ask_again
      from exports
      where user_id = ${userId} and (state <> 'ready' or ready_at > now() - make_interval(days => ${keptDays}))`,
  )
}

/** Whose export is to be made; undefined if it is not wanted any more. */
export function selectWorking(db: Db, fileKey: string): Promise<{ user_id: string } | undefined> {
  return firstRow(db, sql`select user_id from exports where file_key = ${fileKey} and state = 'working'`)
}

export async function updatePercent(db: Db, fileKey: string, percent: number): Promise<void> {
  await rows(
    db,
    sql`update exports set percent = ${percent} where file_key = ${fileKey} and state = 'working' and percent <> ${percent}`,
  )
}

/** @returns whether it was still wanted */
export async function updateReady(db: Db, fileKey: string, bytes: number): Promise<boolean> {
  const ready = await rows(
    db,
    sql`
      update exports set state = 'ready', percent = 100, bytes = ${bytes}, ready_at = now()
      where file_key = ${fileKey} and state = 'working' returning user_id`,
  )
  return ready.length > 0
}

export async function updateFailed(db: Db, fileKey: string, failure: string): Promise<void> {
  await rows(
    db,
    sql`update exports set state = 'failed', failure = ${failure} where file_key = ${fileKey} and state = 'working'`,
  )
}

/** Exports that are still to be made, and that no job is about any more. */
export async function selectForgotten(db: Db): Promise<string[]> {
  const found = await rows<{ file_key: string }>(
    db,
    sql`
      select file_key from exports
      where state = 'working' and asked_at < now() - interval '10 minutes'
        and not exists (
          select from jobs.job
          where name = 'export' and state in ('created', 'retry', 'active') and data->>'fileKey' = exports.file_key
        )
      limit 100`,
  )
  return found.map(({ file_key }) => file_key)
}

/** Exports that have been kept for long enough. */
export async function selectOver(db: Db, keptDays: number): Promise<string[]> {
  const found = await rows<{ file_key: string }>(
    db,
    sql`
      select file_key from exports
      where state = 'ready' and ready_at < now() - make_interval(days => ${keptDays}) limit 100`,
  )
  return found.map(({ file_key }) => file_key)
}

export async function deleteExport(db: Db, fileKey: string): Promise<void> {
  await rows(db, sql`delete from exports where file_key = ${fileKey}`)
}

export async function selectKeyOf(db: Db, userId: string): Promise<string | undefined> {
  return (await firstRow<{ file_key: string }>(db, sql`select file_key from exports where user_id = ${userId}`))
    ?.file_key
}

/** Those of some keys that belong to an export. */
export async function selectKnownKeys(db: Db, keys: readonly string[]): Promise<Set<string>> {
  const found = await rows<{ file_key: string }>(db, sql`select file_key from exports where file_key = any(${keys})`)
  return new Set(found.map(({ file_key }) => file_key))
}
