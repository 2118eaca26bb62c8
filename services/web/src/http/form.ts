import type { Request, Response } from 'express'
import { wantsHtml } from './faces.ts'
import { Refusal } from './refusal.ts'

/** Whether an error is something to mend in a form, or to try again there: then the form comes back with what was typed. */
export function isForForm(error: unknown, request: Request): error is Refusal {
  if (!(error instanceof Refusal) || !wantsHtml(request)) return false
  return error.kind === 'tooMany' || Object.keys(error.fields).length > 0
}

/**
 * Answers a form that comes back: with the status of its refusal, and when to try again.
 * @param field beside which a complaint stands that is about no field
 * @returns the complaint about each field
 */
export function refuseForm(response: Response, refusal: Refusal, field: string): Readonly<Record<string, string>> {
  response.status(refusal.status)
  if (refusal.retryAfterSeconds !== undefined) response.set('Retry-After', String(refusal.retryAfterSeconds))
  return Object.keys(refusal.fields).length > 0 ? refusal.fields : { [field]: refusal.message }
}
