import { Field } from '../views/field.tsx'
import { Layout } from '../views/layout.tsx'

interface FormProps {
  /** What was typed, to be shown again. A password never is. */
  username: string
  /** Where to go afterwards. */
  next: string
  complaints: Readonly<Record<string, string>>
}

export function SignInPage(form: FormProps) {
  return (
    <Layout title="Sign in" visitor={undefined}>
      <section class="narrow">
        <h1>Sign in</h1>
        <form method="post" action="/sign-in" class="stack">
          <input type="hidden" name="next" value={form.next} />
          <Field name="username" label="Name" complaint={form.complaints.username}>
            {(aria) => (
              <input
                {...aria}
                value={form.username}
                required
                maxLength={30}
                autocomplete="username"
                autocapitalize="none"
                spellcheck={false}
              />
            )}
          </Field>
          <Field name="password" label="Password" complaint={form.complaints.password}>
            {(aria) => <input {...aria} type="password" required maxLength={256} autocomplete="current-password" />}
          </Field>
          <button type="submit">Sign in</button>
        </form>
        <p>
          <a href="/forgot-password">Forgot your password?</a>
        </p>
        <p>
          New here? <a href={withNext('/sign-up', form.next)}>Sign up</a>
        </p>
      </section>
    </Layout>
  )
}

/** A page that leads on to where one wanted to go. */
export function withNext(path: string, next: string): string {
  return next === '/' ? path : `${path}?next=${encodeURIComponent(next)}`
}
