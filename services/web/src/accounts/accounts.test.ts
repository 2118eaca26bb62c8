import { createHash } from 'node:crypto'
import { type House, openHouse, person } from '../../test/house.ts'
import { firstRow, rows, sql } from '../db/sql.ts'

let house: House
beforeEach(async () => {
  house = await openHouse({ withWorker: false, trustProxyHops: 1 })
})
afterEach(() => house.close())

const password = 'correct horse battery'

describe('signing up', () => {
  it('makes the first person admin and nobody after', async () => {
    await person(house, 'first')
    await person(house, 'second')
    expect(await rows(house.db, sql`select username, is_admin from users order by id`)).toEqual([
      { username: 'first', is_admin: true },
      { username: 'second', is_admin: false },
    ])
  })

  it('makes exactly one admin of ten people who come first at once', async () => {
    await Promise.all(Array.from({ length: 10 }, (_, index) => person(house, `rush${index}`)))
    expect(await firstRow(house.db, sql`select count(*)::int as admins from users where is_admin`)).toEqual({
      admins: 1,
    })
  })

  it('gives a name once, whatever its case, also to two who ask at once', async () => {
    const ask = (username: string) => house.client().post('/sign-up').type('form').send({ username, password })
    const statuses = (await Promise.all([ask('Ada'), ask('ada'), ask('ADA')])).map(({ status }) => status)
    expect(statuses.sort()).toEqual([201, 409, 409])
  })

  it('tells the first visitor that they will be admin, and the next one not', async () => {
    expect((await house.browser().get('/sign-up')).text).toContain('you become the admin')
    await person(house)
    expect((await house.browser().get('/sign-up')).text).not.toContain('you become the admin')
  })

  it.each([
    ['', 'A name has 1 to 30'],
    ['two words', 'A name has 1 to 30'],
    ['a'.repeat(31), 'A name has 1 to 30'],
    ['..', 'A dot stands between'],
    ['ünï', 'A name has 1 to 30'],
  ])('refuses the name "%s" beside its field, and keeps what was typed', async (username, complaint) => {
    const answer = await house.browser().post('/sign-up').type('form').send({ username, password }).expect(422)
    expect(answer.text).toContain(complaint)
    expect(answer.text).toMatch(/<input[^>]*name="username"[^>]*aria-invalid="true"/)
    if (username) expect(answer.text).toContain(`value="${username}"`)
  })

  it('refuses a short password and never shows it again', async () => {
    const answer = await house
      .browser()
      .post('/sign-up')
      .type('form')
      .send({ username: 'ada', password: 'pw12345' })
      .expect(422)
    expect(answer.text).toContain('8 characters or more')
    expect(answer.text).not.toContain('pw12345')
  })

  it('keeps a password as argon2id at the figures of OWASP', async () => {
    await person(house, 'ada')
    const row = await firstRow<{ password_hash: string }>(house.db, sql`select password_hash from users`)
    expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })
})

describe('signing in', () => {
  beforeEach(() => person(house, 'ada'))

  it('opens a session, and signing out ends it for good', async () => {
    const browser = house.browser()
    await browser
      .post('/sign-in')
      .type('form')
      .send({ username: ' Ada ', password })
      .expect(303)
      .expect('Location', '/')
    expect((await browser.get('/settings')).text).toContain('Sign out')
    const cookie = (await browser.post('/sign-out').expect(303)).request.get('Cookie')
    expect((await browser.get('/settings')).text).not.toContain('Sign out')
    // The cookie itself is worth nothing any more.
    expect((await house.browser().get('/settings').set('Cookie', String(cookie))).text).not.toContain('Sign out')
  })

  it('says the same of a wrong password as of an unknown name', async () => {
    const ask = (username: string) =>
      house.client().post('/sign-in').type('form').send({ username, password: 'wrong password' }).expect(422)
    const [known, unknown] = [await ask('ada'), await ask('nobody')]
    expect({ ...known.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' })
  })

  it('keeps only a hash of the token', async () => {
    const answer = await house.client().post('/sign-in').type('form').send({ username: 'ada', password }).expect(200)
    const token = /gramstack=([^;]+)/.exec(String(answer.get('Set-Cookie')))?.[1] ?? ''
    const hashes = await rows<{ token_hash: Buffer }>(house.db, sql`select token_hash from sessions`)
    expect(hashes.some(({ token_hash }) => token_hash.equals(createHash('sha256').update(token).digest()))).toBe(true)
  })

  it('sets a cookie that scripts and other sites cannot use, and that stays on https', async () => {
    const ask = (scheme: string) =>
      house.client().post('/sign-in').set('X-Forwarded-Proto', scheme).type('form').send({ username: 'ada', password })
    const plain = String((await ask('http')).get('Set-Cookie'))
    expect(plain).toMatch(/HttpOnly/)
    expect(plain).toMatch(/SameSite=Lax/)
    expect(plain).not.toMatch(/Secure/)
    const safe = ((await ask('https')).get('Set-Cookie') ?? []).filter(
      (cookie) => !cookie.includes('Expires=Thu, 01 Jan 1970'),
    )
    expect(safe.length).toBeGreaterThan(1)
    // With this name browsers take it from our own host over https, and from nobody else.
    for (const cookie of safe)
      expect(cookie).toMatch(/^__Host-gramstack(_device)?=.*; Path=\/;.*; HttpOnly; Secure; SameSite=Lax$/)
  })

  it('takes no session over https that a neighbour or plain http has planted', async () => {
    const answer = await house.client().post('/sign-in').type('form').send({ username: 'ada', password }).expect(200)
    const token = /gramstack=([^;]+)/.exec(String(answer.get('Set-Cookie')))?.[1] ?? ''
    const settings = (cookie: string) =>
      house.client().get('/settings').set('X-Forwarded-Proto', 'https').set('Cookie', `${cookie}=${token}`)
    await settings('__Host-gramstack').expect(200)
    for (const planted of ['gramstack', '__Secure-gramstack']) await settings(planted).expect(401)
  })

  it.each(['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)', '/a b'])(
    'never leads on to %s',
    async (next) => {
      await house
        .browser()
        .post('/sign-in')
        .type('form')
        .send({ username: 'ada', password, next })
        .expect(303)
        .expect('Location', '/')
    },
  )

  it('leads back to where one came from', async () => {
    const browser = house.browser()
    const away = await browser.get('/upload').expect(303)
    expect(away.headers.location).toBe('/sign-in?next=%2Fupload')
    expect((await browser.get(away.headers.location ?? '')).text).toContain('name="next" value="/upload"')
    await browser
      .post('/sign-in')
      .type('form')
      .send({ username: 'ada', password, next: '/upload' })
      .expect('Location', '/upload')
  })

  it('keeps a session that is used, in the browser as well', async () => {
    const browser = house.browser()
    await browser.post('/sign-in').type('form').send({ username: 'ada', password }).expect(303)
    expect((await browser.get('/')).get('Set-Cookie')).toBeUndefined()
    await house.db.raw(
      "update sessions set last_used_at = now() - interval '2 hours', expires_at = now() + interval '1 day'",
    )
    expect(String((await browser.get('/')).get('Set-Cookie'))).toMatch(/Max-Age=7776000/)
    const session = await firstRow<{ days: number }>(
      house.db,
      sql`select max(extract(day from expires_at - now()))::int as days from sessions`,
    )
    expect(session?.days).toBeGreaterThan(88)
  })

  it.each(['%00', 'a%00b', 'nobody%20here'])('answers the name %s like any other that is not here', async (name) => {
    await house.client().post('/sign-in').type('form').send(`username=${name}&password=long+enough`).expect(422)
    await house.client().get(`/@${name}`).expect(404)
  })

  it('forgets a session whose time is over', async () => {
    const browser = house.browser()
    await browser.post('/sign-in').type('form').send({ username: 'ada', password }).expect(303)
    await house.db.raw("update sessions set expires_at = now() - interval '1 second'")
    expect((await browser.get('/settings')).text).not.toContain('Sign out')
  })
})

describe('a form sent from another site', () => {
  const ask = (headers: Record<string, string>) =>
    house.client().post('/sign-up').set(headers).type('form').send({ username: 'ada', password })

  it.each([
    ['Sec-Fetch-Site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a neighbour port', { 'Sec-Fetch-Site': 'same-site' }],
    ['Origin', { Origin: 'https://evil.example' }],
    ['Origin null', { Origin: 'null' }],
  ])('is refused by %s', async (_name, headers) => {
    await ask(headers).expect(403)
    expect(await rows(house.db, sql`select from users`)).toHaveLength(0)
  })

  it('is told from one of our own, on any port', async () => {
    await ask({ Origin: house.url }).set('Host', new URL(house.url).host).expect(201)
  })

  it('is told from one that no browser sent', async () => {
    await ask({}).expect(201)
  })
})
