import type { RequestHandler } from 'express'
import { say } from '../language/say.ts'
import { Refusal } from './refusal.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses requests that another site makes in a signed-in person's browser. Browsers say where a request comes from:
 * Sec-Fetch-Site on https and localhost, Origin everywhere. A request with neither comes from no browser, so from nobody
 * whose cookie could be abused. As Go's net/http does since 1.25: https://words.filippo.io/csrf/
 */
export const requireSameOrigin: RequestHandler = (request, _response, next) => {
  if (
    safeMethods.has(request.method) ||
    isSameOrigin(request.get('sec-fetch-site'), request.get('origin'), request.get('host'))
  ) {
    next()
    return
  }
  throw new Refusal(
    'forbidden',
    say('This form was sent from another site, so it was not carried out. Open the page here and send it again.'),
  )
}

function isSameOrigin(site: string | undefined, origin: string | undefined, host: string | undefined): boolean {
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  if (origin === undefined) return true
  return URL.canParse(origin) && new URL(origin).host === host
}
