import { z } from 'zod'

/** An id in a path, query or form; undefined for anything else. */
export const givenId = z
  .string()
  .refine((id) => /^\d{1,19}$/.test(id) && BigInt(id) < 2n ** 63n)
  .optional()
  .catch(undefined)

/** Where a page of a list begins: below this id. Anything else means at the newest. */
export const maxId = givenId
