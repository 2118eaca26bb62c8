import { Router } from 'express'
import { z } from 'zod'
import { requireViewer, signedIn } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { wantsHtml } from '../http/faces.ts'
import { readInput, textOf } from '../http/input.ts'
import { checkbox } from '../http/text.ts'
import { mayInvite } from '../invitations/service.ts'
import type { Queue } from '../jobs/queue.ts'
import type { Storage } from '../media/storage.ts'
import { sendPage } from '../views/send.tsx'
import { changePreferences } from './service.ts'
import { SettingsPage } from './views.tsx'

const preferencesInput = z.object({
  isPrivate: checkbox,
  showsCamera: checkbox,
  commentsFromFollowers: checkbox,
  allowsIndexing: checkbox,
})

/** What a person chooses about their account. */
export function settingsPages(deps: { db: Db; storage: Storage; queue: Queue }): Router {
  const router = Router()

  router.get('/settings', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    const isSaved = request.query.saved !== undefined
    sendPage(response, <SettingsPage visitor={viewer} isSaved={isSaved} mayInvite={await mayInvite(deps.db, viewer)} />)
  })

  router.post('/settings', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    const chosen = readInput(preferencesInput, request.body)
    // Our form sends all there is. Of others, what is left out, or could not be read, stays as it is: nobody goes public by mistake.
    const isWhole = textOf(request.body, 'whole') !== ''
    const isSaid = (name: keyof typeof chosen) => isWhole || name in (request.body ?? {})
    const preferences = {
      isPrivate: isSaid('isPrivate') ? chosen.isPrivate : viewer.isPrivate,
      showsCamera: isSaid('showsCamera') ? chosen.showsCamera : viewer.showsCamera,
      commentsFromFollowers: isSaid('commentsFromFollowers')
        ? chosen.commentsFromFollowers
        : viewer.commentsFromFollowers,
      allowsIndexing: isSaid('allowsIndexing') ? chosen.allowsIndexing : viewer.allowsIndexing,
    }
    await changePreferences(deps, viewer, preferences)
    if (wantsHtml(request)) response.redirect(303, '/settings?saved')
    else response.json(preferences)
  })

  return router
}
