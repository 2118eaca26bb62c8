import type { Db } from '../db/connect.ts'
import { readInstance } from '../instance/service.ts'
import type { Queue } from '../jobs/queue.ts'
import { isLanguage } from '../language/languages.ts'
import { speaking } from '../language/say.ts'
import { log } from '../log.ts'
import { notificationsFor, peopleWithNews } from '../notifications/service.ts'
import { messagesOf, topicOf } from './message.ts'
import * as queries from './queries.ts'
import type { Sender } from './sender.ts'

/**
 * Notices that something has happened to people with subscriptions, and tells their browsers. Whoever likes a photo waits for none of
 * it, and writes nothing for it: as open pages do, the worker looks (docs/decisions/0021 and 0029).
 */

const lookMilliseconds = 2_000
// A row is seen when its transaction is through, under the time at which that began.
const overlapMilliseconds = 5_000
// What has happened while no worker ran; before that it is no news any more.
const longestAwayMilliseconds = 10 * 60 * 1000
const peopleAtOnce = 2_000
// Between two pushes to one browser: a hundred likes in a row are one push, and one more.
const quietSeconds = 30
// As many as are looked through for what is new.
const mostNotifications = 20

/** Begins to look. @returns what ends it */
export function beginTelling({ db, queue }: { db: Db; queue: Queue }): { stop(): Promise<void> } {
  let since: Date | undefined
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  let looking = Promise.resolve()

  async function look(): Promise<void> {
    try {
      since = await enqueueNews(db, queue, since)
    } catch (error) {
      if (!isStopped) log.warn('pushes are late', { message: (error as Error).message })
    }
    if (!isStopped) timer = setTimeout(lookAgain, lookMilliseconds)
  }

  function lookAgain(): void {
    looking = look()
  }

  lookAgain()
  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await looking
    },
  }
}

/** Puts a job in for each browser of the people to whom something has happened. @returns the time of this look, by the database's clock */
async function enqueueNews(db: Db, queue: Queue, lookedAt: Date | undefined): Promise<Date> {
  const { now } = await peopleWithNews(db, [], null)
  const since = lookedAt
    ? new Date(lookedAt.getTime() - overlapMilliseconds)
    : new Date(now.getTime() - longestAwayMilliseconds)
  for (let afterId = '0'; ; ) {
    const people = await queries.selectSubscribers(db, afterId, peopleAtOnce)
    const { ids } = people.length ? await peopleWithNews(db, people, since) : { ids: [] }
    if (ids.length) {
      for (const { id, wait_seconds } of await queries.selectDue(db, ids, quietSeconds))
        await queue.addOnce(db, 'push', { subscriptionId: id }, { key: id, afterSeconds: wait_seconds })
    }
    const last = people.at(-1)
    if (!last || people.length < peopleAtOnce) return now
    afterId = last
  }
}

/**
 * Tells a browser what its person has not been told or read yet, as it is now: what was undone or hidden meanwhile, and whatever they do
 * not want to hear, is not in it.
 * @throws if the push service could not take it just now
 */
export async function tellBrowser(
  { db, sender }: { db: Db; sender: Sender },
  subscriptionId: string,
  isLastTry: boolean,
): Promise<void> {
  const target = await queries.selectTarget(db, subscriptionId)
  if (!target) return
  const { notifications } = await notificationsFor(
    db,
    { id: target.user_id },
    { before: undefined, limit: mostNotifications },
  )
  const news = notifications.filter(({ happenedAt, isUnread }) => isUnread && happenedAt > target.told_until)
  const newest = news[0]
  if (!newest) return
  // Before anything is sent: of two workers that look at once, one tells.
  const newestAt = news.reduce(
    (latest, { happenedAt }) => (happenedAt > latest ? happenedAt : latest),
    newest.happenedAt,
  )
  if (!(await queries.updateTold(db, subscriptionId, target.told_until, newestAt))) return
  const { name } = await readInstance(db)
  const language = isLanguage(target.language) ? target.language : 'en'
  for (const message of speaking(language, () => messagesOf(news)).toReversed()) {
    const outcome = await sender.send(target, JSON.stringify({ title: name, ...message }), topicOf(message.tag))
    if (outcome === 'gone') return queries.deleteSubscription(db, subscriptionId)
    if (outcome === 'refused')
      log.warn('a push service refused a push for good', { host: new URL(target.endpoint).host })
    if (outcome === 'later' && !isLastTry) {
      await queries.updateTold(db, subscriptionId, newestAt, target.told_until)
      throw new Error('the push service did not take it')
    }
  }
}
