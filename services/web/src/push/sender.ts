import { request } from 'node:https'
import webPush from 'web-push'
import { lookupPublic, mayBePushService } from './addresses.ts'
import type { Vapid } from './vapid.ts'

/** A browser as its maker's push service knows it. */
export interface Subscriber {
  endpoint: string
  p256dh: string
  auth: string
}

/** What became of a push: taken; gone, for the browser takes none any more; refused for good; or perhaps taken later. */
export type Outcome = 'taken' | 'gone' | 'refused' | 'later'

export interface Sender {
  /**
   * Hands something to the push service of a browser, encrypted for the browser alone.
   * @param topic of which a browser that is off gets only the last
   */
  send(subscriber: Subscriber, payload: string, topic: string): Promise<Outcome>
}

const patienceMilliseconds = 10_000
/** Who comes back later sees it on the page. */
const keptSeconds = 24 * 60 * 60

/** @param mayBePrivate whether push services of a private network are asked as well */
export function openSender(vapid: Vapid, mayBePrivate: boolean): Sender {
  return {
    async send({ endpoint, p256dh, auth }, payload, topic) {
      if (!mayBePushService(endpoint, mayBePrivate)) return 'gone'
      const { method, headers, body } = webPush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, payload, {
        vapidDetails: vapid,
        TTL: keptSeconds,
        topic,
      })
      const url = new URL(endpoint)
      const status = await post(url, { method, headers, lookup: mayBePrivate ? undefined : lookupPublic }, body)
      return outcomeOf(status)
    },
  }
}

/**
 * Its answer's status, of which nothing else is read; undefined if there was none in time. The package's own sender waits and reads
 * without bound.
 */
function post(url: URL, options: Parameters<typeof request>[1], body: Buffer): Promise<number | undefined> {
  return new Promise((resolve) => {
    const asked = request(url, { ...options, signal: AbortSignal.timeout(patienceMilliseconds) }, (response) => {
      resolve(response.statusCode)
      response.destroy()
    })
    asked.on('error', () => resolve(undefined))
    asked.end(body)
  })
}

function outcomeOf(status: number | undefined): Outcome {
  if (status === undefined || status === 429 || status >= 500) return 'later'
  if (status === 404 || status === 410) return 'gone'
  return status >= 200 && status < 300 ? 'taken' : 'refused'
}
