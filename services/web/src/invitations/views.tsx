import { Field } from '../views/field.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { mostDays, mostUses } from './input.ts'

interface InvitationsPageProps {
  invitations: readonly { id: string; path: string; usesLeft: number; expiresAt: Date }[]
  origin: string
  complaints: Readonly<Record<string, string>>
  visitor: Visitor
}

export function InvitationsPage({ invitations, origin, complaints, visitor }: InvitationsPageProps) {
  return (
    <Layout title="Invitations" visitor={visitor}>
      <section class="narrow">
        <h1>Invitations</h1>
        <p>Whoever has the link can sign up.</p>
        <form method="post" action="/invitations" class="stack">
          <div class="pair">
            <Field name="uses" label="For how many people" complaint={complaints.uses}>
              {(aria) => <input {...aria} type="number" required min={1} max={mostUses} value={1} />}
            </Field>
            <Field name="days" label="For how many days" complaint={complaints.days}>
              {(aria) => <input {...aria} type="number" required min={1} max={mostDays} value={7} />}
            </Field>
          </div>
          <button type="submit">Make a link</button>
        </form>
        {invitations.length > 0 && (
          <section class="apart">
            <h2>Links that still work</h2>
            <ul class="people">
              {invitations.map(({ id, path, usesLeft, expiresAt }) => (
                <li key={id}>
                  <a class="address" href={`${origin}${path}`}>
                    {origin}
                    {path}
                  </a>
                  <span class="faint">
                    {usesLeft === 1 ? 'One person' : `${usesLeft} people`}, until{' '}
                    <time dateTime={expiresAt.toISOString()}>{expiresAt.toISOString().slice(0, 10)}</time>
                  </span>
                  <form method="post" action={`/invitations/${id}/revoke`}>
                    <button class="secondary" type="submit">
                      Revoke
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
