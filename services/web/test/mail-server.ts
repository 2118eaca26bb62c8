import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { Config } from '../src/config.ts'

/** A mail as it arrived. */
export interface ArrivedMail {
  to: string
  subject: string
  /** The whole of it, as it came over the wire, but with its quoted-printable undone. */
  source: string
  /** The path in the link of its text, without the address of the instance. */
  path: string
}

export const publicUrl = 'https://photos.example'

/** A real SMTP server that keeps what it is sent. */
export interface MailServer {
  port: number
  mails: ArrivedMail[]
  /** What the worker, or a house, needs to be told of it. */
  settings(security?: 'starttls' | 'tls' | 'none'): { publicUrl: string; mail: NonNullable<Config['mail']> }
  /** The newest mail to an address, once there is one; with `subject` in its subject and `text` anywhere. */
  next(to: string, subject?: string, text?: string): Promise<ArrivedMail>
  close(): Promise<void>
}

/** @param options such as what it refuses; `port` 0, if not given, takes any free one */
export async function openMailServer({
  port = 0,
  ...options
}: SMTPServerOptions & { port?: number } = {}): Promise<MailServer> {
  const mails: ArrivedMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    // Or it warns of its own certificate, which tests may well use.
    logger: false,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const source = readQuotedPrintable(Buffer.concat(chunks).toString())
        for (const { address } of session.envelope.rcptTo)
          mails.push({
            to: address,
            subject: /^Subject: (.*)$/m.exec(source)?.[1]?.trim() ?? '',
            source,
            path: new RegExp(`${publicUrl}(/[^\\s"]+)`).exec(source)?.[1] ?? '',
          })
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const openPort = (server.server.address() as AddressInfo).port

  return {
    port: openPort,
    mails,
    settings: (security = 'none') => ({
      publicUrl,
      mail: {
        publicUrl,
        smtp: {
          host: '127.0.0.1',
          port: openPort,
          security,
          user: undefined,
          password: undefined,
          from: 'Gramstack <photos@photos.example>',
        },
      },
    }),
    async next(to, subject = '', text = '') {
      for (;;) {
        const found = mails.findLast(
          (mail) => mail.to === to && mail.subject.includes(subject) && mail.source.includes(text),
        )
        if (found) return found
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** Undoes it in the parts that say they have it: elsewhere a token may follow an equals sign and look like it. */
function readQuotedPrintable(source: string): string {
  const boundary = /boundary="([^"]+)"/.exec(source)?.[1]
  const parts = boundary ? source.split(`--${boundary}`) : [source]
  return parts
    .map((part) => (/^Content-Transfer-Encoding: quoted-printable/im.test(part) ? decode(part) : part))
    .join('')
}

function decode(part: string): string {
  return part
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
