import { z } from 'zod'

/** Where a page begins: below this id. Anything else means at the newest. */
export const maxId = z
  .string()
  .refine((id) => /^\d{1,19}$/.test(id) && BigInt(id) < 2n ** 63n)
  .optional()
  .catch(undefined)
