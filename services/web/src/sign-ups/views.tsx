import { withNext } from '../http/faces.ts'
import { Rules } from '../instance/views.tsx'
import { phrase, say } from '../language/say.ts'
import { Field } from '../views/field.tsx'
import { Handle } from '../views/handle.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { PasswordField } from '../views/password-field.tsx'
import { UsernameField } from '../views/username-field.tsx'

interface SignUpPageProps {
  /** How one gets in here, and whether this visitor does. */
  door: 'first' | 'open' | 'approval' | 'invitation' | 'invited' | 'closed'
  /** What was typed, to be shown again. A password never is. */
  form: { username: string; email: string; next: string; invitation: string; key: string }
  complaints: Readonly<Record<string, string>>
  about: { name: string; description: string; rules: string }
  isMailOn: boolean
}

const explanations: Record<SignUpPageProps['door'], string | undefined> = {
  first: phrase('You are the first person here, so you become the admin.'),
  open: undefined,
  approval: phrase('An admin looks at who signs up: you can sign in once they have let you in.'),
  invitation: phrase(
    'Here one signs up with an invitation: open the link that somebody sent you. If you have, it works no longer: ask for another one.',
  ),
  invited: phrase('You are invited.'),
  closed: phrase('Nobody can sign up here at the moment.'),
}

export function SignUpPage({ door, form, complaints, about, isMailOn }: SignUpPageProps) {
  const explanation = explanations[door]
  const isShut = door === 'closed' || door === 'invitation'
  return (
    <Layout title={say('Sign up')} visitor={undefined}>
      <section class="doorstep">
        <h1>{about.name === 'Gramstack' ? say('Sign up') : say('Sign up to {name}', { name: about.name })}</h1>
        {about.description && <p class="prose">{about.description}</p>}
        {explanation && <p class={isShut ? 'note' : ''}>{say(explanation)}</p>}
        {!isShut && <SignUpForm {...{ form, complaints, isMailOn }} />}
        <Rules rules={about.rules} />
        <p>
          {say('Been here before?')} <a href={withNext('/sign-in', form.next)}>{say('Sign in')}</a>
        </p>
      </section>
    </Layout>
  )
}

function SignUpForm({ form, complaints, isMailOn }: Pick<SignUpPageProps, 'form' | 'complaints' | 'isMailOn'>) {
  return (
    <form method="post" action="/sign-up" class="stack">
      <input type="hidden" name="next" value={form.next} />
      <input type="hidden" name="invitation" value={form.invitation} />
      <input type="hidden" name="key" value={form.key} />
      <UsernameField
        label={say('Name')}
        hint={say('1 to 30 letters a–z, digits, underscores or dots')}
        typed={form.username}
        complaint={complaints.username}
        autocomplete="username"
      />
      {isMailOn && (
        <Field
          name="email"
          label={say('E-mail address')}
          complaint={complaints.email}
          hint={say('May be left empty. Nobody else sees it; it lets you in again when you forget your password.')}
        >
          {(aria) => <input {...aria} type="email" value={form.email} maxLength={254} autocomplete="email" />}
        </Field>
      )}
      <PasswordField
        name="password"
        label={say('Password')}
        complaint={complaints.password}
        hint={say('8 characters or more')}
        autocomplete="new-password"
      />
      <button type="submit">{say('Sign up')}</button>
    </form>
  )
}

export function WaitingPage({ isMailOn, visitor }: { isMailOn: boolean; visitor: Visitor | undefined }) {
  return (
    <Layout title={say('Almost there')} visitor={visitor}>
      <section class="doorstep">
        <h1>{say('Almost there')}</h1>
        <p role="status">
          {say('Your account is made, and waits for an admin to let you in. You can sign in once they have.')}
        </p>
        {isMailOn && <p>{say('If you gave an e-mail address, you hear of it by mail.')}</p>}
        <p>
          <a href="/sign-in">{say('Sign in')}</a>
        </p>
      </section>
    </Layout>
  )
}

interface ApprovalsPageProps {
  people: readonly { id: string; username: string; email: string | undefined; since: Date }[]
  nextAfterId: string | undefined
  visitor: Visitor
}

export function ApprovalsPage({ people, nextAfterId, visitor }: ApprovalsPageProps) {
  return (
    <Layout title={say('Who waits to be let in')} visitor={visitor}>
      <section class="narrow">
        <h1>{say('Who waits to be let in')}</h1>
        {people.length === 0 && <p class="empty">{say('Nobody is waiting.')}</p>}
        <ul class="people">
          {people.map(({ id, username, email, since }) => (
            <li key={id}>
              <div>
                <strong class="address">
                  <Handle of={username} />
                </strong>
                <p class="faint address">
                  {email ? `${email}, ` : ''}
                  <time dateTime={since.toISOString()}>{since.toISOString().slice(0, 10)}</time>
                </p>
              </div>
              <form method="post" action={`/admin/approvals/${username}`}>
                <button type="submit" name="answer" value="accept">
                  {say('Let in')}
                </button>
                <button class="secondary" type="submit" name="answer" value="refuse">
                  {say('Refuse')}
                </button>
              </form>
            </li>
          ))}
        </ul>
        {nextAfterId && (
          <p>
            <a rel="next" href={`/admin/approvals?after_id=${nextAfterId}`}>
              {say('More')}
            </a>
          </p>
        )}
        <p class="faint">{say('To refuse removes the account. Who has given an e-mail address is told.')}</p>
      </section>
    </Layout>
  )
}
