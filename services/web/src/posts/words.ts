import { say } from '../language/say.ts'
import { summary } from '../text/summary.ts'
import type { Post } from './service.ts'

/** What posts and people are called where no page of ours shows them. */

const mostHeadline = 80

/** What a screen reader says of a photo that nobody has described. */
export function altOf(post: Post): string {
  const { author, caption } = post
  return caption
    ? say('Photo by {displayName}: {caption}', { displayName: author.displayName, caption })
    : say('Photo by {displayName}', { displayName: author.displayName })
}

/** The title of a post, which has none: its warning, else the beginning of its caption, else whose it is. */
export function headlineOf(post: Post): string {
  if (post.contentWarning !== null) {
    return summary(
      post.contentWarning ? say('Sensitive: {warning}', { warning: post.contentWarning }) : say('Sensitive photo'),
      mostHeadline,
    )
  }
  return (
    summary(post.caption.split('\n', 1)[0] ?? '', mostHeadline) ||
    say('Photo by {displayName}', { displayName: post.author.displayName })
  )
}

/** Somebody's name, and the one that is theirs alone. */
export function nameOf({ displayName, username }: { displayName: string; username: string }): string {
  return displayName === username ? `@${username}` : `${displayName} (@${username})`
}
