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
    <Layout title="Delete the account" visitor={visitor}>
      <section class="narrow stack">
        <h1>Delete the account</h1>
        <p>
          You are signed out everywhere, and at once nobody sees you, your posts, your comments or your likes any more.
          For {graceDays} days you can sign in and take it back. After that all of it is removed for good: your photos,
          posts, comments with the replies to them, likes, follows, and all else.
        </p>
        <p>
          You may want to <a href="/settings/export">take everything along</a> before.
        </p>
        <form method="post" action="/settings/delete" class="stack">
          <UsernameField
            label={`Type your name, ${visitor.username}`}
            typed={typed}
            complaint={complaints.username}
            autocomplete="off"
          />
          <PasswordField
            name="password"
            label="Your password"
            complaint={complaints.password}
            autocomplete="current-password"
          />
          <button type="submit" class="danger">
            Delete my account
          </button>
        </form>
        <p>
          <a href="/settings">Settings</a>
        </p>
      </section>
    </Layout>
  )
}

export function GoodbyePage() {
  return (
    <Layout title="Goodbye" visitor={undefined}>
      <section class="narrow stack">
        <h1>Goodbye</h1>
        <p>
          Nobody sees your account any more. In {graceDays} days all of it is removed; until then you can{' '}
          <a href="/sign-in">sign in</a> and take it back.
        </p>
      </section>
    </Layout>
  )
}

export function ComeBackPage({ username, leavesAt }: { username: string; leavesAt: Date }) {
  return (
    <Layout title="Come back" visitor={undefined}>
      <section class="narrow stack">
        <h1>Do you want to come back, {username}?</h1>
        <p>
          You have deleted this account. Nobody sees it, and on <Day of={leavesAt} /> all of it is removed. If you keep
          it, everything is as it was.
        </p>
        <form method="post" action="/come-back">
          <button type="submit">Keep my account</button>
        </form>
        <p>
          <a href="/">Leave it at that</a>
        </p>
      </section>
    </Layout>
  )
}
