import type { Profile } from '../accounts/profile.ts'
import type { Person } from '../accounts/service.ts'
import { Field } from '../views/field.tsx'
import { Layout } from '../views/layout.tsx'
import { PasswordField } from '../views/password-field.tsx'
import { UsernameField } from '../views/username-field.tsx'

interface ProfileFormPageProps {
  visitor: Person
  typed: Profile
  complaints: Readonly<Record<string, string>>
}

const themes = { auto: 'As my system says', light: 'Light', dark: 'Dark' } as const

export function ProfileFormPage({ visitor, typed, complaints }: ProfileFormPageProps) {
  return (
    <Layout title="Profile" visitor={visitor}>
      <section class="narrow stack">
        <h1>Your profile</h1>
        <p>Everybody sees it, also where your account is private.</p>
        <form method="post" action="/settings/profile" class="stack">
          <Field
            name="displayName"
            label="Name"
            hint={`Shown beside your photos. Without one you are called ${visitor.username}.`}
            complaint={complaints.displayName}
          >
            {(aria) => <input {...aria} value={typed.displayName} maxLength={120} dir="auto" autocomplete="name" />}
          </Field>
          <Field
            name="bio"
            label="About you"
            hint="Up to 500 characters. Hashtags, @names and links can be followed."
            complaint={complaints.bio}
          >
            {(aria) => (
              <textarea {...aria} rows={5} maxLength={1000} dir="auto">
                {typed.bio}
              </textarea>
            )}
          </Field>
          <Field name="website" label="Website" complaint={complaints.website}>
            {(aria) => (
              <input
                {...aria}
                value={typed.website}
                maxLength={200}
                inputMode="url"
                autocomplete="url"
                autocapitalize="none"
                spellcheck={false}
                placeholder="https://example.com"
              />
            )}
          </Field>
          <Field
            name="theme"
            label="Pages for you are"
            hint="Wherever you are signed in. Only you see this."
            complaint={complaints.theme}
          >
            {(aria) => (
              <select {...aria}>
                {Object.entries(themes).map(([theme, label]) => (
                  <option key={theme} value={theme} selected={theme === typed.theme}>
                    {label}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <button type="submit">Save</button>
        </form>
        <nav class="ways" aria-label="More of you">
          <a href="/settings/avatar">Change your picture</a>
          <a href="/settings/username">Change your username</a>
          <a href="/settings">Settings</a>
        </nav>
      </section>
    </Layout>
  )
}

interface UsernamePageProps {
  visitor: Person
  typed: string
  complaints: Readonly<Record<string, string>>
}

export function UsernamePage({ visitor, typed, complaints }: UsernamePageProps) {
  return (
    <Layout title="Username" visitor={visitor}>
      <section class="narrow stack">
        <h1>Change your username</h1>
        <p>
          You are @{visitor.username}. Links and mentions with that name lead to you for 30 days more, and nobody else
          can take it until then; you can take it back. Sign in with the new one from now on. You can do this three
          times in 30 days.
        </p>
        <form method="post" action="/settings/username" class="stack">
          <UsernameField
            label="New username"
            hint="1 to 30 letters a–z, digits, underscores or dots"
            typed={typed}
            complaint={complaints.username}
            autocomplete="username"
          />
          <PasswordField
            name="password"
            label="Your password"
            complaint={complaints.password}
            autocomplete="current-password"
          />
          <button type="submit">Change it</button>
        </form>
        <p>
          <a href="/settings">Settings</a>
        </p>
      </section>
    </Layout>
  )
}
