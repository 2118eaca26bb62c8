import type { ErrorRequestHandler } from 'express'
import { newNameOf } from '../accounts/profile.ts'
import { viewerOf } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { Refusal } from '../http/refusal.ts'

const namedInPath = /^(\/@|\/follow-requests\/)([\w.]{1,30}?)((?:\.(?:atom|rss))?(?:[/?].*)?)$/

/**
 * Leads from what no room has found by a name to the same of whoever has given up that name: pages, feeds and forms, in one place.
 * It stands behind the rooms, so names that are somebody's cost no query more.
 */
export function leadToNewNames(db: Db): ErrorRequestHandler {
  return async (error, request, response, next) => {
    const [, before, name, after] = namedInPath.exec(request.originalUrl) ?? []
    if (name === undefined || !(error instanceof Refusal) || error.kind !== 'notFound') return next(error)
    const newName = await newNameOf(db, viewerOf(response), name)
    if (newName === undefined) return next(error)
    // A form is sent again as it was. No browser may remember it for good: the name may be somebody else's one day.
    return response
      .set('Cache-Control', 'private, no-cache')
      .redirect(['GET', 'HEAD'].includes(request.method) ? 301 : 308, `${before}${newName}${after}`)
  }
}
