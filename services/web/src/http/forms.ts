import type { Request } from 'express'
import { wantsHtml } from './faces.ts'
import { Refusal } from './refusal.ts'

/** Whether an error is something to mend in the form: then the form comes back with what was typed. */
export function isForForm(error: unknown, request: Request): error is Refusal {
  return error instanceof Refusal && Object.keys(error.fields).length > 0 && wantsHtml(request)
}
