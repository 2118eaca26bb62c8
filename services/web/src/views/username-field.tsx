import { Field } from './field.tsx'

interface UsernameFieldProps {
  label: string
  /** What was typed, to be shown again. */
  typed: string
  complaint: string | undefined
  hint?: string
  /** What a password manager or a passkey may fill in. */
  autocomplete: 'username' | 'username webauthn' | 'off'
}

/** A username: nothing of it is corrected, or begins with a capital, by a phone that means well. */
export function UsernameField({ typed, autocomplete, ...field }: UsernameFieldProps) {
  return (
    <Field name="username" {...field}>
      {(aria) => (
        <input
          {...aria}
          value={typed}
          required
          maxLength={30}
          autocomplete={autocomplete}
          autocapitalize="none"
          spellcheck={false}
        />
      )}
    </Field>
  )
}
