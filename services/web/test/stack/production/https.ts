import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { docker, eventually, type Stack } from '../stack.ts'
import { putPair, removePair } from '../tls.ts'
import { type Answer, ask, browserAccept, password, visit } from '../visitor.ts'
import { expectSecurityHeaders } from './front-door.ts'
import type { TheHouse } from './house.ts'

/** A certificate and its key in nginx/tls switch https on. */
export function https(house: TheHouse): void {
  const html = { headers: { Accept: browserAccept } }

  async function putCertificate(stack: Stack): Promise<void> {
    const { Image } = await stack.container('nginx')
    const { stdout } = await docker([
      ...['run', '--rm', '--network', 'none', '--entrypoint', 'openssl', Image, 'req', '-x509', '-newkey', 'ec'],
      ...['-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '2', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', '-', '-out', '-'],
    ])
    const part = (pattern: RegExp) => `${pattern.exec(stdout)?.[0]}\n`
    await putPair(stack, {
      cert: part(/-----BEGIN CERT.*?END CERTIFICATE-----/s),
      key: part(/-----BEGIN (EC )?PRIVATE.*?PRIVATE KEY-----/s),
    })
  }

  async function restartNginx(stack: Stack): Promise<void> {
    await stack.compose(['restart', 'nginx'])
    await stack.healthy('nginx')
  }

  describe('with a certificate', () => {
    beforeAll(async () => {
      await putCertificate(house().stack)
      await restartNginx(house().stack)
    }, 60_000)

    it('the site is on https, and tells browsers to stay there, errors included', async () => {
      const { stack, post } = house()
      const answers: [string, number, Answer][] = [
        ['the home page', 200, await ask(stack.httpsUrl, '/', html)],
        ['JSON', 200, await ask(stack.httpsUrl, '/')],
        ['a photo', 200, await ask(stack.httpsUrl, post.media)],
        ['a static file', 200, await ask(stack.httpsUrl, '/static/hello.txt')],
        ['a 404 of the app', 404, await ask(stack.httpsUrl, '/nope', html)],
        ['a 404 of nginx', 404, await ask(stack.httpsUrl, '/media/nope', html)],
        ['a 413', 413, await ask(stack.httpsUrl, '/sign-in', { method: 'POST', body: Buffer.alloc(2_000_000) })],
        // Asked before a byte of it is read.
        ['a 401', 401, await ask(stack.httpsUrl, '/upload', { method: 'POST', body: Buffer.alloc(27_000_000) })],
      ]
      for (const [what, status, answer] of answers) {
        expect([what, answer.status]).toEqual([what, status])
        expectSecurityHeaders(what, answer, true)
        expect(answer.headers['strict-transport-security']).toBe('max-age=63072000')
      }
      expect(answers[0]?.[2].headers['content-security-policy']).toContain('upgrade-insecure-requests')
    })

    it('cookies are Secure, and forms are taken', async () => {
      const { stack } = house()
      const visitor = visit(stack.httpsUrl)
      const answer = await visitor.post(
        '/sign-in',
        { username: 'alice', password },
        { headers: { Origin: stack.httpsUrl } },
      )
      expect([answer.status, answer.headers['set-cookie']?.[0]]).toEqual([
        200,
        expect.stringMatching(/^__Host-gramstack=.*HttpOnly; Secure; SameSite=Lax/),
      ])
      expect((await visitor.get('/upload')).status).toBe(200)
      const posted = await visitor.upload(house().photo, 'over https')
      expect(posted.status).toBe(201)
    })

    it('plain http only shows the way there', async () => {
      const { stack } = house()
      for (const path of ['/', '/@alice?max_id=1', '/upload', '/media/nope', '/static/hello.txt']) {
        const answer = await ask(stack.url, path, html)
        expect([path, answer.status, answer.headers.location]).toEqual([path, 308, `${stack.httpsUrl}${path}`])
        expectSecurityHeaders(`${path} over http`, answer)
      }
    })

    it.each([
      ['TLSv1', false],
      ['TLSv1.1', false],
      ['TLSv1.2', true],
      ['TLSv1.3', true],
    ] as const)('%s is spoken: %s', async (version, isSpoken) => {
      const port = Number(new URL(house().stack.httpsUrl).port)
      const spoken = await new Promise<string>((resolve) => {
        const socket = connect(
          {
            port,
            host: 'localhost',
            servername: 'localhost',
            minVersion: version,
            maxVersion: version,
            ciphers: 'ALL:@SECLEVEL=0',
            rejectUnauthorized: false,
            ALPNProtocols: ['h2', 'http/1.1'],
          },
          () => {
            resolve(`${socket.getProtocol()} ${socket.alpnProtocol} ${socket.getCipher().name}`)
            socket.destroy()
          },
        )
        socket.on('error', () => resolve('refused'))
      })
      expect(spoken).toEqual(
        isSpoken ? expect.stringMatching(new RegExp(`^${version} h2 .*(GCM|CHACHA20)`)) : 'refused',
      )
    })

    it('half of the pair is refused in one sentence rather than served without https', async () => {
      const { stack } = house()
      await rm(join(stack.folder, 'nginx/tls/privkey.pem'))
      const { status, stdout, stderr } = await stack.tryCompose(['run', '--rm', '--no-TTY', '--no-deps', 'nginx'])
      expect([status, `${stdout}${stderr}`]).toEqual([
        1,
        expect.stringMatching(/nginx cannot start: https needs .*privkey\.pem is missing/),
      ])
    })
  })

  describe('without a certificate', () => {
    it('it is plain http again, and promises nothing', async () => {
      const { stack } = house()
      await removePair(stack)
      await restartNginx(stack)
      await eventually(async () => {
        const answer = await ask(stack.url, '/', html)
        expect([answer.status, answer.headers['strict-transport-security']]).toEqual([200, undefined])
        expect(answer.headers['content-security-policy']).not.toContain('upgrade-insecure-requests')
      }, 5)
      await expect(ask(stack.httpsUrl, '/')).rejects.toThrow()
    }, 60_000)
  })
}
