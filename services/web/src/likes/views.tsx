import { Avatar } from '../views/avatar.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import type { LikeFacts, Liker } from './service.ts'

/**
 * The heart, as a form of its own. For somebody who is not signed in it leads there first.
 * @param path of what is liked: `/like` and `/unlike` stand below it
 * @param page where it is seen, for whoever has to sign in first
 */
export function LikeButton({ path, page, likes, isLiked }: LikeFacts & { path: string; page: string }) {
  const label = `Like (${likesInWords(likes)})`
  if (isLiked === undefined) {
    return (
      <a class="icon" href={`/sign-in?next=${encodeURIComponent(page)}`} aria-label={label}>
        <Heart />
      </a>
    )
  }
  return (
    <form method="post" action={`${path}/${isLiked ? 'unlike' : 'like'}`}>
      <button class="icon" type="submit" aria-pressed={isLiked ? 'true' : 'false'} aria-label={label}>
        <Heart />
      </button>
    </form>
  )
}

function Heart() {
  return (
    <svg class="heart" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <path d="M12 20.5 4.2 12.6a4.9 4.9 0 0 1 0-6.9 4.9 4.9 0 0 1 6.9 0l.9.9.9-.9a4.9 4.9 0 0 1 6.9 0 4.9 4.9 0 0 1 0 6.9z" />
    </svg>
  )
}

export function likesInWords(likes: number): string {
  return likes === 1 ? '1 like' : `${likes.toLocaleString('en')} likes`
}

interface LikersPageProps {
  code: string
  people: readonly Liker[]
  nextMaxId: string | undefined
  visitor: Visitor | undefined
}

export function LikersPage({ code, people, nextMaxId, visitor }: LikersPageProps) {
  return (
    <Layout title="Likes" visitor={visitor}>
      <section class="narrow">
        <h1>
          Who likes <a href={`/p/${code}`}>this post</a>
        </h1>
        {people.length === 0 && <p class="empty">Nobody yet.</p>}
        <ul class="people">
          {people.map(({ username, displayName, avatarKey }) => (
            <li key={username}>
              <Avatar of={{ displayName, avatarKey }} />
              <a class="author" href={`/@${username}`}>
                {displayName}
              </a>
              <span class="faint">@{username}</span>
            </li>
          ))}
        </ul>
        {nextMaxId && (
          <p class="more">
            <a class="button" rel="next" href={`/p/${code}/likes?max_id=${nextMaxId}`}>
              More people
            </a>
          </p>
        )}
      </section>
    </Layout>
  )
}
