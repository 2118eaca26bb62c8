import { type Request, type Response, Router } from 'express'
import { requireViewer, signedIn, viewerOf } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { wantsHtml } from '../http/faces.ts'
import { isForForm, refuseForm } from '../http/form.ts'
import { readInput, textOf } from '../http/input.ts'
import type { Sending } from '../mail/sending.ts'
import { sendPage } from '../views/send.tsx'
import { changeInput, linkInput, removalInput } from './input.ts'
import { addressesOf, changeAddress, confirm, readConfirmation, removeAddress } from './service.ts'
import { ConfirmPage, EmailPage } from './views.tsx'

/** A person's e-mail address: added, changed and removed in the settings, confirmed by a link. */
export function emailPages(deps: Sending & { db: Db }): Router {
  const { db, isMailOn } = deps
  const router = Router()

  async function sendEmailPage(
    response: Response,
    form: { typed?: string; complaints?: Readonly<Record<string, string>>; isSent?: boolean },
  ): Promise<void> {
    const viewer = signedIn(response)
    const addresses = await addressesOf(db, viewer.id)
    sendPage(response, <EmailPage {...form} addresses={addresses} isMailOn={isMailOn} visitor={viewer} />)
  }

  /** Does what a form asks for; the form comes back if something in it is to be mended, or tried later. */
  async function answer(
    request: Request,
    response: Response,
    { path, field }: { path: string; field: string },
    act: () => Promise<void>,
  ): Promise<void> {
    try {
      await act()
    } catch (error) {
      if (!isForForm(error, request)) throw error
      const complaints = refuseForm(response, error, field)
      await sendEmailPage(response, { typed: textOf(request.body, 'email').slice(0, 320), complaints })
      return
    }
    if (wantsHtml(request)) response.redirect(303, path)
    else response.status(204).end()
  }

  router.get('/settings/email', requireViewer, (request, response) =>
    sendEmailPage(response, { isSent: request.query.sent !== undefined }),
  )

  router.post('/settings/email', requireViewer, (request, response) =>
    answer(request, response, { path: '/settings/email?sent', field: 'email' }, async () =>
      changeAddress(deps, signedIn(response), readInput(changeInput, request.body)),
    ),
  )

  router.post('/settings/email/remove', requireViewer, (request, response) =>
    answer(request, response, { path: '/settings/email', field: 'password' }, async () =>
      removeAddress(deps, signedIn(response), readInput(removalInput, request.body).password),
    ),
  )

  // Programs that look through mail open links: to look changes nothing.
  router.get('/confirm-email', async (request, response) => {
    const { token } = readInput(linkInput, request.query)
    const link = await readConfirmation(db, token)
    sendPage(response, <ConfirmPage {...link} token={token} isDone={false} visitor={viewerOf(response)} />)
  })

  router.post('/confirm-email', async (request, response) => {
    const { token } = readInput(linkInput, request.body)
    const link = await confirm(deps, token)
    if (wantsHtml(request))
      sendPage(response, <ConfirmPage {...link} token={token} isDone={true} visitor={viewerOf(response)} />)
    else response.status(204).end()
  })

  return router
}
