import { say, sayWith } from '../language/say.ts'
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
  const title = titleOf(thing)
  return (
    <Layout title={title} visitor={visitor}>
      <section class="narrow stack">
        <h1>{title}</h1>
        <p>
          {say('Moderators read it. @{username} does not learn who has reported what.', {
            username: thing.author.username,
          })}
        </p>
        <form method="post" action={`${thing.page}/report`} class="stack">
          <Field name="reason" label={say('What is wrong')} complaint={complaints.reason}>
            {(aria) => (
              <select {...aria} required>
                <option value="">{say('Choose…')}</option>
                {Object.entries(reasons).map(([value, label]) => (
                  <option key={value} value={value} selected={value === reason}>
                    {say(label)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field
            name="note"
            label={say('Anything else they should know')}
            hint={say('Needed only where the list above does not say it.')}
            complaint={complaints.note}
          >
            {(aria) => (
              <textarea {...aria} rows={4} maxLength={mostNoteCharacters * 2} dir="auto">
                {note}
              </textarea>
            )}
          </Field>
          <div class="buttons">
            <button type="submit">{say('Report')}</button>
            <a href={thing.page}>{say('Cancel')}</a>
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
    <Layout title={say('Reported')} visitor={visitor}>
      <section class="narrow stack">
        <h1>{isNew ? say('Thank you') : say('You have reported this already')}</h1>
        <p>
          {say(
            'A moderator looks at it and decides. What is against the rules here is removed; whoever goes on breaking them is suspended. @{username} does not learn who has reported it.',
            { username },
          )}
        </p>
        <p>
          {sayWith(
            'Until then, if you would rather see nothing of @{username}: <mute>mute</mute> or <block>block</block> them.',
            {
              username,
              mute: (inside) => <a href={`/@${username}/mute`}>{inside}</a>,
              block: (inside) => <a href={`/@${username}/block`}>{inside}</a>,
            },
          )}
        </p>
        <p>
          <a class="button secondary" href={thing.page}>
            {say('Back')}
          </a>
        </p>
      </section>
    </Layout>
  )
}

function titleOf({ kind, author: { username } }: Reportable): string {
  switch (kind) {
    case 'person':
      return say('Report @{username}?', { username })
    case 'post':
      return say('Report this post by @{username}?', { username })
    case 'comment':
      return say('Report this comment by @{username}?', { username })
  }
}
