import type { Edits } from '../../src/media/edits/edits.ts'
import { unreached } from '../page/say.ts'

/** What the server says of a draft, as far as the composer looks at it. */
export interface Draft {
  url: string
  photos: PhotoFacts[]
  /** Of an answer to photos that were sent: which they are, and the post that had one of them before. */
  added?: string[]
  duplicateOf?: string | null
}

export interface PhotoFacts {
  id: string
  state: 'received' | 'ready' | 'refused'
  /** Where its picture is, once it is ready. */
  url: string | null
  /** What is done to it; null for nothing. */
  edits: Edits | null
  /** Why it was refused, and whether to try again makes sense. */
  reason?: string
  mayRetry?: boolean
}

/** The server's no: a sentence for people, and the complaint about each field. */
export class No extends Error {
  readonly status: number
  readonly fields: Readonly<Record<string, string>>

  constructor(message: string, status: number, fields: Readonly<Record<string, string>>) {
    super(message)
    this.status = status
    this.fields = fields
  }
}

/** There was no answer, or one that is about now and not about what was sent: the same may be sent again. */
export class Lost extends Error {}

const silenceMilliseconds = 60_000
const busyStatuses = [429, 502, 503, 504]
/** Whoever has shared too much has to wait for longer than anybody watches a photo try again. */
const shortWaitSeconds = 60

interface Sending {
  /** Hears how much of it has been sent, from 0 to 1. */
  onProgress?: (part: number) => void
  signal?: AbortSignal
}

/**
 * Sends a form, and asks for the short answer. With XMLHttpRequest, since `fetch` does not tell how far it has got.
 * @throws {No} with a sentence for people
 * @throws {Lost} if there was no answer, or nothing has moved for a minute
 */
export function send(path: string, body: FormData | URLSearchParams, sending: Sending = {}): Promise<Draft> {
  const { onProgress, signal } = sending
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    let silence: number | undefined
    const isAlive = () => {
      clearTimeout(silence)
      silence = window.setTimeout(() => request.abort(), silenceMilliseconds)
    }
    const stop = () => request.abort()
    request.open('POST', path)
    request.setRequestHeader('Accept', 'application/json')
    request.responseType = 'json'
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      isAlive()
      onProgress?.(total ? loaded / total : 0)
    })
    request.addEventListener('load', () => {
      const { status, response } = request
      if (status >= 200 && status < 300 && response) resolve(response)
      else if (busyStatuses.includes(status) && !(waitOf(request) > shortWaitSeconds)) reject(new Lost())
      else reject(new No(response?.error ?? unreached, status, response?.fields ?? {}))
    })
    for (const end of ['error', 'abort']) request.addEventListener(end, () => reject(new Lost()))
    request.addEventListener('loadend', () => {
      clearTimeout(silence)
      signal?.removeEventListener('abort', stop)
    })
    signal?.addEventListener('abort', stop)
    isAlive()
    request.send(body)
  })
}

/** After how many seconds the server wants to be asked again; NaN where it does not say. */
function waitOf(request: XMLHttpRequest): number {
  return Number(request.getResponseHeader('Retry-After') ?? Number.NaN)
}
