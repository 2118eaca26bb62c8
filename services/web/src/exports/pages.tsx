import { Router } from 'express'
import { requireViewer, signedIn } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { wantsHtml } from '../http/faces.ts'
import { notFound } from '../http/refusal.ts'
import type { Queue } from '../jobs/queue.ts'
import type { Storage } from '../media/storage.ts'
import { sendPage } from '../views/send.tsx'
import { askForExport, exportOf, findExport } from './service.ts'
import { ExportPage } from './views.tsx'

/** Taking along everything that is one's own. */
export function exportPages(deps: { db: Db; storage: Storage; queue: Queue }): Router {
  const router = Router()
  router.use('/settings/export', requireViewer)

  router.get('/settings/export', async (request, response) => {
    const viewer = signedIn(response)
    const present = await exportOf(deps.db, viewer)
    if (wantsHtml(request)) sendPage(response, <ExportPage visitor={viewer} present={present} />)
    else response.json(present ?? { state: 'none', mayAskAgain: true })
  })

  router.post('/settings/export', async (request, response) => {
    await askForExport(deps, signedIn(response))
    if (wantsHtml(request)) response.redirect(303, '/settings/export')
    else response.status(202).json({ state: 'working' })
  })

  router.get('/settings/export/file', async (_request, response, next) => {
    const { path, name } = await findExport(deps, signedIn(response))
    response.attachment(name)
    response.set({
      'Content-Type': 'application/zip',
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cache-Control': 'private, no-store',
      // It may be larger than what nginx keeps for somebody who reads slowly.
      'X-Accel-Buffering': 'no',
    })
    const options = { cacheControl: false, etag: false, acceptRanges: false, dotfiles: 'allow' } as const
    response.sendFile(path, options, (error) => {
      // Its time was over at this moment.
      if (error) next((error as { status?: number }).status === 404 ? notFound() : error)
    })
  })

  return router
}
