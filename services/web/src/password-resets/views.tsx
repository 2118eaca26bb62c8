import { say } from '../language/say.ts'
import { mailIsOff } from '../mail/sending.ts'
import { Field } from '../views/field.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'

interface ForgotPageProps {
  isSent: boolean
  /** What was typed, to be shown again. */
  typed: string
  complaint?: string | undefined
  isMailOn: boolean
  visitor: Visitor | undefined
}

export function ForgotPage({ isSent, typed, complaint, isMailOn, visitor }: ForgotPageProps) {
  return (
    <Layout title={say('Forgot your password?')} visitor={visitor}>
      <section class="doorstep">
        <h1>{say('Forgot your password?')}</h1>
        {isSent && (
          <p class="note" role="status">
            {say(
              'If there is such an account and it has a confirmed e-mail address, a mail with a link is on its way. The link works for an hour.',
            )}
          </p>
        )}
        {isMailOn ? (
          <form method="post" action="/forgot-password" class="stack">
            <Field name="asked" label={say('Name or e-mail address')} complaint={complaint}>
              {(aria) => (
                <input
                  {...aria}
                  value={typed}
                  required
                  maxLength={254}
                  autocomplete="username"
                  autocapitalize="none"
                  spellcheck={false}
                />
              )}
            </Field>
            <button type="submit">{say('Send me a link')}</button>
          </form>
        ) : (
          <p class="note">
            {mailIsOff()} {say('Ask them for help with your password.')}
          </p>
        )}
        <p>
          <a href="/sign-in">{say('Sign in')}</a>
        </p>
      </section>
    </Layout>
  )
}

interface ResetPageProps {
  token: string
  username: string
  complaint?: string | undefined
  visitor: Visitor | undefined
}

export function ResetPage({ token, username, complaint, visitor }: ResetPageProps) {
  return (
    <Layout title={say('Choose a new password')} visitor={visitor}>
      <section class="doorstep">
        <h1>{say('Choose a new password')}</h1>
        <form method="post" action="/reset-password" class="stack">
          <input type="hidden" name="token" value={token} />
          {/* For password managers: which account it is. */}
          <input
            type="text"
            name="username"
            value={username}
            autocomplete="username"
            readOnly
            aria-label={say('Name')}
          />
          <Field name="password" label={say('New password')} complaint={complaint} hint={say('8 characters or more')}>
            {(aria) => <input {...aria} type="password" required maxLength={256} autocomplete="new-password" />}
          </Field>
          <p class="faint">{say('You will be signed out everywhere.')}</p>
          <button type="submit">{say('Set the password')}</button>
        </form>
      </section>
    </Layout>
  )
}

export function ResetDonePage({ visitor }: { visitor: Visitor | undefined }) {
  return (
    <Layout title={say('Your password is set')} visitor={visitor}>
      <section class="doorstep">
        <h1>{say('Your password is set')}</h1>
        <p role="status">
          {say('You were signed out everywhere.')} <a href="/sign-in">{say('Sign in with the new one')}</a>
        </p>
      </section>
    </Layout>
  )
}
