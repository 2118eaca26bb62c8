import type { Person } from '../accounts/service.ts'
import { SaveButton } from '../bookmarks/views.tsx'
import type { CommentPage, Discussion, Thread } from '../comments/service.ts'
import { type CommentFormState, CommentSection } from '../comments/views.tsx'
import { LikeButton, likesInWords } from '../likes/views.tsx'
import { Album, CameraLine, SquarePicture } from '../photos/views.tsx'
import { Avatar } from '../views/avatar.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { RichText } from '../views/rich-text.tsx'
import { PostHead, ProfileHead } from './heads.tsx'
import type { Visibility } from './input.ts'
import { type Counts, ProfileHeader, type Relation } from './profile-header.tsx'
import type { Post, PostPage } from './service.ts'
import { ShareLink } from './share-link.tsx'
import { altOf } from './words.ts'

export const audiences: Record<Visibility, { label: string; hint: string }> = {
  public: { label: 'Everyone', hint: 'Shown everywhere, to anyone.' },
  unlisted: {
    label: 'Everyone with the link',
    hint: 'Your followers and your profile show it; pages for all and hashtags don’t.',
  },
  private: { label: 'Followers', hint: 'Only people who follow you, and those you mention.' },
  direct: { label: 'People I mention', hint: 'Only people whose @name stands in the caption.' },
}

/** One post as it stands in a feed and on its own page. */
export function PostCard({ post, eager = false }: { post: Post; eager?: boolean }) {
  const album = (
    <Album photos={post.photos} otherwise={altOf(post)} sizes="(min-width: 42rem) 40rem, 100vw" eager={eager} />
  )
  return (
    <article class="post" id={`p-${post.code}`}>
      <header>
        <p>
          <Avatar of={post.author} />
          <a class="author" href={`/@${post.author.username}`}>
            {post.author.displayName}
          </a>
          {post.place && <span class="faint place">{post.place}</span>}
        </p>
        <p class="faint">
          <a href={`/p/${post.code}`}>
            <time datetime={post.createdAt.toISOString()}>
              {post.createdAt.toLocaleDateString('en', { dateStyle: 'long' })}
            </time>
          </a>
          {post.editedAt && (
            <>
              {' · '}
              <span title={post.editedAt.toLocaleString('en', { dateStyle: 'long', timeStyle: 'short' })}>edited</span>
            </>
          )}
          {post.visibility !== 'public' && <> · {audiences[post.visibility].label}</>}
        </p>
      </header>
      {post.contentWarning === null ? (
        album
      ) : (
        <details class="sensitive">
          <summary>
            <strong>{post.contentWarning || 'Sensitive photo'}</strong>
            <span class="faint">Show</span>
          </summary>
          {album}
        </details>
      )}
      {post.caption && (
        <p class="caption" dir="auto">
          <RichText text={post.caption} mentioned={post.mentioned} />
        </p>
      )}
      {post.isPublished && <PostActions post={post} />}
    </article>
  )
}

/** What can be done with a post that others see. */
function PostActions({ post }: { post: Post }) {
  const path = `/p/${post.code}`
  return (
    <footer class="actions">
      <LikeButton path={path} page={path} likes={post.likes} isLiked={post.isLiked} />
      {post.likes > 0 && <a href={`${path}/likes`}>{likesInWords(post.likes)}</a>}
      <a href={`${path}#comments`}>{commentsInWords(post.comments)}</a>
      {post.isSaved !== undefined && <SaveButton code={post.code} isSaved={post.isSaved} />}
      {post.isOpenToAll && <ShareLink code={post.code} />}
    </footer>
  )
}

function commentsInWords(comments: number): string {
  if (comments === 0) return 'Comment'
  return comments === 1 ? '1 comment' : `${comments.toLocaleString('en')} comments`
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
            <a href={`/p/${post.code}`} aria-label={labelOf(post)}>
              {post.contentWarning === null ? (
                post.photos
                  .slice(0, 1)
                  .map((photo) => (
                    <SquarePicture
                      key={photo.id}
                      photo={photo}
                      otherwise={altOf(post)}
                      sizes="(min-width: 60rem) 19rem, 33vw"
                    />
                  ))
              ) : (
                <span class="covered">{post.contentWarning || 'Sensitive photo'}</span>
              )}
              {post.photos.length > 1 && <span class="count">{post.photos.length}</span>}
            </a>
          </li>
        ))}
      </ul>
      <OlderPosts page={page} path={path} />
    </>
  )
}

function labelOf(post: Post): string {
  if (post.contentWarning !== null) return `Sensitive: ${post.contentWarning || altOf(post)}`
  const described = post.photos[0]?.altText || altOf(post)
  return post.photos.length > 1 ? `${described} (${post.photos.length} photos)` : described
}

function OlderPosts({ page, path }: { page: PostPage; path: string }) {
  if (!page.nextMaxId) return null
  const separator = path.includes('?') ? '&' : '?'
  return (
    <p class="more">
      <a class="button" rel="next" href={`${path}${separator}max_id=${page.nextMaxId}`}>
        Older photos
      </a>
    </p>
  )
}

interface PostDetailPageProps {
  post: Post
  /** Undefined for a post that others do not see yet. */
  comments: { discussion: Discussion; page: CommentPage<Thread>; form: CommentFormState } | undefined
  visitor: Visitor | undefined
  origin: string
}

export function PostDetailPage({ post, comments, visitor, origin }: PostDetailPageProps) {
  const isOwn = visitor?.username === post.author.username
  const underWay = post.photos.filter(({ state }) => state === 'received').length
  return (
    <Layout
      title={`${post.author.displayName} on Gramstack`}
      visitor={visitor}
      refreshSeconds={underWay ? 2 : undefined}
      head={<PostHead post={post} origin={origin} />}
    >
      <div class="feed">
        <h1 class="visually-hidden">Photo by {post.author.displayName}</h1>
        {isOwn && !post.isPublished && <Waiting post={post} underWay={underWay} />}
        <PostCard post={post} eager />
        {post.author.showsCamera && post.photos.map((photo) => <CameraLine key={photo.id} photo={photo} />)}
        {isOwn ? (
          <OwnWays post={post} />
        ) : (
          <nav class="ways" aria-label="This post">
            <a class="faint" href={`/p/${post.code}/report`}>
              Report
            </a>
          </nav>
        )}
        {comments && <CommentSection code={post.code} {...comments} visitor={visitor} />}
      </div>
    </Layout>
  )
}

/** What a post that nobody sees yet waits for. */
function Waiting({ post, underWay }: { post: Post; underWay: number }) {
  const refused = post.photos.some(({ state }) => state === 'refused')
  return (
    <div class="note" role="status">
      {post.isDraft && <p>This is a draft. Nobody sees it until you share it.</p>}
      {!post.isDraft && underWay > 0 && (
        <p>
          {post.photos.length - underWay} of {post.photos.length} photos are ready. The post appears by itself when all
          are.
        </p>
      )}
      {refused && (
        <p>
          One of the photos cannot be shown. <a href={`/p/${post.code}/edit`}>Decide what to do</a>; the others are
          safe.
        </p>
      )}
    </div>
  )
}

function OwnWays({ post }: { post: Post }) {
  return (
    <nav class="ways" aria-label="Your post">
      <a class="button secondary" href={`/p/${post.code}/edit`}>
        Edit
      </a>
      {post.editedAt && <a href={`/p/${post.code}/history`}>Earlier versions</a>}
      {post.photos
        .filter(({ state }) => state !== 'refused')
        .map((photo, index) => (
          <a key={photo.id} href={`/p/${post.code}/photos/${photo.id}/original`}>
            Original{post.photos.length > 1 ? ` ${index + 1}` : ''}
          </a>
        ))}
    </nav>
  )
}

interface ProfilePageProps {
  person: Person
  mentioned: ReadonlySet<string>
  relation: Relation
  counts: Counts
  page: PostPage
  visitor: Visitor | undefined
  origin: string
}

export function ProfilePage({ person, mentioned, relation, counts, page, visitor, origin }: ProfilePageProps) {
  const isHidden = counts.posts === undefined && page.posts.length === 0
  return (
    <Layout
      title={`${person.displayName} (@${person.username})`}
      visitor={visitor}
      head={<ProfileHead person={person} posts={page.posts} origin={origin} />}
    >
      <ProfileHeader person={person} mentioned={mentioned} relation={relation} counts={counts} visitor={visitor} />
      <ProfileTabs username={person.username} isOwn={visitor?.username === person.username} here="posts" />
      {isHidden && <p class="empty">This account is private. Followers see its photos.</p>}
      {!isHidden && page.posts.length === 0 && <p class="empty">No photos yet.</p>}
      <PostGrid page={page} path={`/@${person.username}`} />
    </Layout>
  )
}

/** The public posts of others that mention somebody. */
export function TaggedPage({
  person,
  page,
  visitor,
}: {
  person: Person
  page: PostPage
  visitor: Visitor | undefined
}) {
  return (
    <Layout title={`Photos of ${person.displayName} (@${person.username})`} visitor={visitor}>
      <header class="profile">
        <div>
          <h1>{person.displayName}</h1>
          <p class="faint">
            <a href={`/@${person.username}`}>@{person.username}</a>
          </p>
        </div>
      </header>
      <ProfileTabs username={person.username} isOwn={visitor?.username === person.username} here="tagged" />
      {page.posts.length === 0 && <p class="empty">Nobody has mentioned @{person.username} in a public post yet.</p>}
      <PostGrid page={page} path={`/@${person.username}/tagged`} />
    </Layout>
  )
}

/** What somebody likes, for themselves. */
export function LikedPage({ page, visitor }: { page: PostPage; visitor: Visitor }) {
  return (
    <Layout title="Liked" visitor={visitor}>
      <header class="profile">
        <div>
          <h1>Liked</h1>
          <p class="faint">Only you see this list.</p>
        </div>
      </header>
      <ProfileTabs username={visitor.username} isOwn here="liked" />
      {page.posts.length === 0 && <p class="empty">Nothing liked yet.</p>}
      <PostGrid page={page} path="/liked" />
    </Layout>
  )
}

/** The ways between what there is of somebody; of what they like and save, only they know. */
export function ProfileTabs({ username, isOwn, here }: ProfileTabsProps) {
  const tabs = [
    { name: 'posts', href: `/@${username}`, label: 'Posts' },
    { name: 'tagged', href: `/@${username}/tagged`, label: 'Tagged' },
    ...(isOwn
      ? [
          { name: 'liked', href: '/liked', label: 'Liked' },
          { name: 'saved', href: '/saved', label: 'Saved' },
        ]
      : []),
  ]
  return (
    <nav class="tabs" aria-label={`Photos of ${username}`}>
      {tabs.map(({ name, href, label }) => (
        <a key={name} href={href} aria-current={name === here ? 'page' : undefined}>
          {label}
        </a>
      ))}
    </nav>
  )
}

interface ProfileTabsProps {
  username: string
  isOwn: boolean
  here: 'posts' | 'tagged' | 'liked' | 'saved'
}
