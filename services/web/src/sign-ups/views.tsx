import { withNext } from '../http/faces.ts'
import { Rules } from '../instance/views.tsx'
import { Field } from '../views/field.tsx'
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
  first: 'You are the first person here, so you become the admin.',
  open: undefined,
  approval: 'An admin looks at who signs up: you can sign in once they have let you in.',
  invitation:
    'Here one signs up with an invitation: open the link that somebody sent you. If you have, it works no longer: ask for another one.',
  invited: 'You are invited.',
  closed: 'Nobody can sign up here at the moment.',
}

export function SignUpPage({ door, form, complaints, about, isMailOn }: SignUpPageProps) {
  const isShut = door === 'closed' || door === 'invitation'
  return (
    <Layout title="Sign up" visitor={undefined}>
      <section class="doorstep">
        <h1>{about.name === 'Gramstack' ? 'Sign up' : `Sign up to ${about.name}`}</h1>
        {about.description && <p class="prose">{about.description}</p>}
        {explanations[door] && <p class={isShut ? 'note' : ''}>{explanations[door]}</p>}
        {!isShut && <SignUpForm {...{ form, complaints, isMailOn }} />}
        <Rules rules={about.rules} />
        <p>
          Been here before? <a href={withNext('/sign-in', form.next)}>Sign in</a>
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
        label="Name"
        hint="1 to 30 letters a–z, digits, underscores or dots"
        typed={form.username}
        complaint={complaints.username}
        autocomplete="username"
      />
      {isMailOn && (
        <Field
          name="email"
          label="E-mail address"
          complaint={complaints.email}
          hint="May be left empty. Nobody else sees it; it lets you in again when you forget your password."
        >
          {(aria) => <input {...aria} type="email" value={form.email} maxLength={254} autocomplete="email" />}
        </Field>
      )}
      <PasswordField
        name="password"
        label="Password"
        complaint={complaints.password}
        hint="8 characters or more"
        autocomplete="new-password"
      />
      <button type="submit">Sign up</button>
    </form>
  )
}

export function WaitingPage({ isMailOn, visitor }: { isMailOn: boolean; visitor: Visitor | undefined }) {
  return (
    <Layout title="Almost there" visitor={visitor}>
      <section class="doorstep">
        <h1>Almost there</h1>
        <p role="status">Your account is made, and waits for an admin to let you in. You can sign in once they have.</p>
        {isMailOn && <p>If you gave an e-mail address, you hear of it by mail.</p>}
        <p>
          <a href="/sign-in">Sign in</a>
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
    <Layout title="Who waits to be let in" visitor={visitor}>
      <section class="narrow">
        <h1>Who waits to be let in</h1>
        {people.length === 0 && <p class="empty">Nobody is waiting.</p>}
        <ul class="people">
          {people.map(({ id, username, email, since }) => (
            <li key={id}>
              <div>
                <strong class="address">@{username}</strong>
                <p class="faint address">
                  {email ? `${email}, ` : ''}
                  <time dateTime={since.toISOString()}>{since.toISOString().slice(0, 10)}</time>
                </p>
              </div>
              <form method="post" action={`/admin/approvals/${username}`}>
                <button type="submit" name="answer" value="accept">
                  Let in
                </button>
                <button class="secondary" type="submit" name="answer" value="refuse">
                  Refuse
                </button>
              </form>
            </li>
          ))}
        </ul>
        {nextAfterId && (
          <p>
            <a rel="next" href={`/admin/approvals?after_id=${nextAfterId}`}>
              More
            </a>
          </p>
        )}
        <p class="faint">To refuse removes the account. Who has given an e-mail address is told.</p>
      </section>
    </Layout>
  )
}
