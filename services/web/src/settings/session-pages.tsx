import { type Request, type Response, Router } from 'express'
import { clearSessionCookie, requireViewer, sessionIdOf, signedIn } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { wantsHtml } from '../http/faces.ts'
import { endOtherSessions, endSession, sessionsOf } from '../sessions/service.ts'
import { sendPage } from '../views/send.tsx'
import { SessionsPage } from './session-views.tsx'

/** Where somebody is signed in, and ending that. */
export function sessionPages({ db }: { db: Db }): Router {
  const router = Router()
  router.use('/settings/sessions', requireViewer)

  router.get('/settings/sessions', async (request, response) => {
    const sessions = (await sessionsOf(db, signedIn(response).id)).map((session) => ({
      ...session,
      isThisOne: session.id === sessionIdOf(response),
    }))
    if (wantsHtml(request)) sendPage(response, <SessionsPage visitor={signedIn(response)} sessions={sessions} />)
    else response.json(sessions)
  })

  router.post('/settings/sessions/end-others', async (request, response) => {
    await endOtherSessions(db, signedIn(response).id, sessionIdOf(response))
    done(request, response, '/settings/sessions')
  })

  router.post('/settings/sessions/:id/end', async (request: Request<{ id: string }>, response: Response) => {
    const { id } = request.params
    await endSession(db, signedIn(response).id, id)
    const isThisOne = id === sessionIdOf(response)
    if (isThisOne) clearSessionCookie(request, response)
    done(request, response, isThisOne ? '/' : '/settings/sessions')
  })

  return router
}

function done(request: Request<never> | Request, response: Response, path: string): void {
  if (wantsHtml(request)) response.redirect(303, path)
  else response.status(204).end()
}
