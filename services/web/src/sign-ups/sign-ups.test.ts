import type { Express, Router } from 'express'
import { type House, openHouse, person } from '../../test/house.ts'
import { type MailServer, openMailServer } from '../../test/mail-server.ts'
import { createApp } from '../app.ts'
import { rows, sql } from '../db/sql.ts'
import { openQueue } from '../jobs/queue.ts'
import { isReserved, looksLike } from './names.ts'

let house: House
let server: MailServer
let admin: Awaited<ReturnType<typeof person>>
beforeEach(async () => {
  server = await openMailServer()
  house = await openHouse(server.settings())
  admin = await person(house, 'boss')
})
afterEach(async () => {
  await house.close()
  await server.close()
})

const password = 'correct horse battery'
const signUp = (fields: Record<string, string>) =>
  house
    .browser()
    .post('/sign-up')
    .type('form')
    .send({ password, ...fields })
const signIn = (username: string) => house.client().post('/sign-in').type('form').send({ username, password })
const openTo = (signUpMode: string) =>
  admin.post('/admin/settings').type('form').send({ name: 'Gramstack', signUpMode }).expect(303)
const decide = (username: string, answer: string, by = admin) =>
  by.post(`/admin/approvals/${username}`).type('form').send({ answer })

/** Gives the admin an address, so that mails reach them. */
async function makeReachable(browser: typeof admin, email: string): Promise<void> {
  await browser.post('/settings/email').type('form').send({ email, password }).expect(303)
  const token = (await server.next(email, 'Confirm')).path.split('token=')[1]
  await browser.post('/confirm-email').type('form').send({ token }).expect(200)
}

describe('a form sent twice', () => {
  it('makes one account, and signs in both times', async () => {
    const browser = house.browser()
    const key = /name="key" value="([^"]+)"/.exec((await browser.get('/sign-up')).text)?.[1] ?? ''
    const click = () => browser.post('/sign-up').type('form').send({ username: 'twice', password, key })
    const answers = await Promise.all([click(), click(), click()])
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303])
    for (const answer of answers) expect(String(answer.get('Set-Cookie'))).toMatch(/gramstack=/)
    expect((await browser.get('/')).text).toContain('@twice')
    expect(await rows(house.db, sql`select from users where username = 'twice'`)).toHaveLength(1)
  })

  it('is not mistaken for another form, another password, or one of yesterday', async () => {
    await signUp({ username: 'once', key: 'a' }).expect(303)
    await signUp({ username: 'once', key: 'b' }).expect(409)
    await signUp({ username: 'once' }).expect(409)
    await signUp({ username: 'once', key: 'a', password: 'another password' }).expect(409)
    await house.db.raw("update users set created_at = now() - interval '1 day'")
    await signUp({ username: 'once', key: 'a' }).expect(409)
  })
})

describe('a password at sign-up', () => {
  it.each([
    ['long.enough', 'Long.Enough', /something else than the name/],
    ['ada', 'password123', /Too many people have this password/],
  ])('of %s is not "%s"', async (username, weak, complaint) => {
    const answer = await signUp({ username, password: weak }).expect(422, complaint)
    expect(answer.text).toMatch(/name="password"[^>]*aria-invalid="true"/)
  })
})

describe('signing up', () => {
  it('makes the browser known there, and ends the session that it had', async () => {
    const browser = await person(house, 'ada')
    const cookie = String((await browser.get('/settings').expect(200)).request.get('Cookie'))
    const answer = await browser.post('/sign-up').type('form').send({ username: 'bea', password }).expect(303)
    expect(String(answer.get('Set-Cookie'))).toMatch(/gramstack_device=/)
    await house.browser().get('/settings').set('Cookie', cookie).expect(303)
    expect((await browser.get('/')).text).toContain('@bea')
  })
})

describe('an address given at sign-up', () => {
  it('has the same answer whether it is free or taken, and its owner is told', async () => {
    await makeReachable(admin, 'boss@mail.example')
    const free = await signUp({ username: 'free', email: 'free@mail.example' }).expect(303)
    const taken = await signUp({ username: 'taken', email: 'BOSS@mail.example' }).expect(303)
    const bare = ({ headers, text }: typeof free) => [headers.location, Object.keys(headers).sort(), text]
    expect(bare(taken)).toEqual(bare(free))
    expect((await server.next('boss@mail.example', 'Somebody named')).source).toContain('@taken')
    await server.next('free@mail.example', 'Confirm')
    // The page of settings says nothing either.
    const browser = house.browser()
    await browser.post('/sign-in').type('form').send({ username: 'taken', password }).expect(303)
    expect((await browser.get('/settings/email')).text).toContain('Not confirmed yet')
  })

  it('is looked at before an account is made', async () => {
    const answer = await signUp({ username: 'ada', email: 'no address' }).expect(422)
    expect(answer.text).toMatch(/name="email"[^>]*aria-invalid="true"/)
    expect(answer.text).toContain('value="no address"')
    await signUp({ username: 'ada', email: ' ' }).expect(303)
  })

  it('is not asked for where there is no mail', async () => {
    const off = await openHouse({ withWorker: false })
    expect((await off.browser().get('/sign-up')).text).not.toContain('name="email"')
    await off
      .client()
      .post('/sign-up')
      .type('form')
      .send({ username: 'ada', password, email: 'a@b.example' })
      .expect(422)
    expect(await rows(off.db, sql`select from users`)).toEqual([])
    await off.close()
  })
})

describe('where an admin lets people in', () => {
  beforeEach(() => openTo('approval'))

  it('a new account waits: it signs nobody in, and is not there for anybody', async () => {
    const answer = await signUp({ username: 'ada' }).expect(303).expect('Location', '/sign-up/waiting')
    expect(answer.get('Set-Cookie')).toBeUndefined()
    expect((await house.browser().get('/sign-up/waiting')).text).toContain('waits for an admin')
    expect((await signIn('ada').expect(403)).body.error).toMatch(/waits for an admin to let you in/)
    const page = await house.browser().post('/sign-in').type('form').send({ username: 'ada', password }).expect(403)
    expect(page.text).toContain('waits for an admin to let you in')
    // Only to whoever knows the password.
    await house.client().post('/sign-in').type('form').send({ username: 'ada', password: 'wrong one' }).expect(422)
    await admin.get('/@ada').expect(404)
    await admin.post('/@ada/follow').expect(404)
    await signUp({ username: 'ada' }).expect(409)
  })

  it('JSON says that it waits', async () => {
    const { body } = await house.client().post('/sign-up').type('form').send({ username: 'ada', password }).expect(202)
    expect(body).toEqual({ username: 'ada', waits: 'An admin has to let you in.' })
  })

  it('a second click waits as well', async () => {
    for (let index = 0; index < 2; index += 1)
      await signUp({ username: 'ada', key: 'k' }).expect(303).expect('Location', '/sign-up/waiting')
  })

  it('an admin hears of it, sees it and lets it in; whoever waits is told', async () => {
    await makeReachable(admin, 'boss@mail.example')
    await signUp({ username: 'ada', email: 'ada@mail.example' }).expect(303)
    expect((await server.next('boss@mail.example', '@ada waits')).source).toContain(
      'https://photos.example/admin/approvals',
    )
    expect((await admin.get('/admin/approvals')).text).toMatch(/@ada.*ada@mail.example/s)
    await decide('ada', 'accept').expect(303)
    await server.next('ada@mail.example', 'Welcome')
    await signIn('ada').expect(200)
    await admin.get('/@ada').expect(200)
    await decide('ada', 'refuse').expect(404)
    expect((await admin.get('/admin/approvals')).text).toContain('Nobody is waiting')
  })

  it('to refuse removes the account, and tells whoever waited', async () => {
    await signUp({ username: 'ada', email: 'ada@mail.example' }).expect(303)
    await decide('ada', 'refuse').expect(303)
    await server.next('ada@mail.example', 'were not let in')
    expect(await rows(house.db, sql`select from users where username = 'ada'`)).toEqual([])
    await openTo('open')
    await signUp({ username: 'ada' }).expect(303)
  })

  it('one of two admins who decide at once does', async () => {
    await signUp({ username: 'ada' }).expect(303)
    const statuses = (await Promise.all([decide('ada', 'accept'), decide('ada', 'refuse')])).map(({ status }) => status)
    expect(statuses.sort()).toEqual([303, 404])
  })

  it('nobody but an admin sees or decides anything', async () => {
    await signUp({ username: 'ada' }).expect(303)
    await openTo('open')
    const member = await person(house)
    for (const path of ['/admin/approvals', '/admin/settings']) {
      await member.get(path).expect(404)
      await house.browser().get(path).expect(404)
    }
    await decide('ada', 'accept', member).expect(404)
    await member.post('/admin/settings').type('form').send({ name: 'Mine', signUpMode: 'closed' }).expect(404)
    for (const answer of ['', 'constructor', 'maybe']) await decide('ada', answer).expect(422)
    await decide('boss', 'refuse').expect(404)
  })

  it('admins are told of some of many, and the list goes on', async () => {
    await makeReachable(admin, 'boss@mail.example')
    await house.db.raw(`insert into users (username, password_hash, approved_at)
      select 'crowd' || n, '', null from generate_series(1, 60) n`)
    for (let index = 0; index < 7; index += 1) await signUp({ username: `ada${index}` }).expect(303)
    await house.idle()
    expect(server.mails.filter(({ subject }) => subject.includes('waits'))).toHaveLength(5)
    const page = (await admin.get('/admin/approvals')).text
    const next = /rel="next" href="([^"]+)"/.exec(page)?.[1] ?? ''
    expect((await admin.get(next)).text).toContain('@ada6')
    expect((await admin.get(next)).text).not.toContain('@crowd1<')
    await admin.get('/admin/approvals?after_id=x').expect(200)
  })
})

describe('where nobody may sign up', () => {
  it('the page says so, and no form gets through', async () => {
    await openTo('closed')
    const page = (await house.browser().get('/sign-up')).text
    expect(page).toContain('Nobody can sign up here at the moment.')
    expect(page).not.toContain('action="/sign-up"')
    await signUp({ username: 'ada' }).expect(403)
    expect(await rows(house.db, sql`select from users`)).toHaveLength(1)
  })

  it('no account is made after an admin has closed the door, whoever is on the way', async () => {
    const coming = Array.from({ length: 5 }, (_, index) => signUp({ username: `ada${index}` }))
    const [, ...answers] = await Promise.all([openTo('closed'), ...coming])
    const made = await rows(house.db, sql`select from users where username like 'ada%'`)
    expect(made).toHaveLength(answers.filter(({ status }) => status === 303).length)
    await signUp({ username: 'late' }).expect(403)
  })

  it('the first person of all becomes the admin all the same', async () => {
    const empty = await openHouse({ withWorker: false })
    await empty.db.raw("update instance set sign_up_mode = 'closed'")
    const first = await person(empty, 'admin')
    await first.get('/admin/settings').expect(200)
    await empty.client().post('/sign-up').type('form').send({ username: 'second', password }).expect(403)
    await empty.close()
  })
})

describe('this Gramstack', () => {
  it('has a name, a description and rules that everybody reads', async () => {
    const about = { name: 'Lakeside', description: 'For people\nwho swim.', rules: 'Be <kind>.' }
    await admin
      .post('/admin/settings')
      .type('form')
      .send({ ...about, signUpMode: 'open' })
      .expect(303)
    for (const path of ['/about', '/sign-up'])
      expect((await house.browser().get(path)).text).toMatch(/Lakeside.*For people\nwho swim\..*Be &lt;kind>\./s)
    expect((await house.client().get('/about')).body).toEqual(about)
  })

  it.each([
    ['name', ''],
    ['name', 'x'.repeat(61)],
    ['description', 'x'.repeat(501)],
    ['rules', 'x'.repeat(5001)],
    ['signUpMode', 'maybe'],
  ])('refuses a %s that will not do, and keeps what was typed', async (field, value) => {
    const form = { name: 'A name', description: 'kept', rules: '', signUpMode: 'open', [field]: value }
    const answer = await admin.post('/admin/settings').type('form').send(form).expect(422)
    expect(answer.text).toMatch(new RegExp(`name="${field}"[^>]*aria-invalid="true"`))
    expect((await house.client().get('/about')).body.name).toBe('Gramstack')
  })
})

describe('a name', () => {
  it.each(['admin', 'Administrator', 'root', 'support', 'gramstack', 'adm1n', 'r00t', 'a.d.m.i.n', 'me', 'null', 'p'])(
    '%s is given to nobody',
    async (username) => {
      const answer = await signUp({ username }).expect(422)
      expect(answer.text).toContain('is given to nobody')
    },
  )

  it.each(['b0ss', 'bo.ss', 'b_oss', 'BO_SS'])('%s passes for the admin boss, and is refused', async (username) => {
    expect((await signUp({ username }).expect(422)).text).toContain('looks too much like')
  })

  it('is compared as a hurried reader sees it', () => {
    for (const [one, other] of [
      ['ill', '1l1'],
      ['modern', 'modem'],
      ['vvilma', 'wilma'],
      ['a_b.c', 'abc'],
    ] as const)
      expect([one, looksLike(one, other)]).toEqual([one, true])
    expect(looksLike('boss', 'bosses')).toBe(false)
  })

  it('is never that of an address of our own', async () => {
    const queue = await openQueue(house.db)
    const app = createApp({ ...house, config: { ...house.config, mail: { publicUrl: '', smtp: undefined } }, queue })
    await queue.stop()
    const names = firstSegments(app.router).filter((segment) => /^[a-z0-9_.-]+$/.test(segment))
    expect(names.length).toBeGreaterThan(10)
    expect(names.map((name) => name.replaceAll('-', '')).filter((name) => !isReserved(name))).toEqual([])
  })
})

interface Layer {
  route?: { path: string | string[] }
  handle: { stack?: Layer[] }
}

/** The first part of every path that the app has a route for. */
function firstSegments(router: Router | Express['router']): string[] {
  const paths = (layers: Layer[]): string[] =>
    layers.flatMap(({ route, handle }) => (route ? [route.path].flat() : paths(handle.stack ?? [])))
  return [...new Set(paths((router as unknown as { stack: Layer[] }).stack).map((path) => path.split('/')[1] ?? ''))]
}
