import { request } from 'node:http'
import { deflateSync } from 'node:zlib'
import { apiPerson, type House, openHouse } from '../../test/house.ts'
import { picture } from '../../test/pictures.ts'
import { rows, sql } from '../db/sql.ts'

let house: House
let mallory: Awaited<ReturnType<typeof apiPerson>>
beforeAll(async () => {
  house = await openHouse()
  mallory = await apiPerson(house, 'mallory')
})
afterAll(() => house.close())

// Whatever was tried: nothing is kept, and the house stands.
afterEach(async () => {
  await expectEventually(async () => expect(await house.files()).toEqual([]))
  expect(await rows(house.db, sql`select from posts`)).toHaveLength(0)
  await house.client().get('/readyz').expect(200)
})

async function expectEventually(check: () => Promise<void>): Promise<void> {
  for (let tries = 50; ; tries -= 1) {
    try {
      return await check()
    } catch (error) {
      if (!tries) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

const send = (file: Buffer | string, name = 'photo.jpg') =>
  mallory.post('/upload').attach('file', Buffer.from(file as string), name)

/** A PNG that says it is as large as that, and holds next to nothing. */
function pngBomb(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data])
    const out = Buffer.alloc(body.length + 8)
    out.writeUInt32BE(data.length)
    body.copy(out, 4)
    out.writeUInt32BE(crc32(body), body.length + 4)
    return out
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([1, 0, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function crc32(data: Buffer): number {
  let crc = 0xffffffff
  for (const byte of data) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}

const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'

describe('an upload', () => {
  it.each<[string, () => Buffer | string | Promise<Buffer>, string, number]>([
    ['text named .jpg', () => 'hello, I am no photo', 'photo.jpg', 415],
    ['an HTML page', () => '<!doctype html><script>alert(1)</script>', 'page.html', 415],
    ['an SVG', () => svg, 'drawing.svg', 415],
    ['an SVG named .png', () => svg, 'drawing.png', 415],
    ['a PDF', () => '%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>', 'paper.pdf', 415],
    ['a truncated JPEG', async () => (await picture()).subarray(0, 3000), 'half.jpg', 422],
    ['the first bytes of a JPEG', () => Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'four.jpg', 422],
    ['a truncated PNG', async () => (await picture('png')).subarray(0, 400), 'half.png', 422],
    ['a truncated WebP', async () => (await picture('webp')).subarray(0, 200), 'half.webp', 422],
    ['a PNG of 30,000 × 30,000 pixels in a few bytes', () => pngBomb(30_000, 30_000), 'bomb.png', 413],
    ['a PNG that lies about its size', () => pngBomb(5_000, 5_000), 'lie.png', 422],
    ['a TIFF, which has no place yet', () => picture('tiff'), 'scan.tiff', 415],
    ['an empty file', () => Buffer.alloc(0), 'empty.jpg', 422],
  ])('of %s is refused with a sentence', async (_what, file, name, status) => {
    const answer = await send(await file(), name)
    expect([answer.status, answer.body]).toEqual([
      status,
      expect.objectContaining({ error: expect.stringMatching(/^[A-Z].{15,}\.$/s) }),
    ])
  })

  it('of 26 MB is refused as too large', async () => {
    const answer = await send(Buffer.alloc(26_000_000, 1), 'big.jpg')
    expect([answer.status, answer.body.error]).toEqual([413, 'That photo is too large: up to 25 MB are welcome.'])
  })

  it('without a file says what is missing', async () => {
    await mallory
      .post('/upload')
      .field('caption', 'no file')
      .expect(422, /Choose a photo/)
    await mallory.post('/upload').expect(422, /Choose a photo/)
    await mallory
      .post('/upload')
      .type('form')
      .send('caption=x')
      .expect(422, /Choose a photo/)
    await mallory
      .post('/upload')
      .type('json')
      .send('{"file":"x"}')
      .expect(422, /Choose a photo/)
  })

  it('in another field, or two at once, says so', async () => {
    await mallory
      .post('/upload')
      .attach('picture', await picture(), 'a.jpg')
      .expect(422, /field named file/)
    await mallory
      .post('/upload')
      .attach('file', await picture(), 'a.jpg')
      .attach('file', await picture(), 'b.jpg')
      .expect(422, /One photo at a time/)
  })

  const raw = (body: string | Buffer, contentType = 'multipart/form-data; boundary=x') =>
    mallory.post('/upload').set('Content-Type', contentType).send(body)

  it.each([
    ['no boundary', 'x', 'multipart/form-data'],
    ['no end', '--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\nabc', undefined],
    ['no headers', '--x\r\n\r\nabc\r\n--x--', undefined],
    ['nothing in it', '', undefined],
    ['garbage', '\0\0\0--x--x--\r\n\r\n', undefined],
    ['a broken header', '--x\r\nContent-Disposition form-data name=file\r\n\r\nabc\r\n--x--', undefined],
    [
      'a thousand parts',
      Array.from({ length: 1000 }, (_, i) => `--x\r\nContent-Disposition: form-data; name="f${i}"\r\n\r\n1\r\n`)
        .concat('--x--')
        .join(''),
      undefined,
    ],
    [
      'a deep field name',
      `--x\r\nContent-Disposition: form-data; name="a${'[b]'.repeat(30)}"\r\n\r\n1\r\n--x--`,
      undefined,
    ],
    ['__proto__', '--x\r\nContent-Disposition: form-data; name="__proto__[polluted]"\r\n\r\n1\r\n--x--', undefined],
  ])('with a form of %s is refused, and harms nobody', async (_what, body, contentType) => {
    const answer = await raw(body, contentType)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it.each(['', '..', '../../etc/passwd', 'a/b.jpg', 'x'.repeat(1000), 'right-to-left \u202egpj.exe', 'nul\\0'])(
    'named "%s" is judged by its content alone',
    async (name) => {
      const part = `--x\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: image/jpeg\r\n\r\nno photo\r\n--x--\r\n`
      const answer = await raw(part)
      // A name of which nothing is left is no file to the form's parser.
      expect([name, answer.status]).toEqual([name, name === '' || name === '..' ? 422 : 415])
    },
  )

  it('whose connection is cut leaves nothing behind', async () => {
    const cookie = String((await mallory.get('/')).request.get('Cookie'))
    const { port } = new URL(house.url)
    await Promise.all(
      [0.1, 0.5, 0.9].map(
        (share) =>
          new Promise<void>((resolve) => {
            const body = Buffer.alloc(2_000_000, 7)
            const sending = request({
              port,
              host: '127.0.0.1',
              method: 'POST',
              path: '/upload',
              headers: {
                Cookie: cookie,
                'Content-Type': 'multipart/form-data; boundary=x',
                'Content-Length': body.length,
              },
            })
            sending.on('error', () => {})
            sending.on('close', resolve)
            sending.write('--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n')
            sending.write(body.subarray(0, body.length * share), () => setTimeout(() => sending.destroy(), 50))
          }),
      ),
    )
  })

  it('is refused from another site, before any of it is read', async () => {
    await mallory
      .post('/upload')
      .set('Sec-Fetch-Site', 'cross-site')
      .attach('file', await picture(), 'a.jpg')
      .expect(403)
  })
})
