import { Layout, type Visitor } from '../views/layout.tsx'
import type { Following } from './service.ts'

/** Follows, or ends it: what would do says the button, what is so stands beside it for those who only hear. */
export function FollowButton({ username, following, isPrivate }: FollowButtonProps) {
  const action = `/@${username}/${following === 'no' ? 'follow' : 'unfollow'}`
  const label = {
    no: isPrivate ? 'Ask to follow' : 'Follow',
    requested: 'Requested · take back',
    yes: 'Following · end',
  }
  return (
    <form method="post" action={action}>
      <button type="submit" class={following === 'no' ? '' : 'secondary'}>
        {label[following]}
      </button>
    </form>
  )
}

interface FollowButtonProps {
  username: string
  following: Following
  isPrivate: boolean
}

export function RequestsPage({ requests, visitor }: { requests: Request[]; visitor: Visitor }) {
  return (
    <Layout title="Follow requests" visitor={visitor}>
      <section class="narrow">
        <h1>Follow requests</h1>
        {requests.length === 0 && <p class="empty">Nobody is waiting.</p>}
        <ul class="people">
          {requests.map(({ username, displayName }) => (
            <li key={username}>
              <a class="author" href={`/@${username}`}>
                {displayName}
              </a>
              <form method="post" action={`/follow-requests/${username}`}>
                <button type="submit" name="answer" value="accept">
                  Accept
                </button>
                <button class="secondary" type="submit" name="answer" value="refuse">
                  Refuse
                </button>
              </form>
            </li>
          ))}
        </ul>
      </section>
    </Layout>
  )
}

interface Request {
  username: string
  displayName: string
}
