import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { picture, pictureWithSecrets } from '../../pictures.ts'
import { eventually } from '../stack.ts'
import { ask, browserAccept, multipart, password, signUp, visit } from '../visitor.ts'
import { asBrowser, type TheHouse } from './house.ts'

/** What the lecture's tutorial promises, and the first person's way. */
export function journey(house: TheHouse): void {
  describe('through the front door', () => {
    it('curl hears hello world as JSON, a browser gets the home page', async () => {
      const { stack } = house()
      const answer = await ask(stack.url, '/', { headers: { Accept: '*/*' } })
      expect([answer.status, answer.text]).toEqual([200, '{"hello":"world"}'])
      expect(answer.headers['content-type']).toMatch(/^application\/json/)
      const page = await asBrowser(stack).get('/')
      expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
      expect(page.text).toMatch(/<!doctype html>/i)
    })

    it('the first person is the admin, the second is not', async () => {
      await signUp(house().stack.url, 'bob')
      expect(await house().stack.sql('select username, is_admin from users order by id')).toBe('alice|t\nbob|f')
    })

    it('somebody signs up, is led to sign in, posts a photo and sees it', async () => {
      const { stack } = house()
      const carol = asBrowser(stack)
      const up = await carol.post('/sign-up', { username: 'carol', password })
      expect([up.status, up.headers.location]).toEqual([303, '/'])
      expect(up.headers['set-cookie']?.[0]).toMatch(/HttpOnly.*SameSite=Lax/)
      // Plain http: a Secure cookie would never come back.
      expect(up.headers['set-cookie']?.[0]).not.toMatch(/Secure/)
      expect((await carol.post('/sign-out', {})).status).toBe(303)

      const sentAway = await carol.get('/upload')
      expect([sentAway.status, sentAway.headers.location]).toEqual([303, '/sign-in?next=%2Fupload'])
      const back = await carol.post('/sign-in', { username: 'carol', password, next: '/upload' })
      expect([back.status, back.headers.location]).toEqual([303, '/upload'])
      const form = await carol.get('/upload')
      expect(form.text).toMatch(/<form[^>]*enctype="multipart\/form-data"/)
      expect(form.text).toMatch(/name="file"/)

      const posted = await carol.upload(await pictureWithSecrets(), 'Seen from the hill')
      expect([posted.status, posted.headers.location]).toEqual([303, expect.stringMatching(/^\/p\/[\w-]{11}$/)])
      const path = posted.headers.location ?? ''
      for (const seen of [path, '/', '/@carol']) {
        const page = await asBrowser(stack).get(seen)
        expect([seen, page.status]).toEqual([seen, 200])
        expect(page.text).toContain('Seen from the hill')
      }

      const page = (await asBrowser(stack).get(path)).text
      const pictures = [...new Set(page.match(/\/media\/[\w/]+\.(webp|jpg)/g))]
      const widths = new Set(pictures.map((name) => /(\d+)\.\w+$/.exec(name)?.[1]))
      const formats = new Set(pictures.map((name) => name.split('.')[1]))
      expect([widths.size >= 3, formats.size >= 2]).toEqual([true, true])
      for (const name of pictures) {
        const { body, status } = await ask(stack.url, name)
        expect([name, status]).toEqual([name, 200])
        expect(body.toString('latin1')).not.toMatch(/Secret/)
        const { width = 0, height = 0, exif } = await sharp(body).metadata()
        // It was taken with the camera on its side.
        expect([height > width, exif]).toEqual([true, undefined])
      }
    })

    it.each(['jpeg', 'png', 'webp', 'avif', 'gif'] as const)(
      'a photo may be %s, and the answer names its URL',
      async (format) => {
        const { stack, alice } = house()
        const answer = await alice.upload(await picture(format, 400, 300), format)
        expect([answer.status, answer.json]).toEqual([
          201,
          expect.objectContaining({ media: expect.stringMatching(/^\/media\/.*\.jpg$/), caption: format }),
        ])
        expect((await ask(stack.url, answer.json.media)).headers['content-type']).toBe('image/jpeg')
      },
    )

    it('a form that another site sends is refused, and one from here is not, whatever the port', async () => {
      const { stack } = house()
      const post = (headers: Record<string, string>) =>
        visit(stack.url).post('/sign-in', { username: 'alice', password }, { headers })
      // Host keeps its port on the way to the app, or Origin could not be the same.
      expect((await post({ Origin: stack.url })).status).toBe(200)
      expect((await post({ Origin: 'http://localhost' })).status).toBe(403)
      expect((await post({ Origin: 'http://evil.example' })).status).toBe(403)
      expect((await post({ 'Sec-Fetch-Site': 'cross-site', Origin: stack.url })).status).toBe(403)
      const forged = {
        Origin: 'http://evil.example',
        'X-Forwarded-Host': 'evil.example',
        Forwarded: 'host=evil.example',
      }
      expect((await post(forged)).status).toBe(403)
    })

    it('https and another address are not believed because a client says so', async () => {
      const { stack } = house()
      const forged = {
        'X-Forwarded-Proto': 'https',
        'X-Forwarded-For': '203.0.113.7',
        Forwarded: 'for=203.0.113.7;proto=https',
        'X-Request-Id': 'f'.repeat(32),
      }
      const answer = await visit(stack.url).post('/sign-in', { username: 'alice', password }, { headers: forged })
      expect(answer.headers['set-cookie']?.[0]).not.toMatch(/Secure/)
      expect(answer.headers['strict-transport-security']).toBeUndefined()
      expect(answer.headers['x-request-id']).not.toBe('f'.repeat(32))
      expect((await stack.logs('nginx')).includes('203.0.113.7')).toBe(false)
    })
  })

  describe('what is no photo', () => {
    it.each<[string, number, () => { body: Buffer; headers: Record<string, string> }]>([
      ['no file', 422, () => ({ body: Buffer.from('caption=x'), headers: formType })],
      ['an empty file', 422, () => multipart(Buffer.alloc(0))],
      ['text named .jpg', 415, () => multipart(Buffer.from('I am no photo at all'))],
      ['an HTML page', 415, () => multipart(Buffer.from('<!doctype html><script>alert(1)</script>'), {}, 'x.html')],
      [
        'an SVG',
        415,
        () => multipart(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'), {}, 'x.svg'),
      ],
      ['an empty name', 422, () => multipart(Buffer.from('no photo'), {}, '')],
      ['the name ..', 422, () => multipart(Buffer.from('no photo'), {}, '..')],
      // Above the app's limit for a photo, below nginx's for twenty of them, and above both.
      ['26 MB', 413, () => multipart(Buffer.alloc(26_000_000, 7))],
      ['60 MB', 413, () => multipart(Buffer.alloc(60_000_000, 7))],
      ['530 MB', 413, () => multipart(Buffer.alloc(530_000_000, 7))],
    ])('is refused: %s', async (_what, status, form) => {
      const { stack, alice } = house()
      const before = await stack.sql('select count(*) from posts')
      const { body, headers } = form()
      for (const accept of ['*/*', browserAccept]) {
        const answer = await ask(stack.url, '/upload', {
          method: 'POST',
          body,
          headers: { ...headers, Accept: accept, Cookie: alice.cookie },
        })
        expect([accept, answer.status]).toEqual([accept, status])
        if (accept === browserAccept) {
          expect(answer.headers['content-type']).toMatch(/^text\/html/)
          expect(answer.text).toMatch(/<\/html>\s*$/)
        } else expect(answer.json.error).toMatch(/^[A-Z].{10,}\.$/)
      }
      expect(await stack.sql('select count(*) from posts')).toBe(before)
      expect((await ask(stack.url, '/readyz')).status).toBe(200)
    })

    it('a photo just under the limit is taken', async () => {
      const { stack, alice } = house()
      // Noise doesn't compress: 2,880 × 2,880 × 3 bytes are 24.9 MB of PNG.
      const noise = await sharp({
        create: {
          width: 2870,
          height: 2870,
          channels: 3,
          background: '#808080',
          noise: { type: 'gaussian', mean: 128, sigma: 60 },
        },
      })
        .png({ compressionLevel: 0 })
        .toBuffer()
      expect([noise.length > 24_000_000, noise.length <= 25_000_000]).toEqual([true, true])
      const answer = await alice.upload(noise, 'just small enough')
      expect([answer.status, answer.text.slice(0, 200)]).toEqual([201, expect.anything()])
      expect(await stack.sql('select original_bytes from photos order by id desc limit 1')).toBe(String(noise.length))
    })

    it('nothing of all that is left on the volume', async () => {
      const { stack } = house()
      // AVIF of the last one may take its time.
      await eventually(async () => {
        const { stdout } = await stack.shell('web', 'ls /var/lib/gramstack/media/incoming | wc -l')
        expect(stdout.trim()).toBe('0')
      }, 60)
      const originals = (
        await stack.shell('web', 'find /var/lib/gramstack/media/originals -type f | wc -l')
      ).stdout.trim()
      expect(originals).toBe(await stack.sql('select count(*) from photos'))
    })
  })

  describe('a photo', () => {
    it('comes from nginx, whole or in part, and is kept by no cache but the browser’s, for half an hour', async () => {
      const { stack, post } = house()
      const whole = await ask(stack.url, post.media)
      expect([whole.status, whole.headers['content-type']]).toEqual([200, 'image/jpeg'])
      expect(whole.headers['cache-control']).toBe('private, max-age=1800')
      expect(whole.headers['accept-ranges']).toBe('bytes')

      const part = await ask(stack.url, post.media, { headers: { Range: 'bytes=10-19' } })
      expect([part.status, part.headers['content-range']]).toEqual([206, `bytes 10-19/${whole.body.length}`])
      expect(part.body.equals(whole.body.subarray(10, 20))).toBe(true)
      const beyond = await ask(stack.url, post.media, { headers: { Range: 'bytes=99999999-' } })
      expect(beyond.status).toBe(416)

      const { etag = '' } = whole.headers
      const same = await ask(stack.url, post.media, { headers: { 'If-None-Match': etag } })
      expect([etag !== '', same.status, same.body.length]).toEqual([true, 304, 0])
      const head = await ask(stack.url, post.media, { method: 'HEAD' })
      expect([head.status, head.headers['content-length']]).toEqual([200, String(whole.body.length)])
      expect(createHash('sha256').update(whole.body).digest('hex')).toMatch(/^[0-9a-f]{64}$/)
    })

    it('is no document, whatever is in it', async () => {
      const { stack, post } = house()
      const { headers } = await ask(stack.url, post.media)
      expect(headers['content-security-policy']).toBe("default-src 'none'; sandbox")
      expect(headers['x-content-type-options']).toBe('nosniff')
    })
  })
}

const formType = { 'Content-Type': 'application/x-www-form-urlencoded' }
