import { phrase, say, sayWith } from '../language/say.ts'
import { PostGrid } from '../posts/views.tsx'
import { Avatar } from '../views/avatar.tsx'
import { Handle } from '../views/handle.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { type Kind, kinds, mostQueryCharacters } from './input.ts'
import type { FoundHashtag, FoundPerson } from './names.ts'
import type { Results } from './service.ts'

interface SearchPageProps {
  text: string
  /** Undefined for the best few of each. */
  kind: Kind | undefined
  /** Undefined where nothing was sought. */
  results: Results | undefined
  visitor: Visitor | undefined
}

const labels: Record<Kind, string> = {
  people: phrase('People'),
  hashtags: phrase('Hashtags'),
  posts: phrase('Photos'),
}

export function SearchPage({ text, kind, results, visitor }: SearchPageProps) {
  return (
    <Layout title={text ? say('{text} · Search', { text }) : say('Search')} visitor={visitor} here="/search">
      <section class="results">
        <h1>{say('Search')}</h1>
        <search>
          <form class="search-field" method="get" action="/search">
            <label class="visually-hidden" for="field-q">
              {say('People, hashtags or words')}
            </label>
            <input
              id="field-q"
              data-suggests="places"
              type="search"
              name="q"
              value={text}
              placeholder={say('People, hashtags or words')}
              maxLength={mostQueryCharacters}
              autocomplete="off"
              autocapitalize="none"
            />
            {kind && <input type="hidden" name="kind" value={kind} />}
            <button type="submit">{say('Search')}</button>
          </form>
        </search>
        {results ? (
          <>
            <Tabs text={text} kind={kind} />
            <Found text={text} kind={kind} results={results} />
          </>
        ) : (
          <p class="empty">
            {say('Look for somebody by name, for a #hashtag, or for words in captions and descriptions.')}
          </p>
        )}
      </section>
    </Layout>
  )
}

/**
 * Where a search, or one kind of what it finds, has its page.
 * @param after where in it the page begins; undefined for the first one
 */
function pathTo(text: string, kind: Kind | undefined, after?: string): string {
  return `/search?${new URLSearchParams({ q: text, ...(kind ? { kind } : {}), ...(after ? { after } : {}) })}`
}

function Tabs({ text, kind }: { text: string; kind: Kind | undefined }) {
  return (
    <nav class="tabs" aria-label={say('Kinds of results')}>
      {[undefined, ...kinds].map((one) => (
        <a key={one ?? 'all'} href={pathTo(text, one)} aria-current={one === kind ? 'page' : undefined}>
          {one ? say(labels[one]) : say('All')}
        </a>
      ))}
    </nav>
  )
}

function Found({ text, kind, results }: FoundProps) {
  const { people, hashtags, posts, hasMore, nextAfter, didYouMean } = results
  const isNothing = !people.length && !hashtags.length && !posts.posts.length
  if (isNothing && !posts.nextMaxId)
    return (
      <div class="empty">
        <p dir="auto">{say('Nothing found for “{text}”.', { text })}</p>
        {didYouMean && (
          <p dir="auto">
            {sayWith('Did you mean <way>{didYouMean}</way>?', {
              didYouMean,
              way: (inside) => <a href={pathTo(didYouMean, kind)}>{inside}</a>,
            })}
          </p>
        )}
      </div>
    )
  return (
    <>
      {people.length > 0 && (
        <section>
          <h2>{say(labels.people)}</h2>
          <ul class="people">
            {people.map((person) => (
              <PersonRow key={person.username} person={person} />
            ))}
          </ul>
          {hasMore.people && <More href={pathTo(text, 'people', nextAfter)} label={say('More people')} />}
        </section>
      )}
      {hashtags.length > 0 && (
        <section>
          <h2>{say(labels.hashtags)}</h2>
          <ul class="people">
            {hashtags.map((hashtag) => (
              <HashtagRow key={hashtag.tag} hashtag={hashtag} />
            ))}
          </ul>
          {hasMore.hashtags && <More href={pathTo(text, 'hashtags', nextAfter)} label={say('More hashtags')} />}
        </section>
      )}
      {(posts.posts.length > 0 || posts.nextMaxId) && (
        <section>
          <h2>{say(labels.posts)}</h2>
          <PostGrid page={posts} path={pathTo(text, 'posts')} />
        </section>
      )}
    </>
  )
}

function More({ href, label }: { href: string; label: string }) {
  return (
    <p class="more">
      <a class="button" rel="next" href={href}>
        {label}
      </a>
    </p>
  )
}

type FoundProps = Pick<SearchPageProps, 'text' | 'kind'> & { results: Results }

function PersonRow({ person }: { person: FoundPerson }) {
  const relation = person.isFollowed ? say('You follow') : person.isFollower ? say('Follows you') : ''
  const notes = [
    relation,
    person.isPrivate && say('private'),
    say('{followers, plural, one {# follower} other {# followers}}', { followers: person.followerCount }),
  ].filter(Boolean)
  return (
    <li>
      <Avatar of={person} />
      <p class="person">
        <a class="author" href={`/@${person.username}`} dir="auto">
          {person.displayName}
        </a>
        <Handle of={person.username} class="faint" />
      </p>
      <p class="faint">{notes.join(' · ')}</p>
    </li>
  )
}

function HashtagRow({ hashtag: { tag, postCount } }: { hashtag: FoundHashtag }) {
  return (
    <li>
      <a class="author" href={`/tags/${encodeURIComponent(tag)}`} dir="auto">
        #{tag}
      </a>
      <p class="faint">{say('{posts, plural, one {# post} other {# posts}}', { posts: postCount })}</p>
    </li>
  )
}

/**
 * What client/page puts into the list below a field: the options, each with where it leads and what is written for it, and how many there
 * are, in words.
 */
export function Suggestions({ people, hashtags }: Pick<Results, 'people' | 'hashtags'>) {
  const count = people.length + hashtags.length
  return (
    <ul data-told={say('{count, plural, =0 {No suggestions} one {# suggestion} other {# suggestions}}', { count })}>
      {people.map((person) => (
        <li key={person.username} data-leads-to={`/@${person.username}`} data-written={`@${person.username}`}>
          <Avatar of={person} />
          <span class="person">
            <bdi class="author">{person.displayName}</bdi> <bdi class="faint">@{person.username}</bdi>
          </span>
        </li>
      ))}
      {hashtags.map(({ tag, postCount }) => (
        <li key={tag} data-leads-to={`/tags/${encodeURIComponent(tag)}`} data-written={`#${tag}`}>
          <span class="avatar" aria-hidden="true">
            #
          </span>
          <span class="person">
            <bdi class="author">#{tag}</bdi>{' '}
            <span class="faint">{say('{posts, plural, one {# post} other {# posts}}', { posts: postCount })}</span>
          </span>
        </li>
      ))}
    </ul>
  )
}
