import { Router } from 'express'
import { requireAdmin } from '../accounts/admins.ts'
import { signedIn } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { done, wantsHtml } from '../http/faces.ts'
import type { Queue } from '../jobs/queue.ts'
import { sendPage } from '../views/send.tsx'
import { FailuresPage } from './failure-views.tsx'
import { failures, letBe, tryAgain } from './failures.ts'

const shownFailures = 50

/** What went wrong in the background. It is admins' alone: it speaks of the machine, and whose it is. */
export function failurePages(deps: { db: Db; queue: Queue }): Router {
  const router = Router()
  router.use('/admin/errors', requireAdmin)

  router.get('/admin/errors', async (request, response) => {
    const admin = signedIn(response)
    const found = await failures(deps.db, admin, shownFailures)
    if (wantsHtml(request)) sendPage(response, <FailuresPage {...found} visitor={admin} />)
    else response.vary('Accept').json({ errors: found.items, hasMore: found.hasMore })
  })

  for (const [name, decide] of Object.entries({ 'try-again': tryAgain, 'let-be': letBe })) {
    router.post(`/admin/errors/:id/${name}`, async (request, response) => {
      await decide(deps, signedIn(response), String(request.params.id))
      done(request, response, '/admin/errors')
    })
  }

  return router
}
