import { Field } from '../views/field.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { mostNoteCharacters, reasons } from './input.ts'
import type { Reportable } from './reporting.ts'

interface ReportPageProps {
  thing: Reportable
  visitor: Visitor
  /** What was chosen and typed, to be shown again. */
  reason: string
  note: string
  complaints: Readonly<Record<string, string>>
}

/** Asks what is wrong with something. */
export function ReportPage({ thing, visitor, reason, note, complaints }: ReportPageProps) {
  const title = `Report ${nameOf(thing)}`
  return (
    <Layout title={title} visitor={visitor}>
      <section class="narrow stack">
        <h1>{title}?</h1>
        <p>Moderators read it. @{thing.author.username} does not learn who has reported what.</p>
        <form method="post" action={`${thing.page}/report`} class="stack">
          <Field name="reason" label="What is wrong" complaint={complaints.reason}>
            {(aria) => (
              <select {...aria} required>
                <option value="">Choose…</option>
                {Object.entries(reasons).map(([value, label]) => (
                  <option key={value} value={value} selected={value === reason}>
                    {label}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field
            name="note"
            label="Anything else they should know"
            hint="Needed only where the list above does not say it."
            complaint={complaints.note}
          >
            {(aria) => (
              <textarea {...aria} rows={4} maxLength={mostNoteCharacters * 2} dir="auto">
                {note}
              </textarea>
            )}
          </Field>
          <div class="buttons">
            <button type="submit">Report</button>
            <a href={thing.page}>Cancel</a>
          </div>
        </form>
      </section>
    </Layout>
  )
}

/** Says what happens next. */
export function ReportedPage({ thing, isNew, visitor }: { thing: Reportable; isNew: boolean; visitor: Visitor }) {
  const { username } = thing.author
  return (
    <Layout title="Reported" visitor={visitor}>
      <section class="narrow stack">
        <h1>{isNew ? 'Thank you' : 'You have reported this already'}</h1>
        <p>
          A moderator looks at {nameOf(thing)} and decides. What is against the rules here is removed; whoever goes on
          breaking them is suspended. @{username} does not learn who has reported it.
        </p>
        <p>
          Until then, if you would rather see nothing of @{username}: <a href={`/@${username}/mute`}>mute</a> or{' '}
          <a href={`/@${username}/block`}>block</a> them.
        </p>
        <p>
          <a class="button secondary" href={thing.page}>
            Back
          </a>
        </p>
      </section>
    </Layout>
  )
}

function nameOf({ kind, author }: Reportable): string {
  return kind === 'person' ? `@${author.username}` : `this ${kind} by @${author.username}`
}
