import type { Request, RequestHandler, Response } from 'express'
import { say } from '../language/say.ts'
import { Refusal } from './refusal.ts'

/** Where we are to be found, for addresses that leave the house: in feeds, cards, sitemaps. */

// What a host name or address may consist of, and a port. Without it, a request could have us write its text into our answers.
const hostShape = /^(?:[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?$/i

/**
 * Notes for each request at which origin we are.
 * @param publicUrl what the settings say; if nothing, what the request says is believed as far as it has the shape of a host. Whatever
 *   it says, it only gets to read it itself, unless a cache in front of us keeps answers for all hosts together
 */
export function findOrigin(publicUrl: string | undefined): RequestHandler {
  return (request, response, next) => {
    response.locals.origin = publicUrl ?? originIn(request)
    next()
  }
}

/**
 * Our scheme, host and port, without a slash at the end.
 * @throws {Refusal} malformed, if the request named a host that cannot be one
 */
export function originOf(response: Response): string {
  const origin = response.locals.origin as string | undefined
  if (!origin) throw new Refusal('malformed', say('The host that this request names can be none of ours.'))
  return origin
}

function originIn(request: Request): string | undefined {
  // Behind a proxy that we trust these are what the visitor asked it for.
  const host = request.host ?? ''
  return hostShape.test(host) ? URL.parse(`${request.secure ? 'https' : 'http'}://${host}`)?.origin : undefined
}

/**
 * The origin that a request was sent to, as its browser sees it, whatever the settings say: the scheme as the proxies that we trust
 * tell it, and the host that the request itself names, which is also what its `Origin` is compared with.
 * @throws {Refusal} malformed
 */
export function requestedOrigin(request: Request): URL {
  const origin = `${request.protocol}://${request.get('host') ?? ''}`
  if (!URL.canParse(origin)) throw new Refusal('malformed', say('The request names no host.'))
  return new URL(origin)
}
