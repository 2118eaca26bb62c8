import { createHash } from 'node:crypto'
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
  return [{ body: 'There are several new notifications.', path: '/notifications', tag: 'several' }]
}

function messageOf(notification: Notification): Message {
  const { kind, people, others, post, comment } = notification
  const name = `@${people[0]?.username ?? ''}`
  const isOne = people.length + others <= 1
  const [one, several] = sentences[kind]
  return {
    body: (isOne ? one : several)(name),
    path: pathOf(notification, isOne),
    // The same for all that is told in one line on the page, however often that grows.
    tag: [kind, post?.code, comment?.id, isOne && !post ? name : ''].filter(Boolean).join('.'),
  }
}

/** Done by one, and by several. */
const sentences: Record<Notification['kind'], [(name: string) => string, (name: string) => string]> = {
  like: [(name) => `${name} liked your post.`, (name) => `${name} and others liked your post.`],
  'comment-like': [(name) => `${name} liked your comment.`, (name) => `${name} and others liked your comment.`],
  follow: [(name) => `${name} started following you.`, (name) => `${name} and others started following you.`],
  'follow-request': [(name) => `${name} asked to follow you.`, (name) => `${name} and others asked to follow you.`],
  comment: [(name) => `${name} commented on your post.`, (name) => `${name} and others commented on your post.`],
  reply: [(name) => `${name} replied to your comment.`, (name) => `${name} and others replied to your comment.`],
  'mention-in-comment': [
    (name) => `${name} mentioned you in a comment.`,
    (name) => `${name} and others mentioned you in comments.`,
  ],
  'mention-in-post': [
    (name) => `${name} mentioned you in a post.`,
    (name) => `${name} and others mentioned you in posts.`,
  ],
  'request-accepted': [
    (name) => `${name} let you in as a follower.`,
    (name) => `${name} and others let you in as a follower.`,
  ],
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
