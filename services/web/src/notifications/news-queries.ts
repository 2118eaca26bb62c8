import type { Db } from '../db/connect.ts'
import { firstRow, rows, sql } from '../db/sql.ts'
import { isHere } from '../db/visible-to.ts'

// In whole milliseconds, as JavaScript has it, so that nobody stands on two pages of those who are due.
const wholeNow = sql`date_trunc('milliseconds', now())`

export async function selectWantsNews(db: Db, userId: string): Promise<boolean> {
  const row = await firstRow<{ wants: boolean }>(
    db,
    sql`select mails_news as wants from notification_readers where user_id = ${userId}`,
  )
  return row?.wants === true
}

/**
 * Notes whether somebody wants letters. Whoever begins to is told of what happens from then on.
 * @param token for the link that stops them, where there is none yet
 */
export async function updateWantsNews(db: Db, userId: string, wants: boolean, token: string): Promise<void> {
  await rows(
    db,
    sql`
      insert into notification_readers as reader (user_id, mails_news, news_mailed_at, news_token)
      values (${userId}, ${wants}, ${wholeNow}, ${token})
      on conflict (user_id) do update set
        mails_news = excluded.mails_news, news_token = coalesce(reader.news_token, excluded.news_token),
        news_mailed_at = case when reader.mails_news then reader.news_mailed_at else excluded.news_mailed_at end`,
  )
}

/** Stops the letters that have this in their link. @returns whether there are such */
export async function updateNewsStopped(db: Db, token: string): Promise<boolean> {
  const stopped = await rows(
    db,
    sql`update notification_readers set mails_news = false where news_token = ${token} returning user_id`,
  )
  return stopped.length > 0
}

export interface DueRow {
  user_id: string
  mailed_at: Date
}

const isDue = sql`mails_news and news_mailed_at <= now() - interval '1 day'`

/** Those whose last letter was a day ago, the longest first. Reads notification_readers_news_due. */
export function selectDue(db: Db, after: DueRow | undefined, limit: number): Promise<DueRow[]> {
  return rows(
    db,
    sql`
      select reader.user_id, reader.news_mailed_at as mailed_at
      from notification_readers as reader join users on users.id = reader.user_id
      where ${isDue} and ${isHere}
        and (reader.news_mailed_at, reader.user_id)
          > (${after?.mailed_at ?? null}::timestamptz, ${after?.user_id ?? '0'}::bigint) is not false
        and exists (
          select from email_addresses
          where email_addresses.user_id = reader.user_id and email_addresses.confirmed_at is not null
        )
      order by reader.news_mailed_at, reader.user_id limit ${limit}`,
  )
}

/**
 * Takes it on to write to somebody, if nobody has meanwhile.
 * @returns since when what happened is to be told
 */
export async function claimLetter(db: Db, userId: string): Promise<Date | undefined> {
  const row = await firstRow<{ since: Date }>(
    db,
    sql`
      update notification_readers set news_mailed_at = ${wholeNow}
      where user_id = ${userId} and ${isDue} returning old.news_mailed_at as since`,
  )
  return row?.since
}

export interface RecipientRow {
  id: string
  address: string
  language: string
  news_token: string
}

/** Where somebody is written to who still wants it, and still is here. */
export function selectRecipient(db: Db, userId: string): Promise<RecipientRow | undefined> {
  return firstRow(
    db,
    sql`
      select users.id, email_addresses.address, users.language, reader.news_token
      from notification_readers as reader join users on users.id = reader.user_id
        join email_addresses on email_addresses.user_id = users.id and email_addresses.confirmed_at is not null
      where reader.user_id = ${userId} and reader.mails_news and ${isHere}`,
  )
}
