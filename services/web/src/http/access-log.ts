import { randomBytes } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import morgan from 'morgan'
import { askedBy } from '../db/asker.ts'
import { log } from '../log.ts'
import { routeOf } from './route.ts'

const healthChecks = new Set(['/healthz', '/readyz'])

/**
 * Gives each request an id: nginx's, so that its line and ours can be laid side by side, or a new one. All that is logged and asked
 * of the database for this request names it.
 */
export const requestId: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id')
  const requestId = given && /^[0-9a-f]{32}$/.test(given) ? given : randomBytes(16).toString('hex')
  response.locals.requestId = requestId
  response.set('X-Request-Id', requestId)
  const asker = {
    requestId,
    get route() {
      return routeOf(request)
    },
  }
  askedBy(asker, next)
}

/** One line per request. Never the query string, cookies or bodies. */
export const accessLog: RequestHandler = morgan<Request>(
  (tokens, request, response) => {
    log.info('request', {
      requestId: response.getHeader('x-request-id'),
      route: routeOf(request),
      method: request.method,
      path: request.originalUrl.split('?', 1)[0],
      // Nothing here, and no figures, where the visitor left before the answer.
      status: response.headersSent ? response.statusCode : null,
      milliseconds: Number(tokens['response-time']?.(request, response)) || null,
      bytes: Number(response.getHeader('content-length')) || null,
    })
    // The line is written already: morgan skips what is nothing.
    return null
  },
  { skip: (request) => healthChecks.has(request.path) },
)
