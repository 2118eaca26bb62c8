import { z } from 'zod'

/** A key that a form or client makes up for one thing it asks for: the same key again means the same thing, once. */
export const idempotencyKey = z
  .string('An idempotency key is text.')
  .trim()
  .max(200, 'An idempotency key has at most 200 characters.')
  .refine((key) => !key.includes('\0'), 'An idempotency key cannot hold a NUL character.')
  .optional()
  .transform((key) => key || undefined)
