import type { Db } from '../db/connect.ts'
import { firstRow, rows, type Sql, sql } from '../db/sql.ts'
import { isHere } from '../db/visible-to.ts'
import type { Subscriber } from './sender.ts'

/** Whether a subscription of a query joined with its session and its person may be sent anything. */
const isLive: Sql = sql`(sessions.expires_at > now() and ${isHere})`

/** Waits for whoever else subscribes for the same person. */
export async function lockSubscriber(tx: Db, userId: string): Promise<void> {
  await rows(tx, sql`select from users where id = ${userId} for no key update`)
}

/** A browser has one subscription, a session as well: what was there before makes way. */
export async function insertSubscription(
  tx: Db,
  {
    endpoint,
    p256dh,
    auth,
    userId,
    sessionId,
    language,
  }: Subscriber & { userId: string; sessionId: string; language: string },
): Promise<void> {
  await rows(tx, sql`delete from push_subscriptions where session_id = ${sessionId} and endpoint <> ${endpoint}`)
  await rows(
    tx,
    sql`
      insert into push_subscriptions (user_id, session_id, endpoint, p256dh, auth, language)
      values (${userId}, ${sessionId}, ${endpoint}, ${p256dh}, ${auth}, ${language})
      on conflict (endpoint) do update set
        user_id = excluded.user_id, session_id = excluded.session_id, p256dh = excluded.p256dh, auth = excluded.auth,
        language = excluded.language, told_until = excluded.told_until, told_at = excluded.told_at, created_at = excluded.created_at`,
  )
}

/** Keeps the newest. */
export async function deleteBeyond(tx: Db, userId: string, most: number): Promise<void> {
  await rows(
    tx,
    sql`
      delete from push_subscriptions where user_id = ${userId} and id not in (
        select id from push_subscriptions where user_id = ${userId} order by created_at desc, id desc limit ${most}
      )`,
  )
}

export interface SubscriptionRow {
  id: string
  session_id: string
  device: string
  created_at: Date
}

export function selectSubscriptions(db: Db, userId: string): Promise<SubscriptionRow[]> {
  return rows(
    db,
    sql`
      select push_subscriptions.id, session_id, sessions.device, push_subscriptions.created_at
      from push_subscriptions join sessions on sessions.id = session_id
      where push_subscriptions.user_id = ${userId} and sessions.expires_at > now()
      order by push_subscriptions.created_at desc, push_subscriptions.id desc`,
  )
}

/** @returns whether there was one of this person */
export async function deleteOwnSubscription(db: Db, userId: string, id: string): Promise<boolean> {
  const gone = await rows(db, sql`delete from push_subscriptions where id = ${id} and user_id = ${userId} returning id`)
  return gone.length > 0
}

export async function deleteSubscription(db: Db, id: string): Promise<void> {
  await rows(db, sql`delete from push_subscriptions where id = ${id}`)
}

/** People who have subscribed, in the order of their ids. */
export async function selectSubscribers(db: Db, afterId: string, limit: number): Promise<string[]> {
  const found = await rows<{ user_id: string }>(
    db,
    sql`
      select distinct user_id from push_subscriptions where user_id > ${afterId} order by user_id limit ${limit}`,
  )
  return found.map(({ user_id }) => user_id)
}

export interface DueRow {
  id: string
  /** For how long it has to be left in peace still. */
  wait_seconds: number
}

/** The subscriptions of some people. @param quietSeconds between two pushes to one browser */
export function selectDue(db: Db, userIds: readonly string[], quietSeconds: number): Promise<DueRow[]> {
  return rows(
    db,
    sql`
      select id, case
        when told_at = '-infinity' then 0
        else greatest(0, ceil(extract(epoch from told_at - now()) + ${quietSeconds}))::int
      end as wait_seconds
      from push_subscriptions where user_id = any(${userIds})`,
  )
}

export interface TargetRow extends Subscriber {
  user_id: string
  told_until: Date
  language: string
}

/** Where to send; undefined if there is no session any more, or nobody. */
export function selectTarget(db: Db, id: string): Promise<TargetRow | undefined> {
  return firstRow(
    db,
    sql`
      select push_subscriptions.user_id, endpoint, p256dh, auth, told_until,
        coalesce(nullif(users.language, 'auto'), push_subscriptions.language) as language
      from push_subscriptions
      join sessions on sessions.id = session_id
      join users on users.id = push_subscriptions.user_id
      where push_subscriptions.id = ${id} and ${isLive}`,
  )
}

/** Moves how far a browser has been told. @returns whether it still stood where it was thought to: of two at once, one moves it */
export async function updateTold(db: Db, id: string, from: Date, to: Date): Promise<boolean> {
  const moved = await rows(
    db,
    sql`
      update push_subscriptions set told_until = ${to}, told_at = now()
      where id = ${id} and told_until = ${from} returning id`,
  )
  return moved.length > 0
}
