import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { notFound } from '../http/refusal.ts'
import * as queries from './queries.ts'

/** What people save for themselves. Nobody else learns of it, the author included. */

/** Saves a post. To do so again changes nothing. @throws {Refusal} notFound, also for what the viewer may not see */
export async function save(db: Db, viewer: Person, postId: string): Promise<void> {
  if (!(await queries.insertBookmark(db, viewer.id, postId))) throw notFound()
}

/** Takes a post out of what is saved, and with it out of every collection; also one that can no longer be seen. */
export async function unsave(db: Db, viewer: Person, postId: string): Promise<void> {
  await queries.deleteBookmark(db, viewer.id, postId)
}

/** Which of some posts the viewer has saved, by their ids. */
export function savedAmong(db: Db, viewer: Person, postIds: readonly string[]): Promise<ReadonlySet<string>> {
  return queries.selectSaved(db, viewer.id, postIds)
}

/** Where a saved post stands among the saved ones, and which it is. */
export interface Bookmark {
  id: string
  postId: string
}

/** What the viewer has saved and may still see, what was saved last first. */
export async function bookmarksOf(
  db: Db,
  viewer: Person,
  { maxId, limit }: { maxId: string | undefined; limit: number },
): Promise<Bookmark[]> {
  const found = await queries.selectBookmarks(db, viewer.id, maxId, limit)
  return found.map(({ id, post_id }) => ({ id, postId: post_id }))
}
