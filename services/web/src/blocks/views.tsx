import type { Person } from '../accounts/service.ts'
import type { Page } from '../db/paging.ts'
import { say } from '../language/say.ts'
import { Handle } from '../views/handle.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { type ListedPerson, PeopleList } from '../views/people.tsx'

/** Says what a block does, and asks. */
export function BlockPage({ person, visitor }: { person: Person; visitor: Visitor }) {
  return (
    <Layout title={say('Block {displayName}', { displayName: person.displayName })} visitor={visitor}>
      <section class="narrow">
        <h1>{say('Block {displayName}?', { displayName: person.displayName })}</h1>
        <ul>
          <li>{say('Neither of you sees the other’s posts, comments and profile any more.')}</li>
          <li>{say('You no longer follow each other.')}</li>
          <li>
            {say(
              'What you have liked and commented of each other is removed, and does not come back when you unblock.',
            )}
          </li>
          <li>{say('@{username} is not told.', { username: person.username })}</li>
        </ul>
        <form method="post" action={`/@${person.username}/block`} class="buttons">
          <button class="danger" type="submit">
            {say('Block')}
          </button>
          <a href={`/@${person.username}`}>{say('Cancel')}</a>
        </form>
      </section>
    </Layout>
  )
}

/** All that is left of the profile of somebody whom the visitor has blocked. */
export function BlockedProfilePage({ person, visitor }: { person: Person; visitor: Visitor | undefined }) {
  return (
    <Layout title={`${person.displayName} (@${person.username})`} visitor={visitor}>
      <header class="profile">
        <div>
          <h1>{person.displayName}</h1>
          <p class="faint">
            <Handle of={person.username} />
          </p>
        </div>
        <UnblockForm username={person.username} />
      </header>
      <p class="empty">{say('You have blocked this person.')}</p>
    </Layout>
  )
}

/** Everybody whom the visitor has blocked. */
export function BlockedPeoplePage({ blocked, visitor }: { blocked: Page<ListedPerson>; visitor: Visitor }) {
  const path = '/settings/blocked'
  return (
    <Layout title={say('Blocked people')} visitor={visitor}>
      <section class="narrow">
        <h1>{say('Blocked people')}</h1>
        <PeopleList
          people={blocked.items}
          empty={say('You have blocked nobody.')}
          path={path}
          nextMaxId={blocked.nextMaxId}
          ways={({ username }) => <UnblockForm username={username} next={path} />}
        />
      </section>
    </Layout>
  )
}

function UnblockForm({ username, next }: { username: string; next?: string }) {
  return (
    <form method="post" action={`/@${username}/unblock`}>
      {next && <input type="hidden" name="next" value={next} />}
      <button class="secondary" type="submit">
        {say('Unblock')}
      </button>
    </form>
  )
}
