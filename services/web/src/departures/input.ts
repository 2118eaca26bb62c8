import { z } from 'zod'
import { confirmationInput } from '../accounts/input.ts'
import { say } from '../language/say.ts'

export const departureInput = confirmationInput.extend({
  username: z
    .string({ error: () => say('Type your name.') })
    .trim()
    .toLowerCase()
    .min(1, { error: () => say('Type your name.') })
    .max(100, { error: () => say('That is not your name.') })
    // As it stands on every page.
    .transform((name) => name.replace(/^@/, '')),
})
