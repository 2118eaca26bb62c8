import type { Db } from '../db/connect.ts'
import { type Page, type PageRequest, toPage } from '../db/paging.ts'
import { notFound, Refusal } from '../http/refusal.ts'
import { say } from '../language/say.ts'
import { username as usernameShape } from './input.ts'
import type { Person } from './service.ts'
import * as queries from './standing-queries.ts'

/** How somebody stands in the house: their rank, and whether they are suspended. */

export type Rank = 'member' | 'moderator' | 'admin'

export interface Standing {
  id: string
  username: string
  displayName: string
  avatarKey: string | undefined
  rank: Rank
  suspendedAt: Date | undefined
}

/** Of anybody, suspended or not: for moderators. Undefined if nobody has that name. */
export async function lookUp(db: Db, username: string): Promise<Standing | undefined> {
  const name = usernameShape.safeParse(username)
  const row = name.success ? await queries.selectStanding(db, name.data) : undefined
  return row && toStanding(row)
}

/** As `lookUp`. @throws {Refusal} notFound */
export async function standingOf(db: Db, username: string): Promise<Standing> {
  const standing = await lookUp(db, username)
  if (!standing) throw notFound()
  return standing
}

/** The same by id. @throws {Refusal} notFound */
export async function standingById(db: Db, id: string): Promise<Standing> {
  const row = await queries.selectStandingById(db, id)
  if (!row) throw notFound()
  return toStanding(row)
}

/** Moderators, admins and those who are suspended; who came last stands first. */
export async function specialPeople(db: Db, page: PageRequest): Promise<Page<Standing>> {
  const { items, nextMaxId } = toPage(await queries.selectSpecial(db, { ...page, limit: page.limit + 1 }), page.limit)
  return { items: items.map(toStanding), nextMaxId }
}

/**
 * Suspends somebody: from the commit on, no session of theirs is taken, and nobody sees anything of them.
 * @param tx in which their photos are closed as well
 * @returns whether they are now, and were not before
 * @throws {Refusal} invalid, for oneself; forbidden, for an admin by who is none
 */
export function setSuspended(tx: Db, actor: Person, person: Standing): Promise<boolean> {
  return change(tx, actor, person, 'suspended', queries.updateSuspended)
}

/** Lifts a suspension. @returns whether there was one. Refusals as for `setSuspended` */
export function setLifted(tx: Db, actor: Person, person: Standing): Promise<boolean> {
  return change(tx, actor, person, 'lifted', queries.updateLifted)
}

async function change(
  tx: Db,
  actor: Person,
  person: Standing,
  to: 'suspended' | 'lifted',
  update: typeof queries.updateSuspended,
): Promise<boolean> {
  if (person.id === actor.id) throw new Refusal('invalid', say('You cannot suspend yourself.'))
  if (person.rank === 'admin') {
    if (!actor.isAdmin) throw onlyAdmins()
    // Two admins who suspend each other: the second is none any more, and the first stays.
    await queries.lockRanks(tx)
  }
  if (await update(tx, actor.id, person.id)) return true
  const { suspendedAt } = await standingById(tx, person.id)
  if ((suspendedAt !== undefined) !== (to === 'suspended')) throw onlyAdmins()
  return false
}

/**
 * Gives somebody a rank. The last admin keeps theirs.
 * @returns whether it is another than before
 * @throws {Refusal} notFound; forbidden, by who is no admin; conflict, for the last admin
 */
export async function setRank(tx: Db, actor: Person, username: string, rank: Rank): Promise<boolean> {
  await queries.lockRanks(tx)
  if (!(await queries.isAdminInOffice(tx, actor.id))) throw onlyAdmins()
  const person = await standingOf(tx, username)
  if (person.rank === rank) return false
  if (!(await queries.updateRank(tx, person.id, rank)))
    throw new Refusal('conflict', `${person.displayName} is the only admin. Make somebody else one first.`)
  return true
}

/** Makes somebody a moderator, or takes that from them: for the operator. Who is an admin stays one. */
export async function appointModerator(db: Db, username: string, isModerator: boolean): Promise<void> {
  await queries.updateModerator(db, username, isModerator)
}

function onlyAdmins(): Refusal {
  return new Refusal('forbidden', say('Only admins decide about admins and ranks.'))
}

function toStanding(row: queries.StandingRow): Standing {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    rank: row.rank,
    avatarKey: row.avatar_key ?? undefined,
    suspendedAt: row.suspended_at ?? undefined,
  }
}
