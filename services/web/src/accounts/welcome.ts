import type { Request, Response } from 'express'
import type { Db } from '../db/connect.ts'
import { type Cookie, readCookie, setCookie } from '../http/cookies.ts'
import { localPath, wantsHtml } from '../http/faces.ts'
import { textOf } from '../http/input.ts'
import { closeSession, rememberDevice } from '../sessions/service.ts'
import { sessionToken, setSessionCookie } from './viewer.ts'

const deviceCookie: Cookie = { name: 'gramstack_device', path: '/' }
const deviceDays = 365

/** The token by which a browser is known to have signed in before. */
export function deviceToken(request: Request): string | undefined {
  return readCookie(request, deviceCookie)
}

/** Makes the browser known for somebody who is signed in with it. */
export async function rememberBrowser(db: Db, request: Request, response: Response, personId: string): Promise<void> {
  const token = await rememberDevice(db, personId, deviceToken(request))
  setCookie(request, response, deviceCookie, { value: token, seconds: deviceDays * 24 * 60 * 60 })
}

/**
 * Answers somebody for whom a session was opened: with the cookies, and the way on that the form named. A session that the browser
 * had before ends, since nobody holds its token any more.
 * @param status of the JSON answer
 */
export async function welcome(
  db: Db,
  request: Request,
  response: Response,
  { person, token, status }: { person: { id: string; username: string }; token: string; status: number },
): Promise<void> {
  const oldToken = sessionToken(request)
  if (oldToken) await closeSession(db, oldToken)
  setSessionCookie(request, response, token)
  await rememberBrowser(db, request, response, person.id)
  if (wantsHtml(request)) response.redirect(303, localPath(textOf(request.body, 'next')))
  else response.status(status).json({ username: person.username })
}
