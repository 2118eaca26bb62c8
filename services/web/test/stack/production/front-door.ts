import { gunzipSync } from 'node:zlib'
import { eventually, pause } from '../stack.ts'
import { type Answer, ask, askRaw, browserAccept, visit } from '../visitor.ts'
import { accessLog, asBrowser, type TheHouse } from './house.ts'

const securityHeaders = [
  'content-security-policy',
  'x-content-type-options',
  'x-frame-options',
  'referrer-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'permissions-policy',
  'x-request-id',
]

/** Each of them, and each once: browsers apply both policies of two, or neither. */
export function expectSecurityHeaders(what: string, { headerNames, headers }: Answer, isHttps = false): void {
  const counted = securityHeaders.map((name) => `${name} ${headerNames.filter((given) => given === name).length}`)
  expect([what, ...counted]).toEqual([what, ...securityHeaders.map((name) => `${name} 1`)])
  const hsts = headerNames.filter((given) => given === 'strict-transport-security').length
  expect([what, 'HSTS', hsts]).toEqual([what, 'HSTS', isHttps ? 1 : 0])
  expect([what, headers['x-content-type-options']]).toEqual([what, 'nosniff'])
  // Neither says which version it is.
  expect([what, headers['x-powered-by'], headers.server]).toEqual([what, undefined, 'nginx'])
}

/** What nginx does before, after and instead of the app. */
export function frontDoor(house: TheHouse): void {
  const appPaths = async () =>
    (await house().stack.logs('web')).match(/"path":"[^"]*"/g)?.map((text) => text.slice(8, -1)) ?? []

  describe('static files', () => {
    it('hello.txt says hi!, favicon and robots are there, and the app hears of none of them', async () => {
      const { stack } = house()
      const hello = await ask(stack.url, '/static/hello.txt')
      expect([hello.status, hello.text.trim()]).toEqual([200, 'hi!'])
      expect((await ask(stack.url, '/favicon.ico')).headers['content-type']).toBe('image/x-icon')
      const robots = await ask(stack.url, '/robots.txt')
      expect(robots.headers['content-type']).toMatch(/^text\/plain/)
      expect(robots.text).toContain(`Sitemap: ${stack.url}/sitemap.xml`)
      expect((await ask(stack.url, '/static/nope.css')).status).toBe(404)
      await ask(stack.url, house().post.media)
      await ask(stack.url, '/media/nope')
      await pause(500)
      const paths = await appPaths()
      // A log that is empty would show nothing.
      expect(paths).toContain('/upload')
      expect(paths.filter((path) => /^\/(static|media|favicon|robots)/.test(path))).toEqual([])
    })

    it('are compressed ahead of time and kept for ever by browsers', async () => {
      const { stack } = house()
      const page = await asBrowser(stack).get('/')
      const css = /href="(\/static\/app-[^"]+\.css)"/.exec(page.text)?.[1] ?? 'none'
      const plain = await ask(stack.url, css)
      const packed = await ask(stack.url, css, { headers: { 'Accept-Encoding': 'gzip, br' } })
      expect([packed.status, packed.headers['content-encoding']]).toEqual([200, 'gzip'])
      expect(gunzipSync(packed.body).equals(plain.body)).toBe(true)
      // Compressed while sending, it would have no length and a weak ETag.
      expect(packed.headers['content-length']).toBe(String(packed.body.length))
      expect(packed.headers.etag).toMatch(/^"/)
      expect(packed.headers.vary).toMatch(/Accept-Encoding/i)
      expect(packed.headers['cache-control']).toMatch(/immutable/)
      expect(packed.headers['content-type']).toMatch(/^text\/css/)
    })

    it('pages of the app are compressed too', async () => {
      const { stack } = house()
      const page = await ask(stack.url, '/', { headers: { Accept: browserAccept, 'Accept-Encoding': 'gzip' } })
      expect(page.headers['content-encoding']).toBe('gzip')
      expect(gunzipSync(page.body).toString()).toMatch(/<\/html>/)
    })
  })

  describe('a feed', () => {
    it('is compressed, kept by caches, and answered in a few bytes while it is the same', async () => {
      const { stack, post } = house()
      const gzip = { 'Accept-Encoding': 'gzip' }
      const feed = await ask(stack.url, '/@alice.atom', { headers: gzip })
      expect([feed.status, feed.headers['content-encoding'], feed.headers['cache-control']]).toEqual([
        200,
        'gzip',
        'public, max-age=300',
      ])
      expect(gunzipSync(feed.body).toString()).toContain(`<id>${stack.url}/@alice.atom</id>`)
      const again = await ask(stack.url, '/@alice.atom', {
        headers: { ...gzip, 'If-None-Match': String(feed.headers.etag) },
      })
      expect([again.status, again.body.length]).toEqual([304, 0])
      // A feed reader is another site.
      const photo = await ask(stack.url, post.media)
      expect(photo.headers['cross-origin-resource-policy']).toBe('cross-origin')
    })
  })

  describe('an address that is spelt to lead elsewhere', () => {
    const secrets = /root:x:|Index of|DATABASE_PASSWORD|BEGIN [A-Z ]*PRIVATE|proxy_pass|\[core\]|\.\.\/<\/a>/

    it('never lists, and never leaves the renditions', async () => {
      const { stack, post } = house()
      const [, , shard = '', key = ''] = post.media.split('/')
      const here = `/media/${shard}/${key}`
      const paths = [
        '/media',
        '/media/',
        '/media//',
        '/media/.',
        '/media/./',
        '/media/nope',
        '/media/../x',
        '/media/../../etc/passwd',
        '/media/%2e%2e/',
        '/media/%2e%2e/%2e%2e/etc/passwd',
        '/media/%2E%2E%2F%2E%2E%2Fetc%2Fpasswd',
        '/media/..%2f',
        '/media/..%2f..%2f..%2f..%2fetc%2fpasswd',
        '/media/%252e%252e%252f%252e%252e%252fetc%252fpasswd',
        '/media/..\\..\\..\\etc\\passwd',
        '/media/..%5c..%5cetc%5cpasswd',
        '/media/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd',
        '/media/..;/..;/etc/passwd',
        '/media../originals/',
        `/media../originals/${shard}/${key}`,
        '/media/originals/',
        '/media/renditions/',
        '/media/incoming/',
        `/media/originals/${shard}/${key}`,
        `/media/../originals/${shard}/${key}`,
        `/media/..%2foriginals/${shard}/${key}`,
        `/media/${shard}`,
        `/media/${shard}/`,
        here,
        `${here}/`,
        `${here}/.`,
        `${here}/..%2f..%2f..%2foriginals%2f${shard}%2f${key}`,
        `${here}/../../../originals/${shard}/${key}`,
        `${here}/320.svg`,
        `${here}/320.html`,
        `${post.media}/`,
        `${post.media}%00.png`,
        `${post.media}%0a`,
        `${post.media}/../../../../../../etc/passwd`,
        '/static',
        '/static/',
        '/static/.',
        '/static//',
        '/static/%2e%2e/nginx-errors/page.html',
        '/static/../nginx-errors/page.html',
        '/static../nginx-errors/page.html',
        '/static/..%2f..%2f..%2fetc%2fpasswd',
        '/static/..%5c..%5cetc/passwd',
        '/nginx-errors/404.html',
        '/nginx-errors/page.html',
        '/nginx-errors/',
        '/nginx-healthz',
        '//etc/passwd',
        '/%2e%2e/%2e%2e/etc/passwd',
        '/renditions/',
        '/.env',
        '/.env.prod',
        '/.git/config',
        '/etc/nginx/conf.d/gramstack.conf',
        '/dist/main.js',
        '/package.json',
      ]
      const served: string[] = []
      for (const path of paths) {
        for (const accept of ['*/*', browserAccept]) {
          const answer = await ask(stack.url, path, { headers: { Accept: accept } })
          const isRefused = [400, 403, 404].includes(answer.status)
          if (!isRefused || secrets.test(answer.body.toString('latin1'))) served.push(`${path} ${answer.status}`)
        }
      }
      expect(served).toEqual([])
    })

    it('may lead to another page of the site, and to that only', async () => {
      const { stack } = house()
      for (const path of ['/media/../', '/static/../', '/media/%2e%2e/%2e', '/static/..%2f']) {
        const { status, text } = await ask(stack.url, path)
        expect([path, status === 200 ? text : 'refused']).toEqual([
          path,
          expect.stringMatching(/^(\{"hello":"world"\}|refused)$/),
        ])
      }
    })

    it('is refused as well when no client would send it', async () => {
      const { stack, post } = house()
      const lines = [
        'GET /media/../../etc/passwd HTTP/1.0\r\n\r\n',
        'GET /media/\0 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
        `GET ${post.media}\0.html HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
        'GET ../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
        'GET file:///etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
        'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n',
        'GET / HTTP/1.1\r\nConnection: close\r\n\r\n',
        'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
        'nonsense\r\n\r\n',
      ]
      for (const line of lines) {
        const answer = await askRaw(stack.url, line)
        expect([line, answer]).toEqual([line, expect.stringMatching(/^(HTTP\/1\.1 (400|403|404)|<html>|\{"error")/)])
        expect(answer).not.toMatch(/root:x:|openresty|nginx\/\d/)
        expect(answer).not.toContain('{"status":"ok"}')
      }
    })
  })

  describe('security headers', () => {
    it('are on every answer, errors included, each once', async () => {
      const { stack, alice, post } = house()
      const html = { headers: { Accept: browserAccept } }
      const big = Buffer.alloc(530_000_000)
      const asked: [string, number, () => Promise<Answer>][] = [
        ['the home page', 200, () => ask(stack.url, '/', html)],
        ['JSON', 200, () => ask(stack.url, '/')],
        ['a photo', 200, () => ask(stack.url, post.media)],
        ['part of a photo', 206, () => ask(stack.url, post.media, { headers: { Range: 'bytes=0-1' } })],
        ['a static file', 200, () => ask(stack.url, '/static/hello.txt')],
        ['the favicon', 200, () => ask(stack.url, '/favicon.ico')],
        ['a redirect', 303, () => ask(stack.url, '/upload', html)],
        ['a 401', 401, () => ask(stack.url, '/upload')],
        ['a 404 of the app', 404, () => ask(stack.url, '/nope', html)],
        ['a 404 of nginx', 404, () => ask(stack.url, '/media/nope', html)],
        ['a 404 of nginx as JSON', 404, () => ask(stack.url, '/media/nope')],
        ['a 404 of a static file', 404, () => ask(stack.url, '/static/nope.js', html)],
        ['a refused method', 405, () => ask(stack.url, '/static/hello.txt', { method: 'POST', body: 'x', ...html })],
        ['a form from elsewhere', 403, () => visit(stack.url).post('/sign-in', {}, { headers: { Origin: 'null' } })],
        ['too many headers', 400, () => ask(stack.url, '/', { headers: { 'X-Long': 'x'.repeat(40_000) } })],
        ['a URL too long', 414, () => ask(stack.url, `/${'x'.repeat(10_000)}`)],
        [
          'a 413 of nginx',
          413,
          () => ask(stack.url, '/upload', { method: 'POST', body: big, headers: { Cookie: alice.cookie } }),
        ],
        [
          'a form of 2 MB',
          413,
          () => ask(stack.url, '/sign-in', { method: 'POST', body: big.subarray(0, 2_000_000), ...html }),
        ],
      ]
      for (const [what, status, send] of asked) {
        const answer = await send()
        expect([what, answer.status]).toEqual([what, status])
        expectSecurityHeaders(what, answer)
      }
    })
  })

  describe('a range beyond the end of a photo', () => {
    it('is refused with a readable answer, and the headers are on it', async () => {
      const { stack, post } = house()
      for (const accept of ['*/*', browserAccept]) {
        const headers = { Range: 'bytes=99999999-', Accept: accept }
        const answer = await ask(stack.url, post.media, { headers })
        expect([answer.status, answer.headers['content-range']]).toEqual([
          416,
          expect.stringMatching(/^bytes \*\/\d+$/),
        ])
        // nginx has sent its headers through all filters by the time it notices, and sends them through again: two of each.
        expect(answer.headerNames).toEqual(expect.arrayContaining(securityHeaders))
        // What the template holds in place of the id is nothing to show.
        expect(answer.text).not.toContain('<!--#')
      }
    })
  })

  describe('an error of nginx', () => {
    it('is a page for a browser and JSON for everybody else, with the request’s id', async () => {
      const { stack } = house()
      const page = await ask(stack.url, '/media/nope', { headers: { Accept: browserAccept } })
      expect([page.status, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
      expect(page.text).toContain('There is nothing here')
      expect(page.text).toContain(String(page.headers['x-request-id']))
      // Its style sheet is there.
      const css = /href="(\/static\/error\.css)"/.exec(page.text)?.[1] ?? 'none'
      expect((await ask(stack.url, css)).status).toBe(200)
      const json = await ask(stack.url, '/media/nope')
      expect(json.json).toEqual({
        error: 'There is nothing at this address.',
        requestId: json.headers['x-request-id'],
      })
    })

    it('is said in the language that the browser asks for', async () => {
      const { stack } = house()
      for (const [language, start, words] of [
        ['de-AT,de;q=0.9,en;q=0.5', '<html lang="de" dir="ltr">', 'Hier ist nichts'],
        ['ar', '<html lang="ar" dir="rtl">', 'لا يوجد شيء هنا'],
        ['fr', '<html lang="en" dir="ltr">', 'There is nothing here'],
      ] as const) {
        const headers = { Accept: browserAccept, 'Accept-Language': language }
        const page = await ask(stack.url, '/media/nope', { headers })
        expect([page.status, page.text]).toEqual([404, expect.stringContaining(start)])
        expect(page.text).toContain(`<h1>${words}</h1>`)
        expect(page.headers.vary).toContain('Accept-Language')
      }
    })

    it('names the limit when an upload is too large, as a page and as JSON', async () => {
      const { stack, alice } = house()
      const body = Buffer.alloc(530_000_000)
      const send = (accept: string) =>
        ask(stack.url, '/upload', { method: 'POST', body, headers: { Accept: accept, Cookie: alice.cookie } })
      const page = await send(browserAccept)
      expect([page.status, page.text]).toEqual([413, expect.stringContaining('Photos of up to 25 MB')])
      const json = await send('*/*')
      expect([json.status, json.json.error]).toEqual([413, expect.stringContaining('25 MB')])
    })
  })

  describe('the logs', () => {
    it('have the same id for a request in nginx’s line, the app’s line and the answer', async () => {
      const { stack } = house()
      const answer = await asBrowser(stack).get('/@alice')
      const id = String(answer.headers['x-request-id'])
      expect(id).toMatch(/^[0-9a-f]{32}$/)
      await eventually(async () => {
        const lines = (await accessLog(stack)).filter(({ requestId }) => requestId === id)
        expect(lines).toEqual([expect.objectContaining({ method: 'GET', path: '/@alice', status: 200 })])
        const [line] = (await stack.logs('web')).split('\n').filter((text) => text.includes(id))
        expect(line).toContain('"path":"/@alice"')
      }, 5)
    })

    it('hold no query string, password or cookie, whatever came of the request', async () => {
      const { stack, alice } = house()
      const token = 'do-not-log-this-token'
      const html = { headers: { Accept: browserAccept } }
      for (const path of [
        '/',
        '/@alice',
        '/nope',
        '/static/hello.txt',
        '/static/no',
        '/media/no',
        '/%',
        '/upload',
        '/sign-in',
      ])
        await ask(stack.url, `${path}?token=${token}`, html)
      await ask(stack.url, `/upload?token=${token}`, { method: 'POST', body: Buffer.alloc(27_000_000) })
      await ask(stack.url, `/${'x'.repeat(10_000)}?token=${token}`)
      await ask(stack.url, `/?token=${token}`, { headers: { Referer: `${stack.url}/?token=${token}` } })
      await askRaw(stack.url, `GET /?token=${token} HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n`)
      await askRaw(
        stack.url,
        `GET http://localhost/@alice?token=${token} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      )
      await askRaw(stack.url, `get /x?token=${token} nonsense\r\n\r\n`)
      await pause(500)
      const all = await stack.logs()
      expect(all.length).toBeGreaterThan(1000)
      const found = all
        .split('\n')
        .filter((line) =>
          [token, 'correct horse', alice.cookie.split('=')[1] ?? 'x'].some((text) => line.includes(text)),
        )
      expect(found).toEqual([])
    })

    it('are one JSON object a line', async () => {
      const { stack } = house()
      const bad: string[] = []
      for (const service of ['nginx', 'web', 'worker']) {
        for (const line of (await stack.logs(service)).split('\n').filter(Boolean)) {
          try {
            JSON.parse(line)
          } catch {
            // pm2 has a few lines of its own.
            if (!/^\d{4}-.*PM2|^\s*$/.test(line)) bad.push(`${service}: ${line}`)
          }
        }
      }
      expect(bad).toEqual([])
    })
  })
}
