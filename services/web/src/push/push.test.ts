import { execFileSync } from 'node:child_process'
import { createECDH, createPublicKey, type ECDH, randomBytes, verify } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import tls from 'node:tls'
import { promisify } from 'node:util'
import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { isPublicAddress, lookupPublic, mayBePushService } from './addresses.ts'
import { openSender } from './sender.ts'
import { vapidFrom } from './vapid.ts'

// The decrypting half of what web-push encrypts with.
const ece = createRequire(createRequire(import.meta.url).resolve('web-push'))('http_ece')

const push = { secret: 'a secret of this test', subject: 'mailto:boss@photos.example', mayBePrivate: true }

/** What the push service was handed, as the browser reads it. */
interface Received {
  path: string
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

let service: Server
let serviceUrl: string
const received: Received[] = []
/** What it answers, by path; 201 if nothing else was said. */
const answers = new Map<string, number>()

let house: House
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gramstack-push-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '2'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  )
  const certificate = await readFile(cert, 'utf8')
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate])
  service = createServer({ key: await readFile(key), cert: certificate }, async (request, response) => {
    const path = request.url ?? ''
    received.push({ path, headers: request.headers, body: await buffer(request) })
    response.writeHead(answers.get(path) ?? 201).end()
  })
  await rm(folder, { recursive: true })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  serviceUrl = `https://localhost:${(service.address() as AddressInfo).port}`
  house = await openHouse({ push })
})
afterAll(async () => {
  await house.close()
  service.closeAllConnections()
  await new Promise((resolve) => service.close(resolve))
})

/** A browser, as its push service and its owner's account know it. */
interface Phone {
  path: string
  keys: ECDH
  auth: Buffer
}

function newPhone(): Phone {
  const keys = createECDH('prime256v1')
  keys.generateKeys()
  return { path: `/push/${randomBytes(8).toString('hex')}`, keys, auth: randomBytes(16) }
}

const subscriptionOf = ({ path, keys, auth }: Phone) => ({
  endpoint: serviceUrl + path,
  p256dh: keys.getPublicKey('base64url'),
  auth: auth.toString('base64url'),
})

const devices = '/settings/notifications/devices'

async function withPhone(): Promise<{ ada: Awaited<ReturnType<typeof apiPerson>>; phone: Phone }> {
  const ada = await apiPerson(house)
  const phone = newPhone()
  await ada.post(devices).type('form').send(subscriptionOf(phone)).expect(201)
  return { ada, phone }
}

const pushesTo = ({ path }: Phone) => received.filter((one) => one.path === path)

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 15_000
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`it did not come about: ${isSo}`)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

async function nextPush(phone: Phone, number = 1) {
  await until(() => pushesTo(phone).length >= number)
  const pushed = pushesTo(phone)[number - 1]
  if (!pushed) throw new Error('there is no such push')
  const text = ece.decrypt(pushed.body, {
    version: 'aes128gcm',
    privateKey: phone.keys,
    dh: phone.keys.getPublicKey('base64url'),
    authSecret: phone.auth.toString('base64url'),
  })
  return { headers: pushed.headers, message: JSON.parse(text.toString()) }
}

/** A while in which whatever is going to be sent is sent: two looks of the worker, and the job. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 5_000))

async function postOf(username: string): Promise<string> {
  const { rows } = await house.db.raw(
    'insert into posts (author_id, published_at) select id, now() from users where username = ? returning id',
    [username],
  )
  return rows[0].id
}

const like = (postId: string, username: string) =>
  house.db.raw(
    `insert into likes (post_id, user_id, author_id)
     select posts.id, users.id, posts.author_id from posts, users where posts.id = ? and username = ?`,
    [postId, username],
  )

describe('a browser that has subscribed', () => {
  it('is told what happens, in words that only it can read, signed by us', async () => {
    const { ada, phone } = await withPhone()
    const bob = await apiPerson(house)
    await bob.post(`/@${ada.username}/follow`).expect(204)
    const { headers, message } = await nextPush(phone)
    expect(message).toEqual({
      title: 'Gramstack',
      body: `@${bob.username} started following you`,
      path: `/@${bob.username}`,
      tag: expect.any(String),
    })
    expect(headers).toMatchObject({ 'content-encoding': 'aes128gcm', ttl: '86400' })
    expect(headers.topic).toMatch(/^[\w-]{32}$/)

    const [, token = '', key = ''] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(String(headers.authorization)) ?? []
    const { publicKey } = (await ada.get(devices)).body
    expect(key).toBe(publicKey)
    const [head = '', claims = '', signature = ''] = token.split('.')
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      aud: serviceUrl,
      sub: push.subject,
      exp: expect.any(Number),
    })
    const point = Buffer.from(key, 'base64url')
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'))
    const jwk = { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }
    const isSigned = verify(
      'sha256',
      Buffer.from(`${head}.${claims}`),
      { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    )
    expect(isSigned).toBe(true)
  })

  it('hears of many likes at once, and not of each', async () => {
    const { ada, phone } = await withPhone()
    const postId = await postOf(ada.username)
    await house.db.raw(
      `with fans as (
         insert into users (username, password_hash, approved_at)
         select 'fan' || number, 'x', now() from generate_series(1, 100) as number returning id
       )
       insert into likes (post_id, user_id, author_id)
       select ?, fans.id, posts.author_id from fans, posts where posts.id = ?`,
      [postId, postId],
    )
    const { message } = await nextPush(phone)
    expect(message.body).toMatch(/^@fan\d+ and 99 or more others liked your post$/)
    expect(message.path).toMatch(/^\/p\/[\w-]{11}$/)
    // One more, right after: it waits, rather than ring again.
    const bob = await apiPerson(house)
    await like(postId, bob.username)
    await aWhile()
    expect(pushesTo(phone)).toHaveLength(1)
  })

  it('is not told of what was undone, of what somebody muted does, and of what is turned off', async () => {
    const { ada, phone } = await withPhone()
    const [bob, cleo, dora] = [await apiPerson(house), await apiPerson(house), await apiPerson(house)]
    const postId = await postOf(ada.username)
    await ada.post('/settings/notifications').type('form').send({ follows: 'nobody' }).expect(200)
    await house.db.raw(
      `insert into mutes (muter_id, muted_id, hides_notifications)
       select muters.id, muted.id, true from users as muters, users as muted where muters.username = ? and muted.username = ?`,
      [ada.username, cleo.username],
    )
    await ada.post(`/@${dora.username}/block`)
    await house.db.transaction(async (tx) => {
      await tx.raw(
        'insert into follows (follower_id, followee_id, accepted_at) select f.id, a.id, now() from users f, users a where f.username = ? and a.username = ?',
        [bob.username, ada.username],
      )
      await tx.raw(
        `insert into likes (post_id, user_id, author_id)
         select posts.id, users.id, posts.author_id from posts, users where posts.id = ? and username = any(?)`,
        [postId, [bob.username, cleo.username, dora.username]],
      )
      await tx.raw('delete from likes using users where user_id = users.id and username = ?', [bob.username])
    })
    await aWhile()
    expect(pushesTo(phone)).toEqual([])
  })

  it('is not told of what was read on an open page meanwhile, and of nothing twice', async () => {
    const { ada, phone } = await withPhone()
    const [bob, cleo] = [await apiPerson(house), await apiPerson(house)]
    await bob.post(`/@${ada.username}/follow`).expect(204)
    await nextPush(phone)
    await cleo.post(`/@${ada.username}/follow`).expect(204)
    await ada.get('/notifications').set('Accept', 'text/html').expect(200)
    await house.db.raw("update push_subscriptions set told_at = '-infinity'")
    await aWhile()
    expect(pushesTo(phone)).toHaveLength(1)
  })

  it('is told no more once its session has ended, and leaves nothing behind', async () => {
    const { ada, phone } = await withPhone()
    await ada.post('/sign-out').expect(204)
    const { rows } = await house.db.raw('select from push_subscriptions where endpoint = ?', [serviceUrl + phone.path])
    expect(rows).toEqual([])
  })

  it.each([404, 410])('is forgotten when its push service answers %i', async (status) => {
    const { ada, phone } = await withPhone()
    answers.set(phone.path, status)
    const bob = await apiPerson(house)
    await bob.post(`/@${ada.username}/follow`).expect(204)
    await until(async () => (await ada.get(devices)).body.subscriptions.length === 0)
    expect(pushesTo(phone)).toHaveLength(1)
  })

  it('is told later when its push service is busy', async () => {
    const { ada, phone } = await withPhone()
    answers.set(phone.path, 503)
    const bob = await apiPerson(house)
    await bob.post(`/@${ada.username}/follow`).expect(204)
    await until(() => pushesTo(phone).length === 1)
    answers.delete(phone.path)
    // Not after twenty seconds, as it would be.
    await until(async () => {
      const { rowCount } = await house.db.raw(
        "update jobs.job set start_after = now() where name = 'push' and state = 'retry'",
      )
      return rowCount > 0
    })
    const { message } = await nextPush(phone, 2)
    expect(message.body).toBe(`@${bob.username} started following you`)
  })
})

describe('the list of browsers', () => {
  it('names them, and ends them without JavaScript; those of others are not there', async () => {
    const ada = await person(house)
    await ada.post(devices).type('form').send(subscriptionOf(newPhone())).expect(303)
    const page = (await ada.get(devices)).text
    const action = /action="(\/settings\/notifications\/devices\/\d+\/end)"/.exec(page)?.[1] ?? ''
    expect(page).toContain(' · this one')
    const bob = await person(house)
    await bob.post(action).expect(404)
    expect((await ada.get(devices)).text).toContain(action)
    await ada.post(action).expect(303)
    expect((await ada.get(devices)).text).toContain('None so far.')
    expect((await ada.get('/settings/notifications')).text).toContain(`href="${devices}"`)
  })

  it('has each browser once, for whoever subscribed with it last', async () => {
    const { ada, phone } = await withPhone()
    await Promise.all([1, 2, 3].map(() => ada.post(devices).type('form').send(subscriptionOf(phone)).expect(201)))
    expect((await ada.get(devices)).body.subscriptions).toHaveLength(1)
    const bob = await apiPerson(house)
    await bob.post(devices).type('form').send(subscriptionOf(phone)).expect(201)
    expect((await ada.get(devices)).body.subscriptions).toEqual([])
    expect((await bob.get(devices)).body.subscriptions).toHaveLength(1)
  })

  it('is no longer than ten: the oldest makes way', async () => {
    const ada = await apiPerson(house)
    const clients = [ada]
    for (let index = 0; index < 11; index += 1) {
      const client = house.client()
      await client
        .post('/sign-in')
        .type('form')
        .send({ username: ada.username, password: 'correct horse battery' })
        .expect(200)
      clients.push(Object.assign(client, { username: ada.username }))
    }
    await Promise.all(
      clients.map((client) => client.post(devices).type('form').send(subscriptionOf(newPhone())).expect(201)),
    )
    expect((await ada.get(devices)).body.subscriptions).toHaveLength(10)
  })

  it.each([
    ['an endpoint that is not https', { endpoint: 'http://push.example/1' }],
    ['an endpoint that is no address', { endpoint: 'nonsense' }],
    ['an endpoint with a password', { endpoint: 'https://ada:secret@push.example/1' }],
    ['a long endpoint', { endpoint: `https://push.example/${'x'.repeat(1000)}` }],
    ['a key that is none', { p256dh: 'B123' }],
    ['a short secret', { auth: 'abc' }],
  ])('takes no %s', async (_what, wrong) => {
    const ada = await apiPerson(house)
    const { body } = await ada
      .post(devices)
      .type('form')
      .send({ ...subscriptionOf(newPhone()), ...wrong })
      .expect(422)
    expect(body.error).toMatch(/Your browser/)
  })

  it('is for who is signed in', async () => {
    await house.client().post(devices).type('form').send(subscriptionOf(newPhone())).expect(401)
  })

  it('is not there without a secret to make keys of', async () => {
    const without = await openHouse({ withWorker: false })
    try {
      const ada = await person(without)
      await ada.get(devices).expect(404)
      expect((await ada.get('/settings/notifications')).text).not.toContain(devices)
    } finally {
      await without.close()
    }
  })
})

describe('a push service', () => {
  it.each([
    'https://127.0.0.1/',
    'https://0x7f.1/',
    'https://10.1.2.3/',
    'https://169.254.169.254/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://0.0.0.0/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[2002:7f00:1::]/',
    'https://[64:ff9b::7f00:1]/',
    'https://localhost/',
    'https://pgbouncer:6432/',
    'http://push.example/',
    'ftp://push.example/',
  ])('is not %s', (endpoint) => {
    expect(mayBePushService(endpoint, false)).toBe(false)
  })

  it('may be on the public network', () => {
    expect(mayBePushService('https://fcm.googleapis.com/fcm/send/x', false)).toBe(true)
    for (const address of ['142.250.1.1', '2a00:1450:4001::1', '2606:4700::1111'])
      expect(isPublicAddress(address)).toBe(true)
  })

  it('is not asked where its name means a private address, however public the name looks', async () => {
    const phone = newPhone()
    const sender = openSender(await vapidFrom(push), false)
    // A name with a dot that means this machine.
    const endpoint = serviceUrl.replace('localhost', 'push.localhost') + phone.path
    expect(await sender.send({ ...subscriptionOf(phone), endpoint }, 'hello', 'topic')).toBe('later')
    expect(pushesTo(phone)).toEqual([])
    await expect(promisify(lookupPublic)('localhost', {})).rejects.toThrow('no host of the public network')
  })
})
