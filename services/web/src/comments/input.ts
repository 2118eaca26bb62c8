import { z } from 'zod'
import { idempotencyKey } from '../http/idempotency-key.ts'
import { textField } from '../http/text.ts'
import { phrase, say } from '../language/say.ts'

export const mostCommentCharacters = 2200

export const commentInput = z.object({
  text: textField(phrase('A comment'), mostCommentCharacters)
    .default('')
    .refine((text) => text !== '', { error: () => say('Write something first.') }),
  idempotencyKey,
})
