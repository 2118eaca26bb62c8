import { z } from 'zod'
import { lineField } from '../http/text.ts'
import { phrase, say } from '../language/say.ts'

const base64url = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[A-Za-z0-9_-]+$/)

const credential = {
  id: base64url(1400),
  rawId: base64url(1400),
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}).default({}),
}

const registration = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url(10_000),
    attestationObject: base64url(100_000),
    transports: z.array(z.string().max(30)).max(10).default([]),
  }),
})

const authentication = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url(10_000),
    authenticatorData: base64url(10_000),
    signature: base64url(10_000),
  }),
})

/** What a browser made of a challenge, as JSON in a field of a form. */
function inField<Output>(shape: z.ZodType<Output>) {
  return z.string({ error: () => say('Passkeys need JavaScript.') }).transform((text, context) => {
    const given = shape.safeParse(parse(text))
    if (given.success) return given.data
    context.addIssue({ code: 'custom', message: say('The browser sent no passkey that can be read. Try again.') })
    return z.NEVER
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const registrationInput = z.object({
  name: lineField(phrase('A name'), 50).refine((name) => name !== '', {
    error: () => say('Give it a name, such as that of your phone.'),
  }),
  credential: inField(registration),
})

export const authenticationInput = z.object({ credential: inField(authentication) })
