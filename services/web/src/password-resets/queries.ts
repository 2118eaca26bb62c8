import type { Db } from '../db/connect.ts'
import { firstRow, rows, sql } from '../db/sql.ts'

export async function insertReset(db: Db, tokenHash: Buffer, addressId: string, minutes: number): Promise<void> {
  await rows(
    db,
    sql`
      insert into password_resets (token_hash, address_id, expires_at)
      select ${tokenHash}, id, now() + make_interval(mins => ${minutes}) from email_addresses where id = ${addressId}`,
  )
}

export interface ResetRow {
  user_id: string
  username: string
  address: string
}

const resets = sql`
  password_resets
  join email_addresses on email_addresses.id = password_resets.address_id
  join users on users.id = email_addresses.user_id`

/** Whose password a link that still works would reset. */
export function selectReset(db: Db, tokenHash: Buffer): Promise<ResetRow | undefined> {
  return firstRow(
    db,
    sql`
      select email_addresses.user_id, users.username, email_addresses.address
      from ${resets}
      where password_resets.token_hash = ${tokenHash} and password_resets.expires_at > now()`,
  )
}

/** Uses a link up. @returns whether there was one to use: of two who come at once, one finds it */
export async function deleteReset(tx: Db, tokenHash: Buffer): Promise<boolean> {
  return (
    (await rows(tx, sql`delete from password_resets where token_hash = ${tokenHash} returning address_id`)).length > 0
  )
}

export async function deleteResetsOf(db: Db, userId: string): Promise<void> {
  await rows(
    db,
    sql`
      delete from password_resets
      where address_id in (select id from email_addresses where email_addresses.user_id = ${userId})`,
  )
}

export async function deleteExpiredResets(db: Db): Promise<void> {
  await rows(db, sql`delete from password_resets where expires_at < now()`)
}
