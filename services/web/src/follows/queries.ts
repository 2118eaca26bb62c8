import type { Db } from '../db/connect.ts'
import { newest, type PageRequest } from '../db/paging.ts'
import { firstRow, prepared, rows, type Sql, sql } from '../db/sql.ts'
import { follows, hiddenFrom, isThereFor } from '../db/visible-to.ts'

/**
 * Follows somebody, or asks to where they are private: which of the two, the database decides (0012-relations). What was there before
 * stays as it is.
 * @returns whether the one follows the other now, or asks to; false where there is a block, or nobody
 */
/** @returns nothing where there is a block */
export async function insertFollow(
  db: Db,
  followerId: string,
  followeeId: string,
): Promise<{ is_new: boolean } | undefined> {
  return firstRow(
    db,
    sql`
      insert into follows (follower_id, followee_id)
      select ${followerId}::bigint, id from users where id = ${followeeId}
      -- To do nothing would give no row, as a block does.
      on conflict on constraint follows_pkey do update
        set accepted_at = coalesce(follows.accepted_at, excluded.accepted_at)
      returning old.follower_id is null as is_new`,
  )
}

export async function deleteFollow(db: Db, followerId: string, followeeId: string): Promise<void> {
  await rows(db, sql`delete from follows where follower_id = ${followerId} and followee_id = ${followeeId}`)
}

/** @returns whether there was such a request, or is such a follower already */
export async function acceptFollow(db: Db, followerId: string, followeeId: string): Promise<boolean> {
  const accepted = await rows(
    db,
    sql`
      update follows set
        accepted_at = coalesce(accepted_at, now()),
        -- Among the followers it is the newest.
        id = case when accepted_at is null then next_id() else id end
      where follower_id = ${followerId} and followee_id = ${followeeId} returning follower_id`,
  )
  return accepted.length > 0
}

export async function acceptAllFollows(db: Db, followeeId: string): Promise<void> {
  await rows(
    db,
    sql`
      update follows set accepted_at = now(), id = next_id()
      where followee_id = ${followeeId} and accepted_at is null`,
  )
}

/** Lets nobody follow, or ask to, until the transaction ends. */
export async function lockDoor(db: Db, followeeId: string): Promise<void> {
  await rows(db, sql`select pg_advisory_xact_lock(door_of(${followeeId}::bigint))`)
}

/** How one person follows several others. */
export function selectFollowsOf(
  db: Db,
  followerId: string,
  followeeIds: readonly string[],
): Promise<{ followee_id: string; is_accepted: boolean }[]> {
  return rows(
    db,
    sql`
      select followee_id, accepted_at is not null as is_accepted from follows
      where follower_id = ${followerId} and followee_id = any(${followeeIds}::bigint[])`,
  )
}

export interface ListedRow {
  /** Of the follow: pages go by it. */
  id: string
  person_id: string
  username: string
  display_name: string
  avatar_key: string | null
  is_private: boolean
}

/** A page of lists of people who follow and are followed: those who are there for the viewer, the newest follow first. */
function selectListed(where: Sql, personId: Sql, viewerId: string | null, { maxId, limit }: PageRequest): Sql {
  return prepared(sql`
    select follows.id, users.id as person_id, users.username,
      coalesce(nullif(users.display_name, ''), users.username) as display_name, users.avatar_key, users.is_private
    from follows join users on users.id = ${personId}
    where ${where} and follows.id < ${maxId ?? newest} and ${isThereFor(viewerId)}
    order by follows.id desc limit ${limit}`)
}

export function selectFollowers(
  db: Db,
  followeeId: string,
  viewerId: string | null,
  page: PageRequest,
): Promise<ListedRow[]> {
  const where = sql`follows.followee_id = ${followeeId} and follows.accepted_at is not null`
  return rows(db, selectListed(where, sql`follows.follower_id`, viewerId, page))
}

export function selectFollowees(
  db: Db,
  followerId: string,
  viewerId: string | null,
  page: PageRequest,
): Promise<ListedRow[]> {
  const where = sql`follows.follower_id = ${followerId} and follows.accepted_at is not null`
  return rows(db, selectListed(where, sql`follows.followee_id`, viewerId, page))
}

/** Who asks somebody to let them follow. */
export function selectRequests(db: Db, followeeId: string, page: PageRequest): Promise<ListedRow[]> {
  const where = sql`follows.followee_id = ${followeeId} and follows.accepted_at is null`
  return rows(db, selectListed(where, sql`follows.follower_id`, followeeId, page))
}

/** Whether the viewer may know whom somebody follows, and who follows them. */
export async function maySeeLists(db: Db, personId: string, viewerId: string | null): Promise<boolean> {
  const found = await firstRow(
    db,
    prepared(sql`
      select from users
      where id = ${personId} and ${isThereFor(viewerId)}
        and (not is_private or id = ${viewerId}::bigint or ${follows(viewerId, sql`users.id`)})`),
  )
  return found !== undefined
}

/**
 * How many follow somebody, and are followed, of those who are there for the viewer. All are counted already; taken away are the few who
 * are not there: there may be millions of followers. All of these at once, so that what is read is no more than the fewer of the two: whom
 * somebody follows, or who is not there.
 */
export async function selectFollowCounts(
  db: Db,
  personId: string,
  viewerId: string | null,
): Promise<{ followers: number; following: number }> {
  const row = await firstRow<{ followers: number; following: number }>(
    db,
    prepared(sql`
      with hidden as materialized ${hiddenFrom(viewerId)}
      select
        follower_count - (
          select count(*)::int from follows
          where followee_id = ${personId} and follower_id = any(array(select id from hidden)) and accepted_at is not null
        ) as followers,
        following_count - (
          select count(*)::int from follows
          where follower_id = ${personId} and followee_id = any(array(select id from hidden)) and accepted_at is not null
        ) as following
      from users where id = ${personId}`),
  )
  return row ?? { followers: 0, following: 0 }
}

/** @returns how many follows by or of somebody it has deleted, no more than asked for */
export async function deleteFollowsOf(db: Db, personId: string, limit: number): Promise<number> {
  const gone = await rows(
    db,
    sql`
      delete from follows
      where (follower_id, followee_id) in (
        (select follower_id, followee_id from follows where follower_id = ${personId} limit ${limit})
        union all (select follower_id, followee_id from follows where followee_id = ${personId} limit ${limit})
        limit ${limit}
      )
      returning follower_id`,
  )
  return gone.length
}
