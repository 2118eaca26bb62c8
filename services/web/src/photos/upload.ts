import { basename, dirname } from 'node:path'
import type { Request, Response } from 'express'
import multer, { MulterError } from 'multer'
import { invalidField, Refusal } from '../http/refusal.ts'
import { say } from '../language/say.ts'
import type { Storage } from '../media/storage.ts'

interface UploadOptions {
  storage: Storage
  maxUploadBytes: number
  mostPhotos: number
}

/**
 * Takes in a form with photos, field `file`, straight onto the volume under `incoming`, and the other fields into
 * `request.body`. Whatever becomes of the request, nothing is left there for long. The names and types that the client gives are
 * not used for anything.
 * @returns reads one request
 * @throws {Refusal} what was wrong with the form
 */
export function receivePhotos({ storage, maxUploadBytes, mostPhotos }: UploadOptions) {
  const receive = multer({
    storage: multer.diskStorage({
      destination: (_request, _file, done) => done(null, dirname(storage.incomingPath())),
      filename: (_request, _file, done) => done(null, basename(storage.incomingPath())),
    }),
    limits: {
      fileSize: maxUploadBytes,
      files: mostPhotos,
      fields: 20,
      parts: mostPhotos + 21,
      fieldSize: 20_000,
      fieldNameSize: 100,
      headerPairs: 50,
    },
  }).array('file', mostPhotos)

  return (request: Request, response: Response): Promise<void> => {
    return new Promise((resolve, reject) => {
      receive(request, response, (error: unknown) => {
        if (!error) return resolve()
        // The rest of a body that nobody reads would keep the connection from being used again.
        request.resume()
        return reject(explain(error, { maxUploadBytes, mostPhotos }))
      })
    })
  }
}

/**
 * Removes what is left of a form's files, once all is done with them. Those that have been kept are not there any more; one that
 * never came to its end has no path, and multer has removed it.
 */
export async function discardReceived(storage: Storage, request: Request): Promise<void> {
  for (const path of receivedPaths(request)) await storage.removeIncoming(path)
}

/** The files of a form that has been read, in the order in which they were sent. */
export function receivedPaths(request: Request): string[] {
  return Array.isArray(request.files) ? request.files.flatMap(({ path }) => path ?? []) : []
}

function explain(error: unknown, { maxUploadBytes, mostPhotos }: Omit<UploadOptions, 'storage'>): unknown {
  const code = error instanceof MulterError ? error.code : undefined
  if (code === 'LIMIT_FILE_SIZE') {
    return invalidField(
      'file',
      say('That photo is too large: up to {megabytes, number} MB are welcome.', {
        megabytes: maxUploadBytes / 1_000_000,
      }),
      'tooLarge',
    )
  }
  // More files than allowed in the right field are "unexpected" to multer as well.
  if (
    code === 'LIMIT_FILE_COUNT' ||
    (error instanceof MulterError && code === 'LIMIT_UNEXPECTED_FILE' && error.field === 'file')
  )
    return invalidField(
      'file',
      mostPhotos === 1 ? say('Send one photo.') : say('A post has at most {mostPhotos} photos.', { mostPhotos }),
    )
  if (code === 'LIMIT_UNEXPECTED_FILE') return invalidField('file', say('Send photos in the field named file.'))
  if (code === 'LIMIT_FIELD_VALUE')
    return invalidField((error as MulterError).field ?? 'form', say('That text is too long.'))
  if (
    error instanceof Error &&
    /multipart|unexpected end of form|malformed|request (aborted|closed)/i.test(error.message)
  ) {
    return new Refusal('malformed', say('The form broke off before it was complete. Please send the photos again.'))
  }
  return error
}
