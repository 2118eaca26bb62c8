import type { Db } from '../db/connect.ts'
import { newest, type PageRequest } from '../db/paging.ts'
import { firstRow, rows, type Sql, sql } from '../db/sql.ts'
import type { Reason, ReportFields } from './input.ts'

type Kind = 'post' | 'comment' | 'person'

/** The columns of `reports` that say what is reported. */
function columnsOf({ kind, id }: { kind: Kind; id: string }): Record<`${Kind}Id`, string | null> {
  return {
    postId: kind === 'post' ? id : null,
    commentId: kind === 'comment' ? id : null,
    personId: kind === 'person' ? id : null,
  }
}

/** @returns whether it was written: an open report of the same thing by the same person stays as it is */
export async function insertReport(
  db: Db,
  reporterId: string,
  thing: { kind: Kind; id: string },
  { reason, note }: ReportFields,
): Promise<boolean> {
  const { postId, commentId, personId } = columnsOf(thing)
  const written = await rows(
    db,
    sql`
      insert into reports (reporter_id, post_id, comment_id, person_id, reason, note)
      values (${reporterId}, ${postId}, ${commentId}, ${personId}, ${reason}, ${note})
      on conflict do nothing returning id`,
  )
  return written.length > 0
}

export async function hasReport(db: Db, reporterId: string, thing: { kind: Kind; id: string }): Promise<boolean> {
  const { postId, commentId, personId } = columnsOf(thing)
  const found = await firstRow(
    db,
    sql`
      select from reports
      where reporter_id = ${reporterId} and settled_at is null
        and (post_id = ${postId}::bigint or comment_id = ${commentId}::bigint or person_id = ${personId}::bigint)`,
  )
  return found !== undefined
}

/** Whether two rows of reports are about the same thing. */
function areAboutTheSame(one: Sql, other: Sql): Sql {
  return sql`(
    ${one}.post_id = ${other}.post_id or ${one}.comment_id = ${other}.comment_id or ${one}.person_id = ${other}.person_id
  )`
}

export interface CaseRow {
  /** Of the oldest open report. */
  id: string
  post_id: string | null
  comment_id: string | null
  comment_text: string | null
  comment_post_id: string | null
  person_id: string
  username: string
  display_name: string
  is_silenced: boolean
  is_suspended: boolean
}

/** What is reported and open, once each, by its oldest report. */
export function selectCases(db: Db, afterId: string, limit: number): Promise<CaseRow[]> {
  return rows(
    db,
    sql`
      select reports.id, reports.post_id, reports.comment_id, comments.text as comment_text,
        comments.post_id as comment_post_id, users.id as person_id, users.username,
        coalesce(nullif(users.display_name, ''), users.username) as display_name,
        users.silenced_at is not null as is_silenced, users.suspended_at is not null as is_suspended
      from reports
        left join posts on posts.id = reports.post_id
        left join comments on comments.id = reports.comment_id
        join users on users.id = coalesce(reports.person_id, posts.author_id, comments.author_id)
      where reports.settled_at is null and reports.id > ${afterId}
        and not exists (
          select from reports as older
          where older.settled_at is null and older.id < reports.id
            and ${areAboutTheSame(sql`older`, sql`reports`)}
        )
      order by reports.id limit ${limit}`,
  )
}

export interface ReasonRow {
  case_id: string
  reason: Reason
  count: number
}

/** How often each reason was given, of some cases. */
export function selectReasons(db: Db, caseIds: readonly string[]): Promise<ReasonRow[]> {
  return rows(
    db,
    sql`
      select cases.id as case_id, reports.reason, count(*)::int as count
      from reports as cases join reports on ${areAboutTheSame(sql`reports`, sql`cases`)}
      where cases.id = any(${caseIds}::bigint[]) and reports.settled_at is null
      group by cases.id, reports.reason order by count(*) desc, reports.reason`,
  )
}

export interface ReportRow {
  case_id: string
  reporter_username: string | null
  reason: Reason
  note: string
  created_at: Date
}

/** The open reports of some cases: of each those with a note first, and no more than so many. */
export function selectReports(db: Db, caseIds: readonly string[], limitEach: number): Promise<ReportRow[]> {
  return rows(
    db,
    sql`
      select cases.id as case_id, said.reporter_username, said.reason, said.note, said.created_at
      from reports as cases cross join lateral (
        select users.username as reporter_username, reports.reason, reports.note, id_time(reports.id) as created_at
        from reports left join users on users.id = reports.reporter_id
        where ${areAboutTheSame(sql`reports`, sql`cases`)} and reports.settled_at is null
        order by reports.note = '', reports.id limit ${limitEach}
      ) as said
      where cases.id = any(${caseIds}::bigint[])`,
  )
}

export interface ThingRow {
  kind: Kind
  id: string
  /** Who it is, or whose it is. */
  person_id: string
}

/** What a report is about, settled or not. */
export function selectThing(db: Db, reportId: string): Promise<ThingRow | undefined> {
  return firstRow(
    db,
    sql`
      select
        case when reports.post_id is not null then 'post' when comment_id is not null then 'comment' else 'person' end
          as kind,
        coalesce(reports.post_id, comment_id, person_id) as id,
        coalesce(person_id, posts.author_id, comments.author_id) as person_id
      from reports
        left join posts on posts.id = reports.post_id
        left join comments on comments.id = reports.comment_id
      where reports.id = ${reportId}`,
  )
}

/**
 * Settles all open reports of something. They are locked in the order of their ids: of two moderators at once the second waits, and finds
 * none that are open.
 * @returns whether there were any
 */
export async function updateSettled(db: Db, thing: { kind: Kind; id: string }, moderatorId: string): Promise<boolean> {
  const { postId, commentId, personId } = columnsOf(thing)
  const settled = await rows(
    db,
    sql`
      with open as materialized (
        select id from reports
        where settled_at is null
          and (post_id = ${postId}::bigint or comment_id = ${commentId}::bigint or person_id = ${personId}::bigint)
        order by id for no key update
      )
      update reports set settled_at = now(), settled_by = ${moderatorId}
      from open where reports.id = open.id
      returning reports.id`,
  )
  return settled.length > 0
}

export type Action =
  | ('dismiss' | 'remove' | 'silence' | 'unsilence' | 'suspend' | 'lift')
  | ('make-member' | 'make-moderator' | 'make-admin')
  | ('delete' | 'keep' | 'reset-second-step' | 'retry' | 'let-be')

export type LoggedThing = Kind | 'job'

/** Notes what a moderator has done, about whom or whose; about a job, whose it is stands nowhere. */
export async function insertEntry(
  db: Db,
  moderatorId: string,
  action: Action,
  thing: ThingRow | { kind: 'job'; id: null; person_id: null },
  note: string,
): Promise<void> {
  const [postId, commentId] = (['post', 'comment'] as const).map((kind) => (thing.kind === kind ? thing.id : null))
  await rows(
    db,
    sql`
      insert into moderation_log (moderator_id, action, thing, person_id, post_id, comment_id, note)
      values (
        ${moderatorId}, ${action}, ${thing.kind}, ${thing.person_id}, ${postId ?? null}, ${commentId ?? null}, ${note}
      )`,
  )
}

export interface EntryRow {
  id: string
  created_at: Date
  moderator_username: string | null
  action: Action
  thing: LoggedThing
  person_username: string | null
  note: string
}

/** What moderators have done, the newest first; of one person if one is named. */
export function selectEntries(
  db: Db,
  personId: string | undefined,
  { maxId, limit }: PageRequest,
): Promise<EntryRow[]> {
  const isAsked = personId === undefined ? sql`true` : sql`moderation_log.person_id = ${personId}`
  return rows(
    db,
    sql`
      select moderation_log.id, id_time(moderation_log.id) as created_at, moderators.username as moderator_username,
        moderation_log.action, moderation_log.thing, people.username as person_username,
        moderation_log.note
      from moderation_log
        left join users as moderators on moderators.id = moderation_log.moderator_id
        left join users as people on people.id = moderation_log.person_id
      where ${isAsked} and moderation_log.id < ${maxId ?? newest}
      order by moderation_log.id desc limit ${limit}`,
  )
}

/** How much of everything there is. */
export async function selectTotals(db: Db): Promise<{ people: number; posts: number; reports: number }> {
  const row = await firstRow<{ people: number; posts: number; reports: number }>(
    db,
    sql`
      select (select count(*)::int from users) as people,
        (select count(*)::int from posts where published_at is not null and deleted_at is null) as posts,
        (select count(*)::int from reports where settled_at is null) as reports`,
  )
  return row ?? { people: 0, posts: 0, reports: 0 }
}
