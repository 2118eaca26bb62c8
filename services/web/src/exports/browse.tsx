import type { ComponentChildren } from 'preact'
import { direction, phrase, say, sayWith, spokenLanguage } from '../language/say.ts'
import { Handle } from '../views/handle.tsx'
import { Moment } from '../views/time.tsx'
import type { ExportedPhoto, ExportedPost } from './content-queries.ts'

/** The pages of an export, which are looked at from a folder: no script, nothing from elsewhere, and paths that begin where they stand. */

export interface BrowsePost extends Omit<ExportedPost, 'photos'> {
  photos: BrowsePhoto[]
}

interface BrowsePhoto extends Omit<ExportedPhoto, 'mediaKey' | 'renditionKey' | 'renditionWidths' | 'format'> {
  /** The original's path in the zip. */
  file: string
  /** Of what a browser shows of it: the original where it can. */
  shown: string | undefined
}

export interface BrowsePageProps {
  account: Readonly<Record<string, unknown>> & { name: string }
  madeAt: Date
  posts: readonly BrowsePost[]
  /** The first is 1. */
  page: number
  hasOlder: boolean
}

export function pageName(page: number): string {
  return page === 1 ? 'index.html' : `page-${page}.html`
}

export const stylesheet = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 40rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
article { margin: 2rem 0; padding-top: 1rem; border-top: 1px solid #8888; }
figure { margin: 1rem 0; }
img { display: block; max-width: 100%; height: auto; }
figcaption, .facts { opacity: 0.75; font-size: 0.9rem; }
.caption { white-space: pre-line; }
nav { display: flex; justify-content: space-between; gap: 1rem; }
`

export function BrowsePage({ account, madeAt, posts, page, hasOlder }: BrowsePageProps) {
  const ways = (
    <nav aria-label={say('Pages')}>
      {page > 1 && <a href={pageName(page - 1)}>{say('Newer')}</a>}
      {hasOlder && <a href={pageName(page + 1)}>{say('Older')}</a>}
    </nav>
  )
  return (
    <html lang={spokenLanguage()} dir={direction()}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src 'self' file:; style-src 'self' file:"
        />
        <title>{page > 1 ? say('@{name}, page {page}', { name: account.name, page }) : `@${account.name}`}</title>
        <link rel="stylesheet" href="style.css" />
      </head>
      <body>
        <h1>
          <Handle of={account.name} />
        </h1>
        <p class="facts">
          {sayWith('As it was on {moment}. Comments, likes, follows and all else are in <file>data.json</file>.', {
            moment: <Moment of={madeAt} />,
            file: (inside) => <a href="data.json">{inside}</a>,
          })}
        </p>
        {posts.length ? posts.map((post) => <Post key={post.id} post={post} />) : <p>{say('There are no posts.')}</p>}
        {ways}
      </body>
    </html>
  )
}

const audiences: Readonly<Record<string, string>> = {
  public: phrase('A post for everybody'),
  unlisted: phrase('A post for everybody with the link'),
  private: phrase('A post for followers'),
  direct: phrase('A post for people who are mentioned'),
}

function Post({ post }: { post: BrowsePost }) {
  return (
    <article>
      <h2>
        <Moment of={new Date(post.createdAt)} />
      </h2>
      <p class="facts">
        {[
          post.isDraft ? say('A draft') : say(audiences[post.visibility] ?? ''),
          post.place,
          say('Likes: {likes, number}', { likes: post.likes }),
          say('Comments: {comments, number}', { comments: post.comments }),
          post.contentWarning !== null &&
            say('Warning: {warning}', { warning: post.contentWarning || say('Sensitive') }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {post.photos.map((photo) => (
        <figure key={photo.id}>
          <a href={photo.file}>{pictureOf(photo)}</a>
          {photo.altText && <figcaption>{photo.altText}</figcaption>}
        </figure>
      ))}
      {post.caption && (
        <p class="caption" dir="auto">
          {post.caption}
        </p>
      )}
    </article>
  )
}

function pictureOf({ file, shown, altText, width, height }: BrowsePhoto): ComponentChildren {
  if (!shown) return file
  return <img src={shown} alt={altText} width={width ?? undefined} height={height ?? undefined} loading="lazy" />
}
