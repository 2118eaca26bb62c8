import { Router } from 'express'
import { requireAdmin } from '../accounts/admins.ts'
import { signedIn, viewerOf } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { wantsHtml } from '../http/faces.ts'
import { isForForm, refuseForm } from '../http/form.ts'
import { readInput, textOf } from '../http/input.ts'
import { sendPage } from '../views/send.tsx'
import { instanceInput } from './input.ts'
import { changeInstance, readInstance } from './service.ts'
import { AboutPage, InstancePage } from './views.tsx'

/** What this Gramstack is, for everybody to read and for admins to change. */
export function instancePages({ db }: { db: Db }): Router {
  const router = Router()

  router.get('/about', async (request, response) => {
    const { name, description, rules } = await readInstance(db)
    if (!wantsHtml(request)) return response.json({ name, description, rules })
    return sendPage(response, <AboutPage {...{ name, description, rules }} visitor={viewerOf(response)} />)
  })

  router.get('/admin/settings', requireAdmin, async (request, response) => {
    const isSaved = request.query.saved !== undefined
    const instance = await readInstance(db)
    sendPage(response, <InstancePage {...instance} isSaved={isSaved} complaints={{}} visitor={signedIn(response)} />)
  })

  router.post('/admin/settings', requireAdmin, async (request, response) => {
    try {
      await changeInstance(db, readInput(instanceInput, request.body))
    } catch (error) {
      if (!isForForm(error, request)) throw error
      const [name, description, rules, signUpMode, membersInvite] = (
        ['name', 'description', 'rules', 'signUpMode', 'membersInvite'] as const
      ).map((field) => textOf(request.body, field))
      const typed = { name, description, rules, signUpMode, membersInvite: membersInvite !== '' }
      const complaints = refuseForm(response, error, 'name')
      sendPage(
        response,
        <InstancePage {...typed} isSaved={false} complaints={complaints} visitor={signedIn(response)} />,
      )
      return
    }
    if (wantsHtml(request)) response.redirect(303, '/admin/settings?saved')
    else response.status(204).end()
  })

  return router
}
