import { Field } from '../views/field.tsx'
import { Layout } from '../views/layout.tsx'

export interface FormProps {
  /** What was typed, to be shown again. A password never is. */
  username: string
  /** Where to go afterwards. */
  next: string
  complaints: Readonly<Record<string, string>>
}

export function SignUpPage({ isFirst, ...form }: FormProps & { isFirst: boolean }) {
  return (
    <Layout title="Sign up" visitor={undefined}>
      <section class="narrow">
        <h1>Sign up</h1>
        {isFirst && <p>You are the first person here, so you become the admin.</p>}
        <AccountForm {...form} action="/sign-up" submit="Sign up" passwordAutocomplete="new-password" />
        <p>
          Been here before? <a href={withNext('/sign-in', form.next)}>Sign in</a>
        </p>
      </section>
    </Layout>
  )
}

interface AccountFormProps extends FormProps {
  action: string
  submit: string
  passwordAutocomplete: 'new-password' | 'current-password'
}

/** The form of signing up and of signing in: a password manager tells them apart by what it may fill in. */
export function AccountForm({ username, next, complaints, action, submit, passwordAutocomplete }: AccountFormProps) {
  const isNew = passwordAutocomplete === 'new-password'
  return (
    <form method="post" action={action} class="stack">
      <input type="hidden" name="next" value={next} />
      <Field
        name="username"
        label="Name"
        complaint={complaints.username}
        {...(isNew ? { hint: '1 to 30 letters a–z, digits, underscores or dots' } : {})}
      >
        {(aria) => (
          <input
            {...aria}
            value={username}
            required
            maxLength={30}
            autocomplete={isNew ? 'username' : 'username webauthn'}
            autocapitalize="none"
            spellcheck={false}
          />
        )}
      </Field>
      <Field
        name="password"
        label="Password"
        complaint={complaints.password}
        {...(isNew ? { hint: '8 characters or more' } : {})}
      >
        {(aria) => <input {...aria} type="password" required maxLength={256} autocomplete={passwordAutocomplete} />}
      </Field>
      <button type="submit">{submit}</button>
    </form>
  )
}

/** A page of ours that leads on to another one afterwards. */
export function withNext(path: string, next: string): string {
  return next === '/' ? path : `${path}?next=${encodeURIComponent(next)}`
}
