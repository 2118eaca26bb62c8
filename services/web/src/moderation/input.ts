import { z } from 'zod'
import { confirmationInput } from '../accounts/input.ts'
import { textField } from '../http/text.ts'
import { phrase, say } from '../language/say.ts'

/** Why something is reported, as it stands in the form. */
export const reasons = {
  spam: phrase('Spam or fraud'),
  nudity: phrase('Nudity or sex'),
  hate: phrase('Hate'),
  violence: phrase('Violence or threats'),
  bullying: phrase('Bullying or harassment'),
  rights: phrase('It uses what is mine: my photo, my name, my likeness'),
  other: phrase('Something else'),
} as const
export type Reason = keyof typeof reasons

export const mostNoteCharacters = 1000

const note = textField(phrase('A note'), mostNoteCharacters).default('')

export const reportInput = z
  .object({
    reason: z.enum(Object.keys(reasons) as [Reason, ...Reason[]], {
      error: () => say('Choose what is wrong with it.'),
    }),
    note,
  })
  .refine((given) => given.reason !== 'other' || given.note !== '', {
    path: ['note'],
    error: () => say('Say what is wrong.'),
  })
export type ReportFields = z.output<typeof reportInput>

/** What a moderator does about something that was reported. */
export const decisionInput = z.object({
  action: z.enum(['dismiss', 'remove', 'silence', 'suspend'], {
    error: () => say('A report is dismissed, or answered by remove, silence or suspend.'),
  }),
  note,
})
export type Decision = z.output<typeof decisionInput>

/** Why a moderator decides something about a person. */
export const reasonInput = z.object({
  reason: textField(phrase('A reason'), mostNoteCharacters).refine((text) => text !== '', {
    error: () => say('Say why: other moderators read it.'),
  }),
})

/** The same, for what a session alone must not do. */
export const confirmedReasonInput = reasonInput.extend(confirmationInput.shape)
export type ConfirmedReason = z.output<typeof confirmedReasonInput>

export const rankInput = z.object({
  rank: z.enum(['member', 'moderator', 'admin'], { error: () => say('A rank is member, moderator or admin.') }),
})
