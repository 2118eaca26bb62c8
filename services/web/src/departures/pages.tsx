import { Router } from 'express'
import { clearComingBack, comingBackToken } from '../accounts/coming-back.ts'
import { clearSessionCookie, requireViewer, signedIn } from '../accounts/viewer.ts'
import { welcome } from '../accounts/welcome.ts'
import type { Db } from '../db/connect.ts'
import { wantsHtml } from '../http/faces.ts'
import { isForForm, refuseForm } from '../http/form.ts'
import { readInput, textOf } from '../http/input.ts'
import type { Queue } from '../jobs/queue.ts'
import type { Storage } from '../media/storage.ts'
import { sendPage } from '../views/send.tsx'
import { departureInput } from './input.ts'
import { comeBack, depart, whoMayComeBack } from './service.ts'
import { ComeBackPage, DeletePage, GoodbyePage } from './views.tsx'

/** Deleting one's account, and taking that back. */
export function departurePages(deps: { db: Db; storage: Storage; queue: Queue }): Router {
  const router = Router()

  router.get('/settings/delete', requireViewer, (_request, response) => {
    sendPage(response, <DeletePage visitor={signedIn(response)} typed="" complaints={{}} />)
  })

  router.post('/settings/delete', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    try {
      const leavesAt = await depart(deps, viewer, readInput(departureInput, request.body))
      clearSessionCookie(request, response)
      if (wantsHtml(request)) response.redirect(303, '/goodbye')
      else response.json({ leavesAt })
    } catch (error) {
      if (!isForForm(error, request)) throw error
      const typed = textOf(request.body, 'username').slice(0, 100)
      const complaints = refuseForm(response, error, 'password')
      sendPage(response, <DeletePage visitor={viewer} typed={typed} complaints={complaints} />)
    }
  })

  router.get('/goodbye', (_request, response) => {
    sendPage(response, <GoodbyePage />)
  })

  router.get('/come-back', async (request, response) => {
    const { username, leavesAt } = await whoMayComeBack(deps.db, comingBackToken(request))
    if (wantsHtml(request)) sendPage(response, <ComeBackPage username={username} leavesAt={leavesAt} />)
    else response.json({ username, leavesAt })
  })

  router.post('/come-back', async (request, response) => {
    const back = await comeBack(deps, comingBackToken(request), request.get('user-agent') ?? '')
    clearComingBack(request, response)
    await welcome(deps.db, request, response, { ...back, status: 200 })
  })

  return router
}
