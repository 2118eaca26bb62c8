/** What somebody can be told of. */
export const kinds = [
  'like',
  'comment-like',
  'follow',
  'follow-request',
  'comment',
  'reply',
  'mention-in-comment',
  'mention-in-post',
  'request-accepted',
] as const
export type Kind = (typeof kinds)[number]

/** What can be set apart, each for several kinds. */
export const topics = ['likes', 'comments', 'mentions', 'follows'] as const
export type Topic = (typeof topics)[number]

/** By whom something has to be done to be told. */
export const senders = ['everyone', 'following', 'nobody'] as const
export type Senders = (typeof senders)[number]

export type Settings = Record<Topic, Senders>

/** How often somebody is written to about what they have not seen. */
export const news = ['never', 'daily'] as const
export type News = (typeof news)[number]

/** More than this many unread are not counted. */
export const mostCounted = 100
