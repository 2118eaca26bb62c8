import type { Person } from '../accounts/service.ts'
import type { Following } from '../follows/service.ts'
import { FollowButton, ProfileCounts, RemoveFollower } from '../follows/views.tsx'
import { say } from '../language/say.ts'
import { UnmuteForm } from '../mutes/views.tsx'
import { Avatar } from '../views/avatar.tsx'
import { Handle } from '../views/handle.tsx'
import type { Visitor } from '../views/layout.tsx'
import { RichText } from '../views/rich-text.tsx'

/** How a visitor and the person of a profile stand to each other. */
export interface Relation {
  following: Following
  /** Whether the person follows the visitor. */
  isFollower: boolean
  isMuted: boolean
}

export interface Counts {
  /** Undefined where strangers learn nothing of them. */
  posts: number | undefined
  followers: number
  following: number
}

interface ProfileHeaderProps {
  person: Person
  /** The names in the bio that are somebody's who is there for the visitor. */
  mentioned: ReadonlySet<string>
  relation: Relation
  counts: Counts
  visitor: Visitor | undefined
}

/** Who somebody is, and what a visitor can do about it. */
export function ProfileHeader({ person, mentioned, relation, counts, visitor }: ProfileHeaderProps) {
  const { username, isPrivate, bio, website } = person
  const { following } = relation
  const isOwn = visitor?.username === username
  return (
    <header class="profile" data-toggles>
      <Avatar of={person} size="large" />
      <div class="about">
        <h1 dir="auto">{person.displayName}</h1>
        <p class="faint">
          <Handle of={username} />
          {isPrivate && ` · ${say('private')}`}
          {relation.isFollower && ` · ${say('follows you')}`}
          {relation.isMuted && ` · ${say('muted')}`}
        </p>
        <ProfileCounts
          username={username}
          areListsOpen={!isPrivate || isOwn || following === 'yes'}
          {...counts}
          otherwise={visitor && !isOwn ? followersOtherwise(counts.followers, following, isPrivate) : undefined}
        />
        {bio && (
          <p class="caption" dir="auto">
            <RichText text={bio} mentioned={mentioned} />
          </p>
        )}
        {website && (
          <p>
            <a href={website} rel="nofollow me noopener" dir="ltr">
              {website.replace(/^https?:\/\//, '').replace(/\/$/, '')}
            </a>
          </p>
        )}
      </div>
      {isOwn && (
        <a class="button secondary" href="/settings">
          {say('Settings')}
        </a>
      )}
      {visitor && !isOwn && (
        <div class="buttons">
          <FollowButton username={username} following={following} isPrivate={isPrivate} />
          <MoreMenu username={username} relation={relation} />
        </div>
      )}
    </header>
  )
}

/** How many follow somebody once the visitor's mind has changed; who asks to is not counted. */
function followersOtherwise(followers: number, following: Following, isPrivate: boolean): number | undefined {
  if (following === 'yes') return followers - 1
  return isPrivate ? undefined : followers + 1
}

/** What one does more seldom about somebody. */
function MoreMenu({ username, relation }: { username: string; relation: Relation }) {
  const path = `/@${username}`
  return (
    <details class="menu">
      <summary class="button secondary">{say('More')}</summary>
      <ul>
        {relation.isFollower && (
          <li>
            <RemoveFollower username={username} label={say('Remove follower')} look="way" next={path} />
          </li>
        )}
        <li>
          {relation.isMuted ? (
            <UnmuteForm username={username} look="way" next={path} />
          ) : (
            <a class="way" href={`${path}/mute`}>
              {say('Mute')}
            </a>
          )}
        </li>
        <li>
          <a class="way" href={`${path}/block`}>
            {say('Block')}
          </a>
        </li>
        <li>
          <a class="way" href={`${path}/report`}>
            {say('Report')}
          </a>
        </li>
      </ul>
    </details>
  )
}
