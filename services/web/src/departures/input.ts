import { z } from 'zod'
import { confirmationInput } from '../accounts/input.ts'

export const departureInput = confirmationInput.extend({
  username: z
    .string({ error: 'Type your name.' })
    .trim()
    .toLowerCase()
    .min(1, 'Type your name.')
    .max(100, 'That is not your name.')
    // As it stands on every page.
    .transform((name) => name.replace(/^@/, '')),
})
