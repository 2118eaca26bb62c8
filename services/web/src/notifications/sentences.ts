import { isolated, list, phrase, say } from '../language/say.ts'
import type { Kind } from './kinds.ts'
import type { Notification } from './service.ts'

/** What notifications say. */

/** What was done, by one or by several. */
export const deeds: Record<Kind, string> = {
  like: phrase('{count, plural, one {{people} liked your post} other {{people} liked your post}}'),
  'comment-like': phrase('{count, plural, one {{people} liked your comment} other {{people} liked your comment}}'),
  follow: phrase('{count, plural, one {{people} started following you} other {{people} started following you}}'),
  'follow-request': phrase('{count, plural, one {{people} asked to follow you} other {{people} asked to follow you}}'),
  comment: phrase('{count, plural, one {{people} commented on your post} other {{people} commented on your post}}'),
  reply: phrase('{count, plural, one {{people} replied to your comment} other {{people} replied to your comment}}'),
  'mention-in-comment': phrase(
    '{count, plural, one {{people} mentioned you in a comment} other {{people} mentioned you in a comment}}',
  ),
  'mention-in-post': phrase(
    '{count, plural, one {{people} mentioned you in a post} other {{people} mentioned you in a post}}',
  ),
  'request-accepted': phrase(
    '{count, plural, one {{people} let you in as a follower} other {{people} let you in as a follower}}',
  ),
}

/** As a line of the page: "Ada, Bob and 12 others liked your post", for where there is nothing but text. What a comment says stands behind it. */
export function sentenceOf({ kind, people, others, hasMore, comment }: Notification): string {
  const names = people.map(({ displayName, username }) => isolated(`${displayName} (@${username})`))
  const who = list(others > 0 ? [...names, othersInWords(others, hasMore)] : names).join('')
  const sentence = say(deeds[kind], { count: people.length + others, people: who })
  return comment ? `${sentence}: “${excerpt(comment.text)}”` : sentence
}

/** Those who are not named. */
export function othersInWords(others: number, hasMore: boolean): string {
  if (hasMore) return say('{others, plural, one {# or more other} other {# or more others}}', { others })
  return say('{others, plural, one {# other} other {# others}}', { others })
}

/** The beginning of a text. */
export function excerpt(text: string): string {
  const characters = [...text]
  return characters.length > 140 ? `${characters.slice(0, 139).join('')}…` : text
}
