import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { eventually, expectEmpty, goodFile, watchDecoders } from '../../test/hostile-files.ts'
import { apiPerson, type House, openHouse } from '../../test/house.ts'
import { loggedDuring } from '../../test/log-lines.ts'
import { rows, sql } from '../db/sql.ts'
import { toCode } from '../http/code.ts'
import { sweepPosts } from './editing.ts'

/** Uploads whose connection is cut, or is so slow that it is cut, or speaks no proper HTTP. */

const decoders = watchDecoders()

let house: House
let mallory: Awaited<ReturnType<typeof apiPerson>>
let cookie: string
let photo: Buffer
beforeAll(async () => {
  house = await openHouse()
  mallory = await apiPerson(house, 'mallory')
  const { headers } = await house
    .client()
    .post('/sign-in')
    .type('form')
    .send({ username: 'mallory', password: 'correct horse battery' })
  cookie = String(headers['set-cookie']).split(';')[0] ?? ''
  await house.client().get('/upload').set('Cookie', cookie).expect(200)
  photo = await goodFile('jpeg')
})
afterAll(() => house.close())

// Whatever was tried: what was kept can be deleted, nothing else is there, no connection is held and no process has died.
afterEach(async () => {
  await house.idle()
  for (const { id } of await posts()) await mallory.post(`/p/${toCode(id)}/delete`).expect(204)
  await sweepPosts(house, 0)
  await expectEmpty(house)
  expect(decoders.ended()).toEqual([])
  await eventually(async () => expect(await connections()).toBe(0))
})

const posts = () => rows<{ id: string }>(house.db, sql`select id from posts where deleted_at is null`)

const connections = () =>
  new Promise<number>((resolve, reject) =>
    house.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  )

const fileHead = (name: string) =>
  `--x\r\nContent-Disposition: form-data; name="file"; filename="${name}.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`

/** Two photos and a caption. */
function form(second: Buffer = photo): Buffer {
  return Buffer.concat([
    Buffer.from(fileHead('first')),
    photo,
    Buffer.from(`\r\n${fileHead('second')}`),
    second,
    Buffer.from('\r\n--x\r\nContent-Disposition: form-data; name="caption"\r\n\r\nCut off\r\n--x--\r\n'),
  ])
}

/** The head of a request as it goes over the wire. */
function head(headers: Record<string, string | number>): Buffer {
  const lines = Object.entries({
    Host: new URL(house.url).host,
    Cookie: cookie,
    'Content-Type': 'multipart/form-data; boundary=x',
    ...headers,
  })
  return Buffer.from(`POST /upload HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
}

interface Sent {
  socket: Socket
  /** What has been answered, when nothing more can be. */
  answer: Promise<string>
}

async function open(port = Number(new URL(house.url).port)): Promise<Sent> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (data) => {
    text += data.toString('latin1')
  })
  // A reset is what some of these are about.
  socket.on('error', () => {})
  const answer = new Promise<string>((resolve) => socket.once('close', () => resolve(text)))
  await new Promise((resolve) => socket.once('connect', resolve))
  return { socket, answer }
}

/** Sends bytes as they are, and says no more. */
async function tell(...bytes: (Buffer | string)[]): Promise<string> {
  const { socket, answer } = await open()
  for (const part of bytes) socket.write(part)
  return answer
}

/** What the log calls an error meanwhile. */
async function errorsOf(act: () => Promise<void>): Promise<string[]> {
  return (await loggedDuring('error', act)).map(({ error }) => error.message)
}

const endings = {
  'says that it is done': (socket: Socket) => socket.end(),
  'is gone': (socket: Socket) => socket.destroy(),
  'is reset': (socket: Socket) => socket.resetAndDestroy(),
}

describe('an upload that is cut off leaves nothing behind', () => {
  const whole = () => {
    const body = form(Buffer.alloc(1_500_000, photo))
    return Buffer.concat([head({ 'Content-Length': body.length, Connection: 'close' }), body])
  }

  /** Where a text ends, or begins. */
  const places: [string, (all: Buffer) => number][] = [
    ...[10, 20, 30, 40, 50, 60, 70, 80, 90].map((percent): [string, (all: Buffer) => number] => [
      `after ${percent} %`,
      (all) => Math.floor((all.length * percent) / 100),
    ]),
    ['in the headers', (all) => all.indexOf('multipart')],
    ['before the body', (all) => all.indexOf('--x\r\n')],
    ['in the headers of its first photo', (all) => all.indexOf('filename="first')],
    ['before its first photo', (all) => all.indexOf(photo)],
    ['within its first photo', (all) => all.indexOf(photo) + 1000],
    ['after its first photo', (all) => all.indexOf(photo) + photo.length],
    ['between two photos', (all) => all.indexOf(fileHead('second'))],
    ['in the headers of its second photo', (all) => all.indexOf('filename="second')],
    ['after its second photo', (all) => all.lastIndexOf('\r\n--x\r\n')],
    ['in its caption', (all) => all.lastIndexOf('off')],
    ['before its closing boundary', (all) => all.lastIndexOf('--x--')],
    ['within its closing boundary', (all) => all.lastIndexOf('--x--') + 4],
    ['before its last line feed', (all) => all.length - 1],
  ]

  it.each(Object.entries(endings))('when its connection %s', async (_how, end) => {
    const all = whole()
    await Promise.all(
      places.map(async ([place, at]) => {
        expect([place, at(all)]).toEqual([place, expect.any(Number)])
        expect(at(all)).toBeGreaterThan(0)
        const { socket, answer } = await open()
        await new Promise((resolve) => socket.write(all.subarray(0, at(all)), resolve))
        // Until it has been read, and lies on the disk.
        await setTimeout(50)
        end(socket)
        expect(await answer).toMatch(/^$|^HTTP\/1\.1 400 /)
      }),
    )
    await eventually(async () => expect(await house.files()).toEqual([]))
  })

  it('when it is cut at once, however often', async () => {
    const all = whole()
    await Promise.all(
      Array.from({ length: 60 }, async (_, at) => {
        const { socket, answer } = await open()
        await new Promise((resolve) => socket.write(all.subarray(0, Math.floor((all.length * at) / 60)), resolve))
        socket.destroy()
        return answer
      }),
    )
  })

  it('when it says that more will come, and nothing does', async () => {
    for (const length of [form().length + 1, form().length + 5_000_000, Number.MAX_SAFE_INTEGER]) {
      const { socket, answer } = await open()
      socket.write(Buffer.concat([head({ 'Content-Length': length }), form()]))
      await setTimeout(100)
      socket.destroy()
      await answer
    }
  })

  it('and is nothing that the log would call an error', async () => {
    const all = whole()
    const errors = await errorsOf(async () => {
      for (const share of [0.2, 0.5, 0.8]) {
        for (const end of Object.values(endings)) {
          const { socket, answer } = await open()
          await new Promise((resolve) => socket.write(all.subarray(0, Math.floor(all.length * share)), resolve))
          await setTimeout(30)
          end(socket)
          await answer
        }
      }
      await setTimeout(100)
    })
    expect(errors).toEqual([])
  })

  it('in the middle of a chunk', async () => {
    const body = form()
    const chunk = (part: Buffer) =>
      Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')])
    const all = Buffer.concat([head({ 'Transfer-Encoding': 'chunked' }), chunk(body), Buffer.from('0\r\n\r\n')])
    for (const length of [all.length - 5, all.length - 7, all.length - 1000, all.length - 10_000]) {
      const { socket, answer } = await open()
      socket.write(all.subarray(0, length))
      await setTimeout(50)
      socket.destroy()
      await answer
    }
  })
})

describe('an upload that is complete', () => {
  it('is kept whole or not at all when its sender does not wait for the answer, and may be sent again', async () => {
    const waits = [0, 0, 1, 2, 5, 10, 20, 30, 50, 80, 120, 200]
    const errors = await errorsOf(async () => {
      await Promise.all(
        waits.map(async (milliseconds, at) => {
          const { socket, answer } = await open()
          const whole = [head({ 'Content-Length': form().length, 'Idempotency-Key': `key ${at}` }), form()]
          await new Promise((resolve) => socket.write(Buffer.concat(whole), resolve))
          if (milliseconds) await setTimeout(milliseconds)
          socket.destroy()
          await answer
        }),
      )
      // Nobody hears how these end.
      await setTimeout(500)
      await house.idle()
    })
    expect(errors).toEqual([])
    const originals = async () => (await house.files()).filter((path) => path.startsWith('originals/'))
    expect(await originals()).toHaveLength(2 * (await posts()).length)
    expect((await house.files()).filter((path) => path.startsWith('incoming/'))).toEqual([])

    for (const at of waits.keys()) {
      const { status, body } = await mallory
        .post('/upload')
        .set('Idempotency-Key', `key ${at}`)
        .attach('file', photo, 'a.jpg')
        .attach('file', photo, 'b.jpg')
      expect([status, body.isPublished, body.photos.length]).toEqual([201, true, 2])
    }
    expect(await posts()).toHaveLength(waits.length)
    expect(await originals()).toHaveLength(2 * waits.length)
  })

  it('may come in small pieces, in chunks, and after having asked', async () => {
    const body = form()
    const slowly = await open()
    slowly.socket.write(head({ 'Content-Length': body.length, Connection: 'close' }))
    for (let at = 0; at < body.length; at += 1000) {
      slowly.socket.write(body.subarray(at, at + 1000))
      await setTimeout(2)
    }
    expect(await slowly.answer).toMatch(/^HTTP\/1\.1 201 /)

    const chunks = Array.from({ length: Math.ceil(body.length / 777) }, (_, at) =>
      body.subarray(at * 777, (at + 1) * 777),
    )
    const inChunks = chunks.flatMap((chunk) => [`${chunk.length.toString(16)}\r\n`, chunk, '\r\n'])
    expect(await tell(head({ 'Transfer-Encoding': 'chunked', Connection: 'close' }), ...inChunks, '0\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 201 /,
    )

    const asked = head({ 'Content-Length': body.length, Expect: '100-continue', Connection: 'close' })
    expect(await tell(asked, body)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /)
  })
})

describe('an upload that takes too long', () => {
  it('has five minutes, and its headers one', () => {
    expect([house.server.requestTimeout, house.server.headersTimeout]).toEqual([300_000, 70_000])
  })

  it('is ended, and leaves nothing behind', async () => {
    // The same application, with less patience.
    const app = house.server.listeners('request')[0] as RequestListener
    const server = createServer({ requestTimeout: 800, headersTimeout: 400, connectionsCheckingInterval: 50 }, app)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const body = form()
    const all = Buffer.concat([head({ 'Content-Length': body.length }), body])

    /** Sends so much at once, and then a byte now and then. */
    const drip = async (atOnce: number) => {
      const { socket, answer } = await open(port)
      const began = performance.now()
      socket.write(all.subarray(0, atOnce))
      for (let at = atOnce; at < all.length && !socket.destroyed && socket.writable; at += 1) {
        socket.write(all.subarray(at, at + 1))
        await setTimeout(40)
      }
      expect(await answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\nConnection: close\r\n/)
      expect(performance.now() - began).toBeLessThan(5000)
    }
    const bodyAt = all.indexOf('--x\r\n')
    try {
      await Promise.all([1, bodyAt - 20, bodyAt, bodyAt + 50, all.indexOf(photo) + 3000, all.length - 200].map(drip))
      // One that is quick enough is answered there.
      const { socket, answer } = await open(port)
      socket.write(Buffer.concat([head({ 'Content-Length': body.length, Connection: 'close' }), body]))
      expect(await answer).toMatch(/^HTTP\/1\.1 201 /)
    } finally {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  })
})

describe('an upload in no proper HTTP is refused', () => {
  it.each<[string, () => (Buffer | string)[], number]>([
    ['two lengths', () => [head({ 'Content-Length': '5\r\nContent-Length: 6' }), 'hello'], 400],
    ['a length and chunks', () => [head({ 'Content-Length': 5, 'Transfer-Encoding': 'chunked' }), '0\r\n\r\n'], 400],
    ['a length below nothing', () => [head({ 'Content-Length': -1 }), form()], 400],
    ['a length of letters', () => [head({ 'Content-Length': 'many' }), form()], 400],
    ['a chunk without a length', () => [head({ 'Transfer-Encoding': 'chunked' }), 'zz\r\n', form()], 400],
    ['a chunk longer than it says', () => [head({ 'Transfer-Encoding': 'chunked' }), '5\r\n', form()], 400],
    ['a coding that nobody knows', () => [head({ 'Transfer-Encoding': 'gzip' }), form()], 400],
    ['headers of 100 kB', () => [head({ 'X-Long': 'y'.repeat(100_000) }), form()], 431],
    ['a NUL in a header', () => [head({ 'X-Nul': 'a\0b' }), form()], 400],
    ['a hope for something else', () => [head({ 'Content-Length': 5, Expect: 'the unexpected' }), 'hello'], 417],
    ['a second request that is none', () => [head({ 'Content-Length': 0 }), '\0\0 nonsense\r\n\r\n'], 400],
  ])('with %s', async (_what, bytes, status) => {
    const { socket, answer } = await open()
    for (const part of bytes()) socket.write(part)
    // Some answers leave the connection open.
    await Promise.race([answer, setTimeout(500)])
    socket.destroy()
    expect(await answer).toMatch(new RegExp(`(^|\r\n.*)HTTP/1\\.1 ${status} `, 's'))
  })
})
