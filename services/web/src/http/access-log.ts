import { randomBytes } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import morgan from 'morgan'
import { log } from '../log.ts'

const healthChecks = new Set(['/healthz', '/readyz'])

/** Gives each request an id: nginx's, so that its line and ours can be laid side by side, or a new one. */
export const requestId: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id')
  response.locals.requestId = given && /^[0-9a-f]{32}$/.test(given) ? given : randomBytes(16).toString('hex')
  response.set('X-Request-Id', response.locals.requestId)
  next()
}

/** One line per request. Never the query string, cookies or bodies. */
export const accessLog: RequestHandler = morgan<Request>(
  (tokens, request, response) => {
    log.info('request', {
      requestId: response.getHeader('x-request-id'),
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
