import { FollowButton } from '../follows/views.tsx'
import { say } from '../language/say.ts'
import type { Post } from '../posts/service.ts'
import { OlderPosts, PostMosaic } from '../posts/views.tsx'
import { Avatar } from '../views/avatar.tsx'
import { Handle } from '../views/handle.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { writeCursor } from './input.ts'
import type { ExploreCursor, Suggestion } from './service.ts'

export function ExplorePage({ posts, next, visitor }: ExplorePageProps) {
  return (
    <Layout title={say('Explore')} visitor={visitor} here="/explore">
      <header class="profile">
        <h1>{say('Explore')}</h1>
        {visitor && <a href="/explore/people">{say('People to follow')}</a>}
      </header>
      {posts.length === 0 && (
        <p class="empty">{say('Nothing new here right now. It is looked through every few minutes.')}</p>
      )}
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
    <Layout title={say('People to follow')} visitor={visitor}>
      <section class="narrow">
        <h1>{say('People to follow')}</h1>
        {people.length === 0 && <p class="empty">{say('Nobody new right now.')}</p>}
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
            </a>{' '}
            <Handle of={username} class="faint" />
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
  if (commonCount === 0) return say('Popular here')
  return say('Followed by {common, plural, one {one person} other {# people}} you follow', { common: commonCount })
}
