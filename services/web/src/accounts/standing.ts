import type { Db } from '../db/connect.ts'
import { type Page, type PageRequest, toPage } from '../db/paging.ts'
import { notFound, Refusal } from '../http/refusal.ts'
import { isLanguage, type Language } from '../language/languages.ts'
import { say } from '../language/say.ts'
import { username as usernameShape } from './input.ts'
import type { Person } from './service.ts'
import * as queries from './standing-queries.ts'

/** How somebody stands in the house: their rank, and what moderators and admins have decided about them. */

export type Rank = 'member' | 'moderator' | 'admin'

export interface Standing {
  id: string
  username: string
  displayName: string
  avatarKey: string | undefined
  rank: Rank
  /** Of pages and mails; auto for what the browser asks for. */
  language: Language | 'auto'
  silencedAt: Date | undefined
  suspendedAt: Date | undefined
  /** When all of the account is removed. */
  leavesAt: Date | undefined
  /** Whether that is an admin's decision, rather than their own. */
  isExpelled: boolean
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

/** Moderators, admins and those who are silenced or suspended; who came last stands first. */
export async function specialPeople(db: Db, page: PageRequest): Promise<Page<Standing>> {
  const { items, nextMaxId } = toPage(await queries.selectSpecial(db, { ...page, limit: page.limit + 1 }), page.limit)
  return { items: items.map(toStanding), nextMaxId }
}

/**
 * Has what somebody posts and says offered to nobody but their followers: they are not told.
 * @returns whether it is now, and was not before
 * @throws {Refusal} invalid, for oneself; forbidden, for an admin by who is none
 */
export function setSilenced(tx: Db, actor: Person, person: Standing): Promise<boolean> {
  return change(tx, actor, person, queries.updateSilenced, ({ silencedAt }) => silencedAt !== undefined)
}

/** Has it offered to everybody again. @returns whether it was not. Refusals as for `setSilenced` */
export function setUnsilenced(tx: Db, actor: Person, person: Standing): Promise<boolean> {
  return change(tx, actor, person, queries.updateUnsilenced, ({ silencedAt }) => silencedAt === undefined)
}

/**
 * Suspends somebody: from the commit on, no session of theirs is taken, and nobody sees anything of them.
 * @param tx in which their photos are closed as well
 * @returns whether they are now, and were not before. Refusals as for `setSilenced`
 */
export function setSuspended(tx: Db, actor: Person, person: Standing): Promise<boolean> {
  return change(tx, actor, person, queries.updateSuspended, ({ suspendedAt }) => suspendedAt !== undefined)
}

/**
 * Lifts a suspension.
 * @returns whether there was one. Refusals as for `setSilenced`; and conflict, while an admin has the account removed
 */
export async function setLifted(tx: Db, actor: Person, person: Standing): Promise<boolean> {
  return change(tx, actor, person, queries.updateLifted, ({ suspendedAt, isExpelled }) => {
    if (isExpelled)
      throw new Refusal('conflict', say('An admin has this account deleted. That has to be taken back first.'))
    return suspendedAt === undefined
  })
}

/** @param isSo whether somebody stands already as they are to */
async function change(
  tx: Db,
  actor: Person,
  person: Standing,
  update: (tx: Db, actorId: string, id: string) => Promise<boolean>,
  isSo: (now: Standing) => boolean,
): Promise<boolean> {
  if (person.id === actor.id) throw new Refusal('invalid', say('You cannot decide about yourself.'))
  if (person.rank === 'admin') {
    if (!actor.isAdmin) throw onlyAdmins()
    // Two admins who suspend each other: the second is none any more, and the first stays.
    await queries.lockRanks(tx)
  }
  if (await update(tx, actor.id, person.id)) return true
  if (!isSo(await standingById(tx, person.id))) throw onlyAdmins()
  return false
}

/**
 * Makes sure, until the transaction ends, that somebody is an admin who decides about another.
 * @returns how the other stands
 * @throws {Refusal} forbidden; invalid, for oneself; notFound
 */
export async function holdDecision(tx: Db, actor: Person, username: string): Promise<Standing> {
  await queries.lockRanks(tx)
  if (!(await queries.isAdminInOffice(tx, actor.id)))
    throw new Refusal('forbidden', say('Only admins decide about that.'))
  const person = await standingOf(tx, username)
  if (person.id === actor.id) throw new Refusal('invalid', say('You cannot decide about yourself.'))
  return person
}

export { updateExpelled as setExpelled, updateKept as setKept } from './standing-queries.ts'

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
    language: isLanguage(row.language) ? row.language : 'auto',
    silencedAt: row.silenced_at ?? undefined,
    suspendedAt: row.suspended_at ?? undefined,
    leavesAt: row.leaves_at ?? undefined,
    isExpelled: row.is_expelled,
  }
}
