import type { VNode } from 'preact'
import { render } from 'preact-render-to-string'
import { say } from '../language/say.ts'
import { feedJpegOf, type Jpeg } from '../photos/jpeg.ts'
import type { Post } from '../posts/service.ts'
import { altOf, headlineOf } from '../posts/words.ts'
import { hashtagsIn } from '../text/entities.ts'
import { RichText } from '../views/rich-text.tsx'

/** A feed, whichever format it is written in. Every address in it is absolute. */
export interface Feed {
  title: string
  description: string
  /** The page that it is the feed of. */
  pageUrl: string
  /** Where it is itself, without the ending that says the format. */
  url: string
  updatedAt: Date
  entries: Entry[]
}

export interface Entry {
  url: string
  title: string
  createdAt: Date
  updatedAt: Date
  author: { name: string; url: string }
  hashtags: string[]
  /** None of a sensitive post. */
  pictures: EntryPicture[]
  html: string
}

export interface EntryPicture extends Jpeg {
  url: string
  alt: string
}

/** @param posts newest first */
export function feedOf(
  page: Pick<Feed, 'title' | 'description'> & { path: string },
  posts: readonly Post[],
  origin: string,
): Feed {
  const entries = posts.map((post) => entryOf(post, origin))
  const changes = entries.map(({ updatedAt }) => updatedAt.getTime())
  const url = `${origin}${page.path}`
  // A feed that nothing has happened in has not changed since ever: so it is the same each time it is asked for.
  const updatedAt = new Date(Math.max(0, ...changes))
  return { title: page.title, description: page.description, pageUrl: url, url, updatedAt, entries }
}

function entryOf(post: Post, origin: string): Entry {
  const pictures = post.contentWarning === null ? picturesOf(post, origin) : []
  return {
    url: `${origin}/p/${post.code}`,
    title: headlineOf(post),
    createdAt: post.createdAt,
    updatedAt: post.editedAt ?? post.createdAt,
    author: { name: post.author.displayName, url: `${origin}/@${post.author.username}` },
    hashtags: hashtagsIn(post.caption),
    pictures,
    html: render(<Content post={post} pictures={pictures} origin={origin} />),
  }
}

function picturesOf(post: Post, origin: string): EntryPicture[] {
  return post.photos.flatMap((photo) => {
    const jpeg = feedJpegOf(photo)
    return jpeg ? { ...jpeg, url: `${origin}${jpeg.path}`, alt: photo.altText || altOf(post) } : []
  })
}

interface ContentProps {
  post: Post
  pictures: readonly EntryPicture[]
  origin: string
}

/** A post as a feed reader shows it: readers keep neither styles nor the meaning of a line break. */
function Content({ post, pictures, origin }: ContentProps): VNode {
  return (
    <>
      {post.contentWarning !== null && (
        <p dir="auto">
          <strong>{post.contentWarning || say('Sensitive photo')}</strong>{' '}
          <a href={`${origin}/p/${post.code}`}>{say('Show')}</a>
        </p>
      )}
      {pictures.map(({ url, width, height, alt }) => (
        <p key={url}>
          <img src={url} width={width} height={height} alt={alt} />
        </p>
      ))}
      {post.caption && (
        <p dir="auto">
          {post.caption.split('\n').map((line, index) => (
            <>
              {index > 0 && <br />}
              <RichText text={line} mentioned={post.mentioned} origin={origin} />
            </>
          ))}
        </p>
      )}
    </>
  )
}
