import type { Suggestion } from '../explore/service.ts'
import { PeopleList } from '../explore/views.tsx'
import { say } from '../language/say.ts'
import { pictureFor } from '../posts/heads.tsx'
import type { PostPage } from '../posts/service.ts'
import { PostList } from '../posts/views.tsx'
import { CardTags } from '../views/head.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import type { HomeFeed } from './service.ts'

export function HomePage({ feed, isFirst, visitor }: { feed: HomeFeed; isFirst: boolean; visitor: Visitor }) {
  const { newer, isCaughtUp, older, nextMaxId, suggestions } = feed
  const isEmpty = newer.length + older.length === 0
  return (
    <Layout title="Gramstack" visitor={visitor}>
      <div class="feed">
        <h1 class="visually-hidden">Your feed</h1>
        <p class="note offline-note">{say('You are offline. This is your feed as it was when you last saw it.')}</p>
        {isEmpty && isFirst && (
          <p class="empty">
            Nothing here yet. Follow people and hashtags, <a href="/explore">look around</a>, or{' '}
            <a href="/upload">share a photo</a>.
          </p>
        )}
        {isEmpty && !isFirst && <p class="empty">Nothing older.</p>}
        {isEmpty && <Suggestions people={suggestions} />}
        <PostList page={{ posts: newer, nextMaxId: undefined }} path="/" />
        {isCaughtUp && <CaughtUp />}
        {!isEmpty && <Suggestions people={suggestions} />}
        <PostList page={{ posts: older, nextMaxId }} path="/" />
      </div>
    </Layout>
  )
}

/** Between what has come since the last visit and what was there before. */
function CaughtUp() {
  return (
    <div class="caught-up">
      <p>
        <strong>You’re all caught up.</strong>
      </p>
      <h2>Older posts</h2>
    </div>
  )
}

function Suggestions({ people }: { people: Suggestion[] }) {
  if (!people.length) return null
  return (
    <section class="note" aria-labelledby="suggestions">
      <h2 id="suggestions">People to follow</h2>
      <PeopleList people={people} />
      <p>
        <a href="/explore/people">More people</a>
      </p>
    </section>
  )
}

interface LandingPageProps {
  page: PostPage
  isThereAnAdmin: boolean
  origin: string
}

export function LandingPage({ page, isThereAnAdmin, origin }: LandingPageProps) {
  return (
    <Layout
      title="Gramstack"
      visitor={undefined}
      head={
        <CardTags
          type="website"
          url={`${origin}/`}
          title="Gramstack"
          description="People share their photos here, on a server of their own."
          image={pictureFor(page.posts, origin)}
        />
      }
    >
      <section class="hero">
        <h1>Share your photos. Keep them yours.</h1>
        {isThereAnAdmin ? (
          <p>People share their photos here, on a server of their own.</p>
        ) : (
          <p>This place is new. The first person to sign up becomes its admin.</p>
        )}
        <p>
          <a class="button" href="/sign-up">
            {isThereAnAdmin ? 'Sign up' : 'Be the first to sign up'}
          </a>
        </p>
      </section>
      <div class="feed">
        <PostList page={page} path="/" />
      </div>
    </Layout>
  )
}
