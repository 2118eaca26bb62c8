import type { Request, RequestHandler, Response } from 'express'
import type { Db } from '../db/connect.ts'
import { unlessOutage } from '../db/outage.ts'
import { type Cookie, clearCookie, readCookie, setCookie } from '../http/cookies.ts'
import { backTo, wantsHtml } from '../http/faces.ts'
import { Refusal } from '../http/refusal.ts'
import { goOnSpeaking, say } from '../language/say.ts'
import { sessionDays } from '../sessions/service.ts'
import { type Person, whoHolds } from './service.ts'

/** Who is asking: the session cookie, and the person behind it. */

const sessionCookie: Cookie = { name: 'gramstack', path: '/' }

/** Looks up who is asking, once a request. Pages without a cookie cost no query. */
export function findViewer(db: Db): RequestHandler {
  return async (request, response, next) => {
    // What is answered from here on differs by who asks: nobody may keep it for others.
    response.set('Cache-Control', 'private, no-cache')
    const token = sessionToken(request)
    const holder = token ? await whoHolds(db, token) : undefined
    if (token && holder?.isExtended) setSessionCookie(request, response, token)
    // So the service worker learns for whom it keeps something, and whether it still may.
    response.set('Gramstack-Session', holder ? holder.sessionId : 'none')
    response.locals.viewer = holder?.person
    response.locals.sessionId = holder?.sessionId
    if (holder && holder.person.language !== 'auto') goOnSpeaking(holder.person.language)
    next()
  }
}

/**
 * GET /may-upload, for nginx: whether it should take in a form with photos at all. It knows but yes and no, so in an outage the
 * answer is yes, and the form itself hears what is wrong.
 */
export function mayUpload(db: Db): RequestHandler {
  return async (request, response) => {
    const token = sessionToken(request)
    const isSomebody = token !== undefined && (await whoHolds(db, token).catch(unlessOutage(() => true)))
    response.status(isSomebody ? 204 : 401).end()
  }
}

/** The signed-in person, or undefined. */
export function viewerOf(response: Response): Person | undefined {
  return response.locals.viewer as Person | undefined
}

/** The signed-in person, where there must be one: stands behind `requireViewer`. */
export function signedIn(response: Response): Person {
  const viewer = viewerOf(response)
  if (!viewer) throw new Refusal('unauthenticated', say('Please sign in first.'))
  return viewer
}

/** The id of the session that asks: stands behind `requireViewer`. */
export function sessionIdOf(response: Response): string {
  return String(response.locals.sessionId)
}

/** Lets only signed-in people through. A browser is led to the sign-in page and back; others get a 401. */
export const requireViewer: RequestHandler = (request, response, next) => {
  if (viewerOf(response)) {
    next()
    return
  }
  if (!wantsHtml(request)) throw new Refusal('unauthenticated', say('Please sign in first.'))
  // A form cannot be sent again from there, but the page can be shown again that it stood on.
  const { method, originalUrl } = request
  const page = method === 'POST' ? backTo(request, originalUrl) : originalUrl
  response.redirect(303, `/sign-in?next=${encodeURIComponent(page)}`)
}

export function sessionToken(request: Request): string | undefined {
  return readCookie(request, sessionCookie)
}

export function setSessionCookie(request: Request, response: Response, token: string): void {
  setCookie(request, response, sessionCookie, { value: token, seconds: sessionDays * 24 * 60 * 60 })
}

export function clearSessionCookie(request: Request, response: Response): void {
  clearCookie(request, response, sessionCookie)
}
