import { withNext } from '../http/faces.ts'
import { say } from '../language/say.ts'
import { PasskeyForm } from '../passkeys/views.tsx'
import { CodeField } from '../two-factor/views.tsx'
import { clientModule } from '../views/client-modules.ts'
import { Field } from '../views/field.tsx'
import { Layout } from '../views/layout.tsx'
import { PasswordField } from '../views/password-field.tsx'
import { UsernameField } from '../views/username-field.tsx'

interface SignInPageProps {
  /** What was typed, to be shown again. A password never is. */
  username: string
  /** Where to go afterwards. */
  next: string
  complaints: Readonly<Record<string, string>>
}

export function SignInPage({ username, next, complaints }: SignInPageProps) {
  return (
    <Layout title={say('Sign in')} visitor={undefined} modules={[clientModule('passkeys')]}>
      <section class="doorstep">
        <h1>{say('Sign in')}</h1>
        <form method="post" action="/sign-in" class="stack">
          <input type="hidden" name="next" value={next} />
          <UsernameField
            label={say('Name')}
            typed={username}
            complaint={complaints.username}
            autocomplete="username webauthn"
          />
          <PasswordField
            name="password"
            label={say('Password')}
            complaint={complaints.password}
            autocomplete="current-password"
          />
          <button type="submit">{say('Sign in')}</button>
        </form>
        <PasskeyForm action="/sign-in/passkey" next={next} complaint={complaints.credential} isOffered />
        <p>
          <a href="/forgot-password">{say('Forgot your password?')}</a>
        </p>
        <p>
          {say('New here?')} <a href={withNext('/sign-up', next)}>{say('Sign up')}</a>
        </p>
      </section>
    </Layout>
  )
}

interface SecondStepPageProps {
  hasPasskey: boolean
  next: string
  complaints: Readonly<Record<string, string>>
}

export function SecondStepPage({ hasPasskey, next, complaints }: SecondStepPageProps) {
  return (
    <Layout title={say('Second step')} visitor={undefined} modules={hasPasskey ? [clientModule('passkeys')] : []}>
      <section class="doorstep">
        <h1>{say('Second step')}</h1>
        <form method="post" action="/sign-in/code" class="stack">
          <input type="hidden" name="next" value={next} />
          <CodeField complaint={complaints.code} />
          <button type="submit">{say('Sign in')}</button>
        </form>
        {hasPasskey && (
          <PasskeyForm action="/sign-in/code/passkey" next={next} complaint={complaints.credential} isOffered={false} />
        )}
        <details class="more-fields" open={complaints.recoveryCode !== undefined}>
          <summary>{say('No phone at hand?')}</summary>
          <form method="post" action="/sign-in/code" class="stack">
            <input type="hidden" name="next" value={next} />
            <Field
              name="recoveryCode"
              label={say('Recovery code')}
              hint={say('One of the ten that you were shown')}
              complaint={complaints.recoveryCode}
            >
              {(aria) => (
                <input {...aria} required maxLength={50} autocomplete="off" autocapitalize="none" spellcheck={false} />
              )}
            </Field>
            <button class="secondary" type="submit">
              {say('Use it up')}
            </button>
          </form>
        </details>
        <p>
          <a href={withNext('/sign-in', next)}>{say('Begin again')}</a>
        </p>
      </section>
    </Layout>
  )
}
