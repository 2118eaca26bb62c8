import { Router } from 'express'
import type { Person } from '../accounts/service.ts'
import { requireViewer, signedIn } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { wantsHtml } from '../http/faces.ts'
import { isForForm, refuseForm } from '../http/form.ts'
import { readInput, textOf } from '../http/input.ts'
import { say } from '../language/say.ts'
import { sendPage } from '../views/send.tsx'
import { mostNoteCharacters, reportInput } from './input.ts'
import { ReportedPage, ReportPage } from './report-views.tsx'
import {
  hasReported,
  type Reportable,
  report,
  reportableComment,
  reportablePerson,
  reportablePost,
} from './reporting.ts'

type Find = (db: Db, viewer: Person, name: string) => Promise<Reportable>

/** Reporting posts, comments and people. */
export function reportPages({ db }: { db: Db }): Router {
  const router = Router()

  for (const [path, find] of [
    ['/p/:name/report', reportablePost],
    ['/comments/:name/report', reportableComment],
    ['/@:name/report', reportablePerson],
  ] satisfies [string, Find][]) {
    router.get(path, requireViewer, async (request, response) => {
      const viewer = signedIn(response)
      const thing = await find(db, viewer, String(request.params.name))
      if (await hasReported(db, viewer, thing)) {
        const isNew = request.query.thanks !== undefined
        return sendPage(response, <ReportedPage thing={thing} isNew={isNew} visitor={viewer} />)
      }
      return sendPage(response, <ReportPage thing={thing} visitor={viewer} reason="" note="" complaints={{}} />)
    })

    router.post(path, requireViewer, async (request, response) => {
      const viewer = signedIn(response)
      const thing = await find(db, viewer, String(request.params.name))
      try {
        const isNew = await report(db, viewer, thing, readInput(reportInput, request.body))
        if (wantsHtml(request)) response.redirect(303, `${thing.page}/report${isNew ? '?thanks' : ''}`)
        else if (isNew) response.status(201).json({ message: say('Thank you. Moderators will look at it.') })
        else response.json({ message: say('You have reported this already.') })
      } catch (error) {
        if (!isForForm(error, request)) throw error
        const typed = {
          reason: textOf(request.body, 'reason'),
          note: textOf(request.body, 'note').slice(0, 2 * mostNoteCharacters),
        }
        const complaints = refuseForm(response, error, 'reason')
        sendPage(response, <ReportPage thing={thing} visitor={viewer} {...typed} complaints={complaints} />)
      }
    })
  }

  return router
}
