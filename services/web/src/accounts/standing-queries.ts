import type { Db } from '../db/connect.ts'
import { newest, type PageRequest } from '../db/paging.ts'
import { firstRow, rows, type Sql, sql } from '../db/sql.ts'
import type { Rank } from './standing.ts'

export interface StandingRow {
  id: string
  username: string
  display_name: string
  avatar_key: string | null
  rank: Rank
  language: string
  silenced_at: Date | null
  suspended_at: Date | null
  leaves_at: Date | null
  is_expelled: boolean
}

function selectStandings(where: Sql, limit: number): Sql {
  return sql`
    select id, username, coalesce(nullif(display_name, ''), username) as display_name, avatar_key, language, silenced_at, suspended_at,
      -- The beginning of all time, once its removal has begun.
      case when leaves_at = '-infinity' then now() else leaves_at end as leaves_at, expelled_at is not null as is_expelled,
      case when is_admin then 'admin' when is_moderator then 'moderator' else 'member' end as rank
    from users where ${where} order by id desc limit ${limit}`
}

export function selectStanding(db: Db, username: string): Promise<StandingRow | undefined> {
  return firstRow(db, selectStandings(sql`username = ${username}`, 1))
}

export function selectStandingById(db: Db, id: string): Promise<StandingRow | undefined> {
  return firstRow(db, selectStandings(sql`id = ${id}`, 1))
}

/** Those with a rank, and those who are silenced or suspended. Reads users_with_rank, users_silenced and users_hidden. */
export function selectSpecial(db: Db, { maxId, limit }: PageRequest): Promise<StandingRow[]> {
  const where = sql`(
    (is_admin or is_moderator) or silenced_at is not null or suspended_at is not null
  ) and id < ${maxId ?? newest}`
  return rows(db, selectStandings(where, limit))
}

/** Holds off every other change of who is an admin until the transaction ends: by rank, by leaving, by being the first (`lockIfNoAdmin`). */
export async function lockRanks(db: Db): Promise<void> {
  await rows(db, sql`select pg_advisory_xact_lock(4872360150)`)
}

/** Whether somebody, by the name of the table in the query, is an admin to rely on: neither suspended nor about to leave. */
export const isInOffice = (who: Sql): Sql =>
  sql`(${who}.is_admin and ${who}.suspended_at is null and ${who}.leaves_at is null)`

/** Whether somebody may decide about a person of `users`: about an admin, only another one who is in office still. */
function isUnder(actorId: string): Sql {
  return sql`(
    users.id <> ${actorId} and (
      not users.is_admin
      or exists (
        select from users as actors where actors.id = ${actorId} and ${isInOffice(sql`actors`)}
      )
    )
  )`
}

/** @returns whether they are now, and were not before */
export async function updateSilenced(db: Db, actorId: string, id: string): Promise<boolean> {
  const silenced = await rows(
    db,
    sql`
      update users set silenced_at = now(), silenced_by = ${actorId}
      where id = ${id} and silenced_at is null and ${isUnder(actorId)} returning id`,
  )
  return silenced.length > 0
}

/** @returns whether they are not now, and were before */
export async function updateUnsilenced(db: Db, actorId: string, id: string): Promise<boolean> {
  const heard = await rows(
    db,
    sql`
      update users set silenced_at = null, silenced_by = null
      where id = ${id} and silenced_at is not null and ${isUnder(actorId)} returning id`,
  )
  return heard.length > 0
}

/** @returns whether they are now, and were not before */
export async function updateSuspended(db: Db, actorId: string, id: string): Promise<boolean> {
  const suspended = await rows(
    db,
    sql`
      update users set suspended_at = now()
      where id = ${id} and suspended_at is null and ${isUnder(actorId)} returning id`,
  )
  return suspended.length > 0
}

/** Of somebody whose account an admin has removed it is not lifted. @returns whether they are not now, and were before */
export async function updateLifted(db: Db, actorId: string, id: string): Promise<boolean> {
  const lifted = await rows(
    db,
    sql`
      update users set suspended_at = null
      where id = ${id} and suspended_at is not null and expelled_at is null and ${isUnder(actorId)} returning id`,
  )
  return lifted.length > 0
}

/** Notes that an admin has the account removed, of somebody suspended who is about to leave by that. @returns whether they are suspended */
export async function updateExpelled(db: Db, id: string): Promise<boolean> {
  const expelled = await rows(
    db,
    sql`update users set expelled_at = now() where id = ${id} and suspended_at is not null returning id`,
  )
  return expelled.length > 0
}

/** Takes that back, unless its time has come. @returns whether it was taken back */
export async function updateKept(db: Db, id: string): Promise<boolean> {
  const kept = await rows(
    db,
    sql`
      update users set leaves_at = null, expelled_at = null
      where id = ${id} and expelled_at is not null and leaves_at > now() returning id`,
  )
  return kept.length > 0
}

export async function updateModerator(db: Db, username: string, isModerator: boolean): Promise<void> {
  await rows(db, sql`update users set is_moderator = ${isModerator} where username = ${username}`)
}

/** Gives somebody a rank, unless that would leave no admin. Ranks are locked. @returns whether it was given */
export async function updateRank(db: Db, id: string, rank: Rank): Promise<boolean> {
  const given = await rows(
    db,
    sql`
      update users set is_admin = ${rank === 'admin'}, is_moderator = ${rank === 'moderator'}
      where id = ${id} and (
        ${rank === 'admin'} or not is_admin
        or exists (
          select from users as others where others.id <> ${id} and ${isInOffice(sql`others`)}
        )
      )
      returning id`,
  )
  return given.length > 0
}

export async function isAdminInOffice(db: Db, id: string): Promise<boolean> {
  const found = await firstRow(db, sql`select from users where id = ${id} and ${isInOffice(sql`users`)}`)
  return found !== undefined
}
