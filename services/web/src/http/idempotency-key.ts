import { z } from 'zod'
import { say } from '../language/say.ts'

/** A key that a form or client makes up for one thing it asks for: the same key again means the same thing, once. */
export const idempotencyKey = z
  .string({ error: () => say('An idempotency key is text.') })
  .trim()
  .max(200, { error: () => say('An idempotency key has at most 200 characters.') })
  .refine((key) => !key.includes('\0'), { error: () => say('An idempotency key cannot hold a NUL character.') })
  .optional()
  .transform((key) => key || undefined)
