import { say, sayWith } from '../language/say.ts'
import { clientModule } from '../views/client-modules.ts'
import { Layout, type Visitor } from '../views/layout.tsx'
import { Moment } from '../views/time.tsx'
import type { Subscription } from './service.ts'

interface DevicesPageProps {
  visitor: Visitor
  subscriptions: readonly (Subscription & { isThisOne: boolean })[]
  publicKey: string
}

export function DevicesPage({ visitor, subscriptions, publicKey }: DevicesPageProps) {
  return (
    <Layout title={say('On your devices')} visitor={visitor} modules={[clientModule('push')]}>
      <section class="narrow stack">
        <h1>{say('On your devices')}</h1>
        <p>
          {say(
            'Browsers that tell you at once what you are told here, also while no page is open. It ends when you sign out there.',
          )}
        </p>
        {subscriptions.length === 0 && <p class="empty">{say('None so far.')}</p>}
        <ul class="people">
          {subscriptions.map(({ id, device, createdAt, isThisOne }) => (
            <li key={id}>
              <div>
                <strong>{device}</strong>
                {isThisOne && ` · ${say('this one')}`}
                <p class="hint">{sayWith('Since {moment}', { moment: <Moment of={createdAt} /> })}</p>
              </div>
              <form method="post" action={`/settings/notifications/devices/${id}/end`}>
                <button class="secondary" type="submit" aria-label={say('End {device}', { device })}>
                  {say('End')}
                </button>
              </form>
            </li>
          ))}
        </ul>
        {!subscriptions.some(({ isThisOne }) => isThisOne) && (
          <form method="post" action="/settings/notifications/devices" class="stack" data-push={publicKey} hidden>
            <button type="submit">{say('Tell me in this browser')}</button>
            <p class="complaint" role="alert" data-push-denied hidden>
              {say(
                'Your browser does not let this site tell you anything: allow notifications in its settings, and try again.',
              )}
            </p>
            <p class="complaint" role="alert" data-push-failed hidden>
              {say('Your browser could not be reached. Try again in a moment.')}
            </p>
          </form>
        )}
        <p class="hint" data-without-push>
          {say(
            'This browser cannot be told, or needs JavaScript for it; on iPhones and iPads, add the site to the home screen first.',
          )}
        </p>
        <p>
          <a href="/settings/notifications">{say('What to be told')}</a>
        </p>
      </section>
    </Layout>
  )
}
