import { Router } from 'express'
import { requireViewer, signedIn } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { done, wantsHtml } from '../http/faces.ts'
import { readInput, textOf } from '../http/input.ts'
import { maxId } from '../http/paging.ts'
import { Refusal } from '../http/refusal.ts'
import { sendPage } from '../views/send.tsx'
import { muteInput } from './input.ts'
import { findMutable, mute, mutedBy, unmute } from './service.ts'
import { MutedPeoplePage, MutePage } from './views.tsx'

const listPageSize = 50

/** Muting, and ending it. */
export function mutePages({ db }: { db: Db }): Router {
  const router = Router()

  router.get('/@:username/mute', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    const { username } = request.params as { username: string }
    const person = await findMutable(db, viewer, username)
    sendPage(response, <MutePage person={person} visitor={viewer} days="" notifications="yes" complaints={{}} />)
  })

  router.post('/@:username/mute', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    const { username } = request.params as { username: string }
    try {
      await mute(db, viewer, username, readInput(muteInput, request.body))
    } catch (error) {
      if (!(error instanceof Refusal) || !Object.keys(error.fields).length || !wantsHtml(request)) throw error
      const person = await findMutable(db, viewer, username)
      const typed = { days: textOf(request.body, 'days'), notifications: textOf(request.body, 'notifications') }
      response.status(error.status)
      return sendPage(response, <MutePage person={person} visitor={viewer} {...typed} complaints={error.fields} />)
    }
    return done(request, response, `/@${username}`)
  })

  router.post('/@:username/unmute', requireViewer, async (request, response) => {
    const { username } = request.params as { username: string }
    await unmute(db, signedIn(response), username)
    done(request, response, `/@${username}`)
  })

  router.get('/settings/muted', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    const page = { maxId: maxId.parse(request.query.max_id), limit: listPageSize }
    sendPage(response, <MutedPeoplePage muted={await mutedBy(db, viewer, page)} visitor={viewer} />)
  })

  return router
}
