import { z } from 'zod'
import { givenId } from '../http/paging.ts'
import { lineField } from '../http/text.ts'
import { phrase, say } from '../language/say.ts'

export const mostNameCharacters = 50

export const collectionInput = z.object({
  name: lineField(phrase('A name'), mostNameCharacters).refine((name) => name !== '', {
    error: () => say('Give the collection a name.'),
  }),
})

/**
 * Which collections a post is to be in: those whose boxes are ticked. A form sends the name once for each; what is no id is nobody's.
 */
export const choiceInput = z.object({
  collection: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .transform((given) => [given ?? []].flat().flatMap((id) => givenId.parse(id) ?? [])),
  /** A new one to put it into. */
  name: lineField(phrase('A name'), mostNameCharacters).default(''),
})
