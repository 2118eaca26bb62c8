import { Secret, TOTP } from 'otpauth'
import { type House, openHouse, person } from '../../test/house.ts'
import { type MailServer, openMailServer } from '../../test/mail-server.ts'
import { rows, sql } from '../db/sql.ts'

let house: House
let server: MailServer
beforeAll(async () => {
  server = await openMailServer()
  house = await openHouse({ ...server.settings(), trustProxyHops: 1 })
})
afterAll(async () => {
  await house.close()
  await server.close()
})

const oldPassword = 'correct horse battery'
const newPassword = 'another staple entirely'
let asked = 0

/** Asks for a link, from a place of its own each time: places are counted. */
const ask = (nameOrAddress: string, from = `10.0.${Math.floor(asked / 250)}.${++asked % 250}`) =>
  house.browser().post('/forgot-password').set('X-Forwarded-For', from).type('form').send({ asked: nameOrAddress })

const tokenOf = (path: string) => new URLSearchParams(path.split('?')[1]).get('token') ?? ''
const reset = (path: string, password = newPassword) =>
  house
    .browser()
    .post('/reset-password')
    .type('form')
    .send({ token: tokenOf(path), password })
const signIn = (username: string, password: string) =>
  house.client().post('/sign-in').type('form').send({ username, password })

/** Somebody with a confirmed address. */
async function reachable(email: string) {
  const browser = await person(house)
  await browser.post('/settings/email').type('form').send({ email, password: oldPassword }).expect(303)
  const { path } = await server.next(email, 'Confirm')
  await house
    .browser()
    .post('/confirm-email')
    .type('form')
    .send({ token: tokenOf(path) })
    .expect(200)
  return browser
}

const resetMailsTo = (email: string) =>
  server.mails.filter(({ to, subject }) => to === email && subject === 'Choose a new password')

describe('a forgotten password', () => {
  it('is replaced by the link that comes by mail; all sessions end, and the person is told', async () => {
    const ada = await reachable('ada@mail.example')
    await ask(` @${ada.username.toUpperCase()} `).expect(303).expect('Location', '/forgot-password?sent')
    const { path, source } = await server.next('ada@mail.example', 'Choose')
    expect(source).toContain(`@${ada.username}`)
    // Programs that look through mail open links: that changes nothing.
    for (let index = 0; index < 2; index += 1)
      expect((await house.browser().get(path).expect(200)).text).toContain('Choose a new password')
    await signIn(ada.username, oldPassword).expect(200)
    expect((await ada.get('/settings')).text).toContain('Sign out')

    const answer = await reset(path).expect(303).expect('Location', '/reset-password/done')
    // It signs nobody in.
    expect(answer.get('Set-Cookie')).toBeUndefined()
    expect((await ada.get('/settings')).text).not.toContain('Sign out')
    await signIn(ada.username, oldPassword).expect(422)
    await signIn(ada.username, newPassword).expect(200)
    expect((await server.next('ada@mail.example', 'was changed')).source).toContain(`@${ada.username}`)
    await reset(path).expect(404)
    await house.browser().get(path).expect(404)
  })

  it('that is replaced takes no second step away, and opens no account that waits for an admin', async () => {
    const ada = await reachable('step@mail.example')
    const post = (path: string, fields: Record<string, string>) => ada.post(path).type('form').send(fields)
    const codeOf = (secret: string) => new TOTP({ secret: Secret.fromBase32(secret) }).generate()
    const { secret } = (
      await post('/settings/two-factor/set-up', { password: oldPassword }).set('Accept', '*/*').expect(201)
    ).body
    await post('/settings/two-factor/confirm', { code: codeOf(secret) }).expect(200)
    await ask(ada.username).expect(303)
    await reset((await server.next('step@mail.example', 'Choose')).path).expect(303)
    // The password alone does not do.
    await signIn(ada.username, newPassword).expect(202)

    const bea = await reachable('waits@mail.example')
    await house.db.raw('update users set approved_at = null where username = ?', [bea.username])
    await ask(bea.username).expect(303)
    await reset((await server.next('waits@mail.example', 'Choose')).path).expect(303)
    await signIn(bea.username, newPassword).expect(403)
  })

  it('is neither the name nor what everybody has', async () => {
    const ada = await reachable('weak@mail.example')
    const name = ada.username
    await ask(name).expect(303)
    const { path } = await server.next('weak@mail.example', 'Choose')
    await house.db.raw('update users set username = ? where username = ?', ['long.enough', name])
    await reset(path, 'long.enough').expect(422, /something else than the name/)
    await reset(path, 'password123').expect(422, /Too many people have this password/)
    await reset(path).expect(303)
  })

  it('is no way in any more once the password was changed in the settings', async () => {
    const ada = await reachable('late@mail.example')
    await ask(ada.username).expect(303)
    const { path } = await server.next('late@mail.example', 'Choose')
    const change = { currentPassword: oldPassword, password: newPassword }
    await ada.post('/settings/password').type('form').send(change).expect(303)
    await reset(path, 'of a thief who reads mail').expect(404)
  })

  it('is found by the address as well, whatever its case', async () => {
    await reachable('byaddress@mail.example')
    await ask('ByAddress@Mail.Example').expect(303)
    await server.next('byaddress@mail.example', 'Choose')
  })

  it('has the same answer whoever exists', async () => {
    const somebody = await reachable('same@mail.example')
    const without = await person(house)
    const answers = []
    for (const name of [
      somebody.username,
      without.username,
      'nobody.at.all',
      'no@mail.example',
      '\u{1F388}',
      "' or 1=1",
    ])
      answers.push(await ask(name))
    expect(
      new Set(answers.map(({ status, text, headers }) => JSON.stringify([status, text, headers.location]))).size,
    ).toBe(1)
    expect((await house.client().post('/forgot-password').type('form').send({ asked: 'nobody' })).status).toBe(202)
  })

  it('is sent to no address that was not confirmed', async () => {
    const browser = await person(house)
    await browser
      .post('/settings/email')
      .type('form')
      .send({ email: 'unconfirmed@mail.example', password: oldPassword })
      .expect(303)
    await ask(browser.username)
    await ask('unconfirmed@mail.example')
    await house.idle()
    expect(resetMailsTo('unconfirmed@mail.example')).toEqual([])
  })

  it('is mailed about three times an hour and account, also to those who ask at once', async () => {
    const browser = await reachable('often@mail.example')
    await Promise.all(Array.from({ length: 8 }, (_, index) => ask(index % 2 ? browser.username : 'often@mail.example')))
    await house.idle()
    expect(resetMailsTo('often@mail.example')).toHaveLength(3)
  })

  it('is asked about twenty times an hour and place', async () => {
    const statuses = await Promise.all(Array.from({ length: 21 }, () => ask('nobody.here', '192.0.2.1')))
    expect(statuses.map(({ status }) => status).sort()).toEqual([...Array(20).fill(303), 429])
  })

  it.each(['', ' ', '@', 'a\0b', 'x'.repeat(300)])('needs a name or an address, which "%s" is not', async (name) => {
    expect((await ask(name).expect(422)).text).toMatch(/name="asked"[^>]*aria-invalid="true"/)
  })
})

describe('the link', () => {
  async function link(email: string) {
    const browser = await reachable(email)
    await ask(browser.username).expect(303)
    return { browser, path: (await server.next(email, 'Choose')).path }
  }

  it('is kept as a hash only, also in the queue', async () => {
    const { path } = await link('hash@mail.example')
    const kept = [
      ...(await rows(house.db, sql`select * from password_resets`)),
      ...(await rows(house.db, sql`select * from jobs.job`)),
    ]
    expect(JSON.stringify(kept)).not.toContain(tokenOf(path))
  })

  it('sets one password where ten come at once', async () => {
    const { path } = await link('rush@mail.example')
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => reset(path, `password number ${index}`)))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(9).fill(404)])
  })

  it('works for an hour, and not once another one was used', async () => {
    const { browser, path } = await link('hour@mail.example')
    await ask(browser.username).expect(303)
    while (resetMailsTo('hour@mail.example').length < 2) await new Promise((resolve) => setTimeout(resolve, 20))
    const { path: second } = await server.next('hour@mail.example', 'Choose')
    await reset(second).expect(303)
    await reset(path).expect(404)
    await ask(browser.username).expect(303)
    while (resetMailsTo('hour@mail.example').length < 3) await new Promise((resolve) => setTimeout(resolve, 20))
    const { path: third } = await server.next('hour@mail.example', 'Choose')
    await house.db.raw("update password_resets set expires_at = now() - interval '1 second'")
    await reset(third).expect(404)
  })

  it('dies with the address that it was sent to', async () => {
    const { browser, path } = await link('gone@mail.example')
    await browser.post('/settings/email/remove').type('form').send({ password: oldPassword }).expect(303)
    await reset(path).expect(404)
  })

  it('stays good where the new password is none', async () => {
    const { path } = await link('short@mail.example')
    const answer = await reset(path, 'short').expect(422)
    expect(answer.text).toMatch(/name="password"[^>]*aria-invalid="true"/)
    expect(answer.text).not.toContain('value="short"')
    await reset(path).expect(303)
  })

  it.each(['', 'x', 'a'.repeat(43), 'a'.repeat(200)])('is not "%s"', async (token) => {
    expect((await reset(`?token=${token}`)).status).toBeGreaterThanOrEqual(404)
    expect((await house.browser().get(`/reset-password?token=${token}`)).status).toBeGreaterThanOrEqual(404)
  })

  it('never leads to another site, whatever Host the request names', async () => {
    const browser = await reachable('host@mail.example')
    await ask(browser.username).set('Host', 'evil.example').set('X-Forwarded-Host', 'evil.example').expect(303)
    const { source } = await server.next('host@mail.example', 'Choose')
    expect(source).not.toContain('evil.example')
    expect(source).toContain('https://photos.example/reset-password?token=')
  })
})

describe('without mail', () => {
  it('the page says so', async () => {
    const off = await openHouse({ withWorker: false })
    expect((await off.browser().get('/forgot-password')).text).toContain('This Gramstack sends no mail')
    await off.browser().post('/forgot-password').type('form').send({ asked: 'ada' }).expect(422)
    await off.close()
  })
})
