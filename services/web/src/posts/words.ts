import { summary } from '../text/summary.ts'
import type { Post } from './service.ts'

/** What posts and people are called where no page of ours shows them. */

const mostHeadline = 80

/** What a screen reader says of a photo that nobody has described. */
export function altOf(post: Post): string {
  return `Photo by ${post.author.displayName}${post.caption ? `: ${post.caption}` : ''}`
}

/** The title of a post, which has none: its warning, else the beginning of its caption, else whose it is. */
export function headlineOf(post: Post): string {
  if (post.contentWarning !== null) {
    return summary(post.contentWarning ? `Sensitive: ${post.contentWarning}` : 'Sensitive photo', mostHeadline)
  }
  return summary(post.caption.split('\n', 1)[0] ?? '', mostHeadline) || `Photo by ${post.author.displayName}`
}

/** Somebody's name, and the one that is theirs alone. */
export function nameOf({ displayName, username }: { displayName: string; username: string }): string {
  return displayName === username ? `@${username}` : `${displayName} (@${username})`
}
