import { type Request, type Response, Router } from 'express'
import { confirmationInput } from '../accounts/input.ts'
import { requireViewer, signedIn } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { wantsHtml } from '../http/faces.ts'
import { isForForm, refuseForm } from '../http/form.ts'
import { readInput } from '../http/input.ts'
import { requestedOrigin } from '../http/origin.ts'
import { sendPage } from '../views/send.tsx'
import { codeInput } from './input.ts'
import { beginSetUp, confirmSetUp, renewRecoveryCodes, setUpOf, turnOff, twoFactorOf } from './service.ts'
import { RecoveryCodesPage, SetUpPage, TwoFactorPage } from './views.tsx'

/** Turning the second step on and off. */
export function twoFactorPages({ db }: { db: Db }): Router {
  const router = Router()
  router.use('/settings/two-factor', requireViewer)

  router.get('/settings/two-factor', async (request, response) => {
    const viewer = signedIn(response)
    const twoFactor = await twoFactorOf(db, viewer.id)
    if (wantsHtml(request)) sendPage(response, <TwoFactorPage visitor={viewer} {...twoFactor} complaints={{}} />)
    else response.json(twoFactor)
  })

  router.post('/settings/two-factor/set-up', async (request, response) => {
    await withPassword(request, response, async (password) => {
      await beginSetUp(db, signedIn(response), password)
      if (wantsHtml(request)) response.redirect(303, '/settings/two-factor/set-up')
      else response.status(201).json(await setUpOf(db, signedIn(response), requestedOrigin(request).hostname))
    })
  })

  router.get('/settings/two-factor/set-up', async (request, response) => {
    const viewer = signedIn(response)
    const setUp = await setUpOf(db, viewer, requestedOrigin(request).hostname)
    if (!setUp) return response.redirect(303, '/settings/two-factor')
    response.set('Cache-Control', 'no-store')
    return sendPage(response, <SetUpPage visitor={viewer} {...setUp} complaints={{}} />)
  })

  router.post('/settings/two-factor/confirm', async (request, response) => {
    const viewer = signedIn(response)
    try {
      const { code } = readInput(codeInput, request.body)
      showCodes(request, response, await confirmSetUp(db, viewer, code))
    } catch (error) {
      const setUp = isForForm(error, request) && (await setUpOf(db, viewer, requestedOrigin(request).hostname))
      if (!setUp) throw error
      const complaints = refuseForm(response, error, 'code')
      sendPage(response, <SetUpPage visitor={viewer} {...setUp} complaints={complaints} />)
    }
  })

  router.post('/settings/two-factor/recovery-codes', async (request, response) => {
    await withPassword(request, response, async (password) => {
      showCodes(request, response, await renewRecoveryCodes(db, signedIn(response), password))
    })
  })

  router.post('/settings/two-factor/off', async (request, response) => {
    await withPassword(request, response, async (password) => {
      await turnOff(db, signedIn(response), password)
      if (wantsHtml(request)) response.redirect(303, '/settings/two-factor')
      else response.status(204).end()
    })
  })

  /** Does what takes the password; where that is refused, the form comes back. */
  async function withPassword(
    request: Request,
    response: Response,
    action: (password: string) => Promise<void>,
  ): Promise<void> {
    try {
      await action(readInput(confirmationInput, request.body).password)
    } catch (error) {
      if (!isForForm(error, request)) throw error
      const viewer = signedIn(response)
      const twoFactor = await twoFactorOf(db, viewer.id)
      const complaints = refuseForm(response, error, 'password')
      sendPage(response, <TwoFactorPage visitor={viewer} {...twoFactor} complaints={complaints} />)
    }
  }

  return router
}

/** The answer to the form itself, rather than a page to be led to: they are to be seen this once. */
function showCodes(request: Request, response: Response, codes: string[]): void {
  response.set('Cache-Control', 'no-store')
  if (wantsHtml(request)) sendPage(response, <RecoveryCodesPage visitor={signedIn(response)} codes={codes} />)
  else response.json({ recoveryCodes: codes })
}
