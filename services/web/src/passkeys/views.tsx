import { say, sayWith } from '../language/say.ts'
import { clientModule } from '../views/client-modules.ts'
import { Field } from '../views/field.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { PasswordField } from '../views/password-field.tsx'
import { Day } from '../views/time.tsx'
import type { Passkey } from './service.ts'

interface PasskeysPageProps {
  visitor: Visitor
  passkeys: readonly Passkey[]
  /** What was typed for the one to be added. */
  name: string
  complaints: Readonly<Record<string, string>>
}

export function PasskeysPage({ visitor, passkeys, name, complaints }: PasskeysPageProps) {
  return (
    <Layout title={say('Passkeys')} visitor={visitor} modules={[clientModule('passkeys')]}>
      <section class="narrow stack">
        <h1>{say('Passkeys')}</h1>
        <p>
          {say(
            'A passkey lies in your phone, computer or password manager, and lets you in with your finger, face or PIN instead of a password. Nobody can learn it, and no other site can ask for it.',
          )}
        </p>
        {passkeys.length === 0 ? <p class="empty">{say('You have none yet.')}</p> : <PasskeyList passkeys={passkeys} />}
        <p class="note" data-without-passkeys>
          {say('Adding a passkey needs JavaScript, https, and a browser that knows passkeys.')}
        </p>
        <form
          method="post"
          action="/settings/passkeys"
          class="stack apart"
          data-passkey="register"
          data-options="/settings/passkeys/options"
          hidden
        >
          <h2>{say('Add a passkey')}</h2>
          <input type="hidden" name="credential" />
          <Field name="name" label={say('Name')} hint={say('Such as that of your phone')} complaint={complaints.name}>
            {(aria) => <input {...aria} value={name} required maxLength={50} autocomplete="off" />}
          </Field>
          <PasswordField
            name="password"
            label={say('Your password')}
            complaint={undefined}
            autocomplete="current-password"
          />
          <PasskeyComplaint complaint={complaints.credential} />
          <button type="submit">{say('Add a passkey')}</button>
        </form>
        <p>
          <a href="/settings">{say('Settings')}</a>
        </p>
      </section>
    </Layout>
  )
}

function PasskeyList({ passkeys }: { passkeys: readonly Passkey[] }) {
  return (
    <ul class="people">
      {passkeys.map(({ id, name, host, createdAt, lastUsedAt }) => (
        <li key={id}>
          <div>
            <strong>{name}</strong>
            <p class="hint">
              {lastUsedAt
                ? sayWith('For {host}. Added {added}, last used {used}', {
                    host,
                    added: <Day of={createdAt} />,
                    used: <Day of={lastUsedAt} />,
                  })
                : sayWith('For {host}. Added {added}, not used yet', { host, added: <Day of={createdAt} /> })}
            </p>
          </div>
          <form method="post" action={`/settings/passkeys/${id}/remove`}>
            <button class="secondary" type="submit" aria-label={say('Remove {name}', { name })}>
              {say('Remove')}
            </button>
          </form>
        </li>
      ))}
    </ul>
  )
}

interface PasskeyFormProps {
  /** Where it is signed in; below it lies `/options`. */
  action: string
  next: string
  complaint: string | undefined
  /** Whether a field of the page may offer passkeys beside what else it fills in. */
  isOffered: boolean
}

/** Signs in with a passkey. The script shows it where the browser knows passkeys. */
export function PasskeyForm({ action, next, complaint, isOffered }: PasskeyFormProps) {
  return (
    <form
      method="post"
      action={action}
      class="stack"
      data-passkey={isOffered ? 'offer' : 'ask'}
      data-options={`${action}/options`}
      hidden
    >
      <input type="hidden" name="credential" />
      <input type="hidden" name="next" value={next} />
      <PasskeyComplaint complaint={complaint} />
      <button class="secondary" type="submit">
        {say('Use a passkey')}
      </button>
    </form>
  )
}

/** The script writes into it what went wrong in the browser. */
function PasskeyComplaint({ complaint }: { complaint: string | undefined }) {
  return (
    <p
      class="complaint"
      role="alert"
      hidden={!complaint}
      data-already={say('There is a passkey on this device already.')}
      data-unused={say('No passkey was used. Try again.')}
    >
      {complaint}
    </p>
  )
}
