import { Secret, TOTP } from 'otpauth'
import { newAuthenticator } from '../../test/authenticator.ts'
import { type House, openHouse, person } from '../../test/house.ts'
import { rows, sql } from '../db/sql.ts'
import { sweepChallenges } from './service.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ withWorker: false })
})
afterAll(() => house.close())

const password = 'correct horse battery'
const host = 'gramstack.test'
const origin = `http://${host}`
type Visitor = ReturnType<House['browser']>
type Authenticator = ReturnType<typeof newAuthenticator>

const post = (visitor: Visitor, path: string, fields: Record<string, string> = {}) =>
  visitor.post(path).set('Host', host).type('form').send(fields)

/** What a browser is to be asked, for a passkey to add or to sign in with. */
const optionsFor = async (visitor: Visitor, path: string, fields: Record<string, string> = {}) =>
  (await post(visitor, `${path}/options`, fields).expect(200)).body

async function add(browser: Visitor, authenticator: Authenticator, name = 'Phone') {
  const credential = authenticator.create(await optionsFor(browser, '/settings/passkeys', { password }))
  return post(browser, '/settings/passkeys', { name, credential })
}

/** Somebody with a passkey. */
async function holder(username: string) {
  const browser = await person(house, username)
  const authenticator = newAuthenticator(origin)
  await (await add(browser, authenticator)).request
  return { browser, authenticator }
}

describe('adding a passkey', () => {
  it('asks for the password, and for one that is found without a name and asks who is there', async () => {
    const browser = await person(house, 'ada')
    await post(browser, '/settings/passkeys/options', { password: 'wrong password' }).expect(422, /not your password/)
    const options = await optionsFor(browser, '/settings/passkeys', { password })
    expect(options).toMatchObject({
      rp: { id: host, name: 'Gramstack' },
      user: { name: 'ada' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
  })

  it('lists it with its name, and removes it, after which it lets nobody in', async () => {
    const { browser, authenticator } = await holder('bea')
    const page = (await browser.get('/settings/passkeys').expect(200)).text
    expect(page).toMatch(/<strong>Phone<\/strong>.*gramstack\.test.*not used yet/s)
    const [{ id }] = (await browser.get('/settings/passkeys').set('Accept', '*/*').expect(200)).body
    const visitor = house.browser()
    const credential = authenticator.get(await optionsFor(visitor, '/sign-in/passkey'))
    await browser.post(`/settings/passkeys/${id}/remove`).expect(303)
    await post(visitor, '/sign-in/passkey', { credential }).expect(422)
    await browser.post(`/settings/passkeys/${id}/remove`).expect(404)
  })

  it('cannot remove that of another', async () => {
    const { browser } = await holder('carl')
    const [{ id }] = (await browser.get('/settings/passkeys').set('Accept', '*/*')).body
    await (await person(house, 'dora')).post(`/settings/passkeys/${id}/remove`).expect(404)
    expect((await browser.get('/settings/passkeys').set('Accept', '*/*')).body).toHaveLength(1)
  })

  it('offers those that are here to be left out, and takes none twice', async () => {
    const { browser, authenticator } = await holder('eve')
    const options = await optionsFor(browser, '/settings/passkeys', { password })
    expect(options.excludeCredentials).toEqual([expect.objectContaining({ id: authenticator.id })])
    await post(browser, '/settings/passkeys', { name: 'Again', credential: authenticator.create(options) }).expect(409)
  })

  it.each([
    ['for another host', { rpId: 'evil.example' }],
    ['made in a page of another site', { origin: 'https://evil.example' }],
    ['made in a page of another port', { origin: `${origin}:8080` }],
    ['that asked nobody who they are', { isVerified: false }],
    ['that brings certificates', { format: 'tpm' }],
  ])('refuses one %s', async (_what, lies) => {
    const browser = await person(house)
    const credential = newAuthenticator(origin).create(
      await optionsFor(browser, '/settings/passkeys', { password }),
      lies,
    )
    await post(browser, '/settings/passkeys', { name: 'Phone', credential }).expect(422, /does not fit/)
    expect((await browser.get('/settings/passkeys').set('Accept', '*/*')).body).toEqual([])
  })

  it('refuses one that was asked of another browser, too long ago, or before', async () => {
    const browser = await person(house, 'fred')
    const other = await person(house, 'gina')
    const options = await optionsFor(browser, '/settings/passkeys', { password })
    const foreign = newAuthenticator(origin).create(options)
    await post(other, '/settings/passkeys', { name: 'Foreign', credential: foreign }).expect(422)
    await post(browser, '/settings/passkeys', { name: 'Mine', credential: foreign }).expect(303)
    await post(browser, '/settings/passkeys', {
      name: 'Replayed',
      credential: newAuthenticator(origin).create(options),
    }).expect(422)
    const late = newAuthenticator(origin).create(await optionsFor(browser, '/settings/passkeys', { password }))
    await house.db.raw("update passkey_challenges set expires_at = now() - interval '1 second'")
    await post(browser, '/settings/passkeys', { name: 'Late', credential: late }).expect(422)
    const unasked = newAuthenticator(origin).create({ challenge: 'bWFkZSB1cA' })
    await post(browser, '/settings/passkeys', { name: 'Unasked', credential: unasked }).expect(422)
  })

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['null', 'null'],
    ['a list', '[]'],
    ['an empty object', '{}'],
    [
      'a credential of odd fields',
      JSON.stringify({
        id: 'a',
        rawId: 'a',
        type: 'public-key',
        response: { clientDataJSON: 'e30', attestationObject: 'oA' },
      }),
    ],
  ])('hears a sentence for %s', async (_what, credential) => {
    const browser = await person(house)
    const answer = await post(browser, '/settings/passkeys', { name: 'Phone', credential }).expect(422)
    expect(answer.text).toMatch(/Try again\.|Passkeys need JavaScript\./)
    await post(house.client(), '/sign-in/passkey', { credential }).expect(422)
  })

  it('wants a name of at most 50 characters, and keeps what was typed', async () => {
    const browser = await person(house, 'hal')
    const name = 'n'.repeat(51)
    const answer = await post(browser, '/settings/passkeys', { name, credential: '{}' }).expect(422)
    expect(answer.text).toMatch(/name="name"[^>]*aria-invalid="true"/)
    expect(answer.text).toContain(`value="${name}"`)
  })

  it('has an end at twenty', async () => {
    const browser = await person(house, 'many')
    await house.db.raw(
      `insert into passkeys (user_id, name, credential_id, public_key, rp_id, sign_count)
       select id, 'Phone', 'made-up-' || n, '', '${host}', 0 from users, generate_series(1, 20) as n where username = 'many'`,
    )
    expect((await add(browser, newAuthenticator(origin))).status).toBe(409)
  })

  it('is for those who are signed in', async () => {
    await post(house.client(), '/settings/passkeys/options', { password }).expect(401)
    await post(house.client(), '/settings/passkeys', { name: 'Phone', credential: '{}' }).expect(401)
  })
})

describe('signing in with a passkey alone', () => {
  const come = async (visitor: Visitor, authenticator: Authenticator, lies = {}) =>
    post(visitor, '/sign-in/passkey', {
      credential: authenticator.get(await optionsFor(visitor, '/sign-in/passkey'), lies),
      next: '/settings',
    })

  it('names nobody, opens a session and leads on', async () => {
    const { authenticator, browser: owner } = await holder('ida')
    const browser = house.browser()
    const options = await optionsFor(browser, '/sign-in/passkey')
    expect(options).toMatchObject({ rpId: host, userVerification: 'required', allowCredentials: [] })
    await post(browser, '/sign-in/passkey', { credential: authenticator.get(options), next: '/settings' })
      .expect(303)
      .expect('Location', '/settings')
    await browser.get('/settings').expect(200)
    expect((await owner.get('/settings/passkeys')).text).toMatch(/last used/)
  })

  it('takes each answer once, also of two at once', async () => {
    const { authenticator } = await holder('jon')
    const visitor = house.browser()
    const credential = authenticator.get(await optionsFor(visitor, '/sign-in/passkey'))
    const statuses = await Promise.all(
      [1, 2, 3].map(async () => (await post(visitor, '/sign-in/passkey', { credential })).status),
    )
    expect(statuses.sort()).toEqual([303, 422, 422])
    await post(visitor, '/sign-in/passkey', { credential }).expect(422)
  })

  it('takes no answer to what another browser was asked, or too long ago', async () => {
    const { authenticator } = await holder('kim')
    const [mine, other] = [house.browser(), house.browser()]
    await optionsFor(other, '/sign-in/passkey')
    const credential = authenticator.get(await optionsFor(mine, '/sign-in/passkey'))
    await post(other, '/sign-in/passkey', { credential }).expect(422)
    await house.db.raw("update passkey_challenges set expires_at = now() - interval '1 second'")
    await post(mine, '/sign-in/passkey', { credential }).expect(422, /does not fit, or it took too long/)
    await mine.get('/settings').expect(303)
  })

  it.each([
    ['from a page of another site', { origin: 'https://evil.example' }],
    ['for another host', { rpId: 'evil.example' }],
    ['that asked nobody who they are', { isVerified: false }],
    ['whose count has not risen, as of a copy', { count: 1 }],
  ])('takes no answer %s', async (_what, lies) => {
    const { authenticator } = await holder(`liar${Object.keys(lies)}`.toLowerCase())
    expect((await come(house.browser(), authenticator, lies)).status).toBe(422)
    expect((await come(house.browser(), authenticator)).status).toBe(303)
  })

  it('takes no answer by another key', async () => {
    const { authenticator } = await holder('lea')
    const visitor = house.browser()
    const forged = JSON.parse(newAuthenticator(origin).get(await optionsFor(visitor, '/sign-in/passkey')))
    Object.assign(forged, { id: authenticator.id, rawId: authenticator.id })
    await post(visitor, '/sign-in/passkey', { credential: JSON.stringify(forged) }).expect(422)
  })

  it('is not fooled by a request that names another host', async () => {
    const { authenticator } = await holder('mia')
    const visitor = house.browser()
    const at = (path: string, fields = {}) => visitor.post(path).set('Host', 'evil.example').type('form').send(fields)
    const options = (await at('/sign-in/passkey/options').expect(200)).body
    expect(options.rpId).toBe('evil.example')
    // A browser hands the passkey out to its own host alone; should somebody get hold of an answer for it, it is worth nothing elsewhere.
    await at('/sign-in/passkey', { credential: authenticator.get(options) }).expect(422)
    const lies = { origin: 'http://evil.example', rpId: 'evil.example' }
    const again = (await at('/sign-in/passkey/options').expect(200)).body
    await at('/sign-in/passkey', { credential: authenticator.get(again, lies) }).expect(422)
  })

  it('works where passwords are refused for too many tries, and takes no second step', async () => {
    const { authenticator, browser } = await holder('ned')
    await post(browser, '/settings/two-factor/set-up', { password }).expect(303)
    await house.db.raw('update authenticators set confirmed_at = now()')
    for (let turn = 0; turn < 11; turn += 1)
      await post(house.client(), '/sign-in', { username: 'ned', password: 'wrong' })
    await post(house.client(), '/sign-in', { username: 'ned', password }).expect(429)
    expect((await come(house.browser(), authenticator)).status).toBe(303)
  })

  it('lets nobody in who waits for an admin to say so', async () => {
    const { authenticator } = await holder('early')
    await house.db.raw("update users set approved_at = null where username = 'early'")
    const browser = house.browser()
    const answer = await come(browser, authenticator)
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('waits for an admin to let you in')
    await browser.get('/settings').expect(303)
  })

  it('lets nobody in who is suspended', async () => {
    const { authenticator } = await holder('out')
    await house.db.raw("update users set suspended_at = now() where username = 'out'")
    expect((await come(house.client(), authenticator)).status).toBe(403)
  })

  it('is offered on the page, which asks only our own server for its script', async () => {
    const page = (await house.browser().get('/sign-in').expect(200)).text
    expect(page).toMatch(/<form[^>]*action="\/sign-in\/passkey"[^>]*hidden/)
    expect(page).toMatch(/<input[^>]*name="username"[^>]*autocomplete="username webauthn"/)
    const script = /<script type="module" src="(\/[^"]*passkeys[^"]*)">/.exec(page)?.[1] ?? ''
    const { headers, text } = await house.client().get(script).expect(200)
    expect(headers['content-type']).toMatch(/javascript/)
    expect(text).toContain('navigator.credentials')
    await house.client().get('/client/nope.js').expect(404)
    await house.client().get('/client/..%2fstatic.js').expect(404)
  })
})

describe('a passkey as the second step', () => {
  /** Somebody with a password, an app and a passkey; and a browser that has given the password. */
  async function halfway(username: string) {
    const { authenticator, browser } = await holder(username)
    const { secret } = (
      await browser.post('/settings/two-factor/set-up').set('Accept', '*/*').type('form').send({ password }).expect(201)
    ).body
    const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate()
    await post(browser, '/settings/two-factor/confirm', { code }).expect(200)
    const visitor = house.browser()
    await post(visitor, '/sign-in', { username, password }).expect(303)
    return { authenticator, visitor }
  }

  it('does instead of a code, if it is that person’s', async () => {
    const { authenticator, visitor } = await halfway('pia')
    expect((await visitor.get('/sign-in/code').expect(200)).text).toContain('action="/sign-in/code/passkey"')
    const options = await optionsFor(visitor, '/sign-in/code/passkey')
    expect(options.allowCredentials).toEqual([expect.objectContaining({ id: authenticator.id })])
    await post(visitor, '/sign-in/code/passkey', { credential: authenticator.get(options) }).expect(303)
    await visitor.get('/settings').expect(200)
  })

  it('is none of somebody else’s', async () => {
    const { visitor } = await halfway('quin')
    const { authenticator: other } = await holder('rob')
    const credential = other.get(await optionsFor(visitor, '/sign-in/code/passkey'))
    await post(visitor, '/sign-in/code/passkey', { credential }).expect(422)
    await visitor.get('/settings').expect(303)
  })

  it('is not asked for without the password', async () => {
    await post(house.client(), '/sign-in/code/passkey/options').expect(401)
  })
})

it('challenges are swept when their time is over', async () => {
  await optionsFor(house.browser(), '/sign-in/passkey')
  await house.db.raw("update passkey_challenges set expires_at = now() - interval '1 second'")
  await sweepChallenges(house.db)
  expect(await rows(house.db, sql`select from passkey_challenges`)).toEqual([])
})
