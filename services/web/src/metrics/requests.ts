import type { RequestHandler } from 'express'
import { Counter, Histogram } from 'prom-client'
import { routeOf } from '../http/route.ts'
import { described } from './registry.ts'

const requests = new Counter(
  described('requests_total', 'Requests by route and status; "none" where the visitor left before the answer.', [
    'method',
    'route',
    'status',
  ]),
)

const seconds = new Histogram({
  ...described('request_seconds', 'How long answers took, from the request’s arrival to the end of the answer.', [
    'method',
    'route',
  ]),
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
})

const methods = new Set(['GET', 'HEAD', 'POST'])
const elsewhere = 'other'

/** Counts what is asked. By the route's pattern: paths, names and ids are without end, and people's own. */
export const countRequests: RequestHandler = (request, response, next) => {
  const begin = performance.now()
  response.once('close', () => {
    const route = routeOf(request) ?? elsewhere
    const method = methods.has(request.method) ? request.method : elsewhere
    requests.inc({ method, route, status: response.headersSent ? response.statusCode : 'none' })
    // One that stays open for as long as a page does says nothing about how quick we are.
    const isStream = String(response.getHeader('content-type')).startsWith('text/event-stream')
    if (!isStream) seconds.observe({ method, route }, (performance.now() - begin) / 1000)
  })
  next()
}
