import type { Person } from '../accounts/service.ts'
import { setSilenced, standingById } from '../accounts/standing.ts'
import { takeDownComment } from '../comments/service.ts'
import type { Db } from '../db/connect.ts'
import { isId } from '../http/id.ts'
import { invalidField, notFound, Refusal } from '../http/refusal.ts'
import { describeQueue } from '../jobs/queue.ts'
import { say } from '../language/say.ts'
import type { Storage } from '../media/storage.ts'
import { takeDownPost } from '../posts/editing.ts'
import { type Post, postsOf } from '../posts/service.ts'
import type { Decision, Reason } from './input.ts'
import * as queries from './queries.ts'
import { suspendIn } from './suspending.ts'

/** What moderators see and decide. */

/** Something that was reported, with all that is said against it. */
export interface Case {
  /** Of the oldest open report: who decides names it. */
  id: string
  kind: 'post' | 'comment' | 'person'
  /** Who it is, or whose it is. */
  person: { username: string; displayName: string; isSilenced: boolean; isSuspended: boolean }
  /** What is reported, or what the comment stands below; undefined where it is gone, or nothing for the moderator. */
  post: Post | undefined
  /** Of a comment; empty where it is gone. */
  text: string
  reasons: { reason: Reason; count: number }[]
  /** Some of the reports, those with a note first. */
  reports: { reporter: string | undefined; reason: Reason; note: string; createdAt: Date }[]
}

const shownReports = 10

/** What is reported and waits for a decision, what has waited longest first. */
export async function openCases(
  db: Db,
  moderator: Person,
  { afterId = '0', limit }: { afterId: string | undefined; limit: number },
): Promise<{ cases: Case[]; nextAfterId: string | undefined }> {
  const found = await queries.selectCases(db, afterId, limit + 1)
  const page = found.slice(0, limit)
  const ids = page.map(({ id }) => id)
  const postIds = page.flatMap(({ post_id, comment_post_id }) => post_id ?? comment_post_id ?? [])
  const posts = new Map((await postsOf(db, moderator, postIds)).map((post) => [post.id, post]))
  const reasons = Map.groupBy(await queries.selectReasons(db, ids), ({ case_id }) => case_id)
  const reports = Map.groupBy(await queries.selectReports(db, ids, shownReports), ({ case_id }) => case_id)
  const cases = page.map((row) => ({
    id: row.id,
    kind: row.post_id ? ('post' as const) : row.comment_id ? ('comment' as const) : ('person' as const),
    person: {
      username: row.username,
      displayName: row.display_name,
      isSilenced: row.is_silenced,
      isSuspended: row.is_suspended,
    },
    post: posts.get(row.post_id ?? row.comment_post_id ?? ''),
    text: row.comment_text ?? '',
    reasons: (reasons.get(row.id) ?? []).map(({ reason, count }) => ({ reason, count })),
    reports: (reports.get(row.id) ?? []).map((said) => ({
      reporter: said.reporter_username ?? undefined,
      reason: said.reason,
      note: said.note,
      createdAt: said.created_at,
    })),
  }))
  return { cases, nextAfterId: found.length > limit ? ids.at(-1) : undefined }
}

/**
 * Decides about something that was reported: all open reports of it are settled, it is noted, and what was decided is done, all or nothing.
 * @param reportId of any of these reports
 * @throws {Refusal} notFound; conflict, if another moderator was quicker; invalid and forbidden as for `suspendIn`, and for removing a
 *   person
 */
export async function settle(
  { db, storage }: { db: Db; storage: Storage },
  moderator: Person,
  reportId: string,
  { action, note }: Decision,
): Promise<void> {
  if (!isId(reportId)) throw notFound()
  await db.transaction(async (tx) => {
    const thing = await queries.selectThing(tx, reportId)
    if (!thing) throw notFound()
    if (!(await queries.updateSettled(tx, thing, moderator.id)))
      throw new Refusal('conflict', say('Another moderator has decided about this already.'))
    if (action === 'remove') {
      if (thing.kind === 'post') await takeDownPost(tx, storage, thing.id)
      else if (thing.kind === 'comment') await takeDownComment(tx, thing.id)
      else throw invalidField('note', say('People are suspended, not removed.'))
    }
    if (action === 'silence') await setSilenced(tx, moderator, await standingById(tx, thing.person_id))
    if (action === 'suspend') await suspendIn(tx, storage, moderator, await standingById(tx, thing.person_id))
    await queries.insertEntry(tx, moderator.id, action, thing, note)
  })
}

/** How the house is, in numbers. */
export interface Overview {
  people: number
  posts: number
  /** Open ones. */
  reports: number
  jobsWaiting: number
  jobsFailed: number
  freeBytes: number
}

export async function overview({ db, storage }: { db: Db; storage: Storage }): Promise<Overview> {
  const totals = await queries.selectTotals(db)
  const { waiting, active, failed } = await describeQueue(db)
  return { ...totals, jobsWaiting: waiting + active, jobsFailed: failed, freeBytes: await storage.freeBytes() }
}
