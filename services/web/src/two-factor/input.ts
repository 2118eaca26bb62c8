import { z } from 'zod'
import { say } from '../language/say.ts'

export const codeInput = z.object({
  code: z
    .string({ error: () => say('Enter the six digits.') })
    .min(1, { error: () => say('Enter the six digits.') })
    .max(50, { error: () => say('A code has six digits.') }),
})

export const recoveryCodeInput = z.object({
  recoveryCode: z
    .string({ error: () => say('Enter a recovery code.') })
    .min(1, { error: () => say('Enter a recovery code.') })
    .max(50, { error: () => say('A recovery code has 24 letters and digits.') }),
})
