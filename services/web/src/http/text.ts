import { z } from 'zod'
import { say } from '../language/say.ts'

/**
 * A field of text from outside, as it is kept: line breaks as one character, nothing around it.
 * @param name how the field is called in a complaint, with its article: `phrase('A caption')`
 * @param mostCharacters code points, as people count them
 */
export function textField(name: string, mostCharacters: number) {
  return (
    z
      .string({ error: () => say('{name} is text.', { name: say(name) }) })
      // What a form sends as a line break.
      .transform((text) => text.replaceAll('\r\n', '\n').trim())
      .refine((text) => [...text].length <= mostCharacters, {
        error: () => say('{name} has at most {most, number} characters.', { name: say(name), most: mostCharacters }),
      })
      .refine((text) => !text.includes('\0'), {
        error: () => say('{name} cannot hold a NUL character.', { name: say(name) }),
      })
      // Half of a character that takes two: it can be neither stored nor shown.
      .refine((text) => text.isWellFormed(), {
        error: () => say('{name} holds a character that is none.', { name: say(name) }),
      })
  )
}

/** As `textField`, for what stands on one line. */
export function lineField(name: string, mostCharacters: number) {
  return textField(name, mostCharacters).transform((text) => text.replaceAll(/\s+/g, ' '))
}

/** A checkbox of a form: there when it is ticked. */
export const checkbox = z
  .string({ error: () => say('A box is ticked or not.') })
  .optional()
  .transform((value) => value !== undefined && value !== '' && value !== 'false')
