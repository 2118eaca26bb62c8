import { findPersonFor, type Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { type Page, type PageRequest, toPage } from '../db/paging.ts'
import { notFound, Refusal } from '../http/refusal.ts'
import { say } from '../language/say.ts'
import { happened } from '../metrics/happenings.ts'
import * as queries from './queries.ts'

/** How somebody stands to somebody else. */
export type Following = 'no' | 'requested' | 'yes'

/**
 * Follows somebody, or asks to, where they are private. To do so again changes nothing.
 * @throws {Refusal} notFound, also where there is a block; invalid, for oneself
 */
export async function follow(db: Db, follower: Person, username: string): Promise<void> {
  const followee = await findPersonFor(db, follower, username)
  if (followee.id === follower.id) throw new Refusal('invalid', say('You see your own photos anyway.'))
  const written = await queries.insertFollow(db, follower.id, followee.id)
  if (!written) throw notFound()
  if (written.is_new) happened('follow')
}

/** Ends following, or takes a request back. @throws {Refusal} notFound */
export async function unfollow(db: Db, follower: Person, username: string): Promise<void> {
  await queries.deleteFollow(db, follower.id, (await findPersonFor(db, follower, username)).id)
}

/** How somebody, who may be nobody, stands to one other. */
export async function followingOf(db: Db, viewer: Person | undefined, person: Person): Promise<Following> {
  return (await followingOfEach(db, viewer, [person.id])).get(person.id) ?? 'no'
}

/** The same of many at once, by their ids; who is not followed may be missing. */
export async function followingOfEach(
  db: Db,
  viewer: Person | undefined,
  personIds: readonly string[],
): Promise<Map<string, Following>> {
  const found = viewer && personIds.length ? await queries.selectFollowsOf(db, viewer.id, personIds) : []
  return new Map(found.map((row) => [row.followee_id, row.is_accepted ? 'yes' : 'requested']))
}

/** How many follow somebody, and are followed, as far as the viewer is told. */
export function followCountsFor(
  db: Db,
  viewer: Person | undefined,
  person: Person,
): Promise<{ followers: number; following: number }> {
  return queries.selectFollowCounts(db, person.id, viewer?.id ?? null)
}

/** A person in a list of those who follow or are followed. */
export interface Listed {
  username: string
  displayName: string
  avatarKey: string | undefined
  isPrivate: boolean
  /** How the viewer stands to them. */
  following: Following
}

/** Which list of a person: of those who follow them, or those whom they follow. */
export type ListKind = 'followers' | 'following'

/**
 * Who follows somebody, or is followed by them, the newest first. Of a private account only its followers know.
 * @throws {Refusal} notFound
 */
export async function listOf(
  db: Db,
  viewer: Person | undefined,
  username: string,
  kind: ListKind,
  page: PageRequest,
): Promise<{ person: Person; list: Page<Listed> }> {
  const viewerId = viewer?.id ?? null
  const person = await findPersonFor(db, viewer, username)
  if (!(await queries.maySeeLists(db, person.id, viewerId))) throw notFound()
  const select = { followers: queries.selectFollowers, following: queries.selectFollowees }[kind]
  const found = await select(db, person.id, viewerId, { ...page, limit: page.limit + 1 })
  return { person, list: await toListed(db, viewer, found, page.limit) }
}

/** Who asks to follow somebody, the newest first. */
export async function requestsTo(db: Db, followee: Person, page: PageRequest): Promise<Page<Listed>> {
  const found = await queries.selectRequests(db, followee.id, { ...page, limit: page.limit + 1 })
  return toListed(db, followee, found, page.limit)
}

/** Lets somebody in who asked to follow; who was let in already stays. @throws {Refusal} notFound */
export async function accept(db: Db, followee: Person, username: string): Promise<void> {
  const follower = await findPersonFor(db, followee, username)
  if (!(await queries.acceptFollow(db, follower.id, followee.id))) throw notFound()
}

/**
 * Holds off whoever comes to follow until the transaction ends, which makes the account public or private; before it changes the
 * account itself, because followers are counted there.
 */
export async function holdDoor(tx: Db, followee: Person): Promise<void> {
  await queries.lockDoor(tx, followee.id)
}

/** Lets everybody in who asked to follow. */
export async function acceptAll(tx: Db, followee: Person): Promise<void> {
  await queries.acceptAllFollows(tx, followee.id)
}

/** Refuses a request, or ends that somebody follows. @throws {Refusal} notFound */
export async function removeFollower(db: Db, followee: Person, username: string): Promise<void> {
  await queries.deleteFollow(db, (await findPersonFor(db, followee, username)).id, followee.id)
}

async function toListed(
  db: Db,
  viewer: Person | undefined,
  rows: queries.ListedRow[],
  limit: number,
): Promise<Page<Listed>> {
  const { items, nextMaxId } = toPage(rows, limit)
  const ids = items.map(({ person_id }) => person_id)
  const following = await followingOfEach(db, viewer, ids)
  return {
    items: items.map((row) => ({
      username: row.username,
      displayName: row.display_name,
      avatarKey: row.avatar_key ?? undefined,
      isPrivate: row.is_private,
      following: following.get(row.person_id) ?? 'no',
    })),
    nextMaxId,
  }
}

/** Removes all follows of somebody who has left, both ways, so many at a time that nobody waits for long. */
export async function forgetFollowsOf(db: Db, personId: string): Promise<void> {
  while (await queries.deleteFollowsOf(db, personId, 500));
}
