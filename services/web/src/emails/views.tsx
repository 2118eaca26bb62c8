import { say, sayWith } from '../language/say.ts'
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
    <Layout title={say('E-mail address')} visitor={visitor}>
      <section class="narrow">
        <h1>{say('E-mail address')}</h1>
        <p>
          {confirmed ? (
            <Address>{confirmed}</Address>
          ) : (
            say('You have given none, so you cannot reset a password that you forget.')
          )}
        </p>
        {asked && (
          <p class="note" role="status">
            {isSent
              ? sayWith('A mail with a link is on its way to {address}.', { address: <Address>{asked}</Address> })
              : sayWith('Not confirmed yet: {address}.', { address: <Address>{asked}</Address> })}{' '}
            {confirmed
              ? say('The old address counts until you follow the link.')
              : say('It counts once you follow the link.')}
          </p>
        )}
        {isMailOn ? (
          <form method="post" action="/settings/email" class="stack">
            <Field
              name="email"
              label={confirmed ? say('New address') : say('Address')}
              complaint={complaints.email}
              hint={say('Nobody else sees it.')}
            >
              {(aria) => <input {...aria} type="email" value={typed} required maxLength={254} autocomplete="email" />}
            </Field>
            <Field name="password" label={say('Your password')} complaint={complaints.password}>
              {(aria) => <input {...aria} type="password" required maxLength={256} autocomplete="current-password" />}
            </Field>
            <button type="submit">{say('Send a link to it')}</button>
          </form>
        ) : (
          <p class="note">{mailIsOff()}</p>
        )}
        {(confirmed || asked) && (
          <details class="apart">
            <summary>{say('Remove the address')}</summary>
            <form method="post" action="/settings/email/remove" class="stack">
              <p>{say('Without one, a forgotten password cannot be reset.')}</p>
              <label for="removal-password">{say('Your password')}</label>
              <input
                id="removal-password"
                name="password"
                type="password"
                required
                maxLength={256}
                autocomplete="current-password"
              />
              <button type="submit" class="danger">
                {say('Remove')}
              </button>
            </form>
          </details>
        )}
        <p>
          <a href="/settings">{say('Settings')}</a>
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
    <Layout title={say('Confirm your e-mail address')} visitor={visitor}>
      <section class="narrow">
        <h1>{isDone ? say('Confirmed') : say('Confirm your e-mail address')}</h1>
        {isDone ? (
          <p role="status">
            {sayWith('{address} is the address of @{username} now.', {
              address: <Address>{address}</Address>,
              username,
            })}{' '}
            <a href="/">{say('Go on')}</a>
          </p>
        ) : (
          <form method="post" action="/confirm-email" class="stack">
            <p>
              {sayWith('Is {address} the address of @{username}?', { address: <Address>{address}</Address>, username })}
            </p>
            <input type="hidden" name="token" value={token} />
            <button type="submit">{say('Yes, confirm it')}</button>
          </form>
        )}
      </section>
    </Layout>
  )
}
