import { say, sayWith } from '../language/say.ts'
import type { Session } from '../sessions/service.ts'
import { Layout, type Visitor } from '../views/layout.tsx'
import { Moment } from '../views/time.tsx'

interface SessionsPageProps {
  visitor: Visitor
  sessions: readonly (Session & { isThisOne: boolean })[]
}

export function SessionsPage({ visitor, sessions }: SessionsPageProps) {
  return (
    <Layout title={say('Sessions')} visitor={visitor}>
      <section class="narrow stack">
        <h1>{say('Sessions')}</h1>
        <p>{say('Where you are signed in. Whatever you do not know, end, and then change your password.')}</p>
        <ul class="people">
          {sessions.map(({ id, device, createdAt, lastUsedAt, isThisOne }) => (
            <li key={id}>
              <div>
                <strong>{device}</strong>
                {isThisOne && ` · ${say('this one')}`}
                <p class="hint">
                  {sayWith('Signed in {opened}, last used {used}', {
                    opened: <Moment of={createdAt} />,
                    used: <Moment of={lastUsedAt} />,
                  })}
                </p>
              </div>
              <form method="post" action={`/settings/sessions/${id}/end`}>
                <button
                  class="secondary"
                  type="submit"
                  aria-label={isThisOne ? say('Sign out here') : say('End {device}', { device })}
                >
                  {isThisOne ? say('Sign out') : say('End')}
                </button>
              </form>
            </li>
          ))}
        </ul>
        {sessions.length > 1 && (
          <form method="post" action="/settings/sessions/end-others">
            <button type="submit">{say('End all others')}</button>
          </form>
        )}
        <p>
          <a href="/settings">{say('Settings')}</a>
        </p>
      </section>
    </Layout>
  )
}
