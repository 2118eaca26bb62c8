import { z } from 'zod'

/**
 * A field of text from outside, as it is kept: line breaks as one character, nothing around it.
 * @param name how the field is called in a complaint, with its article: "A caption"
 * @param mostCharacters code points, as people count them
 */
export function textField(name: string, mostCharacters: number) {
  return (
    z
      .string({ error: `${name} is text.` })
      // What a form sends as a line break.
      .transform((text) => text.replaceAll('\r\n', '\n').trim())
      .refine(
        (text) => [...text].length <= mostCharacters,
        `${name} has at most ${mostCharacters.toLocaleString('en')} characters.`,
      )
      .refine((text) => !text.includes('\0'), `${name} cannot hold a NUL character.`)
      // Half of a character that takes two: it can be neither stored nor shown.
      .refine((text) => text.isWellFormed(), `${name} holds a character that is none.`)
  )
}

/** As `textField`, for what stands on one line. */
export function lineField(name: string, mostCharacters: number) {
  return textField(name, mostCharacters).transform((text) => text.replaceAll(/\s+/g, ' '))
}

/** A checkbox of a form: there when it is ticked. */
export const checkbox = z
  .string({ error: 'A box is ticked or not.' })
  .optional()
  .transform((value) => value !== undefined && value !== '' && value !== 'false')
