import { z } from 'zod'
import { say } from '../language/say.ts'
import { isCommonPassword } from './common-passwords.ts'

/** 1 to 30 of a–z, 0–9, _ and . as typed, whatever the case; kept in lower case. */
export const username = z
  .string({ error: () => say('Choose a name.') })
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9_.]{1,30}$/, { error: () => say('A name has 1 to 30 letters a–z, digits, underscores or dots.') })
  // A name of dots only, or with one at an end, is lost in a sentence and in a URL.
  .refine((name) => !/^\.|\.$|\.\./.test(name), { error: () => say('A dot stands between two other characters.') })
  // /@name.atom is the feed of somebody called name.
  .refine((name) => !/\.(?:atom|rss)$/.test(name), { error: () => say('A name does not end in .atom or .rss.') })

export const password = z
  .string({ error: () => say('Choose a password.') })
  .min(8, { error: () => say('A password has 8 characters or more.') })
  // Bounded, because hashing costs more the longer it is.
  .max(256, { error: () => say('A password has at most 256 characters.') })
  .refine((given) => !isCommonPassword(given), {
    error: () => say('Too many people have this password, so it is tried first. Choose another.'),
  })

/** What every account has. */
export const accountInput = z.object({ username, password })

const givenPassword = z
  .string({ error: () => say('Enter your password.') })
  .min(1, { error: () => say('Enter your password.') })
  .max(256, { error: () => say('That is no password here.') })

/** What is wrong with a name or password is not said at sign-in: only whether the two belong together. */
export const signInInput = z.object({
  username: z
    .string({ error: () => say('Enter your name.') })
    .trim()
    .toLowerCase()
    .refine((name) => !name.includes('\0'), { error: () => say('That is no name here.') })
    .min(1, { error: () => say('Enter your name.') })
    .max(100, { error: () => say('That is no name here.') }),
  password: givenPassword,
})

export const passwordChangeInput = z.object({ currentPassword: givenPassword, password })

/** For what a session alone must not do. */
export const confirmationInput = z.object({ password: givenPassword })
