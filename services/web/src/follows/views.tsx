import type { ComponentChildren } from 'preact'
import type { Person } from '../accounts/service.ts'
import type { Page } from '../db/paging.ts'
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
  no: 'Follow',
  ask: 'Ask to follow',
  requested: 'Requested · take back',
  yes: 'Following · end',
}
/** What is seen of them: what is so. Those who hear the page are told what would be done, too. */
const shown = { ...labels, requested: 'Requested', yes: 'Following' }

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
        aria-label={labels[now]}
        data-other={labels[then]}
        data-other-class={isFollowed ? '' : 'secondary'}
        data-other-text={shown[then]}
      >
        {shown[now]}
      </button>
    </form>
  )
}

/** How many posts somebody has, followers, and people they follow. */
export function ProfileCounts({ username, posts, followers, following, areListsOpen }: ProfileCountsProps) {
  return (
    <p class="counts">
      {posts !== undefined && <span>{counted(posts, 'post', 'posts')}</span>}
      <MaybeLink href={areListsOpen && `/@${username}/followers`}>
        {counted(followers, 'follower', 'followers')}
      </MaybeLink>
      <MaybeLink href={areListsOpen && `/@${username}/following`}>
        {counted(following, 'following', 'following')}
      </MaybeLink>
    </p>
  )
}

interface ProfileCountsProps {
  username: string
  /** Undefined where strangers learn nothing of them. */
  posts: number | undefined
  followers: number
  following: number
  /** Whether the visitor may see who they are. */
  areListsOpen: boolean
}

function counted(count: number, one: string, many: string) {
  return (
    <>
      <strong>{count.toLocaleString('en')}</strong> {count === 1 ? one : many}
    </>
  )
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
  const title = { followers: 'Followers', following: 'Following' }[kind]
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
          empty="Nobody yet."
          path={path}
          nextMaxId={list.nextMaxId}
          ways={({ username, following, isPrivate }) =>
            visitor &&
            visitor.username !== username && (
              <div class="buttons">
                <FollowButton username={username} following={following} isPrivate={isPrivate} next={path} />
                {isOwnFollowers && <RemoveFollower username={username} label="Remove" look="secondary" next={path} />}
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
    <Layout title="Follow requests" visitor={visitor}>
      <section class="narrow">
        <h1>Follow requests</h1>
        <PeopleList
          people={requests.items}
          empty="Nobody is waiting."
          path="/follow-requests"
          nextMaxId={requests.nextMaxId}
          ways={({ username }) => (
            <form method="post" action={`/follow-requests/${username}`}>
              <button type="submit" name="answer" value="accept">
                Accept
              </button>
              <button class="secondary" type="submit" name="answer" value="refuse">
                Refuse
              </button>
            </form>
          )}
        />
      </section>
    </Layout>
  )
}
