import type { RequestHandler } from 'express'
import { notFound } from '../http/refusal.ts'
import { viewerOf } from './viewer.ts'

/** Lets only moderators through, and so admins as well. For others there is nothing here. */
export const requireModerator: RequestHandler = (_request, response, next) => {
  if (!viewerOf(response)?.isModerator) throw notFound()
  next()
}
