import { Router } from 'express'
import { passwordChangeInput } from '../accounts/input.ts'
import { requireViewer, sessionIdOf, signedIn } from '../accounts/viewer.ts'
import { rememberBrowser } from '../accounts/welcome.ts'
import type { Db } from '../db/connect.ts'
import { wantsHtml } from '../http/faces.ts'
import { isForForm, refuseForm } from '../http/form.ts'
import { readInput } from '../http/input.ts'
import { sendPage } from '../views/send.tsx'
import { PasswordPage } from './password-views.tsx'
import { changePassword } from './service.ts'

/** Changing one's password. */
export function passwordPages({ db }: { db: Db }): Router {
  const router = Router()
  router.use('/settings/password', requireViewer)

  router.get('/settings/password', (_request, response) => {
    sendPage(response, <PasswordPage visitor={signedIn(response)} complaints={{}} />)
  })

  router.post('/settings/password', async (request, response) => {
    const viewer = signedIn(response)
    try {
      await changePassword(db, viewer, readInput(passwordChangeInput, request.body), sessionIdOf(response))
      await rememberBrowser(db, request, response, viewer.id)
      if (wantsHtml(request)) response.redirect(303, '/settings?saved')
      else response.status(204).end()
    } catch (error) {
      if (!isForForm(error, request)) throw error
      const complaints = refuseForm(response, error, 'currentPassword')
      sendPage(response, <PasswordPage visitor={viewer} complaints={complaints} />)
    }
  })

  return router
}
