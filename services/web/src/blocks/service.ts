import { findPersonFor, type Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { type Page, type PageRequest, toPage } from '../db/paging.ts'
import { Refusal } from '../http/refusal.ts'
import { say } from '../language/say.ts'
import * as queries from './queries.ts'

/**
 * Blocks somebody: neither is there for the other any more, and follows, likes and comments between the two go. To do so again changes
 * nothing.
 * @throws {Refusal} notFound; invalid, for oneself
 */
export async function block(db: Db, blocker: Person, username: string): Promise<void> {
  await queries.insertBlock(db, blocker.id, (await findBlockable(db, blocker, username)).id)
}

/** Lifts a block. What it ended does not come back. @throws {Refusal} notFound */
export async function unblock(db: Db, blocker: Person, username: string): Promise<void> {
  await queries.deleteBlock(db, blocker.id, (await findPersonFor(db, blocker, username)).id)
}

/** Somebody whom one can block. @throws {Refusal} notFound; invalid, for oneself */
export async function findBlockable(db: Db, blocker: Person, username: string): Promise<Person> {
  const person = await findPersonFor(db, blocker, username)
  if (person.id === blocker.id) throw new Refusal('invalid', say('You cannot block yourself.'))
  return person
}

/** Whether the viewer, who may be nobody, has blocked a person. */
export async function hasBlocked(db: Db, viewer: Person | undefined, person: Person): Promise<boolean> {
  return viewer !== undefined && queries.hasBlock(db, viewer.id, person.id)
}

/** Whom somebody has blocked, the newest first; who has blocked them since is not among those. */
export async function blockedBy(
  db: Db,
  blocker: Person,
  page: PageRequest,
): Promise<Page<{ username: string; displayName: string; avatarKey: string | undefined }>> {
  const found = await queries.selectBlocked(db, blocker.id, { ...page, limit: page.limit + 1 })
  const { items, nextMaxId } = toPage(found, page.limit)
  return {
    items: items.map(({ username, display_name, avatar_key }) => ({
      username,
      displayName: display_name,
      avatarKey: avatar_key ?? undefined,
    })),
    nextMaxId,
  }
}
