import type { Request, Response } from 'express'
import { type Cookie, clearCookie, readCookie, setCookie } from '../http/cookies.ts'
import { wantsHtml } from '../http/faces.ts'

/** Between somebody's sign-in and their decision whether to stay: they hold a token, and no session. */

const path = '/come-back'
const cookie: Cookie = { name: 'gramstack_coming_back', path }

/** Leads somebody who leaves, and has shown who they are, to the page on which that is taken back. */
export function offerComingBack(request: Request, response: Response, token: string): void {
  setCookie(request, response, cookie, { value: token, seconds: 10 * 60 })
  if (wantsHtml(request)) response.redirect(303, path)
  else response.status(202).json({ comeBack: path })
}

export function comingBackToken(request: Request): string | undefined {
  return readCookie(request, cookie)
}

export function clearComingBack(request: Request, response: Response): void {
  clearCookie(request, response, cookie)
}
