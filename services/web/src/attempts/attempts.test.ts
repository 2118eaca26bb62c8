import { type House, openHouse, person } from '../../test/house.ts'
import { firstRow, sql } from '../db/sql.ts'
import { networkOf, sweepAttempts } from './service.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ withWorker: false, trustProxyHops: 1 })
})
afterAll(() => house.close())

const password = 'correct horse battery'
let addresses = 0
/** Nobody has been there. */
const newAddress = () => `10.1.${++addresses >> 8}.${addresses & 255}`
const signIn = (username: string, given: string, address = newAddress(), visitor = house.client()) =>
  visitor.post('/sign-in').set('X-Forwarded-For', address).type('form').send({ username, password: given })
/** Ten wrong passwords, each from elsewhere. */
async function useUp(username: string): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await signIn(username, 'wrong password').expect(422)
}

describe('guessing the password of one account from many addresses', () => {
  it('ends after ten, with a sentence and the time to wait, whether the name is here or not', async () => {
    await person(house, 'target')
    const refused: unknown[] = []
    for (const name of ['target', 'nobody.here']) {
      await useUp(name)
      const answer = await signIn(name, 'wrong password').expect(429)
      expect(Number(answer.get('Retry-After'))).toBeGreaterThan(800)
      refused.push({ ...answer.body, requestId: '' })
    }
    expect(refused[0]).toEqual(refused[1])
    expect(refused[0]).toMatchObject({
      error: expect.stringMatching(/^Too many wrong passwords for this name\..* Try again in 15 minutes\.$/),
    })
  })

  it('gets no more than ten through of 50 at once', async () => {
    await person(house, 'rushed')
    const answers = await Promise.all(Array.from({ length: 50 }, () => signIn('rushed', 'wrong password')))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 422)).toHaveLength(10)
    expect(statuses.filter((status) => status === 429)).toHaveLength(40)
  })

  it('does not lock out a browser that has signed in there before, and that has ten of its own', async () => {
    const browser = await person(house, 'owner')
    await browser.post('/sign-out').expect(303)
    await useUp('owner')
    await signIn('owner', password).expect(429)
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async () => (await signIn('owner', 'wrong password', newAddress(), browser)).status),
    )
    expect(statuses.filter((status) => status === 422)).toHaveLength(10)
    await signIn('owner', password, newAddress(), browser).expect(429)
    await house.db.raw("update attempts set ends_at = ends_at - interval '16 minutes'")
    await useUp('owner')
    await signIn('owner', password, newAddress(), browser).expect(303)
  })

  it('is not helped by a browser that is known for another account', async () => {
    const other = await person(house, 'stranger')
    await person(house, 'victim')
    await useUp('victim')
    await signIn('victim', password, newAddress(), other).expect(429)
  })

  it('is not helped by the cookie that a browser had before it signed in again', async () => {
    const browser = await person(house, 'rotated')
    const cookie = String((await browser.get('/settings').expect(200)).request.get('Cookie'))
    await signIn('rotated', password, newAddress(), browser).expect(303)
    await useUp('rotated')
    await signIn('rotated', password).set('Cookie', cookie).expect(429)
    await signIn('rotated', password, newAddress(), browser).expect(303)
  })

  it('is forgotten when the time is over', async () => {
    await person(house, 'patient')
    await useUp('patient')
    await signIn('patient', password).expect(429)
    await house.db.raw("update attempts set ends_at = now() - interval '1 second'")
    await signIn('patient', password).expect(200)
    await useUp('patient')
    await signIn('patient', password).expect(429)
  })

  it('is not started anew by somebody who signs in meanwhile', async () => {
    await person(house, 'busy')
    for (let turn = 0; turn < 9; turn += 1) await signIn('busy', 'wrong password').expect(422)
    await signIn('busy', password).expect(200)
    await signIn('busy', 'wrong password').expect(422)
    await signIn('busy', password).expect(429)
  })
})

describe('guessing from one address', () => {
  it('ends after a hundred, whatever the names, and for all of an IPv6 network', async () => {
    await person(house, 'neighbour')
    const tries = Array.from({ length: 100 }, (_, turn) =>
      signIn(`guessed${turn % 2}`, 'wrong password', `2001:db8:0:7::${turn.toString(16)}`),
    )
    expect((await Promise.all(tries)).filter(({ status }) => status === 422)).toHaveLength(20)
    const refused = await signIn('neighbour', password, '2001:db8:0:7:ffff:1:2:3').expect(429)
    expect(refused.body.error).toMatch(/^Too many sign-ins have failed at your address\. Try again in 15 minutes\.$/)
    await signIn('neighbour', password, '2001:db8:0:8::1').expect(200)
  })

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
    ['', ''],
  ])('counts %s as %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})

describe('what is counted', () => {
  it('is swept when its time is over, and not before', async () => {
    await signIn('swept', 'wrong password').expect(422)
    await sweepAttempts(house.db)
    const count = async () => (await firstRow<{ n: number }>(house.db, sql`select count(*)::int as n from attempts`))?.n
    expect(await count()).toBeGreaterThan(0)
    await house.db.raw("update attempts set ends_at = now() - interval '1 second'")
    await sweepAttempts(house.db)
    expect(await count()).toBe(0)
  })

  it('shows in the form for browsers, with what was typed', async () => {
    await useUp('typed')
    const answer = await signIn('typed', 'wrong password', newAddress(), house.browser()).expect(429)
    expect(answer.get('Retry-After')).toMatch(/^\d+$/)
    expect(answer.text).toMatch(/<input[^>]*name="password"[^>]*aria-invalid="true"/)
    expect(answer.text).toContain('value="typed"')
    expect(answer.text).toContain('Too many wrong passwords for this name.')
  })
})
