import { Router } from 'express'
import { requireViewer, signedIn, viewerOf } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { sendPage } from '../views/send.tsx'
import { readCursor } from './input.ts'
import { popularPosts, suggestPeople } from './service.ts'
import { ExplorePage, PeoplePage } from './views.tsx'

const gridPageSize = 24
const mostPeople = 30

/** Popular posts, and people whom one might follow. */
export function explorePages({ db }: { db: Db }): Router {
  const router = Router()

  router.get('/explore', async (request, response) => {
    const viewer = viewerOf(response)
    const after = readCursor(request.query.after)
    const { posts, next } = await popularPosts(db, viewer, { after, limit: gridPageSize })
    sendPage(response, <ExplorePage posts={posts} next={next} visitor={viewer} />)
  })

  router.get('/explore/people', requireViewer, async (_request, response) => {
    const viewer = signedIn(response)
    sendPage(response, <PeoplePage people={await suggestPeople(db, viewer, mostPeople)} visitor={viewer} />)
  })

  return router
}
