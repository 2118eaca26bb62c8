import type { Db } from '../db/connect.ts'
import { firstRow, rows, sql } from '../db/sql.ts'

export function selectCredentials(
  db: Db,
  username: string,
): Promise<{ id: string; password_hash: string } | undefined> {
  return firstRow(db, sql`select id, password_hash from users where username = ${username}`)
}

export function selectPasswordHash(db: Db, id: string): Promise<{ password_hash: string } | undefined> {
  return firstRow(db, sql`select password_hash from users where id = ${id}`)
}

export function selectAdmission(
  db: Db,
  id: string,
): Promise<{ username: string; is_suspended: boolean; is_waiting: boolean } | undefined> {
  return firstRow(
    db,
    sql`
      select username, suspended_at is not null as is_suspended, approved_at is null as is_waiting
      from users where id = ${id}`,
  )
}

export async function updatePasswordHash(db: Db, id: string, passwordHash: string): Promise<void> {
  await rows(db, sql`update users set password_hash = ${passwordHash} where id = ${id}`)
}

/** The same password with other figures: unless it was changed meanwhile. */
export async function replacePasswordHash(db: Db, id: string, oldHash: string, newHash: string): Promise<void> {
  await rows(db, sql`update users set password_hash = ${newHash} where id = ${id} and password_hash = ${oldHash}`)
}
