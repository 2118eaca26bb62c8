import { z } from 'zod'
import { readInput } from '../http/input.ts'
import { phrase, say } from '../language/say.ts'
import { type Edits, type ShapeName, shapes } from '../media/edits/edits.ts'
import { cropOf, cropped, ratioOf, type Size, shaped, turnedOnce } from '../media/edits/framing.ts'
import { editsInput } from './edits-input.ts'

/** The form on the page for one photo, where a crop is a shape, a size and a place: four edges would be hard to set without seeing them. */

/** In percent: how much of the largest crop of its shape it is, and where its middle is. */
export interface CropFields {
  size: number
  x: number
  y: number
}

export const cropRanges: Readonly<Record<keyof CropFields, { least: number; most: number; title: string }>> = {
  size: { least: 5, most: 100, title: phrase('How much of it is shown') },
  x: { least: 0, most: 100, title: phrase('Middle, from the left') },
  y: { least: 0, most: 100, title: phrase('Middle, from the top') },
}

/** What the form shows of a crop. */
export function cropFieldsOf(edits: Edits, original: Size): CropFields {
  const { part, x, y } = cropOf(edits, original)
  const percent = (value: number) => Math.round(100 * value)
  return { size: Math.max(percent(part), cropRanges.size.least), x: percent(x), y: percent(y) }
}

const formInput = editsInput.extend({
  shape: z
    .enum(shapes.map(({ name }) => name) as [ShapeName, ...ShapeName[]], {
      error: () => say('There is no such shape.'),
    })
    .default('free'),
  size: percentField('size'),
  x: percentField('x'),
  y: percentField('y'),
})

function percentField(name: keyof CropFields) {
  const { least, most, title } = cropRanges[name]
  const complain = () =>
    say('{name} is a number from {least, number} to {most, number}.', { name: say(title), least, most })
  return z.coerce.number({ error: complain }).min(least, { error: complain }).max(most, { error: complain }).optional()
}

/**
 * Reads the form.
 * @param before as the photo was when the form was shown; what the form leaves out stays so
 * @param original the size of the photo as it came
 * @throws {Refusal} invalid
 */
export function readEditsForm(before: Edits, original: Size, given: Readonly<Record<string, unknown>>): Edits {
  const { shape, size, x, y, ...edits } = readInput(formInput, { ...before, ...given })
  const shown = cropFieldsOf(before, original)
  let turned: Edits = { ...edits, turns: before.turns }
  while (turned.turns !== edits.turns) turned = turnedOnce(turned)
  const isMoved = [size ?? shown.size, x ?? shown.x, y ?? shown.y].join() !== [shown.size, shown.x, shown.y].join()
  // Percents are rounded: a crop that nobody has touched stays as it is.
  if (!isMoved) return shaped(turned, original, shape)
  const { ratio } =
    shape === 'free' ? cropOf(turned, original) : { ratio: ratioOf(shaped(turned, original, shape), original) }
  const part = (size ?? shown.size) / 100
  return cropped(turned, original, { ratio, part, x: (x ?? shown.x) / 100, y: (y ?? shown.y) / 100 })
}
