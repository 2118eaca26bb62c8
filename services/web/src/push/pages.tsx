import { type Request, type Response, Router } from 'express'
import { requireViewer, sessionIdOf, signedIn } from '../accounts/viewer.ts'
import type { Config } from '../config.ts'
import type { Db } from '../db/connect.ts'
import { wantsHtml } from '../http/faces.ts'
import { readInput } from '../http/input.ts'
import { sendPage } from '../views/send.tsx'
import { subscriptionInput } from './input.ts'
import { subscribe, subscriptionsOf, unsubscribe } from './service.ts'
import { vapidFrom } from './vapid.ts'
import { DevicesPage } from './views.tsx'

const path = '/settings/notifications/devices'

/** The browsers that are told of notifications while no page is open. */
export function pushPages({ db, push }: { db: Db; push: NonNullable<Config['push']> }): Router {
  const router = Router()
  const vapid = vapidFrom(push)
  router.use(path, requireViewer)

  router.get(path, async (request, response) => {
    const viewer = signedIn(response)
    const { publicKey } = await vapid
    const subscriptions = (await subscriptionsOf(db, viewer)).map((subscription) => ({
      ...subscription,
      isThisOne: subscription.sessionId === sessionIdOf(response),
    }))
    response.vary('Accept')
    if (wantsHtml(request))
      sendPage(response, <DevicesPage visitor={viewer} subscriptions={subscriptions} publicKey={publicKey} />)
    else response.json({ publicKey, subscriptions })
  })

  router.post(path, async (request, response) => {
    const subscriber = readInput(subscriptionInput, request.body)
    const holder = { person: signedIn(response), sessionId: sessionIdOf(response) }
    await subscribe(db, holder, subscriber, push.mayBePrivate)
    if (wantsHtml(request)) response.redirect(303, path)
    else response.status(201).json({})
  })

  router.post(`${path}/:id/end`, async (request: Request<{ id: string }>, response: Response) => {
    await unsubscribe(db, signedIn(response), request.params.id)
    if (wantsHtml(request)) response.redirect(303, path)
    else response.status(204).end()
  })

  return router
}
