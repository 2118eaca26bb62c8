import { z } from 'zod'
import { idempotencyKey } from '../http/idempotency-key.ts'
import { textField } from '../http/text.ts'

export const mostCommentCharacters = 2200

export const commentInput = z.object({
  text: textField('A comment', mostCommentCharacters)
    .default('')
    .refine((text) => text !== '', 'Write something first.'),
  idempotencyKey,
})
