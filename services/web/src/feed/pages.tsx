import { Router } from 'express'
import { isThereAnAdmin } from '../accounts/service.ts'
import { viewerOf } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { wantsHtml } from '../http/faces.ts'
import { originOf } from '../http/origin.ts'
import { maxId } from '../http/paging.ts'
import { latestPosts } from '../posts/service.ts'
import { sendPage } from '../views/send.tsx'
import { HomePage, LandingPage } from './views.tsx'

const pageSize = 10

/** The home page: the newest photos, and for those who are not signed in an invitation. */
export function feedPages({ db }: { db: Db }): Router {
  const router = Router()

  router.get('/', async (request, response) => {
    response.vary('Accept')
    if (!wantsHtml(request)) return response.json({ hello: 'world' })
    const viewer = viewerOf(response)
    const page = await latestPosts(db, viewer, { maxId: maxId.parse(request.query.max_id), limit: pageSize })
    if (viewer) return sendPage(response, <HomePage page={page} visitor={viewer} />)
    return sendPage(
      response,
      <LandingPage page={page} isThereAnAdmin={await isThereAnAdmin(db)} origin={originOf(response)} />,
    )
  })

  return router
}
