import { type Response, Router } from 'express'
import { requireViewer, signedIn } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { wantsHtml } from '../http/faces.ts'
import { textOf } from '../http/input.ts'
import { invalidField } from '../http/refusal.ts'
import { sendPage } from '../views/send.tsx'
import { accept, follow, removeFollower, requestsTo, unfollow } from './service.ts'
import { RequestsPage } from './views.tsx'

/** Following, and answering those who ask to. */
export function followPages({ db }: { db: Db }): Router {
  const router = Router()

  router.post('/@:username/follow', requireViewer, async (request, response) => {
    const { username } = request.params as { username: string }
    await follow(db, signedIn(response), username)
    done(wantsHtml(request), response, `/@${username}`)
  })

  router.post('/@:username/unfollow', requireViewer, async (request, response) => {
    const { username } = request.params as { username: string }
    await unfollow(db, signedIn(response), username)
    done(wantsHtml(request), response, `/@${username}`)
  })

  router.get('/follow-requests', requireViewer, async (_request, response) => {
    const viewer = signedIn(response)
    sendPage(response, <RequestsPage requests={await requestsTo(db, viewer)} visitor={viewer} />)
  })

  router.post('/follow-requests/:username', requireViewer, async (request, response) => {
    const { username } = request.params as { username: string }
    const answer = { accept, refuse: removeFollower }[textOf(request.body, 'answer')]
    if (!answer) throw invalidField('answer', 'The answer to a request is accept or refuse.')
    await answer(db, signedIn(response), username)
    done(wantsHtml(request), response, '/follow-requests')
  })

  return router
}

function done(isHtml: boolean, response: Response, path: string): void {
  if (isHtml) response.redirect(303, path)
  else response.status(204).end()
}
