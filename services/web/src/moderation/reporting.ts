import { findPersonFor, type Person } from '../accounts/service.ts'
import { placeOf, threadOf } from '../comments/service.ts'
import type { Db } from '../db/connect.ts'
import { unlessGone } from '../db/sql.ts'
import { idIn } from '../http/code.ts'
import { isId } from '../http/id.ts'
import { notFound, Refusal } from '../http/refusal.ts'
import { say } from '../language/say.ts'
import { findPost } from '../posts/service.ts'
import type { ReportFields } from './input.ts'
import * as queries from './queries.ts'

/** Telling moderators of something that is not as it should be. */

/** Something that the viewer sees, and may report. */
export interface Reportable {
  kind: 'post' | 'comment' | 'person'
  id: string
  /** Who it is, or whose it is. */
  author: { username: string; displayName: string }
  /** Its own page. */
  page: string
}

/** @throws {Refusal} notFound, also for what the viewer may not see; invalid, for one's own */
export async function reportablePost(db: Db, viewer: Person, code: string): Promise<Reportable> {
  const { id, author } = await findPost(db, viewer, idIn(code))
  return unlessOwn(viewer, { kind: 'post', id, author, page: `/p/${code}` })
}

/** As `reportablePost`. */
export async function reportableComment(db: Db, viewer: Person, id: string): Promise<Reportable> {
  if (!isId(id)) throw notFound()
  const { postId } = await placeOf(db, viewer, id)
  const { answered } = await threadOf(db, viewer, postId, id, { maxId: undefined, limit: 0 })
  return unlessOwn(viewer, { kind: 'comment', id, author: answered.author, page: `/comments/${id}` })
}

/** As `reportablePost`. */
export async function reportablePerson(db: Db, viewer: Person, username: string): Promise<Reportable> {
  const person = await findPersonFor(db, viewer, username)
  return unlessOwn(viewer, { kind: 'person', id: person.id, author: person, page: `/@${person.username}` })
}

function unlessOwn(viewer: Person, thing: Reportable): Reportable {
  if (thing.author.username === viewer.username) throw new Refusal('invalid', say('You cannot report yourself.'))
  return thing
}

/**
 * Reports something. While moderators have not decided about it, to do so again changes nothing.
 * @returns whether it is new
 * @throws {Refusal} notFound, if it has gone at this moment
 */
export function report(db: Db, viewer: Person, thing: Reportable, fields: ReportFields): Promise<boolean> {
  return queries.insertReport(db, viewer.id, thing, fields).catch(
    unlessGone(() => {
      throw notFound()
    }),
  )
}

/** Whether the viewer has reported something, and moderators have still to decide. */
export function hasReported(db: Db, viewer: Person, thing: Reportable): Promise<boolean> {
  return queries.hasReport(db, viewer.id, thing)
}
