import type { Suggestion } from '../explore/service.ts'
import { PeopleList } from '../explore/views.tsx'
import { say, sayWith } from '../language/say.ts'
import { pictureFor } from '../posts/heads.tsx'
import type { PostPage } from '../posts/service.ts'
import { OlderPosts, PostList } from '../posts/views.tsx'
import { Empty } from '../views/empty.tsx'
import { CardTags } from '../views/head.tsx'
import { Icon } from '../views/icon.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { Pull } from '../views/pull.tsx'
import type { HomeFeed } from './service.ts'

interface HomePageProps {
  feed: HomeFeed
  isFirst: boolean
  visitor: Visitor
}

export function HomePage({ feed, isFirst, visitor }: HomePageProps) {
  const { newer, isCaughtUp, older, nextMaxId, suggestions, latestComments } = feed
  const [newest] = [...newer, ...older]
  return (
    <Layout title="Gramstack" visitor={visitor} here="/">
      <div class="feed">
        <h1 class="visually-hidden">{say('Your feed')}</h1>
        <p class="note offline-note">{say('You are offline. This is your feed as it was when you last saw it.')}</p>
        {isFirst && <Pull />}
        {isFirst && <NewPosts than={newest?.id ?? '0'} />}
        {!newest && isFirst && (
          <Empty icon="camera">
            <p>
              {sayWith(
                'Nothing here yet. Follow people and hashtags, <explore>look around</explore>, or <upload>share a photo</upload>.',
                {
                  explore: (inside) => <a href="/explore">{inside}</a>,
                  upload: (inside) => <a href="/upload">{inside}</a>,
                },
              )}
            </p>
          </Empty>
        )}
        {!newest && !isFirst && <p class="empty">{say('Nothing older.')}</p>}
        {!newest && <Suggestions people={suggestions} />}
        <div class="posts" data-endless>
          <PostList posts={newer} isFirst={isFirst} latest={latestComments} visitor={visitor} />
          {isCaughtUp && <CaughtUp />}
          {newest && <Suggestions people={suggestions} />}
          <PostList posts={older} isFirst={isFirst && newer.length === 0} latest={latestComments} visitor={visitor} />
        </div>
        {nextMaxId && <OlderPosts href={`/?max_id=${nextMaxId}`} />}
      </div>
    </Layout>
  )
}

/** Offered where something newer has come than what stands on top; client/page/news.ts asks from time to time. */
function NewPosts({ than }: { than: string }) {
  return (
    <a class="button has-news" href="/" data-than={than} hidden>
      {say('New posts')}
    </a>
  )
}

/** Between what has come since the last visit and what was there before. */
function CaughtUp() {
  return (
    <div class="caught-up">
      <Icon name="check" size={56} />
      <p>
        <strong>{say('You’re all caught up.')}</strong>
      </p>
      <h2>{say('Older posts')}</h2>
    </div>
  )
}

function Suggestions({ people }: { people: Suggestion[] }) {
  if (!people.length) return null
  return (
    <section class="note" aria-labelledby="suggestions">
      <h2 id="suggestions">{say('People to follow')}</h2>
      <PeopleList people={people} />
      <p>
        <a href="/explore/people">{say('More people')}</a>
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
          description={say('People share their photos here, on a server of their own.')}
          image={pictureFor(page.posts, origin)}
        />
      }
    >
      <section class="hero">
        <h1>{say('Share your photos. Keep them yours.')}</h1>
        {isThereAnAdmin ? (
          <p>{say('People share their photos here, on a server of their own.')}</p>
        ) : (
          <p>{say('This place is new. The first person to sign up becomes its admin.')}</p>
        )}
        <p class="buttons">
          <a class="button" href="/sign-up">
            {isThereAnAdmin ? say('Sign up') : say('Be the first to sign up')}
          </a>
          {isThereAnAdmin && (
            <a class="button secondary" href="/explore">
              {say('Look around')}
            </a>
          )}
        </p>
      </section>
      <div class="feed">
        <div class="posts" data-endless>
          <PostList posts={page.posts} isFirst visitor={undefined} />
        </div>
        {page.nextMaxId && <OlderPosts href={`/?max_id=${page.nextMaxId}`} />}
      </div>
    </Layout>
  )
}
