import { say } from '../language/say.ts'
import { Field } from '../views/field.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { PasswordField } from '../views/password-field.tsx'
import { QrCode } from './qr-code.tsx'
import type { TwoFactor } from './service.ts'

type Complaints = Readonly<Record<string, string>>

interface TwoFactorPageProps extends TwoFactor {
  visitor: Visitor
  /** About the password that was given. */
  complaints: Complaints
}

export function TwoFactorPage({ visitor, isOn, recoveryCodesLeft, complaints }: TwoFactorPageProps) {
  return (
    <Layout title={say('Two-step sign-in')} visitor={visitor}>
      <section class="narrow stack">
        <h1>{say('Two-step sign-in')}</h1>
        {isOn ? (
          <>
            <p>
              {say(
                'It is on: besides your password, signing in takes a code from your app, a recovery code or a passkey. You have {recoveryCodesLeft} of 10 recovery codes left.',
                { recoveryCodesLeft },
              )}
            </p>
            <form method="post" class="stack">
              <PasswordField
                name="password"
                label={say('Your password')}
                complaint={complaints.password}
                autocomplete="current-password"
              />
              <p class="buttons">
                <button class="secondary" type="submit" formaction="/settings/two-factor/recovery-codes">
                  {say('New recovery codes')}
                </button>
                <button class="danger" type="submit" formaction="/settings/two-factor/off">
                  {say('Turn it off')}
                </button>
              </p>
            </form>
          </>
        ) : (
          <>
            <p>
              {say(
                'Besides your password, signing in then takes a code that an app on your phone shows, such as Aegis, 2FAS or your password manager. Whoever learns your password cannot come in with it.',
              )}
            </p>
            <form method="post" action="/settings/two-factor/set-up" class="stack">
              <PasswordField
                name="password"
                label={say('Your password')}
                complaint={complaints.password}
                autocomplete="current-password"
              />
              <button type="submit">{say('Set it up')}</button>
            </form>
          </>
        )}
        <BackToSettings />
      </section>
    </Layout>
  )
}

interface SetUpPageProps {
  visitor: Visitor
  secret: string
  uri: string
  complaints: Complaints
}

export function SetUpPage({ visitor, secret, uri, complaints }: SetUpPageProps) {
  return (
    <Layout title={say('Set up two-step sign-in')} visitor={visitor}>
      <section class="narrow stack">
        <h1>{say('Set up two-step sign-in')}</h1>
        <p>{say('Show this picture to the app on your phone, or type the letters below it.')}</p>
        <QrCode text={uri} label={say('QR code with the secret for your app')} />
        <p class="secret">
          <code>{secret.match(/.{1,4}/g)?.join(' ')}</code>
        </p>
        <form method="post" action="/settings/two-factor/confirm" class="stack">
          <CodeField complaint={complaints.code} />
          <button type="submit">{say('Turn it on')}</button>
        </form>
        <BackToSettings />
      </section>
    </Layout>
  )
}

/** Shown once: what is kept of them is but hashes. */
export function RecoveryCodesPage({ visitor, codes }: { visitor: Visitor; codes: readonly string[] }) {
  return (
    <Layout title={say('Recovery codes')} visitor={visitor}>
      <section class="narrow stack">
        <h1>{say('Your recovery codes')}</h1>
        <p>
          {say(
            'Two-step sign-in is on. Each of these lets you in once, should your phone be lost. Keep them where your phone is not: they are shown only now.',
          )}
        </p>
        <ul class="codes">
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ul>
        <BackToSettings />
      </section>
    </Layout>
  )
}

/** The six digits that the app shows; phones offer a keypad for it. */
export function CodeField({ complaint }: { complaint: string | undefined }) {
  return (
    <Field name="code" label={say('Code')} hint={say('The six digits that the app shows now')} complaint={complaint}>
      {(aria) => <input {...aria} required maxLength={10} inputMode="numeric" autocomplete="one-time-code" />}
    </Field>
  )
}

function BackToSettings() {
  return (
    <p>
      <a href="/settings">{say('Settings')}</a>
    </p>
  )
}
