import { z } from 'zod'
import { accountInput } from '../accounts/input.ts'
import { emailAddress } from '../emails/input.ts'
import { say } from '../language/say.ts'

/** One that is left empty is none. */
const emailIfAny = z.preprocess(
  (given) => (typeof given === 'string' && given.trim() === '' ? undefined : given),
  emailAddress.optional(),
)

export const signUpInput = accountInput.extend({
  email: emailIfAny,
  invitation: z
    .string({ error: () => say('That is no invitation.') })
    .max(100, { error: () => say('That is no invitation.') })
    .default(''),
  /** Of the form, so that a second click on its button finds what the first one made. */
  key: z
    .string({ error: () => say('A key is text.') })
    .max(100, { error: () => say('A key has at most 100 characters.') })
    .refine((key) => !key.includes('\0'), { error: () => say('A key cannot hold a NUL character.') })
    .optional()
    .transform((key) => key || undefined),
})

export type SignUpInput = z.output<typeof signUpInput>
