import type { Kind } from './kinds.ts'
import type { Notification } from './service.ts'

/** What notifications say where there is nothing but text. */

const lists = new Intl.ListFormat('en', { type: 'conjunction' })

const sentences: Record<Kind, (who: string) => string> = {
  like: (who) => `${who} liked your post.`,
  'comment-like': (who) => `${who} liked your comment.`,
  follow: (who) => `${who} started following you.`,
  'follow-request': (who) => `${who} asked to follow you.`,
  comment: (who) => `${who} commented on your post.`,
  reply: (who) => `${who} replied to your comment.`,
  'mention-in-comment': (who) => `${who} mentioned you in a comment.`,
  'mention-in-post': (who) => `${who} mentioned you in a post.`,
  'request-accepted': (who) => `${who} let you in as a follower.`,
}

/** As a line of the page: "Ada, Bob and 12 others liked your post." What a comment says stands behind it. */
export function sentenceOf({ kind, people, others, hasMore, comment }: Notification): string {
  const names = people.map(({ displayName, username }) => `${displayName} (@${username})`)
  const who = lists.format(others > 0 ? [...names, othersInWords(others, hasMore)] : names)
  return comment ? `${sentences[kind](who)} “${excerpt(comment.text)}”` : sentences[kind](who)
}

function othersInWords(others: number, hasMore: boolean): string {
  if (hasMore) return `${others} or more others`
  return others === 1 ? '1 other' : `${others} others`
}

/** The beginning of a text. */
export function excerpt(text: string): string {
  const characters = [...text]
  return characters.length > 140 ? `${characters.slice(0, 139).join('')}…` : text
}
