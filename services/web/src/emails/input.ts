import { domainToASCII } from 'node:url'
import { z } from 'zod'
import { say } from '../language/say.ts'

/** An e-mail address, and how it is compared with others. */
export interface EmailAddress {
  address: string
  comparable: string
}

const complaint = () => say('An e-mail address looks like name@photos.example.')

/**
 * An address as typed, its domain in the letters that mail servers know. Case makes no difference: where a server does tell Ada@ from
 * ada@, the two still cannot be mistaken for each other, since only one of them can be anybody's here.
 */
export const emailAddress = z
  .string({ error: complaint })
  .trim()
  .max(320, { error: () => say('An e-mail address has at most 254 characters.') })
  .transform((typed, context): EmailAddress => {
    const at = typed.lastIndexOf('@')
    const local = typed.slice(0, at)
    const address = `${local}@${domainToASCII(typed.slice(at + 1))}`
    if (address.length > 254 || local.length > 64 || !z.email().safeParse(address).success) {
      context.addIssue(complaint())
      return z.NEVER
    }
    return { address, comparable: address.toLowerCase() }
  })

export const changeInput = z.object({
  email: emailAddress,
  password: z
    .string({ error: () => say('Enter your password.') })
    .min(1, { error: () => say('Enter your password.') })
    .max(256, { error: () => say('That is not your password.') }),
})

export const removalInput = changeInput.pick({ password: true })

/** What stands in a link. */
export const linkInput = z.object({
  token: z
    .string({ error: () => say('The link is cut off.') })
    .max(100, { error: () => say('That is no link of ours.') }),
})
