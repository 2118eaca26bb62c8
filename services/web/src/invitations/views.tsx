import { say, sayWith } from '../language/say.ts'
import { Field } from '../views/field.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { Day } from '../views/time.tsx'
import { mostDays, mostUses } from './input.ts'

interface InvitationsPageProps {
  invitations: readonly { id: string; path: string; usesLeft: number; expiresAt: Date }[]
  origin: string
  complaints: Readonly<Record<string, string>>
  visitor: Visitor
}

export function InvitationsPage({ invitations, origin, complaints, visitor }: InvitationsPageProps) {
  return (
    <Layout title={say('Invitations')} visitor={visitor}>
      <section class="narrow">
        <h1>{say('Invitations')}</h1>
        <p>{say('Whoever has the link can sign up.')}</p>
        <form method="post" action="/invitations" class="stack">
          <div class="pair">
            <Field name="uses" label={say('For how many people')} complaint={complaints.uses}>
              {(aria) => <input {...aria} type="number" required min={1} max={mostUses} value={1} />}
            </Field>
            <Field name="days" label={say('For how many days')} complaint={complaints.days}>
              {(aria) => <input {...aria} type="number" required min={1} max={mostDays} value={7} />}
            </Field>
          </div>
          <button type="submit">{say('Make a link')}</button>
        </form>
        {invitations.length > 0 && (
          <section class="apart">
            <h2>{say('Links that still work')}</h2>
            <ul class="people">
              {invitations.map(({ id, path, usesLeft, expiresAt }) => (
                <li key={id}>
                  <a class="address" href={`${origin}${path}`}>
                    {origin}
                    {path}
                  </a>
                  <span class="faint">
                    {sayWith('{usesLeft, plural, one {One person} other {# people}}, until {day}', {
                      usesLeft,
                      day: <Day of={expiresAt} />,
                    })}
                  </span>
                  <form method="post" action={`/invitations/${id}/revoke`}>
                    <button class="secondary" type="submit">
                      {say('Revoke')}
                    </button>
                  </form>
                </li>
              ))}
            </ul>
          </section>
        )}
      </section>
    </Layout>
  )
}
