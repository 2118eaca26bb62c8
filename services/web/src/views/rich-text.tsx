import type { ComponentChild } from 'preact'
import { type Segment, segments } from '../text/entities.ts'

interface RichTextProps {
  text: string
  /** The usernames in the text, in lower case, that people have: only those become links. */
  mentioned: ReadonlySet<string>
  /** Put before links to our own pages, where the text is shown elsewhere. */
  origin?: string
}

/** A caption or comment as written, with its hashtags, mentions and links to follow. */
export function RichText({ text, mentioned, origin = '' }: RichTextProps) {
  return <>{segments(text).map((segment) => piece(segment, mentioned, origin))}</>
}

// A direction of its own keeps a link in one piece inside text of the other one: the # of an Arabic tag stands to its
// right, whereas names and addresses always read from the left.
function piece(segment: Segment, mentioned: ReadonlySet<string>, origin: string): ComponentChild {
  switch (segment.kind) {
    case 'hashtag':
      return (
        <a href={`${origin}/tags/${encodeURIComponent(segment.tag)}`} dir="auto">
          {segment.text}
        </a>
      )
    case 'mention':
      if (!mentioned.has(segment.username)) return segment.text
      return (
        <a href={`${origin}/@${segment.username}`} dir="ltr">
          {segment.text}
        </a>
      )
    case 'link':
      return (
        <a href={segment.href} rel="nofollow noopener noreferrer ugc" target="_blank" dir="ltr">
          {segment.text}
        </a>
      )
    case 'text':
      return segment.text
  }
}
