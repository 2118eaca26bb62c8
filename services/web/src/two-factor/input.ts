import { z } from 'zod'

export const codeInput = z.object({
  code: z.string({ error: 'Enter the six digits.' }).min(1, 'Enter the six digits.').max(50, 'A code has six digits.'),
})

export const recoveryCodeInput = z.object({
  recoveryCode: z
    .string({ error: 'Enter a recovery code.' })
    .min(1, 'Enter a recovery code.')
    .max(50, 'A recovery code has 16 letters and digits.'),
})
