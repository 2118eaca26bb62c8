import { type Request, type Response, Router } from 'express'
import { requireModerator } from '../accounts/moderators.ts'
import { signedIn } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { done, localPath, wantsHtml } from '../http/faces.ts'
import { refuseForm } from '../http/form.ts'
import { readInput, textOf } from '../http/input.ts'
import { givenId, maxId } from '../http/paging.ts'
import { Refusal } from '../http/refusal.ts'
import type { Storage } from '../media/storage.ts'
import { sendPage } from '../views/send.tsx'
import { type DecisionFormState, LogPage, OverviewPage, ReportsPage } from './admin-views.tsx'
import { decisionInput, mostNoteCharacters } from './input.ts'
import { logOf } from './log.ts'
import { openCases, overview, settle } from './service.ts'

const casesPageSize = 20
const logPageSize = 50

/** The moderators' desk: how things are, what was reported, what was done. For others it does not exist. */
export function adminPages({ db, storage }: { db: Db; storage: Storage }): Router {
  const router = Router()
  router.use('/admin', requireModerator)

  router.get('/admin', async (request, response) => {
    const facts = await overview({ db, storage })
    if (wantsHtml(request)) sendPage(response, <OverviewPage facts={facts} visitor={signedIn(response)} />)
    else response.vary('Accept').json(facts)
  })

  router.get('/admin/reports', (request, response) => sendReports(request, response, request.query.after))

  router.post('/admin/reports/:id', async (request, response) => {
    const { id } = request.params as { id: string }
    try {
      await settle({ db, storage }, signedIn(response), id, readInput(decisionInput, request.body))
      done(request, response, '/admin/reports')
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind === 'notFound' || !wantsHtml(request)) throw error
      if (error.kind === 'conflict') return response.redirect(303, '/admin/reports?late')
      const complaints = refuseForm(response, error, 'note')
      const note = textOf(request.body, 'note').slice(0, 2 * mostNoteCharacters)
      const form = { id, note, complaint: Object.values(complaints).join(' ') }
      const page = new URL(localPath(textOf(request.body, 'next')), 'http://here').searchParams
      await sendReports(request, response, page.get('after') ?? undefined, form)
    }
  })

  async function sendReports(request: Request, response: Response, after: unknown, form?: DecisionFormState) {
    const moderator = signedIn(response)
    const afterId = givenId.parse(after)
    const page = await openCases(db, moderator, { afterId, limit: casesPageSize })
    const path = afterId === undefined ? '/admin/reports' : `/admin/reports?after=${afterId}`
    const isLate = request.query.late !== undefined
    sendPage(response, <ReportsPage {...page} path={path} isLate={isLate} form={form} visitor={moderator} />)
  }

  router.get('/admin/log', async (request, response) => {
    const page = { maxId: maxId.parse(request.query.max_id), limit: logPageSize }
    sendPage(response, <LogPage log={await logOf(db, page)} visitor={signedIn(response)} />)
  })

  return router
}
