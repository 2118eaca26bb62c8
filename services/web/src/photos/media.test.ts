import { request } from 'node:http'
import { apiPerson, type House, openHouse } from '../../test/house.ts'
import { picture } from '../../test/pictures.ts'
import { openStorage } from '../media/local-storage.ts'
import { renditionWidths } from '../media/renditions.ts'

let house: House
let url: string
beforeAll(async () => {
  house = await openHouse()
  const alice = await apiPerson(house)
  url = (
    await alice
      .post('/upload')
      .attach('file', await picture(), 'a.jpg')
      .expect(201)
  ).body.media
})
afterAll(() => house.close())

/** Asks for a path as it stands: others tidy it up first. */
function askRaw(path: string): Promise<number> {
  const { port } = new URL(house.url)
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

describe('a picture', () => {
  it('is kept by no cache without asking again: it may be closed at any moment', async () => {
    await house.client().get(url).expect(200).expect('Cache-Control', 'private, no-cache')
  })

  it('is given in parts to whom asks for a part', async () => {
    const { body, headers } = await house.client().get(url).set('Range', 'bytes=0-99').expect(206)
    expect(body).toHaveLength(100)
    expect(headers['content-range']).toMatch(/^bytes 0-99\/\d+$/)
    await house.client().get(url).set('Range', 'bytes=999999999-').expect(416)
  })

  it('is not sent again to whom has it', async () => {
    const { headers } = await house.client().get(url)
    await house
      .client()
      .get(url)
      .set('If-None-Match', headers.etag ?? '')
      .expect(304)
  })

  it('can never act as a page', async () => {
    await house
      .client()
      .get(url)
      .expect('Content-Type', 'image/jpeg')
      .expect('X-Content-Type-Options', 'nosniff')
      .expect('Content-Security-Policy', "default-src 'none'; sandbox")
  })
})

describe('the folder of pictures', () => {
  it.each([
    '/media/',
    '/media',
    '/media/nope',
    '/media/..',
    '/media/../originals',
    '/media/%2e%2e/originals',
    '/media/%2e%2e%2foriginals',
    '/media/..%2f..%2fetc%2fpasswd',
    '/media/%252e%252e/x',
    '/media/..;/x',
    '/media/..\\originals',
    '/media//etc/passwd',
    '/media/%00',
    '/media/aa/',
    '//media/../../etc/passwd',
  ])('gives nothing at %s', async (path) => {
    expect([400, 403, 404]).toContain(await askRaw(path))
  })

  it('gives no picture under another photo’s folder, and no file by another ending', async () => {
    expect(await askRaw(url.replace(/^\/media\/../, '/media/zz'))).toBe(404)
    expect(await askRaw(url.replace('.jpg', '.html'))).toBe(404)
    expect(await askRaw(`${url}/`)).toBe(404)
    expect(await askRaw(url.slice(0, url.lastIndexOf('/') + 1))).toBe(404)
  })
})

describe('the widths of a photo', () => {
  it.each([
    [4000, 3000, [320, 640, 1080, 2048]],
    [2048, 1000, [320, 640, 1080, 2048]],
    [1500, 1000, [320, 640, 1080, 1500]],
    [320, 320, [320]],
    [1, 1, [1]],
    [1000, 20_000, [320, 410]],
    [10, 100_000, [1]],
  ])('of %i × %i are %j', (width, height, widths) => {
    expect(renditionWidths(width, height)).toEqual(widths)
  })
})

describe('a place for photos that cannot be', () => {
  it('is named in one sentence', async () => {
    await expect(openStorage('/dev/null')).rejects.toThrow(
      /^The photos have no place: \/dev\/null cannot be written by user \d+ \(\w+\)/,
    )
  })
})
