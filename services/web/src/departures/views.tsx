import { say, sayWith } from '../language/say.ts'
import { Layout, type Visitor } from '../views/layout.tsx'
import { PasswordField } from '../views/password-field.tsx'
import { Day } from '../views/time.tsx'
import { UsernameField } from '../views/username-field.tsx'
import { graceDays } from './service.ts'

interface DeletePageProps {
  visitor: Visitor
  /** What was entered for the name. */
  typed: string
  complaints: Readonly<Record<string, string>>
}

export function DeletePage({ visitor, typed, complaints }: DeletePageProps) {
  return (
    <Layout title={say('Delete the account')} visitor={visitor}>
      <section class="narrow stack">
        <h1>{say('Delete the account')}</h1>
        <p>
          {say(
            'You are signed out everywhere, and at once nobody sees you, your posts, your comments or your likes any more. For {graceDays} days you can sign in and take it back. After that all of it is removed for good: your photos, posts, comments with the replies to them, likes, follows, and all else.',
            { graceDays },
          )}
        </p>
        <p>
          {sayWith('You may want to <way>take everything along</way> before.', {
            way: (inside) => <a href="/settings/export">{inside}</a>,
          })}
        </p>
        <form method="post" action="/settings/delete" class="stack">
          <UsernameField
            label={say('Type your name, {username}', { username: visitor.username })}
            typed={typed}
            complaint={complaints.username}
            autocomplete="off"
          />
          <PasswordField
            name="password"
            label={say('Your password')}
            complaint={complaints.password}
            autocomplete="current-password"
          />
          <button type="submit" class="danger">
            {say('Delete my account')}
          </button>
        </form>
        <p>
          <a href="/settings">{say('Settings')}</a>
        </p>
      </section>
    </Layout>
  )
}

export function GoodbyePage() {
  return (
    <Layout title={say('Goodbye')} visitor={undefined}>
      <section class="doorstep">
        <h1>{say('Goodbye')}</h1>
        <p>
          {sayWith(
            'Nobody sees your account any more. In {graceDays} days all of it is removed; until then you can <way>sign in</way> and take it back.',
            { graceDays, way: (inside) => <a href="/sign-in">{inside}</a> },
          )}
        </p>
      </section>
    </Layout>
  )
}

export function ComeBackPage({ username, leavesAt }: { username: string; leavesAt: Date }) {
  return (
    <Layout title={say('Come back')} visitor={undefined}>
      <section class="doorstep">
        <h1>{say('Do you want to come back, {username}?', { username })}</h1>
        <p>
          {sayWith(
            'You have deleted this account. Nobody sees it, and on {day} all of it is removed. If you keep it, everything is as it was.',
            { day: <Day of={leavesAt} /> },
          )}
        </p>
        <form method="post" action="/come-back">
          <button type="submit">{say('Keep my account')}</button>
        </form>
        <p>
          <a href="/">{say('Leave it at that')}</a>
        </p>
      </section>
    </Layout>
  )
}
