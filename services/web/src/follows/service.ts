import { findPerson, type Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { notFound, Refusal } from '../http/refusal.ts'
import * as queries from './queries.ts'

/** How somebody stands to somebody else. */
export type Following = 'no' | 'requested' | 'yes'

/**
 * Follows somebody, or asks to, where they are private. To do so again changes nothing.
 * @throws {Refusal} notFound; invalid, for oneself
 */
export async function follow(db: Db, follower: Person, username: string): Promise<void> {
  const followee = await findPerson(db, username)
  if (followee.id === follower.id) throw new Refusal('invalid', 'You see your own photos anyway.')
  await queries.insertFollow(db, follower.id, followee.id)
}

/** Ends following, or takes a request back. @throws {Refusal} notFound */
export async function unfollow(db: Db, follower: Person, username: string): Promise<void> {
  await queries.deleteFollow(db, follower.id, (await findPerson(db, username)).id)
}

export async function followingOf(db: Db, viewer: Person | undefined, person: Person): Promise<Following> {
  const row = viewer && (await queries.selectFollow(db, viewer.id, person.id))
  if (!row) return 'no'
  return row.is_accepted ? 'yes' : 'requested'
}

/** Who asks to follow somebody, the one who has waited longest first. */
export async function requestsTo(db: Db, followee: Person): Promise<{ username: string; displayName: string }[]> {
  const found = await queries.selectRequests(db, followee.id)
  return found.map(({ username, display_name }) => ({ username, displayName: display_name }))
}

/** Lets somebody in who asked to follow. @throws {Refusal} notFound */
export async function accept(db: Db, followee: Person, username: string): Promise<void> {
  const follower = await findPerson(db, username)
  if (!(await queries.acceptFollow(db, follower.id, followee.id))) throw notFound()
}

/** Lets everybody in who asked to follow. */
export async function acceptAll(db: Db, followee: Person): Promise<void> {
  await queries.acceptAllFollows(db, followee.id)
}

/** Refuses a request, or ends that somebody follows. @throws {Refusal} notFound */
export async function removeFollower(db: Db, followee: Person, username: string): Promise<void> {
  await queries.deleteFollow(db, (await findPerson(db, username)).id, followee.id)
}
