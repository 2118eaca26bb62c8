import { Router } from 'express'
import { viewerOf } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { linkInput } from '../emails/input.ts'
import { wantsHtml } from '../http/faces.ts'
import { isForForm, refuseForm } from '../http/form.ts'
import { readInput, textOf } from '../http/input.ts'
import type { Sending } from '../mail/sending.ts'
import { sendPage } from '../views/send.tsx'
import { forgottenInput, resetInput } from './input.ts'
import { askForReset, readReset, resetPassword } from './service.ts'
import { ForgotPage, ResetDonePage, ResetPage } from './views.tsx'

/** For whoever forgot their password. */
export function passwordResetPages(deps: Sending & { db: Db }): Router {
  const { db, isMailOn } = deps
  const router = Router()

  router.get('/forgot-password', (request, response) => {
    const isSent = request.query.sent !== undefined
    sendPage(response, <ForgotPage isSent={isSent} typed="" isMailOn={isMailOn} visitor={viewerOf(response)} />)
  })

  router.post('/forgot-password', async (request, response) => {
    try {
      const { asked } = readInput(forgottenInput, request.body)
      await askForReset(deps, asked, request.ip ?? '')
    } catch (error) {
      if (!isForForm(error, request)) throw error
      const complaint = refuseForm(response, error, 'asked').asked
      const form = { typed: textOf(request.body, 'asked').slice(0, 254), complaint }
      sendPage(response, <ForgotPage {...form} isSent={false} isMailOn={isMailOn} visitor={viewerOf(response)} />)
      return
    }
    if (wantsHtml(request)) response.redirect(303, '/forgot-password?sent')
    else response.status(202).json({})
  })

  // Programs that look through mail open links: to look changes nothing.
  router.get('/reset-password', async (request, response) => {
    const { token } = readInput(linkInput, request.query)
    const { username } = await readReset(db, token)
    sendPage(response, <ResetPage token={token} username={username} visitor={viewerOf(response)} />)
  })

  router.post('/reset-password', async (request, response) => {
    try {
      await resetPassword(deps, readInput(resetInput, request.body))
    } catch (error) {
      if (!isForForm(error, request)) throw error
      const token = textOf(request.body, 'token')
      const { username } = await readReset(db, token)
      const complaint = refuseForm(response, error, 'password').password
      sendPage(
        response,
        <ResetPage token={token} username={username} complaint={complaint} visitor={viewerOf(response)} />,
      )
      return
    }
    if (wantsHtml(request)) response.redirect(303, '/reset-password/done')
    else response.status(204).end()
  })

  router.get('/reset-password/done', (_request, response) => {
    sendPage(response, <ResetDonePage visitor={viewerOf(response)} />)
  })

  return router
}
