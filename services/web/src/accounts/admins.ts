import type { RequestHandler } from 'express'
import { notFound } from '../http/refusal.ts'
import { viewerOf } from './viewer.ts'

/** Lets only admins through. For others there is nothing here. */
export const requireAdmin: RequestHandler = (_request, response, next) => {
  if (!viewerOf(response)?.isAdmin) throw notFound()
  next()
}
