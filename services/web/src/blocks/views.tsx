import type { Person } from '../accounts/service.ts'
import type { Page } from '../db/paging.ts'
import { Layout, type Visitor } from '../views/layout.tsx'
import { type ListedPerson, PeopleList } from '../views/people.tsx'

/** Says what a block does, and asks. */
export function BlockPage({ person, visitor }: { person: Person; visitor: Visitor }) {
  return (
    <Layout title={`Block ${person.displayName}`} visitor={visitor}>
      <section class="narrow">
        <h1>Block {person.displayName}?</h1>
        <ul>
          <li>Neither of you sees the other’s posts, comments and profile any more.</li>
          <li>You no longer follow each other.</li>
          <li>What you have liked and commented of each other is removed, and does not come back when you unblock.</li>
          <li>@{person.username} is not told.</li>
        </ul>
        <form method="post" action={`/@${person.username}/block`} class="buttons">
          <button class="danger" type="submit">
            Block
          </button>
          <a href={`/@${person.username}`}>Cancel</a>
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
          <p class="faint">@{person.username}</p>
        </div>
        <UnblockForm username={person.username} />
      </header>
      <p class="empty">You have blocked this person.</p>
    </Layout>
  )
}

/** Everybody whom the visitor has blocked. */
export function BlockedPeoplePage({ blocked, visitor }: { blocked: Page<ListedPerson>; visitor: Visitor }) {
  const path = '/settings/blocked'
  return (
    <Layout title="Blocked people" visitor={visitor}>
      <section class="narrow">
        <h1>Blocked people</h1>
        <PeopleList
          people={blocked.items}
          empty="You have blocked nobody."
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
        Unblock
      </button>
    </form>
  )
}
