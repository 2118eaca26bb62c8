import type { ErrorRequestHandler, RequestHandler } from 'express'
import { MulterError } from 'multer'
import { isDatabaseOutage } from '../db/outage.ts'
import { isGone } from '../db/sql.ts'
import { say } from '../language/say.ts'
import { log } from '../log.ts'
import { ErrorPage } from '../views/error-page.tsx'
import { sendPage } from '../views/send.tsx'
import { wantsHtml } from './faces.ts'
import { notFound, Refusal } from './refusal.ts'

/** Whatever no room has answered. */
export const nothingHere: RequestHandler = () => {
  throw notFound()
}

/** The one place where an error becomes an answer. What is not a refusal is a blank 500 here and a full account in the log. */
export const answerErrors: ErrorRequestHandler = (error, request, response, next) => {
  const refusal = asRefusal(error)
  const requestId = String(response.locals.requestId ?? '')
  if (!refusal) log.error('request failed', error, { requestId, method: request.method, path: request.path })
  else if (refusal.kind === 'unavailable') log.warn('database outage', { requestId, message: (error as Error).message })

  if (response.headersSent) {
    next(error)
    return
  }
  const status = refusal?.status ?? 500
  const message = refusal?.message ?? say('Something went wrong on our side. It has been noted; please try again.')
  response.status(status).set('Cache-Control', 'no-store')
  const retryAfterSeconds = refusal?.retryAfterSeconds ?? (status === 503 ? 2 : undefined)
  if (retryAfterSeconds !== undefined) response.set('Retry-After', String(retryAfterSeconds))
  if (wantsHtml(request))
    sendPage(
      response,
      <ErrorPage status={status} message={message} requestId={requestId} visitor={response.locals.viewer} />,
    )
  else
    response.json({
      error: message,
      ...(refusal && Object.keys(refusal.fields).length ? { fields: refusal.fields } : {}),
      requestId,
    })
}

/** What a thrown thing means to the visitor, if it means anything. */
function asRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error
  // An account that is removed at this moment, and what was about to be done with it.
  if (isGone(error)) return notFound()
  if (error instanceof MulterError)
    return new Refusal('malformed', say('The form could not be read: {why}.', { why: error.message }))
  if (isDatabaseOutage(error)) {
    return new Refusal(
      'unavailable',
      say('The database cannot be reached right now. Nothing is lost; please try again in a moment.'),
    )
  }
  if (['ENOSPC', 'EDQUOT'].includes(String((error as { code?: unknown })?.code))) {
    return new Refusal(
      'diskFull',
      say('The disk for photos is full, so nothing was stored. Please tell whoever runs this service.'),
    )
  }
  // Express and its body parsers give a status to what the visitor did wrong, such as a malformed form or path.
  const status = (error as { status?: unknown })?.status
  if (status === 413) return new Refusal('tooLarge', say('That was too much to take in at once.'))
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new Refusal('malformed', say('The request could not be understood.'))
  return undefined
}
