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
      <h2>Rules</h2>
      <p class="prose">{rules}</p>
    </section>
  )
}

const modeLabels: Record<SignUpMode, string> = {
  open: 'Everybody',
  approval: 'Everybody, once an admin has let them in',
  invitation: 'Whoever has an invitation',
  closed: 'Nobody',
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
    <Layout title="This Gramstack" visitor={visitor}>
      <section class="narrow">
        <h1>This Gramstack</h1>
        {isSaved && (
          <p class="note" role="status">
            Saved.
          </p>
        )}
        <form method="post" action="/admin/settings" class="stack">
          <Field name="name" label="Name" complaint={complaints.name}>
            {(aria) => <input {...aria} value={instance.name} required maxLength={60} />}
          </Field>
          <Field
            name="description"
            label="Description"
            complaint={complaints.description}
            hint="What this place is, and for whom"
          >
            {(aria) => (
              <textarea {...aria} rows={3} maxLength={500}>
                {instance.description}
              </textarea>
            )}
          </Field>
          <Field name="rules" label="Rules" complaint={complaints.rules} hint="Shown to everybody before they sign up">
            {(aria) => (
              <textarea {...aria} rows={8} maxLength={5000}>
                {instance.rules}
              </textarea>
            )}
          </Field>
          <Field name="signUpMode" label="Who may sign up" complaint={complaints.signUpMode}>
            {(aria) => (
              <select {...aria}>
                {signUpModes.map((mode) => (
                  <option key={mode} value={mode} selected={mode === instance.signUpMode}>
                    {modeLabels[mode]}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Choice
            name="membersInvite"
            label="Everybody may invite"
            hint="If not, only admins can make invitations, and those that others have made stop working."
            isChosen={instance.membersInvite}
          />
          <button type="submit">Save</button>
        </form>
        <ul>
          <li>
            <a href="/admin/approvals">Who waits to be let in</a>
          </li>
          <li>
            <a href="/invitations">Invitations</a>
          </li>
          <li>
            <a href="/about">What everybody sees</a>
          </li>
        </ul>
      </section>
    </Layout>
  )
}
