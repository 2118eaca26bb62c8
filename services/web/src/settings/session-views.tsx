import type { Session } from '../sessions/service.ts'
import { Layout, type Visitor } from '../views/layout.tsx'
import { Moment } from '../views/time.tsx'

interface SessionsPageProps {
  visitor: Visitor
  sessions: readonly (Session & { isThisOne: boolean })[]
}

export function SessionsPage({ visitor, sessions }: SessionsPageProps) {
  return (
    <Layout title="Sessions" visitor={visitor}>
      <section class="narrow stack">
        <h1>Sessions</h1>
        <p>Where you are signed in. Whatever you do not know, end, and then change your password.</p>
        <ul class="people">
          {sessions.map(({ id, device, createdAt, lastUsedAt, isThisOne }) => (
            <li key={id}>
              <div>
                <strong>{device}</strong>
                {isThisOne && ' · this one'}
                <p class="hint">
                  Signed in <Moment of={createdAt} />, last used <Moment of={lastUsedAt} />
                </p>
              </div>
              <form method="post" action={`/settings/sessions/${id}/end`}>
                <button class="secondary" type="submit" aria-label={isThisOne ? 'Sign out here' : `End ${device}`}>
                  {isThisOne ? 'Sign out' : 'End'}
                </button>
              </form>
            </li>
          ))}
        </ul>
        {sessions.length > 1 && (
          <form method="post" action="/settings/sessions/end-others">
            <button type="submit">End all others</button>
          </form>
        )}
        <p>
          <a href="/settings">Settings</a>
        </p>
      </section>
    </Layout>
  )
}
