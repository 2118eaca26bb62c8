import { formats, renditionUrl } from '../media/renditions.ts'
import { Field } from '../views/field.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import type { Photo, Post, PostPage } from './service.ts'

/** A picture in every size and format there is: the browser takes the smallest that fills its place. */
export function Picture({
  photo,
  alt,
  sizes,
  eager = false,
}: {
  photo: Photo
  alt: string
  sizes: string
  eager?: boolean
}) {
  if (photo.state === 'received') return <p class="placeholder">This photo is being developed…</p>
  if (photo.state === 'refused') return <p class="placeholder complaint">{photo.reason}</p>
  const { mediaKey, renditionWidths, width, height } = photo
  const sourceSet = (extension: string) =>
    renditionWidths.map((w) => `${renditionUrl(mediaKey, w, extension)} ${w}w`).join(', ')
  const middle = renditionWidths.find((w) => w >= 640) ?? renditionWidths.at(-1) ?? width
  const [fallback, ...better] = [...formats].reverse()
  return (
    <picture>
      {better.reverse().map(({ extension, type }) => (
        <source key={extension} type={type} srcset={sourceSet(extension)} sizes={sizes} />
      ))}
      <img
        src={renditionUrl(mediaKey, middle, fallback?.extension ?? 'jpg')}
        srcset={sourceSet(fallback?.extension ?? 'jpg')}
        sizes={sizes}
        width={width}
        height={height}
        alt={alt}
        loading={eager ? 'eager' : 'lazy'}
        decoding="async"
      />
    </picture>
  )
}

/** What a screen reader says of a photo that nobody has described. */
function altOf(post: Post): string {
  return `Photo by ${post.author.displayName}${post.caption ? `: ${post.caption}` : ''}`
}

/** One post as it stands in a feed and on its own page. */
export function PostCard({ post, eager = false }: { post: Post; eager?: boolean }) {
  return (
    <article class="post">
      <header>
        <a class="author" href={`/@${post.author.username}`}>
          {post.author.displayName}
        </a>
        <a class="faint" href={`/p/${post.code}`}>
          <time datetime={post.createdAt.toISOString()}>
            {post.createdAt.toLocaleDateString('en', { dateStyle: 'long' })}
          </time>
        </a>
      </header>
      {post.photos.map((photo) => (
        <Picture key={post.id} photo={photo} alt={altOf(post)} sizes="(min-width: 42rem) 40rem, 100vw" eager={eager} />
      ))}
      {post.caption && <p class="caption">{post.caption}</p>}
    </article>
  )
}

/** Posts below one another, and the way to older ones. */
export function PostList({ page, path }: { page: PostPage; path: string }) {
  return (
    <>
      {page.posts.map((post, index) => (
        <PostCard key={post.id} post={post} eager={index === 0} />
      ))}
      <OlderPosts page={page} path={path} />
    </>
  )
}

/** Posts as a grid of squares, and the way to older ones. */
export function PostGrid({ page, path }: { page: PostPage; path: string }) {
  return (
    <>
      <ul class="grid">
        {page.posts.map((post) => (
          <li key={post.id}>
            <a href={`/p/${post.code}`} aria-label={altOf(post)}>
              {post.photos.slice(0, 1).map((photo) => (
                <Picture key={post.id} photo={photo} alt={altOf(post)} sizes="(min-width: 60rem) 19rem, 33vw" />
              ))}
            </a>
          </li>
        ))}
      </ul>
      <OlderPosts page={page} path={path} />
    </>
  )
}

function OlderPosts({ page, path }: { page: PostPage; path: string }) {
  if (!page.nextMaxId) return null
  return (
    <p class="more">
      <a class="button" rel="next" href={`${path}?max_id=${page.nextMaxId}`}>
        Older photos
      </a>
    </p>
  )
}

export function PostDetailPage({ post, visitor }: { post: Post; visitor: Visitor | undefined }) {
  return (
    <Layout
      title={`${post.author.displayName} on Gramstack`}
      visitor={visitor}
      refreshSeconds={isUnderWay(post) ? 2 : undefined}
    >
      <div class="feed">
        <h1 class="visually-hidden">Photo by {post.author.displayName}</h1>
        <PostCard post={post} eager />
      </div>
    </Layout>
  )
}

function isUnderWay(post: Post): boolean {
  return post.photos.some(({ state }) => state === 'received')
}

export function ProfilePage({
  person,
  page,
  visitor,
}: {
  person: { username: string; displayName: string }
  page: PostPage
  visitor: Visitor | undefined
}) {
  return (
    <Layout title={`${person.displayName} (@${person.username})`} visitor={visitor}>
      <header class="profile">
        <h1>{person.displayName}</h1>
        <p class="faint">@{person.username}</p>
      </header>
      {page.posts.length === 0 && <p class="empty">No photos yet.</p>}
      <PostGrid page={page} path={`/@${person.username}`} />
    </Layout>
  )
}

export function UploadPage({
  visitor,
  caption,
  complaints,
  maxUploadBytes,
}: {
  visitor: Visitor
  caption: string
  complaints: Readonly<Record<string, string>>
  maxUploadBytes: number
}) {
  return (
    <Layout title="Share a photo" visitor={visitor}>
      <section class="narrow">
        <h1>Share a photo</h1>
        <form method="post" action="/upload" enctype="multipart/form-data" class="stack">
          <Field
            name="file"
            label="Photo"
            complaint={complaints.file}
            hint={`JPEG, PNG, WebP, AVIF or GIF, up to ${maxUploadBytes / 1_000_000} MB`}
          >
            {(aria) => (
              <input {...aria} type="file" required accept="image/jpeg,image/png,image/webp,image/avif,image/gif" />
            )}
          </Field>
          <Field name="caption" label="Caption" complaint={complaints.caption}>
            {(aria) => (
              <textarea {...aria} rows={4} maxLength={2200}>
                {caption}
              </textarea>
            )}
          </Field>
          <button type="submit">Share</button>
        </form>
      </section>
    </Layout>
  )
}
