import { findPersonFor, type Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { type Page, type PageRequest, toPage } from '../db/paging.ts'
import { Refusal } from '../http/refusal.ts'
import { say } from '../language/say.ts'
import type { MuteFields } from './input.ts'
import * as queries from './queries.ts'

/**
 * Mutes somebody: their posts stay away from the home page, and notifications of them if that is wished. To do so again changes how.
 * @throws {Refusal} notFound; invalid, for oneself
 */
export async function mute(db: Db, muter: Person, username: string, fields: MuteFields): Promise<void> {
  await queries.upsertMute(db, muter.id, (await findMutable(db, muter, username)).id, fields)
}

/** Ends muting somebody. @throws {Refusal} notFound */
export async function unmute(db: Db, muter: Person, username: string): Promise<void> {
  await queries.deleteMute(db, muter.id, (await findPersonFor(db, muter, username)).id)
}

/** Somebody whom one can mute. @throws {Refusal} notFound; invalid, for oneself */
export async function findMutable(db: Db, muter: Person, username: string): Promise<Person> {
  const person = await findPersonFor(db, muter, username)
  if (person.id === muter.id) throw new Refusal('invalid', say('You cannot mute yourself.'))
  return person
}

/** Whether the viewer, who may be nobody, has muted a person. */
export async function hasMuted(db: Db, viewer: Person | undefined, person: Person): Promise<boolean> {
  return viewer !== undefined && queries.hasMute(db, viewer.id, person.id)
}

/** Somebody who is muted. */
export interface Muted {
  username: string
  displayName: string
  avatarKey: string | undefined
  hidesNotifications: boolean
  /** Undefined for ever. */
  endsAt: Date | undefined
}

/** Whom somebody has muted, the newest first. */
export async function mutedBy(db: Db, muter: Person, page: PageRequest): Promise<Page<Muted>> {
  const found = await queries.selectMuted(db, muter.id, { ...page, limit: page.limit + 1 })
  const { items, nextMaxId } = toPage(found, page.limit)
  return {
    items: items.map((row) => ({
      username: row.username,
      displayName: row.display_name,
      avatarKey: row.avatar_key ?? undefined,
      hidesNotifications: row.hides_notifications,
      endsAt: row.ends_at ?? undefined,
    })),
    nextMaxId,
  }
}
