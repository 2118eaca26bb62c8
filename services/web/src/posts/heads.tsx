import type { Person } from '../accounts/service.ts'
import { say } from '../language/say.ts'
import { feedJpegOf } from '../photos/jpeg.ts'
import { summary } from '../text/summary.ts'
import { type CardImage, CardTags, FeedLinks, NoIndex } from '../views/head.tsx'
import type { Post } from './service.ts'
import { altOf, headlineOf, nameOf } from './words.ts'

/**
 * What search engines and other sites read of posts. They get what everybody gets: of a page that not everybody may see they hear
 * nothing, though somebody who is let in opens it.
 */

/** As long as the longest that is shown anywhere. */
const mostDescription = 200
const mostAlt = 400

interface PostHeadProps {
  post: Post
  origin: string
}

export function PostHead({ post, origin }: PostHeadProps) {
  if (!post.isOpenToAll) return <NoIndex />
  const url = `${origin}/p/${post.code}`
  const oembed = `${origin}/oembed?url=${encodeURIComponent(url)}&format=json`
  return (
    <>
      {!isForSearchEngines(post) && <NoIndex />}
      <CardTags
        type="article"
        url={url}
        title={say('{name} on Gramstack', { name: nameOf(post.author) })}
        description={describe(post)}
        image={pictureFor([post], origin)}
      />
      <link rel="alternate" type="application/json+oembed" href={oembed} title={headlineOf(post)} />
    </>
  )
}

interface ProfileHeadProps {
  person: Person
  posts: readonly Post[]
  origin: string
}

export function ProfileHead({ person, posts, origin }: ProfileHeadProps) {
  if (person.isPrivate) return <NoIndex />
  const url = `${origin}/@${person.username}`
  return (
    <>
      {(!person.allowsIndexing || person.isSilenced) && <NoIndex />}
      <CardTags
        type="profile"
        url={url}
        title={nameOf(person)}
        description={summary(person.bio, mostDescription) || say('Photos by {name}.', { name: nameOf(person) })}
        image={pictureFor(posts.filter(isPublic), origin)}
      />
      <FeedLinks path={url} title={nameOf(person)} />
    </>
  )
}

interface HashtagHeadProps {
  tag: string
  posts: readonly Post[]
  origin: string
}

export function HashtagHead({ tag, posts, origin }: HashtagHeadProps) {
  const url = `${origin}/tags/${encodeURIComponent(tag)}`
  const shown = posts.filter(isPublic)
  return (
    <>
      {/* There is a page for every hashtag that anybody could think of; and who wants to be left out is on none of them. */}
      {(!shown.length || !shown.every(isForSearchEngines)) && <NoIndex />}
      <CardTags
        type="website"
        url={url}
        title={`#${tag}`}
        description={say('Photos with the hashtag #{tag}.', { tag })}
        image={pictureFor(shown, origin)}
      />
      <FeedLinks path={url} title={`#${tag}`} />
    </>
  )
}

/** The picture of the first of some posts that has one to show to all; sensitive ones have none. */
export function pictureFor(posts: readonly Post[], origin: string): CardImage | undefined {
  const post = posts.find(({ isOpenToAll, contentWarning }) => isOpenToAll && contentWarning === null)
  const [photo] = post?.photos ?? []
  const jpeg = photo && feedJpegOf(photo)
  if (!post || !jpeg) return undefined
  const { path, width, height } = jpeg
  return { url: `${origin}${path}`, width, height, alt: summary(photo.altText || altOf(post), mostAlt) }
}

function describe(post: Post): string {
  if (post.contentWarning !== null) return headlineOf(post)
  return summary(post.caption, mostDescription) || headlineOf(post)
}

function isPublic(post: Post): boolean {
  return post.isOpenToAll && post.visibility === 'public'
}

function isForSearchEngines(post: Post): boolean {
  return isPublic(post) && post.author.allowsIndexing
}
