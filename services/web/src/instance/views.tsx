import { phrase, say } from '../language/say.ts'
import { version } from '../version.ts'
import { Choice, Field } from '../views/field.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { type SignUpMode, signUpModes } from './input.ts'

interface AboutPageProps {
  name: string
  description: string
  rules: string
  visitor: Visitor | undefined
}

export function AboutPage({ name, description, rules, visitor }: AboutPageProps) {
  return (
    <Layout title={name} visitor={visitor}>
      <section class="narrow">
        <h1>{name}</h1>
        {description && <p class="prose">{description}</p>}
        {!description && !rules && (
          <p class="empty">{say('Whoever runs this place has not said anything about it yet.')}</p>
        )}
        <Rules rules={rules} />
      </section>
    </Layout>
  )
}

/** What one agrees to by being here, if anything is said. */
export function Rules({ rules }: { rules: string }) {
  if (!rules) return null
  return (
    <section class="apart">
      <h2>{say('Rules')}</h2>
      <p class="prose">{rules}</p>
    </section>
  )
}

const modeLabels: Record<SignUpMode, string> = {
  open: phrase('Everybody'),
  approval: phrase('Everybody, once an admin has let them in'),
  invitation: phrase('Whoever has an invitation'),
  closed: phrase('Nobody'),
}

interface InstancePageProps {
  name: string | undefined
  description: string | undefined
  rules: string | undefined
  signUpMode: string | undefined
  membersInvite: boolean
  isSaved: boolean
  complaints: Readonly<Record<string, string>>
  visitor: Visitor
}

export function InstancePage({ isSaved, complaints, visitor, ...instance }: InstancePageProps) {
  return (
    <Layout title={say('This Gramstack')} visitor={visitor}>
      <section class="narrow">
        <h1>{say('This Gramstack')}</h1>
        {isSaved && (
          <p class="note" role="status">
            {say('Saved.')}
          </p>
        )}
        <form method="post" action="/admin/settings" class="stack">
          <Field name="name" label={say('Name')} complaint={complaints.name}>
            {(aria) => <input {...aria} value={instance.name} required maxLength={60} />}
          </Field>
          <Field
            name="description"
            label={say('Description')}
            complaint={complaints.description}
            hint={say('What this place is, and for whom')}
          >
            {(aria) => (
              <textarea {...aria} rows={3} maxLength={500}>
                {instance.description}
              </textarea>
            )}
          </Field>
          <Field
            name="rules"
            label={say('Rules')}
            complaint={complaints.rules}
            hint={say('Shown to everybody before they sign up')}
          >
            {(aria) => (
              <textarea {...aria} rows={8} maxLength={5000}>
                {instance.rules}
              </textarea>
            )}
          </Field>
          <Field name="signUpMode" label={say('Who may sign up')} complaint={complaints.signUpMode}>
            {(aria) => (
              <select {...aria}>
                {signUpModes.map((mode) => (
                  <option key={mode} value={mode} selected={mode === instance.signUpMode}>
                    {say(modeLabels[mode])}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Choice
            name="membersInvite"
            label={say('Everybody may invite')}
            hint={say('If not, only admins can make invitations, and those that others have made stop working.')}
            isChosen={instance.membersInvite}
          />
          <button type="submit">{say('Save')}</button>
        </form>
        <ul>
          <li>
            <a href="/admin/approvals">{say('Who waits to be let in')}</a>
          </li>
          <li>
            <a href="/invitations">{say('Invitations')}</a>
          </li>
          <li>
            <a href="/about">{say('What everybody sees')}</a>
          </li>
        </ul>
        <p class="faint">Gramstack {version}</p>
      </section>
    </Layout>
  )
}
