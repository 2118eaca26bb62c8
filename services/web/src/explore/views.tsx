import { FollowButton } from '../follows/views.tsx'
import type { Post } from '../posts/service.ts'
import { OlderPosts, PostMosaic } from '../posts/views.tsx'
import { Avatar } from '../views/avatar.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { writeCursor } from './input.ts'
import type { ExploreCursor, Suggestion } from './service.ts'

export function ExplorePage({ posts, next, visitor }: ExplorePageProps) {
  return (
    <Layout title="Explore" visitor={visitor} here="/explore">
      <header class="profile">
        <h1>Explore</h1>
        {visitor && <a href="/explore/people">People to follow</a>}
      </header>
      {posts.length === 0 && <p class="empty">Nothing new here right now. It is looked through every few minutes.</p>}
      <PostMosaic posts={posts} />
      {next && <OlderPosts href={`/explore?after=${writeCursor(next)}`} />}
    </Layout>
  )
}

interface ExplorePageProps {
  posts: Post[]
  next: ExploreCursor | undefined
  visitor: Visitor | undefined
}

export function PeoplePage({ people, visitor }: { people: Suggestion[]; visitor: Visitor }) {
  return (
    <Layout title="People to follow" visitor={visitor}>
      <section class="narrow">
        <h1>People to follow</h1>
        {people.length === 0 && <p class="empty">Nobody new right now.</p>}
        <PeopleList people={people} />
      </section>
    </Layout>
  )
}

/** People with why they are named, and a button to follow each. */
export function PeopleList({ people }: { people: Suggestion[] }) {
  return (
    <ul class="people">
      {people.map(({ username, displayName, avatarKey, isPrivate, commonCount }) => (
        <li key={username}>
          <Avatar of={{ displayName, avatarKey }} />
          <p>
            <a class="author" href={`/@${username}`}>
              {displayName}
            </a>
            <span class="faint"> @{username}</span>
            <br />
            <span class="faint">{reasonOf(commonCount)}</span>
          </p>
          <FollowButton username={username} following="no" isPrivate={isPrivate} />
        </li>
      ))}
    </ul>
  )
}

function reasonOf(commonCount: number): string {
  if (commonCount === 0) return 'Popular here'
  return commonCount === 1 ? 'Followed by one person you follow' : `Followed by ${commonCount} people you follow`
}
