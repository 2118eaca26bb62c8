import { say } from '../language/say.ts'
import { Layout, type Visitor } from '../views/layout.tsx'
import { PasswordField } from '../views/password-field.tsx'

interface PasswordPageProps {
  visitor: Visitor
  complaints: Readonly<Record<string, string>>
}

export function PasswordPage({ visitor, complaints }: PasswordPageProps) {
  return (
    <Layout title={say('Password')} visitor={visitor}>
      <section class="narrow stack">
        <h1>{say('Change your password')}</h1>
        <p>{say('All other browsers are signed out by it.')}</p>
        <form method="post" action="/settings/password" class="stack">
          {/* Tells a password manager whose password it is. */}
          <input hidden name="username" value={visitor.username} autocomplete="username" readOnly />
          <PasswordField
            name="currentPassword"
            label={say('Your password now')}
            complaint={complaints.currentPassword}
            autocomplete="current-password"
          />
          <PasswordField
            name="password"
            label={say('New password')}
            hint={say('8 characters or more')}
            complaint={complaints.password}
            autocomplete="new-password"
          />
          <button type="submit">{say('Change it')}</button>
        </form>
        <p>
          <a href="/settings">{say('Settings')}</a>
        </p>
      </section>
    </Layout>
  )
}
