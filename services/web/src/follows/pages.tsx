import { Router } from 'express'
import { z } from 'zod'
import { requireViewer, signedIn, viewerOf } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { backTo, done } from '../http/faces.ts'
import { readInput } from '../http/input.ts'
import { maxId } from '../http/paging.ts'
import { say } from '../language/say.ts'
import { sendPage } from '../views/send.tsx'
import { accept, follow, type ListKind, listOf, removeFollower, requestsTo, unfollow } from './service.ts'
import { FollowListPage, RequestsPage } from './views.tsx'

const listPageSize = 50

const answers = { accept, refuse: removeFollower }
const answerInput = z.object({
  answer: z.enum(['accept', 'refuse'], { error: () => say('The answer to a request is accept or refuse.') }),
})

/** Following, who follows whom, and answering those who ask to. */
export function followPages({ db }: { db: Db }): Router {
  const router = Router()

  for (const [name, change] of Object.entries({ follow, unfollow, 'remove-follower': removeFollower })) {
    router.post(`/@:username/${name}`, requireViewer, async (request, response) => {
      const { username } = request.params as { username: string }
      await change(db, signedIn(response), username)
      // Lists and suggestions have the button too.
      done(request, response, backTo(request, `/@${username}`))
    })
  }

  for (const kind of ['followers', 'following'] satisfies ListKind[]) {
    router.get(`/@:username/${kind}`, async (request, response) => {
      const { username } = request.params as { username: string }
      const viewer = viewerOf(response)
      const page = { maxId: maxId.parse(request.query.max_id), limit: listPageSize }
      const { person, list } = await listOf(db, viewer, username, kind, page)
      sendPage(response, <FollowListPage person={person} kind={kind} list={list} visitor={viewer} />)
    })
  }

  router.get('/follow-requests', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    const page = { maxId: maxId.parse(request.query.max_id), limit: listPageSize }
    sendPage(response, <RequestsPage requests={await requestsTo(db, viewer, page)} visitor={viewer} />)
  })

  router.post('/follow-requests/:username', requireViewer, async (request, response) => {
    const { username } = request.params as { username: string }
    const { answer } = readInput(answerInput, request.body)
    await answers[answer](db, signedIn(response), username)
    done(request, response, '/follow-requests')
  })

  return router
}
