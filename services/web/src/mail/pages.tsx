import { Router } from 'express'
import type { Db } from '../db/connect.ts'
import { wantsHtml } from '../http/faces.ts'
import { sendPage } from '../views/send.tsx'
import { keptMails } from './kept.ts'
import { KeptMailsPage } from './views.tsx'

/** GET /dev/mail: mails that were kept rather than sent. Whoever reads it can sign in as anybody, so it is there in development only. */
export function keptMailPages({ db }: { db: Db }): Router {
  const router = Router()

  router.get('/dev/mail', async (request, response) => {
    const mails = await keptMails(db)
    if (wantsHtml(request)) sendPage(response, <KeptMailsPage mails={mails} visitor={response.locals.viewer} />)
    else response.json({ mails })
  })

  return router
}
