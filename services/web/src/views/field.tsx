import type { ComponentChildren } from 'preact'

interface FieldProps {
  name: string
  /** Where several forms on a page have a field of this name: what tells this one from the others. */
  scope?: string
  label: string
  /** What is wrong with what was entered. */
  complaint?: string | undefined
  hint?: string
  children: (aria: FieldAria) => ComponentChildren
}

/** What ties an input to its label, hint and complaint for those who don't see the page. */
export interface FieldAria {
  id: string
  name: string
  'aria-invalid': 'true' | undefined
  'aria-describedby': string | undefined
}

/** One input of a form with its label, a hint, and the complaint about it. */
export function Field({ name, scope, label, complaint, hint, children }: FieldProps) {
  const id = scope === undefined ? `field-${name}` : `field-${name}-${scope}`
  const described = [hint && `${id}-hint`, complaint && `${id}-complaint`].filter(Boolean).join(' ')
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        name,
        'aria-invalid': complaint ? 'true' : undefined,
        'aria-describedby': described || undefined,
      })}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {complaint && (
        <p class="complaint" id={`${id}-complaint`} role="alert">
          {complaint}
        </p>
      )}
    </div>
  )
}

interface ChoiceProps {
  name: string
  /** Where several boxes share a name: what tells this one from the others. */
  value?: string
  label: string
  hint?: string
  isChosen: boolean
}

/** A checkbox with what it means. */
export function Choice({ name, value, label, hint, isChosen }: ChoiceProps) {
  const id = value === undefined ? `field-${name}` : `field-${name}-${value}`
  return (
    <div class="choice">
      <input
        id={id}
        name={name}
        type="checkbox"
        value={value}
        checked={isChosen}
        aria-describedby={hint && `${id}-hint`}
      />
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}
