import type { CookieOptions, Request, Response } from 'express'
import { wantsHtml } from '../http/faces.ts'
import { cookieOf, cookieOptions } from './viewer.ts'

/** Between somebody's sign-in and their decision whether to stay: they hold a token, and no session. */

const cookie = 'gramstack_coming_back'
const path = '/come-back'

/** Leads somebody who leaves, and has shown who they are, to the page on which that is taken back. */
export function offerComingBack(request: Request, response: Response, token: string): void {
  response.cookie(cookie, token, comingBackCookie(request))
  if (wantsHtml(request)) response.redirect(303, path)
  else response.status(202).json({ comeBack: path })
}

export function comingBackToken(request: Request): string | undefined {
  return cookieOf(request, cookie)
}

export function clearComingBack(request: Request, response: Response): void {
  response.clearCookie(cookie, comingBackCookie(request))
}

function comingBackCookie(request: Request): CookieOptions {
  return { ...cookieOptions(request), path, maxAge: 10 * 60 * 1000 }
}
