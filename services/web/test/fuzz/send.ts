import { Agent, request } from 'node:http'
import type { HostileRequest } from './requests.ts'

export interface HostileAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  seconds: number
}

/** Sends bytes as they are: other clients mend what is broken. */
export function openSender(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  return {
    /** @param cookie the visitor's own, beside those that the request has */
    send({ method, path, headers, body }: HostileRequest, cookie: string): Promise<HostileAnswer> {
      const began = performance.now()
      const cookies = [cookie, headers.cookie].filter(Boolean).join('; ')
      return new Promise((resolve, reject) => {
        const sending = request(`${url}/`, {
          agent,
          method,
          path,
          headers: { ...headers, ...(cookies ? { cookie: cookies } : {}), 'content-length': body.length },
        })
        sending.on('error', reject)
        sending.on('response', (answer) => {
          const chunks: Buffer[] = []
          const finish = () =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              text: Buffer.concat(chunks).toString(),
              seconds: (performance.now() - began) / 1000,
            })
          // A stream of news has no end.
          if (answer.headers['content-type']?.startsWith('text/event-stream')) {
            finish()
            sending.destroy()
            return
          }
          answer.on('data', (chunk) => chunks.push(chunk))
          answer.on('end', finish)
          answer.on('error', reject)
        })
        sending.end(body)
      })
    },
    close: () => agent.destroy(),
  }
}
