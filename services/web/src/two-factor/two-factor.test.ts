import { Secret, TOTP } from 'otpauth'
import { type House, openHouse, person } from '../../test/house.ts'
import { rows, sql } from '../db/sql.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ withWorker: false })
})
afterAll(() => house.close())

const password = 'correct horse battery'
type Visitor = ReturnType<House['browser']>

/** The code that an app shows, this many half minutes from now. */
function codeOf(secret: string, stepsFromNow = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + stepsFromNow * 30_000 })
}

/** Codes of before work no more, as if half a minute had gone by: tests do not wait. */
const letTimePass = () => house.db.raw('update authenticators set last_step = 0')

const post = (visitor: Visitor, path: string, fields: Record<string, string>) =>
  visitor.post(path).type('form').send(fields)

/** Somebody with a second step: their browser, the secret in their app, their recovery codes. */
async function careful(username: string) {
  const browser = await person(house, username)
  await post(browser, '/settings/two-factor/set-up', { password }).expect(303)
  const page = (await browser.get('/settings/two-factor/set-up').expect(200)).text
  const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(page)?.[1]?.replaceAll(' ', '') ?? ''
  const shown = (await post(browser, '/settings/two-factor/confirm', { code: codeOf(secret) }).expect(200)).text
  const codes = [...shown.matchAll(/<code>([a-z0-9-]+)<\/code>/g)].map(([, code = '']) => code)
  await letTimePass()
  return { browser, secret, codes }
}

/** A browser that has given the password of somebody, and stands before the second step. */
async function halfway(username: string): Promise<Visitor> {
  const browser = house.browser()
  const answer = await post(browser, '/sign-in', { username, password, next: '/settings' }).expect(303)
  expect(answer.headers.location).toBe('/sign-in/code?next=%2Fsettings')
  await browser.get('/settings').expect(303)
  return browser
}

const stepWith = (browser: Visitor, fields: Record<string, string>) =>
  post(browser, '/sign-in/code', { next: '/settings', ...fields })

describe('turning the second step on', () => {
  it('shows the secret as a picture and as text, and takes a code before anything is on', async () => {
    const browser = await person(house, 'ada')
    await post(browser, '/settings/two-factor/set-up', { password }).expect(303)
    const page = await browser.get('/settings/two-factor/set-up').expect(200).expect('Cache-Control', 'no-store')
    expect(page.text).toMatch(/<svg class="qr" viewBox="0 0 \d+ \d+" role="img"/)
    expect(page.text).not.toContain('data:')
    await post(house.client(), '/sign-in', { username: 'ada', password }).expect(200)
    await post(browser, '/settings/two-factor/confirm', { code: '000000' }).expect(
      422,
      /not the code that the app shows/,
    )
    await post(house.client(), '/sign-in', { username: 'ada', password }).expect(200)
  })

  it('shows ten recovery codes, once, and keeps but their hashes', async () => {
    const { browser, codes } = await careful('bea')
    expect(new Set(codes).size).toBe(10)
    expect((await browser.get('/settings/two-factor').expect(200)).text).toContain('10 of 10 recovery codes')
    await browser.get('/settings/two-factor/set-up').expect(303)
    const kept = await rows<{ kept: string }>(
      house.db,
      sql`select encode(code_hash, 'escape') as kept from recovery_codes`,
    )
    for (const { kept: text } of kept) for (const code of codes) expect(text).not.toContain(code.slice(0, 9))
  })

  it('asks for the password', async () => {
    const browser = await person(house, 'carl')
    const answer = await post(browser, '/settings/two-factor/set-up', { password: 'wrong password' }).expect(422)
    expect(answer.text).toMatch(/name="password"[^>]*aria-invalid="true"/)
    await browser.get('/settings/two-factor/set-up').expect(303)
  })

  it('takes no code after a quarter of an hour, nor when it is on already', async () => {
    const { browser } = await careful('dora')
    await post(browser, '/settings/two-factor/set-up', { password }).expect(409)
    const late = await person(house, 'late')
    await post(late, '/settings/two-factor/set-up', { password }).expect(303)
    await house.db.raw(
      "update authenticators set created_at = now() - interval '16 minutes' where confirmed_at is null",
    )
    await post(late, '/settings/two-factor/confirm', { code: '000000' }).expect(409)
  })

  it('is JSON for programs', async () => {
    const client = house.client()
    await post(client, '/sign-up', { username: 'program', password }).expect(201)
    const { secret } = (await post(client, '/settings/two-factor/set-up', { password }).expect(201)).body
    const { recoveryCodes } = (await post(client, '/settings/two-factor/confirm', { code: codeOf(secret) })).body
    expect(recoveryCodes).toHaveLength(10)
    await letTimePass()
    const stranger = house.client()
    await post(stranger, '/sign-in', { username: 'program', password }).expect(202, { secondStep: '/sign-in/code' })
    await stranger.get('/settings/two-factor').expect(401)
    await stepWith(stranger, { code: codeOf(secret) }).expect(200, { username: 'program' })
    expect((await stranger.get('/settings/two-factor').expect(200)).body).toEqual({ isOn: true, recoveryCodesLeft: 10 })
  })
})

describe('signing in with a second step', () => {
  it('opens no session before the code, and leads on after it', async () => {
    const { secret } = await careful('eve')
    const before = await rows(house.db, sql`select from sessions`)
    const browser = await halfway('eve')
    expect(await rows(house.db, sql`select from sessions`)).toHaveLength(before.length)
    const page = (await browser.get('/sign-in/code?next=%2Fsettings').expect(200)).text
    expect(page).toMatch(/<input[^>]*name="code"[^>]*autocomplete="one-time-code"/)
    expect(page).toContain('name="next" value="/settings"')
    await stepWith(browser, { code: `${codeOf(secret).slice(0, 3)} ${codeOf(secret).slice(3)}` })
      .expect(303)
      .expect('Location', '/settings')
    await browser.get('/settings').expect(200)
  })

  it.each([-1, 0, 1])('takes the code of a clock that is %i half minutes off', async (off) => {
    const { secret } = await careful(`off${off + 1}`)
    await stepWith(await halfway(`off${off + 1}`), { code: codeOf(secret, off) }).expect(303)
  })

  it.each([-3, 3])('does not take the code of a clock that is %i half minutes off', async (off) => {
    const { secret } = await careful(`far${off + 3}`)
    await stepWith(await halfway(`far${off + 3}`), { code: codeOf(secret, off) }).expect(422)
  })

  it('takes a code once, also of two at once, and not the one that turned it on', async () => {
    const browser = await person(house, 'once')
    await post(browser, '/settings/two-factor/set-up', { password }).expect(303)
    const page = (await browser.get('/settings/two-factor/set-up')).text
    const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(page)?.[1]?.replaceAll(' ', '') ?? ''
    const first = codeOf(secret)
    await post(browser, '/settings/two-factor/confirm', { code: first }).expect(200)
    const again = await stepWith(await halfway('once'), { code: first }).expect(422)
    expect(again.text).toMatch(/was used before|not the code/)
    await letTimePass()
    const rivals = [await halfway('once'), await halfway('once'), await halfway('once')]
    const code = codeOf(secret)
    const statuses = await Promise.all(rivals.map(async (rival) => (await stepWith(rival, { code })).status))
    expect(statuses.sort()).toEqual([303, 422, 422])
  })

  it('takes each recovery code once, however it is typed, also of two at once', async () => {
    const { browser, codes } = await careful('lost')
    const [first = '', second = ''] = codes
    const typed = ` ${first.toUpperCase().replaceAll('-', ' ')} `
    await stepWith(await halfway('lost'), { recoveryCode: typed }).expect(303)
    const again = await stepWith(await halfway('lost'), { recoveryCode: first }).expect(422)
    expect(again.text).toMatch(/name="recoveryCode"[^>]*aria-invalid="true"/)
    const rivals = [await halfway('lost'), await halfway('lost')]
    const statuses = await Promise.all(
      rivals.map(async (rival) => (await stepWith(rival, { recoveryCode: second })).status),
    )
    expect(statuses.sort()).toEqual([303, 422])
    expect((await browser.get('/settings/two-factor')).text).toContain('8 of 10 recovery codes')
  })

  it('takes ten wrong codes a day, of 50 at once, and recovery codes all the same', async () => {
    const { secret, codes } = await careful('guessed')
    const browser = await halfway('guessed')
    const answers = await Promise.all(Array.from({ length: 50 }, () => stepWith(browser, { code: '000000' })))
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(10)
    const refused = await stepWith(browser, { code: codeOf(secret) }).expect(429)
    expect(Number(refused.get('Retry-After'))).toBeGreaterThan(80_000)
    expect(refused.text).toContain('Too many wrong codes. A recovery code or a passkey will do. Try again in 24 hours.')
    await stepWith(browser, { recoveryCode: codes[0] ?? '' }).expect(303)
  })

  it('has to be done within ten minutes, and by whoever gave the password', async () => {
    const { secret } = await careful('slow')
    const browser = await halfway('slow')
    await house.db.raw("update pending_sign_ins set expires_at = now() - interval '1 second'")
    await stepWith(browser, { code: codeOf(secret) }).expect(401, /took too long/)
    await browser.get('/sign-in/code').expect(303).expect('Location', '/sign-in')
    await stepWith(house.browser(), { code: codeOf(secret) }).expect(401)
  })

  it('cannot be finished after the password was changed', async () => {
    const { browser, secret } = await careful('changed')
    const stranger = await halfway('changed')
    await post(browser, '/settings/password', { currentPassword: password, password: 'another good one' }).expect(303)
    await stepWith(stranger, { code: codeOf(secret) }).expect(401)
  })

  it('cannot be used twice', async () => {
    const { secret, codes } = await careful('twice')
    const browser = await halfway('twice')
    const cookie = String((await browser.get('/sign-in/code').expect(200)).request.get('Cookie'))
    await stepWith(browser, { code: codeOf(secret) }).expect(303)
    await stepWith(house.browser(), { recoveryCode: codes[0] ?? '' })
      .set('Cookie', cookie)
      .expect(401)
  })

  it('lets nobody in who waits for an admin to say so', async () => {
    const { secret } = await careful('early')
    const browser = await halfway('early')
    await house.db.raw("update users set approved_at = null where username = 'early'")
    await stepWith(browser, { code: codeOf(secret) }).expect(403, /waits for an admin to let you in/)
    await browser.get('/settings').expect(303)
  })

  it('lets nobody in who is suspended', async () => {
    const { secret } = await careful('bad')
    const browser = await halfway('bad')
    await house.db.raw("update users set suspended_at = now() where username = 'bad'")
    await stepWith(browser, { code: codeOf(secret) }).expect(403, /suspended/)
  })
})

describe('turning the second step off', () => {
  it('takes the password', async () => {
    const { browser, codes } = await careful('done')
    await post(browser, '/settings/two-factor/off', { password: 'wrong password' }).expect(422)
    await halfway('done')
    await post(browser, '/settings/two-factor/off', { password }).expect(303)
    await post(house.client(), '/sign-in', { username: 'done', password }).expect(200)
    expect(codes).toHaveLength(10)
    expect((await browser.get('/settings/two-factor')).text).toContain('Set it up')
  })

  it('is not what new recovery codes do: those of before work no more', async () => {
    const { browser, codes } = await careful('renewed')
    const shown = (await post(browser, '/settings/two-factor/recovery-codes', { password }).expect(200)).text
    const [fresh = ''] = [...shown.matchAll(/<code>([a-z0-9-]+)<\/code>/g)].map(([, code = '']) => code)
    await stepWith(await halfway('renewed'), { recoveryCode: codes[0] ?? '' }).expect(422)
    await stepWith(await halfway('renewed'), { recoveryCode: fresh }).expect(303)
  })
})
