import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type { Db } from '../db/connect.ts'
import { Refusal } from '../http/refusal.ts'
import { say } from '../language/say.ts'
import * as queries from './queries.ts'

export { deletePastAttempts as sweepAttempts } from './queries.ts'

/** How often something may happen, by one or to one, within how long. */
export interface Limit {
  /** Told apart by this from all others: "sign-in by address". */
  name: string
  most: number
  seconds: number
}

/** How often something may be tried before the next try has to wait. */
export interface Budget extends Limit {
  /** What is said to whoever has used it up: a sentence, or two, before the one that says when to come back. A `phrase`. */
  complaint: string
}

/**
 * Runs what may be tried so often and no more. A try is counted, for all replicas, before it is run, so that of any number at once
 * no more than the budget get through; one that succeeds is given back. So failures are what counts, and nobody wipes out their own by
 * succeeding elsewhere.
 * @param who the address, account or browser whose budget it is
 * @throws {Refusal} tooMany, with the time to wait; and what `attempt` throws
 */
export async function guard<Result>(
  db: Db,
  budget: Budget,
  who: string,
  attempt: () => Promise<Result>,
): Promise<Result> {
  await takeAttempt(db, budget, who)
  const result = await attempt()
  await queries.decrementAttempts(db, keyOf(budget, who))
  return result
}

/** Counts a try that is never given back, unless the transaction that `db` may be is. @throws {Refusal} tooMany, with the time to wait */
export async function takeAttempt(db: Db, budget: Budget, who: string): Promise<void> {
  await takeAttempts(db, [budget], who)
}

/**
 * The same of something that several budgets are for, so many a minute and so many a day: in one statement.
 * @throws {Refusal} tooMany, with the time until none of them is used up
 */
export async function takeAttempts(db: Db, budgets: readonly Budget[], who: string): Promise<void> {
  const asked = budgets.map((budget) => ({ key: keyOf(budget, who), seconds: budget.seconds }))
  const counted = await queries.insertAttempts(db, asked)
  const usedUp = budgets.filter(({ most }, index) => (counted[index]?.count ?? 0) > most)
  const [first] = usedUp
  if (!first) return
  const seconds = Math.max(...usedUp.map((budget) => counted[budgets.indexOf(budget)]?.seconds_left ?? 0))
  throw new Refusal('tooMany', `${say(first.complaint)} ${whenAgain(seconds)}`, {}, seconds)
}

/** Counts what nobody waits for and hears of; says whether that is still within its limit. */
export async function isWithin(db: Db, limit: Limit, who: string): Promise<boolean> {
  return (await queries.insertAttempt(db, keyOf(limit, who), limit.seconds)).count <= limit.most
}

/**
 * As which network an address is counted: one IPv4 address, or the 64 bits of an IPv6 address that a home or a server has to
 * itself, with more addresses in it than there are tries.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped || !isIPv6(address)) return mapped ?? address
  const [left = [], right] = address
    .replace(/%.*$/, '')
    .split('::')
    .map((half) => half.split(':').filter(Boolean))
  const zeros = right ? Array(Math.max(0, 8 - left.length - right.length)).fill('0') : []
  const groups = [...left, ...zeros, ...(right ?? [])].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}

/** Of one length whatever somebody sends, and unreadable: people type passwords into the field for their name. */
function keyOf({ name }: Limit, who: string): Buffer {
  return createHash('sha256').update(`${name}\n${who}`).digest()
}

function whenAgain(seconds: number): string {
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 120) return say('Try again in {minutes, plural, one {a minute} other {# minutes}}.', { minutes })
  const hours = Math.ceil(minutes / 60)
  if (hours < 48) return say('Try again in {hours, plural, one {an hour} other {# hours}}.', { hours })
  return say('Try again in {days, plural, one {a day} other {# days}}.', { days: Math.ceil(hours / 24) })
}
