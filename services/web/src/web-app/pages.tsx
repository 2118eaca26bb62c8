import { Router } from 'express'
import type { Db } from '../db/connect.ts'
import { readInstance } from '../instance/service.ts'
import { sendPage } from '../views/send.tsx'
import { manifestOf } from './manifest.ts'
import { OfflinePage } from './views.tsx'

/** What makes an app of the site on somebody's phone; the same for everybody, so answered before anybody is asked who they are. */
export function webAppPages({ db }: { db: Db }): Router {
  const router = Router()

  router.get('/manifest.webmanifest', async (_request, response) => {
    response.set('Cache-Control', 'public, max-age=3600').vary('Accept-Language').type('application/manifest+json')
    response.send(JSON.stringify(manifestOf(await readInstance(db))))
  })

  router.get('/offline', (_request, response) => {
    response.set('Cache-Control', 'no-cache').vary('Accept-Language')
    sendPage(response, <OfflinePage />)
  })

  // What a phone's share sheet posts is taken by the service worker. Without one the photos have to be chosen again: whoever sent them,
  // nothing is taken in here, so that no other site can post.
  router.post('/share-target', (_request, response) => response.redirect(303, '/upload'))

  return router
}
