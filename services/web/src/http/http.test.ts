import { rm } from 'node:fs/promises'
import { connect as openSocket } from 'node:net'
import { join } from 'node:path'
import supertest from 'supertest'
import { type House, openHouse, person } from '../../test/house.ts'
import { loggedDuring } from '../../test/log-lines.ts'
import { createApp } from '../app.ts'
import { connect } from '../db/connect.ts'
import { openQueue } from '../jobs/queue.ts'
import { openStorage } from '../media/local-storage.ts'
import { Drain } from './drain.ts'
import { listen } from './listen.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ withWorker: false, trustProxyHops: 1 })
})
afterAll(() => house.close())

describe('the tutorial', () => {
  it('hears hello world from curl, and a browser gets the home page', async () => {
    await house
      .client()
      .get('/')
      .expect(200, '{"hello":"world"}')
      .expect('Content-Type', /application\/json/)
    expect(
      (
        await house
          .browser()
          .get('/')
          .expect('Content-Type', /text\/html/)
      ).text,
    ).toContain('<!doctype html>')
  })

  it('finds hi! at /static/hello.txt', async () => {
    await house.client().get('/static/hello.txt').expect(200, 'hi!\n')
  })

  it('finds no listing, and nothing outside', async () => {
    for (const path of [
      '/static/',
      '/static',
      '/media/',
      '/media',
      '/static/../package.json',
      '/static/%2e%2e/package.json',
      '/static/..%2fpackage.json',
      '/static/nope',
    ]) {
      await house.client().get(path).expect(404)
    }
  })
})

describe('a new house', () => {
  it('invites the first person to sign up and to become the admin', async () => {
    const empty = await openHouse({ withWorker: false })
    try {
      expect((await empty.browser().get('/')).text).toMatch(
        /first person to sign up becomes its admin.*href="\/sign-up"/s,
      )
      await person(empty)
      expect((await empty.browser().get('/')).text).not.toContain('becomes its admin')
    } finally {
      await empty.close()
    }
  })
})

describe('every answer', () => {
  it.each(['/', '/nope', '/healthz', '/client/app.css', '/media/x', '/p/nope'])(
    'carries the security headers (%s)',
    async (path) => {
      const { headers } = await house.browser().get(path)
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'SAMEORIGIN',
        'referrer-policy': 'same-origin',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'x-request-id': expect.stringMatching(/^[0-9a-f]{32}$/),
      })
      expect(headers['x-powered-by']).toBeUndefined()
    },
  )

  it('upgrades to https, and asks to stay there, only over https', async () => {
    const over = async (scheme: string) => (await house.browser().get('/').set('X-Forwarded-Proto', scheme)).headers
    const plain = await over('http')
    expect(plain['content-security-policy']).not.toContain('upgrade-insecure-requests')
    expect(plain['strict-transport-security']).toBeUndefined()
    const secure = await over('https')
    expect(secure['content-security-policy']).toContain('upgrade-insecure-requests')
    expect(secure['strict-transport-security']).toMatch(/max-age=31536000/)
  })

  it('has no script or style inside the page', async () => {
    const { text } = await house.browser().get('/sign-up')
    expect(text).not.toMatch(/<script(?! type="module" src="\/[^"]+"><\/script>)|<style| style=| on\w+=/)
  })

  it('takes the request id of nginx, and no other text for one', async () => {
    const id = 'a'.repeat(32)
    expect((await house.client().get('/').set('X-Request-Id', id)).headers['x-request-id']).toBe(id)
    expect((await house.client().get('/').set('X-Request-Id', 'evil","x":"')).headers['x-request-id']).toMatch(
      /^[0-9a-f]{32}$/,
    )
  })
})

describe('an error', () => {
  it('is a page with a way on for browsers, and JSON for others', async () => {
    const page = (await house.browser().get('/nope').expect(404)).text
    expect(page).toMatch(/<h1>Not found<\/h1>.*<a class="button" href="\/">.*request [0-9a-f]{32}/s)
    const { body } = await house.client().get('/nope').expect(404)
    expect(body).toEqual({
      error: 'There is nothing at this address.',
      requestId: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
  })

  it.each([
    ['a broken escape', 'get', '/p/%E0%A4%A', undefined, 400],
    ['an overlong form', 'post', '/sign-in', `username=${'a'.repeat(600_000)}`, 413],
    ['too many fields', 'post', '/sign-in', Array.from({ length: 120 }, (_, i) => `f${i}=1`).join('&'), 413],
  ])('of the visitor (%s) is a 4xx with a sentence', async (_what, method, path, body, status) => {
    const asked = method === 'get' ? house.client().get(path) : house.client().post(path).type('form').send(body)
    const answer = await asked
    expect([answer.status, answer.body.error]).toEqual([status, expect.stringMatching(/\.$/)])
  })

  it('of ours says nothing of its cause', async () => {
    const hurt = await openHouse({ withWorker: false })
    try {
      await hurt.db.raw('alter table users rename to people')
      const answer = await hurt
        .client()
        .post('/sign-up')
        .type('form')
        .send({ username: 'ada', password: 'long enough' })
        .expect(500)
      expect(answer.body.error).toMatch(/^Something went wrong on our side/)
      expect(answer.text).not.toMatch(/users|relation|stack|at /i)
    } finally {
      await hurt.close()
    }
  })
})

describe('without a database', () => {
  const build = async () => {
    const db = connect({ ...house.config.database, port: 1 }, 'gramstack test')
    const queue = await openQueue(house.db)
    const drain = new Drain()
    const storage = await openStorage(house.mediaRoot)
    const server = await listen(createApp({ ...house, db, storage, queue, drain }), {
      host: '127.0.0.1',
      port: 0,
    })
    const end = async () => {
      server.close()
      await queue.stop()
      await db.destroy()
    }
    return { server, end }
  }

  it('pages are a readable 503 that says when to come back, and what needs none is served', async () => {
    const { server, end } = await build()
    try {
      const page = await supertest(server).get('/').set('Accept', 'text/html').expect(503).expect('Retry-After', '2')
      expect(page.text).toContain('The database cannot be reached right now')
      await supertest(server)
        .post('/sign-in')
        .type('form')
        .send({ username: 'a', password: 'b' })
        .expect(503, /database cannot be reached/)
      await supertest(server).get('/healthz').expect(200)
      await supertest(server)
        .get('/readyz')
        .expect(503, /the database does not answer/)
      await supertest(server).get('/static/hello.txt').expect(200)
    } finally {
      await end()
    }
  })
})

describe('readiness', () => {
  it('needs the database, the migrations and a volume that can be written', async () => {
    const other = await openHouse({ withWorker: false })
    try {
      await other.client().get('/readyz').expect(200, { status: 'ready' })
      await rm(join(other.mediaRoot, 'incoming'), { recursive: true })
      await other
        .client()
        .get('/readyz')
        .expect(503, /media volume/)
    } finally {
      await other.close()
    }
    const behind = await openHouse({ withWorker: false })
    try {
      await behind.db.raw("delete from migrations where name = '0002-first-person'")
      await behind
        .client()
        .get('/readyz')
        .expect(503, /migrations have not all run/)
    } finally {
      await behind.close()
    }
  })
})

describe('a replica that leaves', () => {
  it('turns GETs away, answers POSTs and is not ready; then it is gone', async () => {
    const leaving = await openHouse({ withWorker: false })
    await leaving
      .client()
      .get('/healthz')
      .expect('Connection', /keep-alive|close/)
    const left = leaving.drain.leave(leaving.server, 0.5)
    await expect(fetch(leaving.url)).rejects.toThrow()
    await leaving.client().post('/sign-out').expect(204).expect('Connection', 'close')
    await leaving
      .client()
      .get('/readyz')
      .expect(503, /stopping/)
    await left
    const { port } = new URL(leaving.url)
    const refused = await new Promise((resolve) =>
      openSocket(Number(port), '127.0.0.1')
        .once('error', () => resolve(true))
        .once('connect', () => resolve(false)),
    )
    expect(refused).toBe(true)
    await leaving.close()
  })

  it('keeps idle connections longer than nginx does', () => {
    expect(house.server.keepAliveTimeout).toBeGreaterThan(60_000)
    expect(house.server.headersTimeout).toBeGreaterThan(house.server.keepAliveTimeout)
  })
})

describe('the log', () => {
  it('has one JSON line a request, without query strings, cookies or bodies', async () => {
    const lines = await loggedDuring('info', async () => {
      await house
        .client()
        .post('/sign-in?secret=query')
        .set('Cookie', 'gramstack=secret-cookie')
        .type('form')
        .send({ username: 'ada', password: 'secret-body' })
      await house.client().get('/healthz')
    })
    const [signIn, request, ...others] = lines
    if (!signIn || !request) throw new Error('nothing was logged')
    expect(request).toMatchObject({ level: 'info', event: 'request', method: 'POST', path: '/sign-in', status: 422 })
    // A try to come in has a line besides, which belongs to that one; whoever mistakes the fields has typed a password as the name.
    expect(signIn).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      level: 'info',
      event: 'sign-in refused',
      requestId: request.requestId,
      route: '/sign-in',
      by: 'password',
      why: 'invalid',
    })
    expect(others).toEqual([])
    expect(JSON.stringify(lines)).not.toContain('secret')
  })

  it('quotes no value of a statement that failed', async () => {
    const hurt = await openHouse({ withWorker: false })
    try {
      await hurt.db.raw('alter table users drop column display_name cascade')
      const lines = await loggedDuring('info', () =>
        hurt
          .client()
          .post('/sign-up')
          .type('form')
          .send({ username: 'sensitive.name', password: 'long enough' })
          .expect(500),
      )
      expect(JSON.stringify(lines)).toContain('display_name')
      expect(JSON.stringify(lines)).not.toMatch(/sensitive|argon2id/)
    } finally {
      await hurt.close()
    }
  })
})
