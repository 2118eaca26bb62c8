import type { Profile } from '../accounts/profile.ts'
import type { Person } from '../accounts/service.ts'
import { languages, languageTags } from '../language/languages.ts'
import { phrase, say } from '../language/say.ts'
import { Field } from '../views/field.tsx'
import { Layout } from '../views/layout.tsx'
import { PasswordField } from '../views/password-field.tsx'
import { UsernameField } from '../views/username-field.tsx'

interface ProfileFormPageProps {
  visitor: Person
  typed: Profile
  complaints: Readonly<Record<string, string>>
}

const themes = { auto: phrase('As my system says'), light: phrase('Light'), dark: phrase('Dark') } as const

export function ProfileFormPage({ visitor, typed, complaints }: ProfileFormPageProps) {
  return (
    <Layout title={say('Profile')} visitor={visitor}>
      <section class="narrow stack">
        <h1>{say('Your profile')}</h1>
        <p>{say('Everybody sees it, also where your account is private.')}</p>
        <form method="post" action="/settings/profile" class="stack">
          <Field
            name="displayName"
            label={say('Name')}
            hint={say('Shown beside your photos. Without one you are called {username}.', {
              username: visitor.username,
            })}
            complaint={complaints.displayName}
          >
            {(aria) => <input {...aria} value={typed.displayName} maxLength={120} dir="auto" autocomplete="name" />}
          </Field>
          <Field
            name="bio"
            label={say('About you')}
            hint={say('Up to 500 characters. Hashtags, @names and links can be followed.')}
            complaint={complaints.bio}
          >
            {(aria) => (
              <textarea {...aria} rows={5} maxLength={1000} dir="auto" data-suggests="names">
                {typed.bio}
              </textarea>
            )}
          </Field>
          <Field name="website" label={say('Website')} complaint={complaints.website}>
            {(aria) => (
              <input
                {...aria}
                value={typed.website}
                maxLength={200}
                inputMode="url"
                autocomplete="url"
                autocapitalize="none"
                spellcheck={false}
                placeholder={say('https://example.com')}
              />
            )}
          </Field>
          <Field
            name="theme"
            label={say('Pages for you are')}
            hint={say('Wherever you are signed in. Only you see this.')}
            complaint={complaints.theme}
          >
            {(aria) => (
              <select {...aria}>
                {Object.entries(themes).map(([theme, label]) => (
                  <option key={theme} value={theme} selected={theme === typed.theme}>
                    {say(label)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field
            name="language"
            label={say('Language')}
            hint={say('Of pages and mails for you.')}
            complaint={complaints.language}
          >
            {(aria) => (
              <select {...aria}>
                <option value="auto" selected={typed.language === 'auto'}>
                  {say('As my browser says')}
                </option>
                {languageTags.map((tag) => (
                  <option key={tag} value={tag} lang={tag} selected={tag === typed.language}>
                    {languages[tag].name}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <button type="submit">{say('Save')}</button>
        </form>
        <nav class="ways" aria-label={say('More of you')}>
          <a href="/settings/avatar">{say('Change your picture')}</a>
          <a href="/settings/username">{say('Change your username')}</a>
          <a href="/settings">{say('Settings')}</a>
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
    <Layout title={say('Username')} visitor={visitor}>
      <section class="narrow stack">
        <h1>{say('Change your username')}</h1>
        <p>
          {say(
            'You are @{username}. Links and mentions with that name lead to you for 30 days more, and nobody else can take it until then; you can take it back. Sign in with the new one from now on. You can do this three times in 30 days.',
            { username: visitor.username },
          )}
        </p>
        <form method="post" action="/settings/username" class="stack">
          <UsernameField
            label={say('New username')}
            hint={say('1 to 30 letters a–z, digits, underscores or dots')}
            typed={typed}
            complaint={complaints.username}
            autocomplete="username"
          />
          <PasswordField
            name="password"
            label={say('Your password')}
            complaint={complaints.password}
            autocomplete="current-password"
          />
          <button type="submit">{say('Change it')}</button>
        </form>
        <p>
          <a href="/settings">{say('Settings')}</a>
        </p>
      </section>
    </Layout>
  )
}
