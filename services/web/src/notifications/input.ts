import { z } from 'zod'
import { say } from '../language/say.ts'
import { kinds, news, type Settings, senders, topics } from './kinds.ts'
import type { Position } from './lines.ts'

const choice = z.enum(senders, { error: () => say('This is one of everyone, following and nobody.') }).optional()

/** By whom each kind has to be done to be told; what is left out stays as it is. */
export const settingsInput = z.object({
  likes: choice,
  comments: choice,
  mentions: choice,
  follows: choice,
  news: z.enum(news, { error: () => say('Mail comes daily or never.') }).optional(),
})

/** What stands in the link of a letter. */
export const stopInput = z.object({
  token: z
    .string()
    .regex(/^[\w-]{1,100}$/)
    .catch(''),
})

// In milliseconds, up to the year 5138.
const time = /^\d{1,14}$/

/** Where a page begins, as it stands in its address. */
export function toCursor({ asOf, at, source, id }: Position): string {
  return [asOf.getTime(), at.getTime(), source, id].join('.')
}

/** The position that a cursor stands for; undefined, which is the newest, for anything that `toCursor` does not give. */
export function fromCursor(cursor: unknown): Position | undefined {
  const [asOf = '', at = '', source = '', id = '', ...more] = typeof cursor === 'string' ? cursor.split('.') : []
  if (more.length || !time.test(asOf) || !time.test(at) || !/^\d$/.test(source) || !/^\d{1,19}$/.test(id))
    return undefined
  if (Number(source) > kinds.length || BigInt(id) >= 2n ** 63n) return undefined
  return { asOf: new Date(Number(asOf)), at: new Date(Number(at)), source: Number(source), id }
}

/** Up to when somebody has read: a time as JSON has it. */
export const readUntilInput = z.object({
  until: z.iso
    .datetime({ error: () => say('The time up to which all is read looks like 2026-01-31T12:00:00.000Z.') })
    .transform((time) => new Date(time)),
})

/** Of a form that came back with a complaint, what was chosen well. */
export function typedSettings(body: unknown): Partial<Settings> {
  return Object.fromEntries(
    topics.flatMap((topic) => {
      const { success, data } = choice.safeParse((body as Record<string, unknown> | undefined)?.[topic])
      return success && data ? [[topic, data]] : []
    }),
  )
}
