import { type Response, Router } from 'express'
import { requireViewer, signedIn } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { wantsHtml } from '../http/faces.ts'
import { isForForm, refuseForm } from '../http/form.ts'
import { readInput } from '../http/input.ts'
import { originOf } from '../http/origin.ts'
import { sendPage } from '../views/send.tsx'
import { invitationInput } from './input.ts'
import { invitationsBy, invite, revoke } from './service.ts'
import { InvitationsPage } from './views.tsx'

/** Links that let people sign up. */
export function invitationPages({ db }: { db: Db }): Router {
  const router = Router()

  async function sendInvitations(response: Response, complaints: Readonly<Record<string, string>>): Promise<void> {
    const viewer = signedIn(response)
    const invitations = await invitationsBy(db, viewer)
    sendPage(
      response,
      <InvitationsPage {...{ invitations, complaints }} origin={originOf(response)} visitor={viewer} />,
    )
  }

  router.get('/invitations', requireViewer, (_request, response) => sendInvitations(response, {}))

  router.post('/invitations', requireViewer, async (request, response) => {
    try {
      const path = await invite(db, signedIn(response), readInput(invitationInput, request.body))
      if (wantsHtml(request)) response.redirect(303, '/invitations')
      else response.status(201).json({ url: `${originOf(response)}${path}` })
    } catch (error) {
      if (!isForForm(error, request)) throw error
      await sendInvitations(response, refuseForm(response, error, 'uses'))
    }
  })

  router.post('/invitations/:id/revoke', requireViewer, async (request, response) => {
    const { id } = request.params as { id: string }
    await revoke(db, signedIn(response), id)
    if (wantsHtml(request)) response.redirect(303, '/invitations')
    else response.status(204).end()
  })

  return router
}
