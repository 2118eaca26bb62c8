import type { Db } from '../db/connect.ts'
import { firstRow, rows, type Sql, sql } from '../db/sql.ts'

// Long enough to find the phone. Later, who sees the secret need not be who gave the password.
const isStillNew: Sql = sql`(confirmed_at is null and created_at > now() - interval '15 minutes')`

/** Writes down a new secret, instead of one that was never confirmed. One that was stays as it is. */
export async function insertAuthenticator(db: Db, userId: string, secret: Buffer): Promise<void> {
  await rows(
    db,
    sql`
      insert into authenticators (user_id, secret) values (${userId}, ${secret})
      on conflict (user_id) do update set secret = excluded.secret, created_at = now()
        where authenticators.confirmed_at is null`,
  )
}

export function selectNewSecret(db: Db, userId: string): Promise<{ secret: Buffer } | undefined> {
  return firstRow(db, sql`select secret from authenticators where user_id = ${userId} and ${isStillNew}`)
}

/** @returns whether that secret was waiting for it */
export async function confirmAuthenticator(db: Db, userId: string, secret: Buffer, step: number): Promise<boolean> {
  const confirmed = await rows(
    db,
    sql`
      update authenticators set confirmed_at = now(), last_step = ${step}
      where user_id = ${userId} and secret = ${secret} and ${isStillNew} returning user_id`,
  )
  return confirmed.length > 0
}

export function selectSecret(db: Db, userId: string): Promise<{ secret: Buffer } | undefined> {
  return firstRow(db, sql`select secret from authenticators where user_id = ${userId} and confirmed_at is not null`)
}

/** Takes the code of a step, unless that or a later one was taken before: of two at once, one is. */
export async function takeStep(db: Db, userId: string, step: number): Promise<boolean> {
  const taken = await rows(
    db,
    sql`
      update authenticators set last_step = ${step}
      where user_id = ${userId} and confirmed_at is not null and last_step < ${step} returning user_id`,
  )
  return taken.length > 0
}

export async function deleteAuthenticator(db: Db, userId: string): Promise<void> {
  await rows(db, sql`delete from authenticators where user_id = ${userId}`)
  await rows(db, sql`delete from recovery_codes where user_id = ${userId}`)
}

/** New codes instead of those that are left. */
export async function replaceRecoveryCodes(db: Db, userId: string, hashes: readonly Buffer[]): Promise<void> {
  await rows(db, sql`delete from recovery_codes where user_id = ${userId}`)
  const hex = hashes.map((hash) => hash.toString('hex'))
  await rows(
    db,
    sql`
      insert into recovery_codes (user_id, code_hash)
      select ${userId}, decode(hash, 'hex') from unnest(${hex}::text[]) as hash`,
  )
}

/** @returns whether it was one that is left: of two at once, one has it */
export async function takeRecoveryCode(db: Db, userId: string, hash: Buffer): Promise<boolean> {
  const taken = await rows(
    db,
    sql`delete from recovery_codes where user_id = ${userId} and code_hash = ${hash} returning user_id`,
  )
  return taken.length > 0
}

export async function countRecoveryCodes(db: Db, userId: string): Promise<number> {
  const row = await firstRow<{ left: number }>(
    db,
    sql`select count(*)::int as left from recovery_codes where user_id = ${userId}`,
  )
  return row?.left ?? 0
}
