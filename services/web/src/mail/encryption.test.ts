import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { SMTPServerOptions } from 'smtp-server'
import { type Authority, type Certificate, makeAuthority } from '../../test/certificates.ts'
import { type House, openHouse } from '../../test/house.ts'
import { type MailServer, openMailServer } from '../../test/mail-server.ts'
import { rows, sql } from '../db/sql.ts'
import { openQueue, type Queue } from '../jobs/queue.ts'
import { checkSmtp } from './mailer.ts'

const mail = { subject: 'A word', paragraphs: ['A secret'] }

let authority: Authority
let genuine: Certificate
let house: House
let queue: Queue
let server: MailServer

beforeAll(async () => {
  authority = await makeAuthority()
  genuine = await authority.issue('127.0.0.1')
  // What NODE_EXTRA_CA_CERTS does when a process starts.
  setDefaultCACertificates([...getCACertificates('default'), authority.cert])
})

afterEach(async () => {
  await house?.close()
  await queue?.stop()
  await server?.close()
})

/** @param more of the server; @param account that the worker signs in with */
async function open(
  security: 'starttls' | 'tls',
  more: SMTPServerOptions,
  account?: { user: string; password: string },
) {
  server = await openMailServer({ disabledCommands: ['AUTH'], secure: security === 'tls', ...more })
  const settings = server.settings(security)
  if (settings.mail.smtp) Object.assign(settings.mail.smtp, account)
  house = await openHouse(settings)
  queue = await openQueue(house.db)
  await queue.add(house.db, 'send-mail', { what: 'notice', to: 'ada@mail.example', mail })
  return settings.mail.smtp
}

async function failure(): Promise<string> {
  for (;;) {
    const [job] = await rows<{ output: string | null }>(
      house.db,
      sql`select output::text from jobs.job where name = 'send-mail' and state = 'retry'`,
    )
    if (job) return job.output ?? ''
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe.each(['starttls', 'tls'] as const)('a mail, with SMTP_SECURITY=%s', (security) => {
  it('reaches a server whose certificate is in order, and only encrypted', async () => {
    const encrypted: boolean[] = []
    await open(security, {
      ...genuine,
      onMailFrom(_address, session, done) {
        encrypted.push(session.secure)
        done()
      },
    })
    expect((await server.next('ada@mail.example')).source).toContain('A secret')
    expect(encrypted).toEqual([true])
  })

  it('waits where the certificate is signed by nobody that is trusted, and the doctor says so', async () => {
    const smtp = await open(security, await (await makeAuthority()).issue('127.0.0.1'))
    expect(await failure()).toMatch(/certificate/i)
    expect(server.mails).toEqual([])
    if (smtp) await expect(checkSmtp(smtp)).rejects.toThrow(/certificate/i)
  })

  it('waits where the certificate is another host’s', async () => {
    await open(security, await authority.issue('elsewhere.example'))
    expect(await failure()).toMatch(/altname|127\.0\.0\.1/i)
    expect(server.mails).toEqual([])
  })

  it('is sent with the password that the server asks for', async () => {
    const signedIn: unknown[] = []
    await open(
      security,
      {
        ...genuine,
        disabledCommands: [],
        authOptional: false,
        onAuth({ username, password }, session, done) {
          signedIn.push([username, password, session.secure])
          done(null, { user: username })
        },
      },
      { user: 'photos', password: 'a password of ours' },
    )
    await server.next('ada@mail.example')
    expect(signedIn).toEqual([['photos', 'a password of ours', true]])
  })
})

describe('a password', () => {
  it.each(['starttls', 'tls'] as const)('is never said in plain text, with SMTP_SECURITY=%s', async (security) => {
    const said: string[] = []
    await open(
      security,
      {
        secure: false,
        disabledCommands: ['STARTTLS'],
        onAuth({ password }, _session, done) {
          said.push(String(password))
          done(null, { user: 'photos' })
        },
      },
      { user: 'photos', password: 'a password of ours' },
    )
    await failure()
    expect([said, server.mails]).toEqual([[], []])
  })
})
