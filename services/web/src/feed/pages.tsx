import { Router } from 'express'
import { isThereAnAdmin } from '../accounts/service.ts'
import { requireViewer, signedIn, viewerOf } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { wantsHtml } from '../http/faces.ts'
import { originOf } from '../http/origin.ts'
import { maxId } from '../http/paging.ts'
import { latestPosts } from '../posts/service.ts'
import { sendPage } from '../views/send.tsx'
import { homeFeed, newestInFeed } from './service.ts'
import { HomePage, LandingPage } from './views.tsx'

const pageSize = 10

/** The home page: what one follows, and for those who are not signed in the newest photos of all and an invitation. */
export function feedPages({ db }: { db: Db }): Router {
  const router = Router()

  router.get('/', async (request, response) => {
    response.vary('Accept')
    if (!wantsHtml(request)) return response.json({ hello: 'world' })
    const viewer = viewerOf(response)
    const asked = { maxId: maxId.parse(request.query.max_id), limit: pageSize }
    if (viewer) {
      const feed = await homeFeed(db, viewer, asked)
      return sendPage(response, <HomePage feed={feed} isFirst={asked.maxId === undefined} visitor={viewer} />)
    }
    const page = await latestPosts(db, undefined, asked)
    return sendPage(
      response,
      <LandingPage page={page} isThereAnAdmin={await isThereAnAdmin(db)} origin={originOf(response)} />,
    )
  })

  // For a page that is open already: whether there is something newer than what it shows.
  router.get('/feed/newest', requireViewer, async (_request, response) => {
    response
      .set('Cache-Control', 'private, no-store')
      .json({ id: (await newestInFeed(db, signedIn(response))) ?? null })
  })

  return router
}
