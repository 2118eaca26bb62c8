import type { Db } from '../db/connect.ts'
import { newest, type PageRequest } from '../db/paging.ts'
import { firstRow, rows, sql } from '../db/sql.ts'
import { isFoundBy } from '../db/visible-to.ts'

/** Blocks somebody; the database parts the two (0004). To do so again changes nothing. */
export async function insertBlock(db: Db, blockerId: string, blockedId: string): Promise<void> {
  await rows(
    db,
    sql`
      insert into blocks (blocker_id, blocked_id) values (${blockerId}, ${blockedId})
      on conflict on constraint blocks_pkey do nothing`,
  )
}

export async function deleteBlock(db: Db, blockerId: string, blockedId: string): Promise<void> {
  await rows(db, sql`delete from blocks where blocker_id = ${blockerId} and blocked_id = ${blockedId}`)
}

export async function hasBlock(db: Db, blockerId: string, blockedId: string): Promise<boolean> {
  const found = await firstRow(
    db,
    sql`select from blocks where blocker_id = ${blockerId} and blocked_id = ${blockedId}`,
  )
  return found !== undefined
}

export interface BlockedRow {
  id: string
  username: string
  display_name: string
  avatar_key: string | null
}

/** Whom somebody has blocked and finds, the newest block first. */
export function selectBlocked(db: Db, blockerId: string, { maxId, limit }: PageRequest): Promise<BlockedRow[]> {
  return rows(
    db,
    sql`
      select blocks.id, users.username, coalesce(nullif(users.display_name, ''), users.username) as display_name, users.avatar_key
      from blocks join users on users.id = blocks.blocked_id
      where blocks.blocker_id = ${blockerId} and blocks.id < ${maxId ?? newest} and ${isFoundBy(blockerId)}
      order by blocks.id desc limit ${limit}`,
  )
}
