import type { Person } from '../accounts/service.ts'
import { SaveButton } from '../bookmarks/views.tsx'
import type { Comment, CommentPage, Discussion, Thread } from '../comments/service.ts'
import {
  CommentField,
  type CommentFormState,
  CommentSection,
  commentsInWords,
  LatestComments,
} from '../comments/views.tsx'
import { number, phrase, say, sayWith, time } from '../language/say.ts'
import { LikeButton, LikeCount } from '../likes/views.tsx'
import { Album, CameraLine, Descriptions, type Haste, type Sizes, SquarePicture } from '../photos/views.tsx'
import { Avatar } from '../views/avatar.tsx'
import { Empty } from '../views/empty.tsx'
import { Handle } from '../views/handle.tsx'
import { Icon } from '../views/icon.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { RichText } from '../views/rich-text.tsx'
import { Since } from '../views/time.tsx'
import { PostHead, ProfileHead } from './heads.tsx'
import type { Visibility } from './input.ts'
import { type Counts, ProfileHeader, type Relation } from './profile-header.tsx'
import type { Post, PostPage } from './service.ts'
import { ShareLink } from './share-link.tsx'
import { altOf } from './words.ts'

export const audiences: Record<Visibility, { label: string; hint: string }> = {
  public: { label: phrase('Everyone'), hint: phrase('Shown everywhere, to anyone.') },
  unlisted: {
    label: phrase('Everyone with the link'),
    hint: phrase('Your followers and your profile show it; pages for all and hashtags don’t.'),
  },
  private: { label: phrase('Followers'), hint: phrase('Only people who follow you, and those you mention.') },
  direct: { label: phrase('People I mention'), hint: phrase('Only people whose @name stands in the caption.') },
}

// The column of feeds is 33.75rem wide. On a three-fold screen nobody sees whether a photo has all of its pixels: the next larger file would
// be four times as many.
const feedSizes = '(min-width: 36rem) 33.75rem, (min-resolution: 2.5dppx) 83vw, 100vw'

interface PostCardProps {
  post: Post
  haste?: Haste
  /** In a feed: what was said last. */
  latest?: readonly Comment[] | undefined
  visitor: Visitor | undefined
}

/** One post as it stands in a feed. */
export function PostCard({ post, haste = 'late', latest, visitor }: PostCardProps) {
  return (
    <article class="post" id={`p-${post.code}`} tabIndex={-1}>
      <PostHeader post={post} />
      <PostPhotos post={post} sizes={feedSizes} haste={haste} />
      {post.isPublished && <PostActions post={post} />}
      <Caption post={post} isFolded />
      {latest && <LatestComments code={post.code} latest={latest} total={post.comments} />}
      {latest && visitor && post.allowsComments && <CommentField code={post.code} visitor={visitor} />}
    </article>
  )
}

/** The same on its own page. */
function WholePost({ post }: { post: Post }) {
  return (
    <article class="post" id={`p-${post.code}`} tabIndex={-1}>
      <PostHeader post={post} />
      <PostPhotos post={post} sizes={detailSizes} haste="first" />
      {post.isPublished && <PostActions post={post} />}
      <Caption post={post} />
    </article>
  )
}

/** There it is wider where there is room, and a tall photo is as high as the screen and no wider. */
function detailSizes(ratio: number): string {
  return `(min-width: 90rem) min(45rem, ${Math.round(78 * ratio)}vh), ${feedSizes}`
}

function PostHeader({ post }: { post: Post }) {
  return (
    <header>
      <Avatar of={post.author} />
      <p>
        <a class="author" href={`/@${post.author.username}`}>
          {post.author.displayName}
        </a>
        {post.place && <span class="faint place">{post.place}</span>}
      </p>
      <p class="faint when">
        <a href={`/p/${post.code}`}>
          <Since of={post.createdAt} />
        </a>
        {post.editedAt && (
          <>
            {' · '}
            <span title={time(post.editedAt, { dateStyle: 'long', timeStyle: 'short' })}>{say('edited')}</span>
          </>
        )}
        {post.visibility !== 'public' && <span class="place">{say(audiences[post.visibility].label)}</span>}
      </p>
    </header>
  )
}

interface PostPhotosProps {
  post: Post
  sizes: Sizes
  haste: Haste
}

function PostPhotos({ post, sizes, haste }: PostPhotosProps) {
  const album = (
    <>
      <Album photos={post.photos} otherwise={altOf(post)} sizes={sizes} haste={haste} />
      <Descriptions photos={post.photos} />
    </>
  )
  if (post.contentWarning === null) return album
  return (
    <details class="sensitive">
      <summary>
        <strong>{post.contentWarning || say('Sensitive photo')}</strong>
        <span class="faint">{say('Show')}</span>
      </summary>
      {album}
    </details>
  )
}

// About three lines on a phone.
const longCaption = 120

/** What its author says; a long one is folded, and its page has all of it. client/page/captions.ts unfolds it where it stands. */
function Caption({ post, isFolded = false }: { post: Post; isFolded?: boolean }) {
  if (!post.caption) return null
  const isLong = isFolded && (post.caption.length > longCaption || post.caption.split('\n').length > 3)
  return (
    <>
      <p class={isLong ? 'caption folded' : 'caption'} dir="auto">
        <RichText text={post.caption} mentioned={post.mentioned} />
      </p>
      {isLong && (
        <p class="all-comments">
          <a class="unfold-caption" href={`/p/${post.code}`}>
            {say('More')}
          </a>
        </p>
      )}
    </>
  )
}

/** What can be done with a post that others see. */
function PostActions({ post }: { post: Post }) {
  const { code, likes, isLiked, isSaved } = post
  const path = `/p/${code}`
  return (
    <>
      <footer class="actions">
        <LikeButton path={path} page={path} likes={likes} isLiked={isLiked} />
        <a class="icon to-comments" href={`${path}#comments`} aria-label={commentsInWords(post.comments)}>
          <Icon name="comment" />
          <span aria-hidden="true">{post.comments > 0 && number(post.comments)}</span>
        </a>
        {post.isOpenToAll && <ShareLink code={code} />}
        {isSaved !== undefined && <SaveButton code={code} isSaved={isSaved} />}
      </footer>
      <p class="likes">
        <LikeCount likes={likes} isLiked={isLiked} href={`${path}/likes`} />
      </p>
    </>
  )
}

interface PostListProps {
  posts: readonly Post[]
  /** Whether the first of them is the first thing on the page. */
  isFirst?: boolean
  /** What was said last, by the posts' ids. */
  latest?: ReadonlyMap<string, Comment[]>
  visitor: Visitor | undefined
}

// The second begins on the first screen where the first is flat.
const listHaste: readonly Haste[] = ['first', 'early']

/** Posts below one another. */
export function PostList({ posts, isFirst = false, latest, visitor }: PostListProps) {
  return (
    <>
      {posts.map((post, index) => (
        <PostCard
          key={post.id}
          post={post}
          haste={(isFirst && listHaste[index]) || 'late'}
          latest={latest && (latest.get(post.id) ?? [])}
          visitor={visitor}
        />
      ))}
    </>
  )
}

const squareSizes = '(min-width: 67rem) 19.8rem, (min-resolution: 2.5dppx) 27vw, 33vw'
const bigSquareSizes = '(min-width: 67rem) 39.7rem, (min-resolution: 2.5dppx) 54vw, 66vw'

/** What a phone shows of a grid before anybody scrolls: on a profile two rows, and a bit of the next. */
const mostSquaresEarly = 9
const squareHaste = (index: number): Haste => (index < mostSquaresEarly ? 'early' : 'late')

/** Posts as a grid of squares, and the way to older ones. */
export function PostGrid({ page, path }: { page: PostPage; path: string }) {
  return (
    <>
      <ul class="grid" data-endless>
        {page.posts.map((post, index) => (
          <li key={post.id}>
            <Square post={post} sizes={squareSizes} haste={squareHaste(index)} />
          </li>
        ))}
      </ul>
      {page.nextMaxId && <OlderPosts href={nextPath(path, page.nextMaxId)} />}
    </>
  )
}

/** Posts as a grid in which some are four times as large: three of them, three in a row, three with the large one at the end, and again. */
export function PostMosaic({ posts }: { posts: readonly Post[] }) {
  const looks: Record<number, string> = { 0: 'big', 6: 'big at-end' }
  return (
    <ul class="grid" data-endless>
      {posts.map((post, index) => {
        const look = looks[index % 9]
        return (
          <li key={post.id} class={look}>
            <Square
              post={post}
              sizes={look ? bigSquareSizes : squareSizes}
              haste={index === 0 ? 'first' : squareHaste(index)}
            />
          </li>
        )
      })}
    </ul>
  )
}

function Square({ post, sizes, haste }: { post: Post; sizes: string; haste: Haste }) {
  const { code, photos, contentWarning } = post
  const [photo] = photos
  return (
    <a href={`/p/${code}`}>
      {contentWarning !== null && <span class="covered">{coverOf(contentWarning)}</span>}
      {contentWarning === null && photo && (
        <SquarePicture photo={photo} otherwise={altOf(post)} sizes={sizes} haste={haste} />
      )}
      {photos.length > 1 && (
        <span class="count">
          <span aria-hidden="true">{number(photos.length)}</span>
          <span class="visually-hidden">
            {say('{photos, plural, one {# photo} other {# photos}}', { photos: photos.length })}
          </span>
        </span>
      )}
    </a>
  )
}

function coverOf(warning: string): string {
  return warning ? say('Sensitive: {warning}', { warning }) : say('Sensitive photo')
}

/** The way to what comes next; client/page/endless.ts fetches it before anybody gets there, and says so. */
export function OlderPosts({ href }: { href: string }) {
  return (
    <p class="more" data-arrived={say('Older photos are here.')}>
      <a class="button secondary" rel="next" href={href}>
        {say('Older photos')}
      </a>
    </p>
  )
}

function nextPath(path: string, maxId: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}max_id=${maxId}`
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
      title={say('{displayName} on Gramstack', { displayName: post.author.displayName })}
      visitor={visitor}
      refreshSeconds={underWay ? 2 : undefined}
      head={<PostHead post={post} origin={origin} />}
    >
      <div class="detail">
        <h1 class="visually-hidden">{say('Photo by {displayName}', { displayName: post.author.displayName })}</h1>
        {isOwn && !post.isPublished && <Waiting post={post} underWay={underWay} />}
        <WholePost post={post} />
        <div class="about-post">
          {comments && <CommentSection code={post.code} {...comments} visitor={visitor} />}
          {post.author.showsCamera && post.photos.map((photo) => <CameraLine key={photo.id} photo={photo} />)}
          {isOwn ? (
            <OwnWays post={post} />
          ) : (
            <nav class="ways" aria-label={say('This post')}>
              <a class="faint" href={`/p/${post.code}/report`}>
                {say('Report')}
              </a>
            </nav>
          )}
        </div>
      </div>
    </Layout>
  )
}

/** What a post that nobody sees yet waits for. */
function Waiting({ post, underWay }: { post: Post; underWay: number }) {
  const refused = post.photos.some(({ state }) => state === 'refused')
  return (
    <div class="note" role="status">
      {post.isDraft && <p>{say('This is a draft. Nobody sees it until you share it.')}</p>}
      {!post.isDraft && underWay > 0 && (
        <p>
          {say(
            '{ready, number} of {photos, plural, one {# photo is} other {# photos are}} ready. The post appears by itself when all are.',
            {
              ready: post.photos.length - underWay,
              photos: post.photos.length,
            },
          )}
        </p>
      )}
      {refused && (
        <p>
          {sayWith('One of the photos cannot be shown. <way>Decide what to do</way>; the others are safe.', {
            way: (inside) => <a href={`/p/${post.code}/edit`}>{inside}</a>,
          })}
        </p>
      )}
    </div>
  )
}

function OwnWays({ post }: { post: Post }) {
  return (
    <nav class="ways" aria-label={say('Your post')}>
      <a class="button secondary" href={`/p/${post.code}/edit`}>
        {say('Edit')}
      </a>
      {post.editedAt && <a href={`/p/${post.code}/history`}>{say('Earlier versions')}</a>}
      {post.photos
        .filter(({ state }) => state !== 'refused')
        .map((photo, index) => (
          <a key={photo.id} href={`/p/${post.code}/photos/${photo.id}/original`}>
            {post.photos.length > 1 ? say('Original {number}', { number: index + 1 }) : say('Original')}
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
      here={`/@${person.username}`}
      head={<ProfileHead person={person} posts={page.posts} origin={origin} />}
    >
      <ProfileHeader person={person} mentioned={mentioned} relation={relation} counts={counts} visitor={visitor} />
      <ProfileTabs username={person.username} isOwn={visitor?.username === person.username} here="posts" />
      {isHidden && (
        <Empty icon="lock">
          <p>{say('This account is private. Followers see its photos.')}</p>
        </Empty>
      )}
      {!isHidden && page.posts.length === 0 && (
        <Empty icon="camera">
          <p>{say('No photos yet.')}</p>
        </Empty>
      )}
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
    <Layout
      title={say('Photos of {displayName} (@{username})', {
        displayName: person.displayName,
        username: person.username,
      })}
      visitor={visitor}
    >
      <header class="profile">
        <div>
          <h1>{person.displayName}</h1>
          <p class="faint">
            <a href={`/@${person.username}`}>
              <Handle of={person.username} />
            </a>
          </p>
        </div>
      </header>
      <ProfileTabs username={person.username} isOwn={visitor?.username === person.username} here="tagged" />
      {page.posts.length === 0 && (
        <p class="empty">
          {say('Nobody has mentioned @{username} in a public post yet.', { username: person.username })}
        </p>
      )}
      <PostGrid page={page} path={`/@${person.username}/tagged`} />
    </Layout>
  )
}

/** What somebody likes, for themselves. */
export function LikedPage({ page, visitor }: { page: PostPage; visitor: Visitor }) {
  return (
    <Layout title={say('Liked')} visitor={visitor}>
      <header class="profile">
        <div>
          <h1>{say('Liked')}</h1>
          <p class="faint">{say('Only you see this list.')}</p>
        </div>
      </header>
      <ProfileTabs username={visitor.username} isOwn here="liked" />
      {page.posts.length === 0 && <p class="empty">{say('Nothing liked yet.')}</p>}
      <PostGrid page={page} path="/liked" />
    </Layout>
  )
}

/** The ways between what there is of somebody; of what they like and save, only they know. */
export function ProfileTabs({ username, isOwn, here }: ProfileTabsProps) {
  const tabs = [
    { name: 'posts', href: `/@${username}`, label: say('Posts') },
    { name: 'tagged', href: `/@${username}/tagged`, label: say('Tagged') },
    ...(isOwn
      ? [
          { name: 'liked', href: '/liked', label: say('Liked') },
          { name: 'saved', href: '/saved', label: say('Saved') },
        ]
      : []),
  ]
  return (
    <nav class="tabs" aria-label={say('Photos of {username}', { username })}>
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
