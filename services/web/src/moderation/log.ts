import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { type Page, type PageRequest, toPage } from '../db/paging.ts'
import * as queries from './queries.ts'

/** The log of what moderators and admins have done. */

/** Something that a moderator did. */
export interface Entry {
  id: string
  createdAt: Date
  /** Undefined once their account is gone; so is the other. */
  moderator: string | undefined
  action: queries.Action
  thing: queries.LoggedThing
  person: string | undefined
  note: string
}

/** What moderators have done, the newest first. @param personId to read only what is about somebody, or theirs */
export async function logOf(db: Db, page: PageRequest, personId?: string): Promise<Page<Entry>> {
  const found = await queries.selectEntries(db, personId, { ...page, limit: page.limit + 1 })
  const { items, nextMaxId } = toPage(found, page.limit)
  return {
    items: items.map((row) => ({
      id: row.id,
      createdAt: row.created_at,
      moderator: row.moderator_username ?? undefined,
      action: row.action,
      thing: row.thing,
      person: row.person_username ?? undefined,
      note: row.note,
    })),
    nextMaxId,
  }
}

/** Notes what somebody has decided about a person, in the transaction that does it. */
export function noteAbout(
  tx: Db,
  moderator: Person,
  action: queries.Action,
  { id }: { id: string },
  text: string,
): Promise<void> {
  return queries.insertEntry(tx, moderator.id, action, { kind: 'person', id, person_id: id }, text)
}

/** The same about a job that failed. @param name what kind of job it is */
export function noteJob(tx: Db, admin: Person, action: 'retry' | 'let-be', name: string): Promise<void> {
  return queries.insertEntry(tx, admin.id, action, { kind: 'job', id: null, person_id: null }, name)
}
