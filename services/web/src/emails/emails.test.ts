import { type House, openHouse, person } from '../../test/house.ts'
import { type MailServer, openMailServer } from '../../test/mail-server.ts'
import { firstRow, rows, sql } from '../db/sql.ts'

let house: House
let server: MailServer
beforeAll(async () => {
  server = await openMailServer()
  house = await openHouse(server.settings())
})
afterAll(async () => {
  await house.close()
  await server.close()
})

const password = 'correct horse battery'
type Browser = Awaited<ReturnType<typeof person>>

const give = (browser: Browser, email: string, more: Record<string, string> = {}) =>
  browser
    .post('/settings/email')
    .type('form')
    .send({ email, password, ...more })

const tokenOf = (path: string) => new URLSearchParams(path.split('?')[1]).get('token') ?? ''
const confirm = (path: string) =>
  house
    .browser()
    .post('/confirm-email')
    .type('form')
    .send({ token: tokenOf(path) })

/** Somebody with a confirmed address. */
async function reachable(email: string): Promise<Browser> {
  const browser = await person(house)
  await give(browser, email).expect(303)
  await confirm((await server.next(email, 'Confirm', `@${browser.username}.`)).path).expect(200)
  return browser
}

describe('an e-mail address', () => {
  it('counts once the link that was sent to it is followed, and its button pressed', async () => {
    const ada = await person(house)
    await give(ada, 'Ada@Mail.Example').expect(303).expect('Location', '/settings/email?sent')
    expect((await ada.get('/settings/email?sent')).text).toMatch(/on its way to .*Ada@mail.example/)
    const { path, source } = await server.next('Ada@mail.example')
    expect(source).toContain(`@${ada.username}`)
    // Programs that look through mail open links.
    const page = await house.browser().get(path).expect(200)
    expect(page.text).toMatch(/Is .*Ada@mail.example.* the address of @/)
    await house.browser().get(path).expect(200)
    expect((await ada.get('/settings/email')).text).toContain('Not confirmed yet')
    expect((await confirm(path).expect(200)).text).toContain('is the address of')
    expect((await ada.get('/settings/email')).text).not.toContain('Not confirmed yet')
    await confirm(path).expect(404)
    await house.browser().get(path).expect(404)
  })

  it('is kept as a hash of its link only', async () => {
    const browser = await person(house)
    await give(browser, 'hash@mail.example').expect(303)
    const token = tokenOf((await server.next('hash@mail.example')).path)
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    for (const table of ['email_confirmations', 'email_addresses', 'jobs.job'])
      expect(
        JSON.stringify(await rows(house.db, sql`select ${{ text: `x from ${table} x`, values: [] }}`)),
      ).not.toContain(token)
  })

  it('is not confirmed by a link of yesterday, of another address, or made up', async () => {
    const browser = await person(house)
    await give(browser, 'first@mail.example').expect(303)
    const { path: first } = await server.next('first@mail.example')
    await give(browser, 'second@mail.example').expect(303)
    const { path: second } = await server.next('second@mail.example')
    await confirm(first).expect(404)
    await house.db.raw("update email_confirmations set expires_at = now() - interval '1 second'")
    await confirm(second).expect(404)
    for (const token of ['', 'x', 'a'.repeat(43), 'a'.repeat(101), '%00'])
      expect((await confirm(`?token=${token}`)).status).toBeGreaterThanOrEqual(404)
    expect((await browser.get('/settings/email')).text).toContain('Not confirmed yet')
  })

  it('is confirmed once by ten who press the button at once', async () => {
    const browser = await person(house)
    await give(browser, 'rush@mail.example').expect(303)
    const { path } = await server.next('rush@mail.example')
    const answers = await Promise.all(Array.from({ length: 10 }, () => confirm(path)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(404)])
  })

  it('takes the place of an old one, which is told', async () => {
    const browser = await reachable('old@mail.example')
    await give(browser, 'new@mail.example').expect(303)
    expect((await browser.get('/settings/email')).text).toMatch(/old@mail.example.*The old address counts until/s)
    await confirm((await server.next('new@mail.example')).path).expect(200)
    expect((await server.next('old@mail.example', 'was changed')).source).toContain(`@${browser.username}`)
    const page = (await browser.get('/settings/email')).text
    expect([page.includes('new@mail.example'), page.includes('old@mail.example')]).toEqual([true, false])
  })

  it('can be removed, with the password, and is told', async () => {
    const browser = await reachable('leaving@mail.example')
    const remove = (given: string) => browser.post('/settings/email/remove').type('form').send({ password: given })
    expect((await remove('wrong').expect(422)).text).toContain('That is not your password.')
    await remove(password).expect(303)
    expect((await browser.get('/settings/email')).text).toContain('You have given none')
    await server.next('leaving@mail.example', 'was changed')
  })

  it('needs the password', async () => {
    const browser = await person(house)
    const answer = await give(browser, 'wrong@mail.example', { password: 'not mine' }).expect(422)
    expect(answer.text).toMatch(/name="password"[^>]*aria-invalid="true"/)
    expect(answer.text).toContain('value="wrong@mail.example"')
    await house.client().post('/settings/email').type('form').send({ email: 'a@b.example', password }).expect(401)
  })

  it('takes ten wrong passwords and no more', async () => {
    const browser = await person(house)
    const tries = await Promise.all(
      Array.from({ length: 11 }, () => give(browser, 'x@mail.example', { password: 'no' })),
    )
    expect(tries.map(({ status }) => status).sort()).toEqual([...Array(10).fill(422), 429])
    await give(browser, 'x@mail.example').expect(429)
  })

  it.each([
    '',
    'ada',
    'ada@',
    '@mail.example',
    'a b@mail.example',
    'ada@mail',
    'ada@mail.example\nBcc: eve@mail.example',
    'ada@mail.example, eve@mail.example',
    '"ada"<ada@mail.example>',
    `${'a'.repeat(65)}@mail.example`,
    `ada@${'a.'.repeat(130)}example`,
    'ada@mail.example\0',
    'x'.repeat(5000),
  ])('is not "%s"', async (email) => {
    const browser = await person(house)
    const answer = await give(browser, email).expect(422)
    expect(answer.text).toMatch(/name="email"[^>]*aria-invalid="true"/)
  })

  it('may have a domain in any script', async () => {
    const browser = await person(house)
    await give(browser, 'ada@bücher.example').expect(303)
    // As the server reads what stands on the wire: xn--bcher-kva.example.
    await server.next('ada@bücher.example')
  })
})

describe('an address that somebody else names', () => {
  it('stays its owner’s, who is told; whoever named it learns nothing', async () => {
    const owner = await reachable('mine@mail.example')
    const other = await person(house)
    const answer = await give(other, 'MINE@mail.example').expect(303)
    const free = await give(await person(house), 'free@mail.example').expect(303)
    expect([answer.headers.location, answer.text]).toEqual([free.headers.location, free.text])
    const { source } = await server.next('mine@mail.example', 'Somebody named')
    expect(source).toContain(`@${owner.username}`)
    expect(source).not.toContain('confirm-email')
  })

  it('cannot be kept from its owner by naming it first', async () => {
    const squatter = await person(house)
    await give(squatter, 'wanted@mail.example').expect(303)
    await reachable('wanted@mail.example')
    expect((await squatter.get('/settings/email')).text).toContain('Not confirmed yet')
  })

  it('becomes one person’s where two have its links and follow them at once', async () => {
    const paths = []
    for (const browser of [await person(house), await person(house)]) {
      await give(browser, 'both@mail.example').expect(303)
      paths.push((await server.next('both@mail.example', 'Confirm', `@${browser.username}.`)).path)
    }
    const statuses = (await Promise.all(paths.map(confirm))).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 409])
    expect(
      await firstRow(
        house.db,
        sql`select count(*)::int as n from email_addresses where comparable = 'both@mail.example' and confirmed_at is not null`,
      ),
    ).toEqual({ n: 1 })
  })

  it('is written to five times an hour', async () => {
    const statuses = []
    for (let index = 0; index < 6; index += 1)
      statuses.push((await give(await person(house), 'bombed@mail.example')).status)
    expect(statuses).toEqual([303, 303, 303, 303, 303, 429])
    await house.idle()
    expect(server.mails.filter(({ to }) => to === 'bombed@mail.example')).toHaveLength(5)
  })
})

describe('a mail', () => {
  it('never leads to another site, whatever Host the request names', async () => {
    const browser = await person(house)
    await give(browser, 'host@mail.example').set('Host', 'evil.example').expect(303)
    const { source } = await server.next('host@mail.example')
    expect(source).not.toContain('evil.example')
    expect(source).toContain('https://photos.example/confirm-email?token=')
  })
})

describe('without mail', () => {
  it('the settings say so, and nothing is asked', async () => {
    const off = await openHouse({ withWorker: false })
    const browser = await person(off)
    expect((await browser.get('/settings/email')).text).toContain('This Gramstack sends no mail')
    await give(browser, 'a@mail.example').expect(422, /sends no mail/)
    await off.close()
  })
})
