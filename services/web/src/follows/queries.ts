import type { Db } from '../db/connect.ts'
import { firstRow, rows, sql } from '../db/sql.ts'

/** Follows somebody, or asks to where they are private; what was there before stays as it is. */
export async function insertFollow(db: Db, followerId: string, followeeId: string): Promise<void> {
  await rows(
    db,
    sql`
      insert into follows (follower_id, followee_id, accepted_at)
      select ${followerId}, id, case when is_private then null else now() end from users where id = ${followeeId}
      on conflict do nothing`,
  )
}

export async function deleteFollow(db: Db, followerId: string, followeeId: string): Promise<void> {
  await rows(db, sql`delete from follows where follower_id = ${followerId} and followee_id = ${followeeId}`)
}

/** @returns whether there was such a request */
export async function acceptFollow(db: Db, followerId: string, followeeId: string): Promise<boolean> {
  const accepted = await rows(
    db,
    sql`
      update follows set accepted_at = now()
      where follower_id = ${followerId} and followee_id = ${followeeId} and accepted_at is null returning follower_id`,
  )
  return accepted.length > 0
}

export async function acceptAllFollows(db: Db, followeeId: string): Promise<void> {
  await rows(db, sql`update follows set accepted_at = now() where followee_id = ${followeeId} and accepted_at is null`)
}

export function selectFollow(
  db: Db,
  followerId: string,
  followeeId: string,
): Promise<{ is_accepted: boolean } | undefined> {
  return firstRow(
    db,
    sql`
      select accepted_at is not null as is_accepted from follows
      where follower_id = ${followerId} and followee_id = ${followeeId}`,
  )
}

export interface RequestRow {
  username: string
  display_name: string
}

export function selectRequests(db: Db, followeeId: string): Promise<RequestRow[]> {
  return rows(
    db,
    sql`
      select users.username, coalesce(nullif(users.display_name, ''), users.username) as display_name
      from follows join users on users.id = follows.follower_id
      where follows.followee_id = ${followeeId} and follows.accepted_at is null
      order by follows.created_at limit 100`,
  )
}
