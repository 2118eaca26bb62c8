import { z } from 'zod'

const mostCharacters = 2200

export const caption = z
  .string({ error: 'A caption is text.' })
  // What a form sends as a line break.
  .transform((text) => text.replaceAll('\r\n', '\n').trim())
  .refine(
    (text) => [...text].length <= mostCharacters,
    `A caption has at most ${mostCharacters.toLocaleString('en')} characters.`,
  )
  .refine((text) => !text.includes('\0'), 'A caption cannot hold a NUL character.')

export const uploadInput = z.object({ caption: caption.default('') })

/** Where a page of posts begins: below this id. Anything else means at the newest. */
export const maxId = z
  .string()
  .refine((id) => /^\d{1,19}$/.test(id) && BigInt(id) < 2n ** 63n)
  .optional()
  .catch(undefined)
