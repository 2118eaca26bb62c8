import { say, spokenLanguage } from '../language/say.ts'
import type { Kind } from './kinds.ts'
import type { Notification } from './service.ts'

/** What notifications say where there is nothing but text. */

const sentences: Record<Kind, (who: string) => string> = {
  like: (who) => say('{who} liked your post.', { who }),
  'comment-like': (who) => say('{who} liked your comment.', { who }),
  follow: (who) => say('{who} started following you.', { who }),
  'follow-request': (who) => say('{who} asked to follow you.', { who }),
  comment: (who) => say('{who} commented on your post.', { who }),
  reply: (who) => say('{who} replied to your comment.', { who }),
  'mention-in-comment': (who) => say('{who} mentioned you in a comment.', { who }),
  'mention-in-post': (who) => say('{who} mentioned you in a post.', { who }),
  'request-accepted': (who) => say('{who} let you in as a follower.', { who }),
}

/** As a line of the page: "Ada, Bob and 12 others liked your post." What a comment says stands behind it. */
export function sentenceOf({ kind, people, others, hasMore, comment }: Notification): string {
  const names = people.map(({ displayName, username }) => `${displayName} (@${username})`)
  const who = new Intl.ListFormat(spokenLanguage(), { type: 'conjunction' }).format(
    others > 0 ? [...names, othersInWords(others, hasMore)] : names,
  )
  return comment ? `${sentences[kind](who)} “${excerpt(comment.text)}”` : sentences[kind](who)
}

function othersInWords(others: number, hasMore: boolean): string {
  if (hasMore) return say('{others, plural, one {# or more other} other {# or more others}}', { others })
  return say('{others, plural, one {# other} other {# others}}', { others })
}

/** The beginning of a text. */
export function excerpt(text: string): string {
  const characters = [...text]
  return characters.length > 140 ? `${characters.slice(0, 139).join('')}…` : text
}
