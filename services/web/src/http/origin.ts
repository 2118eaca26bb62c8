import type { Request } from 'express'
import { Refusal } from './refusal.ts'

/**
 * The origin that a request was sent to, as its browser sees it: the scheme as the proxies that we trust tell it, and the host that
 * the request itself names, which is also what its `Origin` is compared with.
 * @throws {Refusal} malformed
 */
export function originOf(request: Request): URL {
  const origin = `${request.protocol}://${request.get('host') ?? ''}`
  if (!URL.canParse(origin)) throw new Refusal('malformed', 'The request names no host.')
  return new URL(origin)
}
