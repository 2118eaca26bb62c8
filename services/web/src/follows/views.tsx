import type { ComponentChildren } from 'preact'
import type { Person } from '../accounts/service.ts'
import type { Page } from '../db/paging.ts'
import { phrase, say, sayWith } from '../language/say.ts'
import { Layout, type Visitor } from '../views/layout.tsx'
import { PeopleList } from '../views/people.tsx'
import type { Following, Listed, ListKind } from './service.ts'

interface FollowButtonProps {
  username: string
  following: Following
  isPrivate: boolean
  /** Where to go afterwards, if not to the profile. */
  next?: string
}

const labels = {
  no: phrase('Follow'),
  ask: phrase('Ask to follow'),
  requested: phrase('Requested · take back'),
  yes: phrase('Following · end'),
}
/** What is seen of them: what is so. Those who hear the page are told what would be done, too. */
const shown = { ...labels, requested: phrase('Requested'), yes: phrase('Following') }

/** Follows somebody, or ends it. */
export function FollowButton({ username, following, isPrivate, next }: FollowButtonProps) {
  const begin = isPrivate ? 'ask' : 'no'
  const end = isPrivate && following !== 'yes' ? 'requested' : 'yes'
  return following === 'no' ? (
    <FollowForm path={`/@${username}`} isFollowed={false} now={begin} then={end} next={next} />
  ) : (
    <FollowForm path={`/@${username}`} isFollowed now={following} then={begin} next={next} />
  )
}

/** Follows a hashtag, or ends it. */
export function FollowTagButton({ path, isFollowed }: { path: string; isFollowed: boolean }) {
  const [now, then] = isFollowed ? (['yes', 'no'] as const) : (['no', 'yes'] as const)
  return <FollowForm path={path} isFollowed={isFollowed} now={now} then={then} next={undefined} />
}

interface FollowFormProps {
  /** Of what is followed: `/follow` and `/unfollow` stand below it. */
  path: string
  isFollowed: boolean
  now: keyof typeof labels
  /** What it would be otherwise. */
  then: keyof typeof labels
  next: string | undefined
}

function FollowForm({ path, isFollowed, now, then, next }: FollowFormProps) {
  const [action, otherAction] = isFollowed ? ['unfollow', 'follow'] : ['follow', 'unfollow']
  return (
    <form method="post" action={`${path}/${action}`} data-toggle="follow" data-other={`${path}/${otherAction}`}>
      {next && <input type="hidden" name="next" value={next} />}
      <button
        type="submit"
        class={isFollowed ? 'secondary' : ''}
        aria-label={say(labels[now])}
        data-other={say(labels[then])}
        data-other-class={isFollowed ? '' : 'secondary'}
        data-other-text={say(shown[then])}
      >
        {say(shown[now])}
      </button>
    </form>
  )
}

/** How many posts somebody has, followers, and people they follow. */
export function ProfileCounts({ username, posts, followers, otherwise, following, areListsOpen }: ProfileCountsProps) {
  return (
    <p class="counts">
      {posts !== undefined && (
        <span>{counted(phrase('<n>{count, number}</n> {count, plural, one {post} other {posts}}'), posts)}</span>
      )}
      <MaybeLink href={areListsOpen && `/@${username}/followers`}>
        {otherwise === undefined ? (
          followersIn(followers)
        ) : (
          <>
            <span data-toggled-by="follow">{followersIn(followers)}</span>
            <span data-toggled-by="follow" hidden>
              {followersIn(otherwise)}
            </span>
          </>
        )}
      </MaybeLink>
      <MaybeLink href={areListsOpen && `/@${username}/following`}>
        {counted(phrase('<n>{count, number}</n> following'), following)}
      </MaybeLink>
    </p>
  )
}

interface ProfileCountsProps {
  username: string
  /** Undefined where strangers learn nothing of them. */
  posts: number | undefined
  followers: number
  /** How many there are once the button beside it was pressed; undefined if it changes nothing, or is not there. */
  otherwise: number | undefined
  following: number
  /** Whether the visitor may see who they are. */
  areListsOpen: boolean
}

const followersIn = (count: number) =>
  counted(phrase('<n>{count, number}</n> {count, plural, one {follower} other {followers}}'), count)

function counted(sentence: string, count: number) {
  return sayWith(sentence, { count, n: (inside) => <strong>{inside}</strong> })
}

function MaybeLink({ href, children }: { href: string | false; children: ComponentChildren }) {
  return href ? <a href={href}>{children}</a> : <span>{children}</span>
}

interface FollowListPageProps {
  person: Person
  kind: ListKind
  list: Page<Listed>
  visitor: Visitor | undefined
}

/** Who follows somebody, or whom they follow. */
export function FollowListPage({ person, kind, list, visitor }: FollowListPageProps) {
  const path = `/@${person.username}/${kind}`
  const title = kind === 'followers' ? say('Followers') : say('Following')
  const isOwnFollowers = kind === 'followers' && visitor?.username === person.username
  return (
    <Layout title={`${title} · ${person.displayName}`} visitor={visitor}>
      <section class="narrow">
        <h1>{title}</h1>
        <p>
          <a href={`/@${person.username}`}>{person.displayName}</a>
        </p>
        <PeopleList
          people={list.items}
          empty={say('Nobody yet.')}
          path={path}
          nextMaxId={list.nextMaxId}
          ways={({ username, following, isPrivate }) =>
            visitor &&
            visitor.username !== username && (
              <div class="buttons">
                <FollowButton username={username} following={following} isPrivate={isPrivate} next={path} />
                {isOwnFollowers && (
                  <RemoveFollower username={username} label={say('Remove')} look="secondary" next={path} />
                )}
              </div>
            )
          }
        />
      </section>
    </Layout>
  )
}

interface RemoveFollowerProps {
  username: string
  label: string
  /** A button like others, or one way among those of a menu. */
  look: 'secondary' | 'way'
  next: string
}

/** Ends that somebody follows the visitor. */
export function RemoveFollower({ username, label, look, next }: RemoveFollowerProps) {
  return (
    <form method="post" action={`/@${username}/remove-follower`}>
      <input type="hidden" name="next" value={next} />
      <button class={look} type="submit">
        {label}
      </button>
    </form>
  )
}

/** Who waits to be let in. */
export function RequestsPage({ requests, visitor }: { requests: Page<Listed>; visitor: Visitor }) {
  return (
    <Layout title={say('Follow requests')} visitor={visitor}>
      <section class="narrow">
        <h1>{say('Follow requests')}</h1>
        <PeopleList
          people={requests.items}
          empty={say('Nobody is waiting.')}
          path="/follow-requests"
          nextMaxId={requests.nextMaxId}
          ways={({ username }) => (
            <form method="post" action={`/follow-requests/${username}`}>
              <button type="submit" name="answer" value="accept">
                {say('Accept')}
              </button>
              <button class="secondary" type="submit" name="answer" value="refuse">
                {say('Refuse')}
              </button>
            </form>
          )}
        />
      </section>
    </Layout>
  )
}
