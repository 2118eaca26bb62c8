import { Field } from './field.tsx'

interface PasswordFieldProps {
  name: string
  /** As in `Field`. */
  scope?: string
  label: string
  complaint: string | undefined
  hint?: string
  /** Whether a password manager fills in the one it has, or offers to make one up. */
  autocomplete: 'current-password' | 'new-password'
}

/** A password, which is never shown again, not even beside a complaint about it. */
export function PasswordField({ autocomplete, ...field }: PasswordFieldProps) {
  return (
    <Field {...field}>
      {(aria) => <input {...aria} type="password" required maxLength={256} autocomplete={autocomplete} />}
    </Field>
  )
}
