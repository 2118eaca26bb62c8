import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { isId } from '../http/id.ts'
import { notFound, Refusal } from '../http/refusal.ts'
import { say, spokenLanguage } from '../language/say.ts'
import { nameDevice } from '../sessions/device-name.ts'
import { mayBePushService } from './addresses.ts'
import * as queries from './queries.ts'
import type { Subscriber } from './sender.ts'

/** A browser that is told of notifications, as its owner sees it in a list. */
export interface Subscription {
  id: string
  sessionId: string
  /** "Firefox on Android" */
  device: string
  createdAt: Date
}

const mostSubscriptions = 10

/**
 * Has a browser told of what happens to somebody from now on, until the session ends, in the language that is spoken here. Of more than ten the oldest makes way.
 * @param mayBePrivate whether push services of a private network may be named
 * @throws {Refusal} invalid, if it names an address that cannot be one of a push service
 */
export async function subscribe(
  db: Db,
  { person, sessionId }: { person: Person; sessionId: string },
  subscriber: Subscriber,
  mayBePrivate: boolean,
): Promise<void> {
  if (!mayBePushService(subscriber.endpoint, mayBePrivate)) {
    throw new Refusal('invalid', say('Your browser’s push service has an address that cannot be used from here.'))
  }
  await db.transaction(async (tx) => {
    await queries.lockSubscriber(tx, person.id)
    await queries.insertSubscription(tx, { ...subscriber, userId: person.id, sessionId, language: spokenLanguage() })
    await queries.deleteBeyond(tx, person.id, mostSubscriptions)
  })
}

/** The browsers of somebody that are told, the newest first. */
export async function subscriptionsOf(db: Db, person: Person): Promise<Subscription[]> {
  const found = await queries.selectSubscriptions(db, person.id)
  return found.map(({ id, session_id, device, created_at }) => ({
    id,
    sessionId: session_id,
    device: nameDevice(device),
    createdAt: created_at,
  }))
}

/** Ends one of somebody's subscriptions. @throws {Refusal} notFound */
export async function unsubscribe(db: Db, person: Person, id: string): Promise<void> {
  if (!isId(id) || !(await queries.deleteOwnSubscription(db, person.id, id))) throw notFound()
}
