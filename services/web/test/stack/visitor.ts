import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { Agent as SecureAgent, request as secureRequest } from 'node:https'
import { connect } from 'node:net'

/** Requests as they are: no path is tidied, no redirect followed, no status taken for an error. */

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  /** Names in lower case, each as often as it came. */
  headerNames: string[]
  body: Buffer
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: whatever the answer says
  json: any
  milliseconds: number
}

export interface Question {
  method?: string
  headers?: Record<string, string>
  body?: Buffer | string
  /** When to give up. */
  patienceSeconds?: number
  agent?: Agent | SecureAgent
}

/** What a browser sends. */
export const browserAccept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

/** Whatever certificate the front door shows: it is self-signed. */
const oneOff = { http: new Agent(), https: new SecureAgent({ rejectUnauthorized: false }) }

/** @param url of the front door; the path goes as it is written */
export function ask(url: string, path: string, question: Question = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body, patienceSeconds = 60 } = question
  const { protocol, hostname, port, host } = new URL(url)
  const isSecure = protocol === 'https:'
  const agent = question.agent ?? (isSecure ? oneOff.https : oneOff.http)
  const begin = Date.now()
  return new Promise((resolve, reject) => {
    const sending = (isSecure ? secureRequest : request)(
      {
        hostname,
        port,
        path,
        method,
        agent,
        headers: {
          Host: host,
          ...headers,
          ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
        },
      },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          const bytes = Buffer.concat(chunks)
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            headerNames: incoming.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()),
            body: bytes,
            get text() {
              return bytes.toString()
            },
            get json() {
              return JSON.parse(bytes.toString())
            },
            milliseconds: Date.now() - begin,
          })
        })
      },
    )
    sending.setTimeout(patienceSeconds * 1000, () => sending.destroy(new Error(`no answer in ${patienceSeconds} s`)))
    sending.on('error', reject)
    sending.end(body)
  })
}

/** Sends bytes, and gives the bytes that come back: for requests that no client would make. */
export function askRaw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'))
    socket.setEncoding('latin1')
    socket.setTimeout(5_000, () => socket.destroy())
    socket.on('data', (chunk: string) => {
      text += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
  })
}

export interface Visitor {
  /** The session cookie, if there is one. */
  readonly cookie: string
  get(path: string, question?: Question): Promise<Answer>
  /** Sends a form. */
  post(path: string, fields: Record<string, string>, question?: Question): Promise<Answer>
  /** Posts a photo. */
  upload(file: Buffer, caption?: string, question?: Question): Promise<Answer>
}

/**
 * Somebody with cookies of their own.
 * @param accept `browserAccept` for a browser; anything else gets JSON
 */
export function visit(url: string, accept: string = '*/*', agent?: Agent): Visitor {
  let cookie = ''
  async function send(path: string, question: Question): Promise<Answer> {
    const headers = { Accept: accept, ...(cookie ? { Cookie: cookie } : {}), ...question.headers }
    const answer = await ask(url, path, { ...(agent ? { agent } : {}), ...question, headers })
    for (const line of answer.headers['set-cookie'] ?? []) {
      if (/^(__Host-)?gramstack=/.test(line)) cookie = line.split(';')[0] ?? ''
    }
    return answer
  }
  return {
    get cookie() {
      return cookie
    },
    get: (path, question = {}) => send(path, question),
    post: (path, fields, question = {}) =>
      send(path, {
        method: 'POST',
        body: new URLSearchParams(fields).toString(),
        ...question,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...question.headers },
      }),
    upload: (file, caption = '', question = {}) => {
      const form = multipart(file, { caption })
      return send('/upload', {
        method: 'POST',
        body: form.body,
        ...question,
        headers: { ...form.headers, ...question.headers },
      })
    },
  }
}

/** A form with a file in the field `file`. */
export function multipart(
  file: Buffer,
  fields: Record<string, string> = {},
  name = 'photo.jpg',
): { body: Buffer; headers: Record<string, string> } {
  const boundary = '----gramstack-test-boundary'
  const parts = Object.entries(fields).map(
    ([field, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`,
  )
  const body = Buffer.concat([
    Buffer.from(
      `${parts.join('')}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n` +
        'Content-Type: image/jpeg\r\n\r\n',
    ),
    file,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  return { body, headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` } }
}

export const password = 'correct horse battery'

/** Signs somebody up. */
export async function signUp(url: string, username: string, accept?: string): Promise<Visitor> {
  const visitor = visit(url, accept)
  const answer = await visitor.post('/sign-up', { username, password })
  if (![201, 303].includes(answer.status)) throw new Error(`sign-up of ${username}: ${answer.status} ${answer.text}`)
  return visitor
}
