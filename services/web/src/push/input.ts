import { z } from 'zod'
import { say } from '../language/say.ts'

const unusable = { error: () => say('Your browser gave something that cannot be used to reach it.') }

/** What a browser that subscribes gives, as PushSubscription.toJSON() has it. */
export const subscriptionInput = z.object({
  endpoint: z.string(unusable).min(1, unusable).max(1000, unusable),
  // A point of P-256, and 16 bytes, as base64url.
  p256dh: z.string(unusable).regex(/^B[\w-]{86}$/, unusable),
  auth: z.string(unusable).regex(/^[\w-]{22}$/, unusable),
})
