import { Router } from 'express'
import { requireViewer, signedIn } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { done } from '../http/faces.ts'
import { maxId } from '../http/paging.ts'
import { sendPage } from '../views/send.tsx'
import { block, blockedBy, findBlockable, unblock } from './service.ts'
import { BlockedPeoplePage, BlockPage } from './views.tsx'

const listPageSize = 50

/** Blocking, and lifting it. */
export function blockPages({ db }: { db: Db }): Router {
  const router = Router()

  router.get('/@:username/block', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    const { username } = request.params as { username: string }
    sendPage(response, <BlockPage person={await findBlockable(db, viewer, username)} visitor={viewer} />)
  })

  router.post('/@:username/block', requireViewer, async (request, response) => {
    const { username } = request.params as { username: string }
    await block(db, signedIn(response), username)
    done(request, response, `/@${username}`)
  })

  router.post('/@:username/unblock', requireViewer, async (request, response) => {
    const { username } = request.params as { username: string }
    await unblock(db, signedIn(response), username)
    done(request, response, `/@${username}`)
  })

  router.get('/settings/blocked', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    const page = { maxId: maxId.parse(request.query.max_id), limit: listPageSize }
    sendPage(response, <BlockedPeoplePage blocked={await blockedBy(db, viewer, page)} visitor={viewer} />)
  })

  return router
}
