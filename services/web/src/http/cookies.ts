import { parse } from 'cookie'
import type { Request, Response } from 'express'

/** A cookie of ours: no script and no other site gets at it. */
export interface Cookie {
  name: string
  /** Below which the browser sends it. */
  path: string
}

/** A cookie as the browser sent it; undefined if it has none. */
export function readCookie(request: Request, cookie: Cookie): string | undefined {
  return parse(request.get('cookie') ?? '')[nameIn(request, cookie)] || undefined
}

export function setCookie(
  request: Request,
  response: Response,
  cookie: Cookie,
  { value, seconds }: { value: string; seconds: number },
): void {
  response.cookie(nameIn(request, cookie), value, { ...optionsOf(request, cookie), maxAge: seconds * 1000 })
}

export function clearCookie(request: Request, response: Response, cookie: Cookie): void {
  response.clearCookie(nameIn(request, cookie), optionsOf(request, cookie))
}

function optionsOf(request: Request, { path }: Cookie) {
  return { httpOnly: true, sameSite: 'lax', secure: request.secure, path } as const
}

/**
 * Browsers take a cookie of these names over https alone, and one with `__Host-` from our own host alone: so neither whoever
 * listens in on plain http nor a neighbour on another subdomain can plant one.
 */
function nameIn(request: Request, { name, path }: Cookie): string {
  if (!request.secure) return name
  return path === '/' ? `__Host-${name}` : `__Secure-${name}`
}
