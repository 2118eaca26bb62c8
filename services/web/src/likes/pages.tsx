import { type Request, type Response, Router } from 'express'
import { requireViewer, signedIn, viewerOf } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { idIn } from '../http/code.ts'
import { backTo, wantsHtml } from '../http/faces.ts'
import { maxId } from '../http/paging.ts'
import { sendPage } from '../views/send.tsx'
import { like, likersOf, unlike } from './service.ts'
import { LikersPage } from './views.tsx'

const pageSize = 50

/** Liking posts, and who likes one. */
export function likePages({ db }: { db: Db }): Router {
  const router = Router()

  router.post('/p/:code/like', requireViewer, async (request, response) => {
    await like(db, signedIn(response), idIn(request.params.code))
    done(request, response)
  })

  router.post('/p/:code/unlike', requireViewer, async (request, response) => {
    await unlike(db, signedIn(response), idIn(request.params.code))
    done(request, response)
  })

  router.get('/p/:code/likes', async (request, response) => {
    const { code } = request.params
    const viewer = viewerOf(response)
    const asked = { maxId: maxId.parse(request.query.max_id), limit: pageSize }
    const { people, nextMaxId } = await likersOf(db, viewer, idIn(code), asked)
    if (wantsHtml(request))
      sendPage(response, <LikersPage code={code} people={people} nextMaxId={nextMaxId} visitor={viewer} />)
    else response.vary('Accept').json({ people, nextMaxId: nextMaxId ?? null })
  })

  return router
}

function done(request: Request, response: Response): void {
  const { code } = request.params
  if (wantsHtml(request)) response.redirect(303, backTo(request, `/p/${code}#p-${code}`))
  else response.status(204).end()
}
