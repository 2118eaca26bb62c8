import { createServer } from 'node:net'
import { type House, openHouse } from '../../test/house.ts'
import { type MailServer, openMailServer, publicUrl } from '../../test/mail-server.ts'
import { firstRow, rows, sql } from '../db/sql.ts'
import { openQueue, type Queue } from '../jobs/queue.ts'
import { mailHtml, mailText } from './mail.tsx'

const mail = {
  subject: 'A word',
  paragraphs: ['<b>Bold</b> & "quoted"', 'Grüße an alle 🎈'],
  way: { label: 'Look', path: '/a?b=1&c=2' },
}

let house: House
let server: MailServer
let queue: Queue

async function open(options: Parameters<typeof openMailServer>[0] = {}, security?: 'starttls' | 'tls' | 'none') {
  server = await openMailServer(options)
  house = await openHouse(server.settings(security))
  queue = await openQueue(house.db)
}

const send = (to: string) => queue.add(house.db, 'send-mail', { what: 'notice', to, mail })

const jobStates = async () =>
  (await rows<{ state: string }>(house.db, sql`select state::text from jobs.job where name = 'send-mail'`)).map(
    ({ state }) => state,
  )

async function until(state: string): Promise<void> {
  while (!(await jobStates()).includes(state)) await new Promise((resolve) => setTimeout(resolve, 50))
}

const hurryUp = () => house.db.raw("update jobs.job set start_after = now() where state = 'retry'")

afterEach(async () => {
  await house?.close()
  await queue?.stop()
  await server?.close()
})

describe('a mail', () => {
  it('has a text, and an HTML part in which everything is escaped', () => {
    expect(mailText(mail, publicUrl)).toBe(
      '<b>Bold</b> & "quoted"\n\nGrüße an alle 🎈\n\nLook:\nhttps://photos.example/a?b=1&c=2\n\nhttps://photos.example',
    )
    const html = mailHtml(mail, publicUrl)
    expect(html).toContain('<p>&lt;b>Bold&lt;/b> &amp; &quot;quoted&quot;</p>')
    expect(html).toContain('<a href="https://photos.example/a?b=1&amp;c=2">Look</a>')
    expect(html).not.toMatch(/style|script|<img/)
  })

  it('arrives, from whom the settings say, in both parts', async () => {
    await open()
    await send('ada@mail.example')
    const { source } = await server.next('ada@mail.example')
    for (const part of [
      'From: Gramstack <photos@photos.example>',
      'To: ada@mail.example',
      'Subject: A word',
      'Auto-Submitted: auto-generated',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Type: text/html; charset=utf-8',
      'https://photos.example/a?b=1&c=2',
    ])
      expect(source).toContain(part)
  })

  it('is not sent if the transaction that caused it is taken back', async () => {
    await open()
    await expect(
      house.db.transaction(async (tx) => {
        await queue.add(tx, 'send-mail', { what: 'notice', to: 'never@mail.example', mail })
        throw new Error('taken back')
      }),
    ).rejects.toThrow('taken back')
    await send('ada@mail.example')
    await server.next('ada@mail.example')
    expect(server.mails.map(({ to }) => to)).toEqual(['ada@mail.example'])
  })

  it('that the server will never take is not tried again', async () => {
    await open({
      onRcptTo: ({ address }, _session, done) =>
        done(address.startsWith('nobody') ? Object.assign(new Error('no such mailbox'), { responseCode: 550 }) : null),
    })
    await send('nobody@mail.example')
    await until('completed')
    expect(server.mails).toEqual([])
  })

  it('that the server cannot take right now is tried again until it does', async () => {
    let tries = 0
    await open({
      onRcptTo: (_address, _session, done) => {
        tries += 1
        done(tries === 1 ? Object.assign(new Error('come back later'), { responseCode: 451 }) : null)
      },
    })
    await send('ada@mail.example')
    await until('retry')
    await hurryUp()
    await server.next('ada@mail.example')
    expect(tries).toBe(2)
  })

  it('waits for a server that is down', async () => {
    const holder = createServer()
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
    const { port } = holder.address() as { port: number }
    await new Promise((resolve) => holder.close(resolve))
    const later = await openMailServer({ port })
    const settings = later.settings()
    await later.close()
    house = await openHouse(settings)
    queue = await openQueue(house.db)
    await send('ada@mail.example')
    await until('retry')
    server = await openMailServer({ port })
    await hurryUp()
    expect((await server.next('ada@mail.example')).subject).toBe('A word')
  })

  it.each([
    ['offers no encryption', { disabledCommands: ['STARTTLS', 'AUTH'] }],
    ['shows a certificate that nobody knows', { disabledCommands: ['AUTH'] }],
  ])('is told to no server that %s, where the settings ask for it', async (_what, options) => {
    await open(options, 'starttls')
    await send('ada@mail.example')
    await until('retry')
    expect(server.mails).toEqual([])
  })

  it('is dropped where there is no mail', async () => {
    house = await openHouse()
    queue = await openQueue(house.db)
    await send('ada@mail.example')
    await until('completed')
  })
})

describe('in development, without a server', () => {
  const kept = { publicUrl: 'http://localhost:1337', smtp: undefined }

  it('mails are read in the browser, the newest hundred', async () => {
    house = await openHouse({ mail: kept })
    queue = await openQueue(house.db)
    for (let index = 0; index < 103; index += 1) await send(`number${index}@mail.example`)
    await house.idle()
    const page = (await house.browser().get('/dev/mail').expect(200)).text
    expect(page).toContain('To number')
    expect(page).toContain('&lt;b>Bold&lt;/b>')
    expect(page).toContain('href="/a?b=1&amp;c=2"')
    expect(await firstRow(house.db, sql`select count(*)::int as n from kept_mails`)).toEqual({ n: 100 })
  })

  it('and nowhere else', async () => {
    await open()
    await house.browser().get('/dev/mail').expect(404)
    const off = await openHouse({ withWorker: false })
    await off.browser().get('/dev/mail').expect(404)
    await off.close()
  })
})
