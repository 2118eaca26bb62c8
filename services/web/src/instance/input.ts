import { z } from 'zod'
import { checkbox, lineField, textField } from '../http/text.ts'
import { phrase, say } from '../language/say.ts'

/** Who may sign up: everybody; whoever an admin lets in; whoever has an invitation; nobody. */
export const signUpModes = ['open', 'approval', 'invitation', 'closed'] as const
export type SignUpMode = (typeof signUpModes)[number]

export const signUpMode = z.enum(signUpModes, {
  error: () => say('Who may sign up is one of open, approval, invitation and closed.'),
})

export const instanceInput = z.object({
  name: lineField(phrase('A name'), 60).refine((name) => name !== '', { error: () => say('This place needs a name.') }),
  description: textField(phrase('A description'), 500).default(''),
  rules: textField(phrase('The rules'), 5000).default(''),
  signUpMode,
  membersInvite: checkbox,
})
