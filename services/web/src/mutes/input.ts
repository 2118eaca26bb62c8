import { z } from 'zod'
import { say } from '../language/say.ts'

/** How somebody is muted: whether their notifications are hidden as well, and for how many days; null for ever. */
export const muteInput = z.object({
  notifications: z
    .enum(['yes', 'no'], { error: () => say('Notifications are hidden as well, yes or no.') })
    .default('yes')
    .transform((answer) => answer === 'yes'),
  days: z
    .enum(['', '1', '7', '30'], { error: () => say('Somebody is muted for 1, 7 or 30 days, or for ever.') })
    .default('')
    .transform((days) => (days === '' ? null : Number(days))),
})
export type MuteFields = z.output<typeof muteInput>
