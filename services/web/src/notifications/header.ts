import type { RequestHandler } from 'express'
import { viewerOf } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { wantsHtml } from '../http/faces.ts'
import type { Visitor } from '../views/layout.tsx'
import { countUnread } from './service.ts'

/**
 * Puts the number of unread notifications beside the visitor, where the header of every page finds it. One query for each page of
 * somebody who is signed in; none for what is no page.
 */
export function unreadInHeader(db: Db): RequestHandler {
  return async (request, response, next) => {
    const viewer = viewerOf(response)
    if (viewer && wantsHtml(request)) {
      const unread = (await countUnread(db, [viewer.id])).get(viewer.id)
      response.locals.viewer = { ...viewer, unread } satisfies Visitor
    }
    next()
  }
}
