import { type Request, Router } from 'express'
import type { Person } from '../accounts/service.ts'
import { requireViewer, sessionToken, signedIn, viewerOf } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import type { Drain } from '../http/drain.ts'
import { wantsHtml } from '../http/faces.ts'
import { readInput, textOf } from '../http/input.ts'
import { Refusal } from '../http/refusal.ts'
import type { Sending } from '../mail/sending.ts'
import { sendPage } from '../views/send.tsx'
import { fromCursor, readUntilInput, settingsInput, stopInput, typedSettings } from './input.ts'
import { describe } from './json.ts'
import type { News } from './kinds.ts'
import { unreadStreams } from './live.ts'
import { setNews, stopNews, wantsNews } from './news.ts'
import { changeSettings, markRead, notificationsFor, settingsOf } from './service.ts'
import { NewsStoppedPage, NotificationSettingsPage, NotificationsPage, StopNewsPage } from './views.tsx'

const pageSize = 30

/** What somebody is told of, live as well, and what they want to be told of. */
export function notificationPages(deps: Sending & { db: Db; drain: Drain; isPushOn: boolean }): Router {
  const { db, drain, isMailOn, isPushOn } = deps
  const router = Router()
  const streams = unreadStreams({ db, leaving: drain.signal })

  router.get('/notifications', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    const before = fromCursor(request.query.before)
    const page = await notificationsFor(db, viewer, { before, limit: pageSize })
    response.vary('Accept')
    if (!wantsHtml(request)) return response.json(describe(page))
    // Whoever looks at the newest has seen that there is nothing newer. A GET may note that: to ask again changes nothing, and a
    // page that a browser fetches ahead is not looked at.
    if (!before && page.newestAt && !isFetchedAhead(request)) await markRead(db, viewer, page.newestAt)
    return sendPage(response, <NotificationsPage page={page} visitor={before ? viewer : { ...viewer, unread: 0 }} />)
  })

  router.post('/notifications/read', requireViewer, async (request, response) => {
    const { until } = readInput(readUntilInput, request.body)
    await markRead(db, signedIn(response), until)
    if (wantsHtml(request)) response.redirect(303, '/notifications')
    else response.status(204).end()
  })

  router.get('/notifications/stream', (request, response) => {
    const token = sessionToken(request)
    const viewer = signedIn(response)
    if (!token || request.method === 'HEAD') response.end()
    else streams.open(viewer.id, token, response)
  })

  router.get('/settings/notifications', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    const settings = await settingsOf(db, viewer)
    const news = await newsOf(viewer)
    response.vary('Accept')
    if (!wantsHtml(request)) return response.json({ ...settings, ...(news && { news }) })
    const isSaved = request.query.saved !== undefined
    const shown = { visitor: viewer, isPushOn, isSaved, news }
    return sendPage(response, <NotificationSettingsPage {...shown} settings={settings} />)
  })

  router.post('/settings/notifications', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    try {
      const { news, ...changes } = readInput(settingsInput, request.body)
      if (news) await setNews(deps, viewer, news === 'daily')
      const settings = await changeSettings(db, viewer, changes)
      if (wantsHtml(request)) response.redirect(303, '/settings/notifications?saved')
      else response.json({ ...settings, ...(isMailOn && { news: await newsOf(viewer) }) })
    } catch (error) {
      if (!(error instanceof Refusal) || !wantsHtml(request)) throw error
      response.status(error.status)
      const settings = { ...(await settingsOf(db, viewer)), ...typedSettings(request.body) }
      const news = textOf(request.body, 'news') === 'daily' ? 'daily' : await newsOf(viewer)
      const shown = { visitor: viewer, isPushOn, complaints: error.fields, news }
      sendPage(response, <NotificationSettingsPage {...shown} settings={settings} />)
    }
  })

  async function newsOf(viewer: Person): Promise<News | undefined> {
    if (!isMailOn) return undefined
    return (await wantsNews(db, viewer.id)) ? 'daily' : 'never'
  }

  router.get('/notifications/stop-mail', (request, response) => {
    sendPage(response, <StopNewsPage token={stopInput.parse(request.query).token} visitor={viewerOf(response)} />)
  })

  // A mail program posts here by itself, without a cookie (RFC 8058).
  router.post('/notifications/stop-mail', async (request, response) => {
    await stopNews(db, stopInput.parse(request.query).token)
    if (wantsHtml(request)) sendPage(response, <NewsStoppedPage visitor={viewerOf(response)} />)
    else response.status(204).end()
  })

  return router
}

/** https://www.w3.org/TR/resource-hints/: a browser says so when it fetches a page that nobody has asked to see yet. */
function isFetchedAhead(request: Request): boolean {
  return /prefetch|prerender/i.test(`${request.get('sec-purpose') ?? ''} ${request.get('purpose') ?? ''}`)
}
