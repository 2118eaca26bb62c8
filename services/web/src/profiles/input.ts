import { z } from 'zod'
import { confirmationInput, username } from '../accounts/input.ts'
import { lineField, textField } from '../http/text.ts'
import { languageTags } from '../language/languages.ts'
import { phrase, say } from '../language/say.ts'
import type { Crop } from '../media/orders.ts'

const mostWebsite = 200

/** A name that nobody could see is none. */
const displayName = lineField(phrase('A name'), 60).transform((name) =>
  /[^\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u.test(name) ? name : '',
)

/** An address of the web, as browsers write it; without a scheme it is taken for https. */
const website = textField(phrase('An address'), mostWebsite)
  .transform((given) => (given === '' ? '' : webAddress(given)))
  .refine((address) => address !== undefined, {
    error: () => say('Enter an address of the web, such as https://example.com.'),
  })
  .refine((address) => address === undefined || address.length <= mostWebsite, {
    error: () => say('An address has at most {mostWebsite} characters.', { mostWebsite }),
  })
  .transform((address) => address ?? '')

function webAddress(given: string): string | undefined {
  const url = URL.parse(given.includes(':') ? given : `https://${given}`)
  if (!url || !['http:', 'https:'].includes(url.protocol)) return undefined
  // https://bank.example@evil.example leads to the second.
  if (url.username || url.password) return undefined
  // One word is rather something else that was typed.
  return given.includes(':') || url.hostname.includes('.') ? url.href : undefined
}

/** As the forms say it: where the middle is, "x,y" from 0 to 1, and how near. What is no crop is the middle of the whole. */
export const cropInput = z
  .object({
    focal: z
      .string()
      .transform((given) => given.split(',').map(Number))
      .pipe(z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]))
      .catch([0.5, 0.5]),
    zoom: z.coerce.number().min(1).max(4).catch(1),
  })
  .transform(({ focal: [x, y], zoom }): Crop => ({ x, y, zoom }))

/** What is left out stays as it is. */
export const profileInput = z
  .object({
    displayName,
    bio: textField(phrase('A bio'), 500),
    website,
    theme: z.enum(['auto', 'light', 'dark'], { error: () => say('Pages are light, dark, or as the system says.') }),
    language: z.enum(['auto', ...languageTags], { error: () => say('Pages are in one of the languages of the list.') }),
  })
  .partial()

export const renameInput = confirmationInput.extend({ username })
