import { type Request, type Response, Router } from 'express'
import { confirmationInput } from '../accounts/input.ts'
import { requireViewer, sessionToken, signedIn } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { wantsHtml } from '../http/faces.ts'
import { isForForm, refuseForm } from '../http/form.ts'
import { readInput, textOf } from '../http/input.ts'
import { requestedOrigin } from '../http/origin.ts'
import { sendPage } from '../views/send.tsx'
import { registrationInput } from './input.ts'
import { beginRegistration, type Ceremony, finishRegistration, passkeysOf, removePasskey } from './service.ts'
import { PasskeysPage } from './views.tsx'

/** Adding and removing passkeys. */
export function passkeyPages({ db }: { db: Db }): Router {
  const router = Router()
  router.use('/settings/passkeys', requireViewer)

  router.get('/settings/passkeys', async (request, response) => {
    const passkeys = await passkeysOf(db, signedIn(response).id)
    if (!wantsHtml(request)) return response.json(passkeys)
    return sendPage(response, <PasskeysPage visitor={signedIn(response)} passkeys={passkeys} name="" complaints={{}} />)
  })

  router.post('/settings/passkeys/options', async (request, response) => {
    const { password } = readInput(confirmationInput, request.body)
    response.json(await beginRegistration(db, signedIn(response), password, ceremony(request)))
  })

  router.post('/settings/passkeys', async (request, response) => {
    try {
      const input = readInput(registrationInput, request.body)
      const id = await finishRegistration(db, signedIn(response), input, ceremony(request))
      if (wantsHtml(request)) response.redirect(303, '/settings/passkeys')
      else response.status(201).json({ id, name: input.name })
    } catch (error) {
      if (!isForForm(error, request)) throw error
      const visitor = signedIn(response)
      const passkeys = await passkeysOf(db, visitor.id)
      const complaints = refuseForm(response, error, 'credential')
      const name = textOf(request.body, 'name').slice(0, 100)
      sendPage(response, <PasskeysPage visitor={visitor} passkeys={passkeys} name={name} complaints={complaints} />)
    }
  })

  router.post('/settings/passkeys/:id/remove', async (request: Request<{ id: string }>, response: Response) => {
    await removePasskey(db, signedIn(response), request.params.id)
    if (wantsHtml(request)) response.redirect(303, '/settings/passkeys')
    else response.status(204).end()
  })

  return router
}

/** Of somebody who is signed in: the browser is the one that has the session. */
function ceremony(request: Request): Ceremony {
  return { origin: requestedOrigin(request), holder: sessionToken(request) ?? '' }
}
