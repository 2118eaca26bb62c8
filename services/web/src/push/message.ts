import { createHash } from 'node:crypto'
import { isolated, list, say } from '../language/say.ts'
import { deeds, othersInWords } from '../notifications/sentences.ts'
import type { Notification } from '../notifications/service.ts'

/** What a browser shows when it is told: a sentence, and where a click on it leads. */
export interface Message {
  body: string
  /** Of ours. */
  path: string
  /** One takes the place of an earlier one with the same. */
  tag: string
}

/** More than this many at once are told as one. */
const mostApart = 3

/** Puts notifications into words; no more than a lock screen may show to everybody: nothing that somebody has written. */
export function messagesOf(notifications: readonly Notification[]): Message[] {
  if (notifications.length <= mostApart) return notifications.map(messageOf)
  return [{ body: say('There are several new notifications.'), path: '/notifications', tag: 'several' }]
}

function messageOf(notification: Notification): Message {
  const { kind, people, others, hasMore, post, comment } = notification
  const name = people[0]?.username ?? ''
  const count = people.length + others
  const isOne = count <= 1
  const who = isOne ? [isolated(`@${name}`)] : [isolated(`@${name}`), othersInWords(count - 1, hasMore)]
  return {
    body: say(deeds[kind], { count, people: list(who).join('') }),
    path: pathOf(notification, isOne),
    // The same for all that is told in one line on the page, however often that grows.
    tag: [kind, post?.code, comment?.id, isOne && !post ? name : ''].filter(Boolean).join('.'),
  }
}

function pathOf({ kind, people, post }: Notification, isOne: boolean): string {
  if (post) return `/p/${post.code}`
  if (kind === 'follow-request') return '/follow-requests'
  return isOne && people[0] ? `/@${people[0].username}` : '/notifications'
}

/** A tag as push services take it: 32 characters at most, which tell them nothing. */
export function topicOf(tag: string): string {
  return createHash('sha256').update(tag).digest('base64url').slice(0, 32)
}
