import { basename, dirname } from 'node:path'
import type { RequestHandler } from 'express'
import multer, { MulterError } from 'multer'
import { invalidField, Refusal } from '../http/refusal.ts'
import type { Storage } from '../media/storage.ts'

/**
 * Takes in a form with one photo, field `file`, straight onto the volume under `incoming`. Whatever becomes of the request,
 * nothing is left there for long. The name and type that the client gives are not used for anything.
 */
export function receivePhoto({
  storage,
  maxUploadBytes,
}: {
  storage: Storage
  maxUploadBytes: number
}): RequestHandler {
  const receive = multer({
    storage: multer.diskStorage({
      destination: (_request, _file, done) => done(null, dirname(storage.incomingPath())),
      filename: (_request, _file, done) => done(null, basename(storage.incomingPath())),
    }),
    limits: {
      fileSize: maxUploadBytes,
      files: 1,
      fields: 10,
      parts: 12,
      fieldSize: 20_000,
      fieldNameSize: 100,
      headerPairs: 50,
    },
  }).single('file')

  return (request, response, next) => {
    response.once('close', () => {
      // A file that never came to its end has no path here; multer has removed it.
      if (request.file?.path) void storage.removeIncoming(request.file.path)
    })
    receive(request, response, (error: unknown) => {
      // The rest of a body that nobody reads would keep the connection from being used again.
      if (error) request.resume()
      next(error ? explain(error, maxUploadBytes) : undefined)
    })
  }
}

function explain(error: unknown, maxUploadBytes: number): unknown {
  const code = error instanceof MulterError ? error.code : undefined
  if (code === 'LIMIT_FILE_SIZE') {
    return invalidField(
      'file',
      `That photo is too large: up to ${maxUploadBytes / 1_000_000} MB are welcome.`,
      'tooLarge',
    )
  }
  if (code === 'LIMIT_FILE_COUNT' || code === 'LIMIT_UNEXPECTED_FILE') {
    return invalidField('file', 'One photo at a time, please, in the field named file.')
  }
  if (code === 'LIMIT_FIELD_VALUE') return invalidField('caption', 'A caption has at most 2,200 characters.')
  if (
    error instanceof Error &&
    (error.message.includes('Multipart') ||
      error.message.includes('multipart') ||
      error.message.includes('Unexpected end of form') ||
      error.message.includes('Malformed'))
  ) {
    return new Refusal('malformed', 'The form broke off before it was complete. Please send the photo again.')
  }
  return error
}
