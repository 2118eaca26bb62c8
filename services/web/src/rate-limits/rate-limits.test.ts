import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import supertest from 'supertest'
import { type House, openHouse, person } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'
import { createApp } from '../app.ts'
import { connect, type Db } from '../db/connect.ts'
import { firstRow, sql } from '../db/sql.ts'
import { listen } from '../http/listen.ts'
import { openQueue, type Queue } from '../jobs/queue.ts'

/**
 * A tenth of the usual limits, and two replicas on one database that somebody's requests go to in turns, each pretending to come from
 * elsewhere.
 */

let house: House
let queue: Queue
let replica: Server
let urls: string[]
let otherDb: Db
let post: string

beforeAll(async () => {
  house = await openHouse({ rateLimitFactor: 0.1, trustProxyHops: 1 })
  queue = await openQueue(house.db)
  otherDb = connect(house.config.database, 'gramstack test replica')
  replica = await listen(createApp({ ...house, db: otherDb, queue }), { host: '127.0.0.1', port: 0 })
  urls = [house.url, `http://127.0.0.1:${(replica.address() as AddressInfo).port}`]
  const ada = await person(house, 'ada')
  const shared = await ada
    .post('/upload')
    .set('Accept', '*/*')
    .attach('file', await newPicture(), 'a.jpg')
    .expect(201)
  post = shared.body.url
})
afterAll(async () => {
  replica.closeAllConnections()
  await new Promise((resolve) => replica.close(resolve))
  await queue.stop()
  await otherDb.destroy()
  await house.close()
})

let visits = 0

/** A request to the next replica, from an address that nobody has. */
function ask(method: 'get' | 'post', path: string, cookie = '') {
  visits += 1
  const request = supertest(urls[visits % 2] ?? '')[method](path)
  return request.set('X-Forwarded-For', `203.0.113.${visits % 250}, 198.51.100.${visits % 250}`).set('Cookie', cookie)
}

/** The cookie of somebody who has done nothing yet. */
async function somebody(): Promise<string> {
  const form = { username: `somebody${visits}`, password: 'correct horse battery' }
  const answer = await ask('post', '/sign-up').type('form').send(form).expect(201)
  return String(/gramstack=[^;]+/.exec(String(answer.get('Set-Cookie'))))
}

/** Ends what is counted for no longer than that: as if so much time had passed. */
async function pass(seconds: number): Promise<void> {
  await house.db.raw(
    "update attempts set ends_at = now() - interval '1 second' where ends_at <= now() + make_interval(secs => ?)",
    [seconds],
  )
}

const minute = 60
const hour = 60 * minute

const kinds: [what: string, address: () => string, most: number, withinSeconds: number, sentence: RegExp][] = [
  ['posts', () => '/upload', 3, hour, /lot of posts/],
  ['photos', () => `${post}/photos`, 40, hour, /lot of photos/],
  ['pictures of oneself', () => '/settings/avatar', 40, hour, /lot of photos/],
  ['likes', () => `${post}/like`, 6, minute, /lot of likes/],
  ['likes taken back', () => `${post}/unlike`, 6, minute, /lot of likes/],
  ['likes of comments', () => '/comments/1/like', 6, minute, /lot of likes/],
  ['comments', () => `${post}/comments`, 3, 5 * minute, /lot of comments/],
  ['follows', () => '/@ada/follow', 6, hour, /lot of following/],
  ['ends of following', () => '/@ada/unfollow', 6, hour, /lot of following/],
  ['follows of hashtags', () => '/tags/cats/follow', 6, hour, /lot of following/],
  ['reports of posts', () => `${post}/report`, 2, hour, /lot of reports/],
  ['reports of comments', () => '/comments/1/report', 2, hour, /lot of reports/],
  ['reports of people', () => '/@ada/report', 2, hour, /lot of reports/],
  ['exports', () => '/settings/export', 1, 24 * hour, /export was asked for/],
  ['invitations', () => '/invitations', 2, 24 * hour, /lot of invitations/],
  ['blocks, as whatever has no limit of its own', () => '/@ada/block', 12, minute, /a lot at once/],
  ['settings, in the same way', () => '/settings', 12, minute, /a lot at once/],
]

describe.each(kinds)('%s', (_what, address, most, withinSeconds, sentence) => {
  it(`end at ${most}, on all replicas together and from all addresses, and begin again`, async () => {
    const cookie = await somebody()
    const once = () =>
      ask('post', address(), cookie)
        .type('form')
        .send({ text: `said ${visits}`, reason: 'spam' })
    for (let turn = 0; turn < most; turn += 1) {
      // What counts for all writes is not what is looked at here.
      if (withinSeconds > minute && turn % 10 === 9) await pass(minute)
      const { status } = await once()
      expect([turn, status === 429, status < 500]).toEqual([turn, false, true])
    }
    const refused = await once().expect(429)
    expect(refused.body.error).toMatch(sentence)
    expect(refused.body.error).toMatch(/Try again in /)
    const seconds = Number(refused.get('Retry-After'))
    expect([seconds > withinSeconds - 60, seconds <= withinSeconds]).toEqual([true, true])

    const page = await once().set('Accept', 'text/html').expect(429)
    expect(page.get('Retry-After')).toMatch(/^\d+$/)
    expect(page.text).toMatch(sentence)
    expect(page.text).toContain('<h1>Too many requests</h1>')

    // Others are not meant, and pages can be read.
    expect(
      (
        await ask('post', address(), await somebody())
          .type('form')
          .send({})
      ).status,
    ).not.toBe(429)
    await ask('get', '/', cookie).expect(200)
    await pass(withinSeconds)
    // An export that is ready by now is refused for a reason of its own.
    expect(String((await once()).body.error)).not.toMatch(sentence)
  })
})

describe('a limit', () => {
  it('lets no more than that through of fifty at once', async () => {
    const cookie = await somebody()
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask('post', `${post}/like`, cookie)))
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(6)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(44)
  })

  it('holds for a whole day as well, whatever the hours are like', async () => {
    const cookie = await somebody()
    const follow = () => ask('post', '/@ada/follow', cookie)
    for (let turn = 0; turn < 20; turn += 1) {
      if (turn % 5 === 4) await pass(hour)
      await follow().expect(204)
    }
    await pass(hour)
    const refused = await follow().expect(429)
    expect(Number(refused.get('Retry-After'))).toBeGreaterThan(23 * hour)
    expect(refused.body.error).toMatch(/Try again in 24 hours\.$/)
  })

  it('is the same however its address is written', async () => {
    const cookie = await somebody()
    const spellings = [`${post}/like`, `${post}/LIKE`, `${post}/like/`, `${post}/Like?x=1`]
    const answers = []
    for (let turn = 0; turn < 7; turn += 1) answers.push(await ask('post', spellings[turn % 4] ?? '', cookie))
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204, 204, 204, 429])
  })

  it('costs one statement', async () => {
    const cookie = await somebody()
    const statements: string[] = []
    const note = ({ sql: text }: { sql: string }) => statements.push(text)
    for (const db of [house.db, otherDb]) db.on('query', note)
    for (let turn = 0; turn < 2; turn += 1) await ask('post', `${post}/like`, cookie).expect(204)
    for (const db of [house.db, otherDb]) db.off('query', note)
    expect(statements.filter((text) => text.includes('attempts'))).toHaveLength(2)
  })

  it('is nothing that reading is counted for', async () => {
    const cookie = await somebody()
    const count = async () => (await firstRow<{ n: string }>(house.db, sql`select sum(count) as n from attempts`))?.n
    const before = await count()
    for (const path of ['/', '/@ada', post, '/explore', '/notifications']) await ask('get', path, cookie).expect(200)
    expect(await count()).toBe(before)
  })
})

describe('searches', () => {
  it('end at 30, of a person from all addresses, of a stranger from theirs', async () => {
    const cookie = await somebody()
    for (let turn = 0; turn < 30; turn += 1)
      await ask('get', turn % 2 ? '/search?q=ada' : '/search/suggest?q=ada', cookie).expect(200)
    const refused = await ask('get', '/search?q=ada', cookie).expect(429)
    expect(refused.body.error).toMatch(/lot of searching/)
    await ask('get', '/search?q=ada', await somebody()).expect(200)

    const stranger = (address: string) => ask('get', '/search?q=ada').set('X-Forwarded-For', address)
    // nginx says one address, its own visitor's; what stands before it is a claim.
    for (let turn = 0; turn < 30; turn += 1) await stranger(`10.0.0.${turn}, 192.0.2.7`).expect(200)
    const told = await stranger('10.0.0.99, 192.0.2.7').expect(429)
    expect(Number(told.get('Retry-After'))).toBeGreaterThan(0)
    await stranger('192.0.2.8').expect(200)
  })
})
