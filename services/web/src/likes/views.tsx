import { say, sayWith } from '../language/say.ts'
import { Avatar } from '../views/avatar.tsx'
import { Handle } from '../views/handle.tsx'
import { Icon } from '../views/icon.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import type { LikeFacts, Liker } from './service.ts'

/**
 * The heart, as a form of its own. For somebody who is not signed in it leads there first.
 * @param path of what is liked: `/like` and `/unlike` stand below it
 * @param page where it is seen, for whoever has to sign in first
 */
export function LikeButton({ path, page, likes, isLiked }: LikeFacts & { path: string; page: string }) {
  const label = (count: number) => say('Like ({likes})', { likes: likesInWords(count) })
  if (isLiked === undefined) {
    return (
      <a class="icon" href={`/sign-in?next=${encodeURIComponent(page)}`} aria-label={label(likes)}>
        <Icon name="heart" />
      </a>
    )
  }
  const [now, then] = isLiked ? ['unlike', 'like'] : ['like', 'unlike']
  return (
    <form method="post" action={`${path}/${now}`} data-toggle="like" data-other={`${path}/${then}`}>
      <button
        class="icon"
        type="submit"
        aria-pressed={isLiked ? 'true' : 'false'}
        aria-label={label(likes)}
        data-other={label(otherwise(likes, isLiked))}
      >
        <Icon name="heart" />
      </button>
    </form>
  )
}

/** How many like something, in words, where anybody does: with what they would be once the viewer has changed their mind. */
export function LikeCount({ likes, isLiked, href }: LikeFacts & { href?: string }) {
  if (likes === 0 && isLiked === undefined) return null
  const words = (count: number) => (count > 0 ? likesInWords(count) : '')
  const toggled =
    isLiked === undefined ? {} : { 'data-toggled-by': 'like', 'data-other': words(otherwise(likes, isLiked)) }
  const attributes = { hidden: likes === 0, ...toggled }
  if (href === undefined)
    return (
      <span class="faint" {...attributes}>
        {words(likes)}
      </span>
    )
  return (
    <a href={href} {...attributes}>
      {words(likes)}
    </a>
  )
}

/** How many there would be if the viewer changed their mind. */
function otherwise(likes: number, isLiked: boolean): number {
  return isLiked ? likes - 1 : likes + 1
}

export function likesInWords(likes: number): string {
  return say('{likes, plural, one {# like} other {# likes}}', { likes })
}

interface LikersPageProps {
  code: string
  people: readonly Liker[]
  nextMaxId: string | undefined
  visitor: Visitor | undefined
}

export function LikersPage({ code, people, nextMaxId, visitor }: LikersPageProps) {
  return (
    <Layout title={say('Likes')} visitor={visitor}>
      <section class="narrow">
        <h1>{sayWith('Who likes <way>this post</way>', { way: (inside) => <a href={`/p/${code}`}>{inside}</a> })}</h1>
        {people.length === 0 && <p class="empty">{say('Nobody yet.')}</p>}
        <ul class="people">
          {people.map(({ username, displayName, avatarKey }) => (
            <li key={username}>
              <Avatar of={{ displayName, avatarKey }} />
              <a class="author" href={`/@${username}`}>
                {displayName}
              </a>
              <Handle of={username} class="faint" />
            </li>
          ))}
        </ul>
        {nextMaxId && (
          <p class="more">
            <a class="button" rel="next" href={`/p/${code}/likes?max_id=${nextMaxId}`}>
              {say('More people')}
            </a>
          </p>
        )}
      </section>
    </Layout>
  )
}
