import { z } from 'zod'

/** More than this says nothing more, and costs. */
export const mostQueryCharacters = 100

export const kinds = ['people', 'hashtags', 'posts'] as const
export type Kind = (typeof kinds)[number]

/**
 * What is sought, as it is read. Whatever was typed or linked, there is something to show for it: what can be neither stored nor
 * compared is left out, and so is what is too long.
 */
export const soughtText = z
  .string()
  .catch('')
  .transform((text) =>
    [
      ...text
        .toWellFormed()
        .replaceAll(/[\p{Cc}\uFFFD\s]+/gu, ' ')
        .trim(),
    ]
      .slice(0, mostQueryCharacters)
      .join(''),
  )

/** Undefined for the best few of each kind. */
export const soughtKind = z.enum(kinds).optional().catch(undefined)
