import { type Request, type Response, Router } from 'express'
import { requireViewer, signedIn, viewerOf } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { wantsHtml } from '../http/faces.ts'
import { textOf } from '../http/input.ts'
import { originOf } from '../http/origin.ts'
import { maxId } from '../http/paging.ts'
import { sendPage } from '../views/send.tsx'
import { followsTag, followTag, postsTagged, readTag, tagsFollowedBy, unfollowTag } from './service.ts'
import { FollowedHashtagsPage, HashtagPage } from './views.tsx'

const gridPageSize = 24

/** The posts with a hashtag, and following it. */
export function hashtagPages({ db }: { db: Db }): Router {
  const router = Router()

  router.get('/tags/:tag', async (request, response) => {
    const tag = readTag(request.params.tag)
    if (tag !== request.params.tag) return response.redirect(301, pathOf(tag))
    const viewer = viewerOf(response)
    const page = await postsTagged(db, tag, viewer, {
      maxId: maxId.parse(request.query.max_id),
      limit: gridPageSize,
    })
    const isFollowed = viewer && (await followsTag(db, viewer, tag))
    const shown = { tag, isFollowed, page, visitor: viewer, origin: originOf(response) }
    return sendPage(response, <HashtagPage {...shown} />)
  })

  router.post('/tags/:tag/follow', requireViewer, async (request, response) => {
    const tag = readTag(String(request.params.tag))
    await followTag(db, signedIn(response), tag)
    done(request, response, tag)
  })

  router.post('/tags/:tag/unfollow', requireViewer, async (request, response) => {
    const tag = readTag(String(request.params.tag))
    await unfollowTag(db, signedIn(response), tag)
    done(request, response, tag)
  })

  router.get('/settings/hashtags', requireViewer, async (_request, response) => {
    const viewer = signedIn(response)
    sendPage(response, <FollowedHashtagsPage tags={await tagsFollowedBy(db, viewer)} visitor={viewer} />)
  })

  return router
}

function pathOf(tag: string): string {
  return `/tags/${encodeURIComponent(tag)}`
}

/** Back to the hashtag, or to the list of those that are followed if the form stood there. */
function done(request: Request, response: Response, tag: string): void {
  if (!wantsHtml(request)) response.status(204).end()
  else response.redirect(303, textOf(request.body, 'from') === 'settings' ? '/settings/hashtags' : pathOf(tag))
}
