import { mkdir } from 'node:fs/promises'
import { get } from 'node:https'
import { join } from 'node:path'
import { type Authority, makeAuthority } from '../certificates.ts'
import { addLine, eventually, figure, openStack, pause, type Stack } from './stack.ts'
import { askedDuring, putFile, removePair, shownCertificate } from './tls.ts'
import { ask } from './visitor.ts'

/**
 * The profile `certbot` of docker-compose.prod.yml, beside pebble, an authority that speaks ACME (RFC 8555) as Let's Encrypt does, for
 * tests: it asks nginx for the challenge, at the name, as the real one would.
 */

const name = 'photos.example.org'
const rootsPort = 14173

const dockerfile = `FROM debian:trixie-slim
RUN apt-get update && apt-get install --yes --no-install-recommends pebble && rm -rf /var/lib/apt/lists/*
CMD ["pebble", "-config", "/pebble/config.json"]
`
const override = `services:
  nginx: { networks: { edge: { aliases: [${name}] } } }
  pebble:
    build: pebble
    environment: { PEBBLE_VA_NOSLEEP: "1" }
    volumes: ["./pebble:/pebble:ro"]
    networks: [outside, edge]
    ports: ["127.0.0.1:${rootsPort}:15000"]
`
const config = {
  pebble: {
    listenAddress: '0.0.0.0:14000',
    managementListenAddress: '0.0.0.0:15000',
    certificate: '/pebble/cert.pem',
    privateKey: '/pebble/key.pem',
    httpPort: 8080,
    tlsPort: 8443,
  },
}

let stack: Stack
let pebbles: Authority

beforeAll(async () => {
  stack = await openStack({
    project: 'gramstack-certbot-test',
    file: 'docker-compose.prod.yml',
    httpPort: 14171,
    withSecrets: true,
    env: { CERTBOT_SERVER: 'https://pebble:14000/dir', CERTBOT_CA: '/etc/gramstack/ca/acme.pem' },
    override,
  })
  // Whom its own https is signed by; those whom it issues certificates to are signed by one that it makes at each start.
  pebbles = await makeAuthority()
  const { cert, key } = await pebbles.issue('pebble')
  await mkdir(join(stack.folder, 'pebble'))
  const files = { Dockerfile: dockerfile, 'config.json': JSON.stringify(config), 'cert.pem': cert, 'key.pem': key }
  for (const [file, text] of Object.entries(files)) await putFile(stack, `pebble/${file}`, text)
  await putFile(stack, 'services/ca/acme.pem', pebbles.cert)
  await stack.compose(['--profile', 'certbot', 'build'], { patienceSeconds: 850 })
  await stack.compose(['up', '--detach', 'pebble'])
  await stack.compose(['up', '--detach', '--wait', 'nginx'])
}, 900_000)
afterAll(() => stack?.remove(), 120_000)

/** The root of pebble's that issues certificates now. */
async function issuer(): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { ca: pebbles.cert, servername: 'pebble' }
    get(`https://localhost:${rootsPort}/roots/0`, options, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      answer.on('end', () => resolve(text))
    }).on('error', reject)
  })
}

const shown = (ca: string) => shownCertificate(stack, name, ca)
const certbot = (...args: string[]) => stack.tryCompose(['exec', '--no-TTY', 'certbot', 'certificate', ...args])

describe('the profile certbot', () => {
  it('is not needed: without it the site is on plain http, and shows nobody a challenge', async () => {
    expect((await ask(stack.url, '/')).status).toBe(200)
    expect((await ask(stack.url, '/.well-known/acme-challenge/none')).status).toBe(404)
    await expect(ask(stack.httpsUrl, '/')).rejects.toThrow()
  })

  it('says in one sentence that it wants to know a name', async () => {
    const { status, stdout, stderr } = await stack.tryCompose(['run', '--rm', '--no-TTY', '--no-deps', 'certbot'])
    expect([status, `${stdout}${stderr}`]).toEqual([1, expect.stringMatching(/certbot: .*CERTBOT_DOMAINS=photos/)])
  })

  it('brings a certificate, and nginx goes over to https without a restart', async () => {
    await addLine(stack, '.env', `CERTBOT_DOMAINS=${name}`)
    await addLine(stack, '.env', 'COMPOSE_PROFILES=certbot')
    const { StartedAt } = (await stack.container('nginx')).State
    const up = await stack.compose(['up', '--detach', '--wait'])
    const certificate = await eventually(async () => {
      expect((await shown(await issuer())).subjectaltname).toBe(`DNS:${name}`)
    }, 20)
    figure(`certbot: a certificate ${up.seconds.toFixed(1)} s after up, shown ${certificate.toFixed(1)} s later`)
    expect((await stack.container('nginx')).State.StartedAt).toBe(StartedAt)

    expect((await ask(stack.httpsUrl, '/')).status).toBe(200)
    const plain = await ask(stack.url, '/@ada')
    expect([plain.status, plain.headers.location]).toEqual([308, `${stack.httpsUrl}/@ada`])
    // The next challenge is asked for over plain http again.
    expect((await ask(stack.url, '/.well-known/acme-challenge/none')).status).toBe(404)
  }, 180_000)

  it('is nobody special, and its key is for nginx alone', async () => {
    const { Config, HostConfig } = await stack.container('certbot')
    expect([Config.User, HostConfig.ReadonlyRootfs, HostConfig.CapDrop, HostConfig.CapAdd ?? []]).toEqual([
      '101:101',
      true,
      ['ALL'],
      [],
    ])
    expect(Config.Env.join('\n')).not.toMatch(/PASSWORD|SECRET/)
    const folder = '/var/lib/gramstack/certbot'
    const { stdout } = await stack.shell('nginx', `stat -c '%a %u' ${folder} ${folder}/archive/gramstack/privkey1.pem`)
    expect(stdout).toBe('700 101\n600 101\n')
    expect((await stack.shell('nginx', `touch ${folder}/x`)).status).not.toBe(0)
    expect((await stack.shell('web', `ls ${folder}`)).status).not.toBe(0)
  })

  it('leaves alone what is good for long, and renews under load without a failure', async () => {
    const ca = await issuer()
    const before = await shown(ca)
    const kept = await certbot('now')
    expect([kept.status, kept.stdout]).toEqual([0, expect.stringContaining('not yet due for renewal')])

    let seconds = 0
    const { asked, failures } = await askedDuring(stack, ['/', '/static/hello.txt', '/sign-in'], async () => {
      expect(await certbot('now', '--force-renewal')).toMatchObject({ status: 0 })
      seconds = await eventually(async () => {
        expect((await shown(ca)).serialNumber).not.toBe(before.serialNumber)
      }, 20)
      await pause(2_000)
    })
    figure(
      `certbot: a renewed certificate shown after ${seconds.toFixed(1)} s; ${failures.length} of ${asked} requests failed`,
    )
    expect(failures).toEqual([])
  }, 90_000)

  it('says why a name that does not lead here gets none, and keeps what there is', async () => {
    const ca = await issuer()
    const before = await shown(ca)
    const asked = ['--env', 'CERTBOT_DOMAINS=elsewhere.example.org', 'certbot', 'certificate', 'now']
    const { status, stdout, stderr } = await stack.tryCompose(['run', '--rm', '--no-TTY', '--no-deps', ...asked])
    expect([status === 0, `${stdout}${stderr}`]).toEqual([false, expect.stringMatching(/elsewhere\.example\.org/)])
    expect((await shown(ca)).serialNumber).toBe(before.serialNumber)
    expect((await certbot('check')).status).toBe(0)
  }, 90_000)

  it('gives way to a pair in nginx/tls, which is taken up by itself, once it is whole', async () => {
    const own = await makeAuthority()
    const [one, other] = [await own.issue(name), await own.issue(name)]
    await putFile(stack, 'nginx/tls/fullchain.pem', one.cert)
    await eventually(async () => expect(await stack.logs('nginx')).toMatch(/goes on.*privkey\.pem is missing/), 20)
    // Halves of two pairs, as while they are being copied.
    await putFile(stack, 'nginx/tls/privkey.pem', other.key)
    await eventually(async () => expect(await stack.logs('nginx')).toContain('is not taken up'), 20)
    expect((await shown(await issuer())).subjectaltname).toBe(`DNS:${name}`)
    await putFile(stack, 'nginx/tls/privkey.pem', one.key)
    await eventually(async () => expect((await shown(own.cert)).subjectaltname).toBe(`DNS:${name}`), 20)
  }, 60_000)

  it('is there again after a restart of everything, also when the pair in nginx/tls has gone', async () => {
    await removePair(stack)
    await stack.compose(['restart', 'nginx', 'certbot'])
    await stack.healthy('nginx')
    await stack.healthy('certbot')
    expect((await shown(await issuer())).subjectaltname).toBe(`DNS:${name}`)
    expect((await ask(stack.httpsUrl, '/')).status).toBe(200)
  }, 120_000)
})
