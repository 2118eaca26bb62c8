import { z } from 'zod'
import { password } from '../accounts/input.ts'
import { linkInput } from '../emails/input.ts'
import { say } from '../language/say.ts'

/** The name or address of an account, compared as both are: in lower case. */
export const forgottenInput = z.object({
  asked: z
    .string({ error: () => say('Enter your name or e-mail address.') })
    .trim()
    .toLowerCase()
    .transform((asked) => asked.replace(/^@/, ''))
    .refine((asked) => asked !== '' && !asked.includes('\0') && asked.isWellFormed(), {
      error: () => say('Enter your name or e-mail address.'),
    })
    .refine((asked) => asked.length <= 254, { error: () => say('That is no name or address here.') }),
})

export const resetInput = linkInput.extend({ password })
