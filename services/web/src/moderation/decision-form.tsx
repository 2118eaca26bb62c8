import { say } from '../language/say.ts'
import { Field } from '../views/field.tsx'
import { PasswordField } from '../views/password-field.tsx'
import type { Decision } from './decisions.ts'
import { mostNoteCharacters } from './input.ts'

/** A decision about a person that could not be taken, to be shown again. */
export interface Refused {
  /** Which it is: the end of its form's address. */
  decision: string
  reason: string
  complaints: Readonly<Record<string, string>>
}

export interface DecisionWords {
  title: string
  /** What comes of it. */
  hint: string
  /** What stands on its button. */
  label: string
  /** Whether it takes something from somebody. */
  isGrave?: boolean
  asksForPassword?: boolean
}

interface DecisionFormProps extends DecisionWords {
  /** About whom. */
  username: string
  decision: Decision
  /** If it is this one that could not be taken. */
  refused: Refused | undefined
}

/** Decides something about a person: what comes of it, why, and where it is grave for admins, who decides. */
export function DecisionForm({ username, decision, refused, ...words }: DecisionFormProps) {
  const { title, hint, label, isGrave, asksForPassword } = words
  return (
    <section class="apart stack">
      <h2>{title}</h2>
      <p class="hint">{hint}</p>
      <form method="post" action={`/admin/people/${username}/${decision}`} class="stack narrow">
        <Field
          name="reason"
          scope={decision}
          label={say('Why')}
          hint={say('For the log, which moderators read.')}
          complaint={refused?.complaints.reason}
        >
          {(aria) => (
            <textarea {...aria} rows={2} maxLength={mostNoteCharacters * 2} required dir="auto">
              {refused?.reason ?? ''}
            </textarea>
          )}
        </Field>
        {asksForPassword && (
          <PasswordField
            name="password"
            scope={decision}
            label={say('Your password')}
            complaint={refused?.complaints.password}
            autocomplete="current-password"
          />
        )}
        <div class="buttons">
          <button class={isGrave ? 'danger' : undefined} type="submit">
            {label}
          </button>
        </div>
      </form>
    </section>
  )
}
