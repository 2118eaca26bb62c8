import { mailIsOff } from '../mail/sending.ts'
import { Field } from '../views/field.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'

interface EmailPageProps {
  addresses: { confirmed: string | undefined; asked: string | undefined }
  /** What was typed, to be shown again. */
  typed?: string
  complaints?: Readonly<Record<string, string>>
  isSent?: boolean
  isMailOn: boolean
  visitor: Visitor
}

export function EmailPage({ addresses, typed = '', complaints = {}, isSent, isMailOn, visitor }: EmailPageProps) {
  const { confirmed, asked } = addresses
  return (
    <Layout title="E-mail address" visitor={visitor}>
      <section class="narrow">
        <h1>E-mail address</h1>
        <p>
          {confirmed ? (
            <Address>{confirmed}</Address>
          ) : (
            'You have given none, so you cannot reset a password that you forget.'
          )}
        </p>
        {asked && (
          <p class="note" role="status">
            {isSent ? 'A mail with a link is on its way to ' : 'Not confirmed yet: '}
            <Address>{asked}</Address>.{' '}
            {confirmed ? 'The old address counts until you follow the link.' : 'It counts once you follow the link.'}
          </p>
        )}
        {isMailOn ? (
          <form method="post" action="/settings/email" class="stack">
            <Field
              name="email"
              label={confirmed ? 'New address' : 'Address'}
              complaint={complaints.email}
              hint="Nobody else sees it."
            >
              {(aria) => <input {...aria} type="email" value={typed} required maxLength={254} autocomplete="email" />}
            </Field>
            <Field name="password" label="Your password" complaint={complaints.password}>
              {(aria) => <input {...aria} type="password" required maxLength={256} autocomplete="current-password" />}
            </Field>
            <button type="submit">Send a link to it</button>
          </form>
        ) : (
          <p class="note">{mailIsOff}</p>
        )}
        {(confirmed || asked) && (
          <details class="apart">
            <summary>Remove the address</summary>
            <form method="post" action="/settings/email/remove" class="stack">
              <p>Without one, a forgotten password cannot be reset.</p>
              <label for="removal-password">Your password</label>
              <input
                id="removal-password"
                name="password"
                type="password"
                required
                maxLength={256}
                autocomplete="current-password"
              />
              <button type="submit" class="danger">
                Remove
              </button>
            </form>
          </details>
        )}
        <p>
          <a href="/settings">Settings</a>
        </p>
      </section>
    </Layout>
  )
}

function Address({ children }: { children: string }) {
  return <strong class="address">{children}</strong>
}

interface ConfirmPageProps {
  username: string
  address: string
  token: string
  isDone: boolean
  visitor: Visitor | undefined
}

export function ConfirmPage({ username, address, token, isDone, visitor }: ConfirmPageProps) {
  return (
    <Layout title="Confirm your e-mail address" visitor={visitor}>
      <section class="narrow">
        <h1>{isDone ? 'Confirmed' : 'Confirm your e-mail address'}</h1>
        {isDone ? (
          <p role="status">
            <Address>{address}</Address> is the address of @{username} now. <a href="/">Go on</a>
          </p>
        ) : (
          <form method="post" action="/confirm-email" class="stack">
            <p>
              Is <Address>{address}</Address> the address of @{username}?
            </p>
            <input type="hidden" name="token" value={token} />
            <button type="submit">Yes, confirm it</button>
          </form>
        )}
      </section>
    </Layout>
  )
}
