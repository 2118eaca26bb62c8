import { z } from 'zod'
import { say } from '../language/say.ts'
import { type Edits, type Figure, figures, isUntouched, ranges, untouched } from '../media/edits/edits.ts'
import { type FilterName, filterNames } from '../media/edits/filters.ts'
import { figureTitles } from './edits-words.ts'

/** Of a picture's width: less than a pixel of any that there is. */
const decimals = 6
const finest = 10 ** -decimals

/**
 * What an author wants done to a photo, from outside. The page for one photo has a field for each figure, by its name; the form of a whole
 * post has one for each photo, `edits-<id>`, in which they stand as JSON: `{"turns":1,"filter":"dawn"}`. What is left out is untouched.
 */
export const editsInput = z.object(
  {
    ...(Object.fromEntries(figures.map((figure) => [figure, figureField(figure)])) as Record<
      Figure,
      ReturnType<typeof figureField>
    >),
    filter: z
      .enum(filterNames as [FilterName, ...FilterName[]], { error: () => say('There is no such filter.') })
      .default('none'),
  },
  { error: () => say('Those are no edits of a photo.') },
)

/**
 * Reads the field of one photo in the form of a post.
 * @returns null for a photo that is untouched; or what is wrong with it
 */
export function readEdits(given: unknown): { edits: Edits | null } | { complaint: string } {
  if (given === '') return { edits: null }
  const result = editsInput.safeParse(parsed(given))
  if (result.success) return { edits: isUntouched(result.data) ? null : result.data }
  return { complaint: result.error.issues[0]?.message ?? '' }
}

function parsed(given: unknown): unknown {
  try {
    return JSON.parse(String(given))
  } catch {
    return undefined
  }
}

/** One number, as JSON or a form has it, brought to the nearest step. */
function figureField(figure: Figure) {
  const { least, most, step = finest } = ranges[figure]
  const complain = () =>
    say('{name} is a number from {least, number} to {most, number}.', { name: say(figureTitles[figure]), least, most })
  return z
    .union([z.number(), z.string()], { error: complain })
    .transform((value) => (value === '' ? Number.NaN : Number(value)))
    .refine((value) => value >= least && value <= most, { error: complain })
    .transform((value) => Number((Math.round(value / step) * step).toFixed(decimals)))
    .default(untouched[figure])
}
