import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { firstRow, sql } from '../db/sql.ts'
import { nameDevice } from './device-name.ts'
import { sweepSessions } from './service.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ withWorker: false })
})
afterAll(() => house.close())

const password = 'correct horse battery'
const firefox = 'Mozilla/5.0 (Android 16; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0'

/** Signs in with one more browser. */
async function another(username: string, userAgent = firefox) {
  const browser = house.browser()
  await browser.post('/sign-in').set('User-Agent', userAgent).type('form').send({ username, password }).expect(303)
  return browser
}

interface Listed {
  id: string
  device: string
  isThisOne: boolean
}
const listOf = async (browser: ReturnType<House['browser']>): Promise<Listed[]> =>
  (await browser.get('/settings/sessions').set('Accept', 'application/json').expect(200)).body

describe('somebody who is signed in', () => {
  it('sees where, with this one marked, and no token', async () => {
    const here = await person(house, 'ada')
    await another('ada')
    const page = (await here.get('/settings/sessions').expect(200)).text
    expect(page).toContain('Firefox on Android')
    expect(page.match(/this one/g)).toHaveLength(1)
    expect(page.match(/Signed in <time/g)).toHaveLength(2)
    expect((await listOf(here)).map(({ isThisOne }) => isThisOne).sort()).toEqual([false, true])
  })

  it('ends one, which is out at its next request, and the others are not', async () => {
    const here = await person(house, 'bea')
    const phone = await another('bea')
    const tablet = await another('bea', 'Mozilla/5.0 (iPad; CPU OS 18_0) Version/18.0 Safari/605.1')
    const { id } = (await listOf(here)).find(({ device }) => device === 'Safari on iPad') as Listed
    await here.post(`/settings/sessions/${id}/end`).expect(303).expect('Location', '/settings/sessions')
    await tablet.get('/settings').expect(303)
    await phone.get('/settings').expect(200)
    await here.get('/settings').expect(200)
    await here.post(`/settings/sessions/${id}/end`).expect(404)
  })

  it('ends all others', async () => {
    const here = await person(house, 'carl')
    const others = [await another('carl'), await another('carl')]
    await here.post('/settings/sessions/end-others').expect(303)
    for (const other of others) await other.get('/settings').expect(303)
    expect(await listOf(here)).toHaveLength(1)
  })

  it('ends this one, and is led home', async () => {
    const here = await person(house, 'dora')
    const [{ id }] = (await listOf(here)) as [Listed]
    const answer = await here.post(`/settings/sessions/${id}/end`).expect(303).expect('Location', '/')
    expect(String(answer.get('Set-Cookie'))).toMatch(/gramstack=;/)
    await here.get('/settings').expect(303)
  })

  it('cannot see or end those of others', async () => {
    const eve = await person(house, 'eve')
    const fred = await person(house, 'fred')
    const [{ id }] = (await listOf(fred)) as [Listed]
    expect((await listOf(eve)).map((session) => session.id)).not.toContain(id)
    await eve.post(`/settings/sessions/${id}/end`).expect(404)
    for (const odd of ['0', 'x', '-1', '9'.repeat(19), '9'.repeat(40), '%00']) {
      await eve.post(`/settings/sessions/${odd}/end`).expect(404)
    }
    await fred.get('/settings').expect(200)
  })

  it('has no session left over after signing in twice with one browser', async () => {
    const browser = await person(house, 'gina')
    await browser.post('/sign-in').type('form').send({ username: 'gina', password }).expect(303)
    expect(await listOf(browser)).toHaveLength(1)
  })

  it('hears 204 without a page, and a visitor 401', async () => {
    const api = await apiPerson(house, 'hal')
    await api.post('/settings/sessions/end-others').expect(204)
    await house.client().get('/settings/sessions').expect(401)
    await house.client().post('/settings/sessions/end-others').expect(401)
  })
})

describe('a browser', () => {
  it.each([
    [firefox, 'Firefox on Android'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36 Edg/142.0',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15',
      'Safari on macOS',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/142.0 Mobile/15E148 Safari/604.1',
      'Chrome on iPhone',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15; SM-S931B) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36',
      'Samsung Internet on Android',
    ],
    ['Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/142.0.0.0 Safari/537.36', 'Chrome on ChromeOS'],
    ['curl/8.14.1', 'curl'],
    ['Tusky/27.0 Android/16', 'Tusky on Android'],
    ['Mozilla/5.0', 'Unknown browser'],
    ['', 'Unknown browser'],
    ['<b>"', 'Unknown browser'],
  ])('that calls itself %s is shown as %s', (userAgent, name) => {
    expect(nameDevice(userAgent)).toBe(name)
  })
})

it('a session that is in use lasts, but for no longer than a year', async () => {
  const browser = await person(house, 'faithful')
  const end = async () => {
    await house.db.raw("update sessions set last_used_at = now() - interval '2 hours'")
    await browser.get('/settings').expect(200)
    const row = await firstRow<{ days: number }>(
      house.db,
      sql`
        select round(extract(epoch from expires_at - now()) / 86400)::int as days
        from sessions join users on users.id = user_id where username = 'faithful'`,
    )
    return row?.days
  }
  expect(await end()).toBe(90)
  await house.db.raw("update sessions set created_at = now() - interval '1 year' + interval '20 days'")
  expect(await end()).toBe(20)
  await house.db.raw(
    "update sessions set created_at = now() - interval '1 year', last_used_at = now() - interval '2 hours'",
  )
  await browser.get('/settings')
  await browser.get('/settings').set('Accept', 'application/json').expect(401)
})

it('what has expired is swept', async () => {
  await person(house, 'past')
  await house.db.raw("update sessions set expires_at = now() - interval '1 second'")
  await house.db.raw("update known_devices set expires_at = now() - interval '1 second'")
  await person(house, 'present')
  await sweepSessions(house.db)
  expect(
    await firstRow(
      house.db,
      sql`select (select count(*) from sessions)::int as sessions, (select count(*) from known_devices)::int as devices`,
    ),
  ).toEqual({ sessions: 1, devices: 1 })
})
