import { createRequire } from 'node:module'
import { jest } from '@jest/globals'
import { hash } from '@node-rs/argon2'
import type { House } from '../../test/house.ts'
import { firstRow, sql } from '../db/sql.ts'

/** The real library, and how often it was asked to work. */
const work = { hashes: 0, checks: 0 }
const argon2 = createRequire(import.meta.url)('@node-rs/argon2') as typeof import('@node-rs/argon2')
jest.unstable_mockModule('@node-rs/argon2', () => ({
  ...argon2,
  hash: (...given: Parameters<typeof argon2.hash>) => {
    work.hashes += 1
    return argon2.hash(...given)
  },
  verify: (...given: Parameters<typeof argon2.verify>) => {
    work.checks += 1
    return argon2.verify(...given)
  },
}))
const { openHouse, person } = await import('../../test/house.ts')

let house: House
beforeAll(async () => {
  house = await openHouse({ withWorker: false })
})
afterAll(() => house.close())

const password = 'correct horse battery'
const hashOf = async (username: string) =>
  (
    await firstRow<{ password_hash: string }>(
      house.db,
      sql`select password_hash from users where username = ${username}`,
    )
  )?.password_hash ?? ''
const signIn = (username: string, given: string) =>
  house.client().post('/sign-in').type('form').send({ username, password: given })

describe('a password', () => {
  it.each([
    ['that many have', 'iloveyou', 'Too many people have this password'],
    ['that many have, in capitals', 'ILoveYou', 'Too many people have this password'],
    ['that is what this place is called', 'Gramstack-2026', 'Too many people have this password'],
    ['that is the name', 'somebody.new', 'something else than the name'],
    ['of 257 characters', 'ä'.repeat(257), 'at most 256'],
  ])('%s is refused at sign-up, beside its field', async (_what, given, complaint) => {
    const answer = await house
      .browser()
      .post('/sign-up')
      .type('form')
      .send({ username: 'somebody.new', password: given })
      .expect(422)
    expect(answer.text).toContain(complaint)
    expect(answer.text).toMatch(/<input[^>]*name="password"[^>]*aria-invalid="true"/)
  })

  it('may have 256 characters, whatever they are', async () => {
    const long = '🐎'.repeat(128)
    await house.client().post('/sign-up').type('form').send({ username: 'long', password: long }).expect(201)
    await signIn('long', long).expect(200)
    await signIn('long', long.slice(2)).expect(422)
  })

  it('that was kept at lower figures is kept at today’s after the next sign-in, and still lets in', async () => {
    await person(house, 'early')
    const old = await hash(password, { memoryCost: 8192, timeCost: 1, parallelism: 1 })
    await house.db.raw('update users set password_hash = ? where username = ?', [old, 'early'])
    await signIn('early', 'not this one').expect(422)
    expect(await hashOf('early')).toBe(old)
    await signIn('early', password).expect(200)
    const now = await hashOf('early')
    expect(now).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    await signIn('early', password).expect(200)
    expect(await hashOf('early')).toBe(now)
  })

  it('costs the same work to check for a name that is here as for one that is not', async () => {
    await person(house, 'present')
    const workOf = async (username: string) => {
      Object.assign(work, { hashes: 0, checks: 0 })
      await signIn(username, 'wrong password').expect(422)
      return { ...work }
    }
    expect(await workOf('present')).toEqual({ hashes: 0, checks: 1 })
    expect(await workOf('nobody')).toEqual({ hashes: 0, checks: 1 })
  })

  it('is not worked on once there were too many tries', async () => {
    for (let turn = 0; turn < 10; turn += 1) await signIn('tried', 'wrong password').expect(422)
    work.checks = 0
    await signIn('tried', 'wrong password').expect(429)
    expect(work.checks).toBe(0)
  })
})

describe('changing a password', () => {
  const change = (browser: Awaited<ReturnType<typeof person>>, currentPassword: string, given: string) =>
    browser.post('/settings/password').type('form').send({ currentPassword, password: given })

  it('takes the one of now, and signs out all others, on every replica', async () => {
    const ada = await person(house, 'ada')
    const other = house.browser()
    await other.post('/sign-in').type('form').send({ username: 'ada', password }).expect(303)
    await change(ada, password, 'another good one').expect(303).expect('Location', '/settings?saved')
    await ada.get('/settings').expect(200)
    await other.get('/settings').expect(303)
    await signIn('ada', password).expect(422)
    await signIn('ada', 'another good one').expect(200)
  })

  it('forgets the browsers that were known, but for this one', async () => {
    const bea = await person(house, 'bea')
    const other = house.browser()
    await other.post('/sign-in').type('form').send({ username: 'bea', password }).expect(303)
    await change(bea, password, 'another good one').expect(303)
    for (let turn = 0; turn < 10; turn += 1) await signIn('bea', 'wrong password').expect(422)
    const come = (browser: ReturnType<House['browser']>) =>
      browser.post('/sign-in').type('form').send({ username: 'bea', password: 'another good one' })
    await come(other).expect(429)
    await bea.post('/sign-out').expect(303)
    await come(bea).expect(303)
  })

  it.each([
    ['a wrong one for that of now', 'wrong password', 'another good one', 'currentPassword', 'not your password'],
    ['a common one', password, 'football1', 'password', 'Too many people'],
    ['a short one', password, 'short', 'password', '8 characters'],
    ['the name', password, 'the.namesake', 'password', 'something else than the name'],
  ])('with %s changes nothing, and says so beside the field', async (_what, current, given, field, complaint) => {
    const namesake = house.browser()
    const send = { username: 'the.namesake', password }
    const up = await namesake.post('/sign-up').type('form').send(send)
    if (up.status !== 303) await namesake.post('/sign-in').type('form').send(send).expect(303)
    const answer = await change(namesake as never, current, given).expect(422)
    expect(answer.text).toMatch(new RegExp(`name="${field}"[^>]*aria-invalid="true"`))
    expect(answer.text).toContain(complaint)
    await signIn('the.namesake', password).expect(200)
  })

  it('is refused after ten wrong ones, also from 50 at once, and tells when to come back', async () => {
    const carl = await person(house, 'carl')
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => change(carl, 'wrong password', 'another good one')),
    )
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 422)).toHaveLength(10)
    expect(statuses.filter((status) => status === 429)).toHaveLength(40)
    const refused = await change(carl, password, 'another good one').expect(429)
    expect(Number(refused.get('Retry-After'))).toBeGreaterThan(800)
    expect(refused.text).toMatch(/Too many wrong passwords\. Try again in 15 minutes\./)
  })
})
