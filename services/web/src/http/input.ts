import type { ZodType } from 'zod'
import { Refusal } from './refusal.ts'

/**
 * Checks what came in against a shape.
 * @throws {Refusal} invalid, with the first complaint about each field
 */
export function readInput<Output>(shape: ZodType<Output>, given: unknown): Output {
  const result = shape.safeParse(given ?? {})
  if (result.success) return result.data
  const fields: Record<string, string> = {}
  for (const issue of result.error.issues) fields[String(issue.path[0] ?? 'form')] ??= issue.message
  throw new Refusal('invalid', Object.values(fields).join(' '), fields)
}

/** The text of a field as it was sent, to show it again beside a complaint. Anything else is no text. */
export function textOf(given: unknown, field: string): string {
  if (typeof given !== 'object' || given === null) return ''
  const value = (given as Record<string, unknown>)[field]
  return typeof value === 'string' ? value : ''
}
