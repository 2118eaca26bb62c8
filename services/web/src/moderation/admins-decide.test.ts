import { Secret, TOTP } from 'otpauth'
import { apiPerson, type House, openHouse } from '../../test/house.ts'
import { type MailServer, openMailServer } from '../../test/mail-server.ts'
import { newPicture } from '../../test/pictures.ts'
import { firstRow, rows, sql } from '../db/sql.ts'
import { sweepDepartures } from '../departures/service.ts'
import { openQueue } from '../jobs/queue.ts'

let house: House
let server: MailServer
type Client = Awaited<ReturnType<typeof apiPerson>>
let admin: Client
let mod: Client
let stranger: Client

beforeAll(async () => {
  server = await openMailServer()
  house = await openHouse(server.settings())
  admin = await apiPerson(house, 'admin')
  mod = await apiPerson(house, 'marshal')
  stranger = await apiPerson(house, 'stranger')
  await admin.post('/admin/people/marshal/rank').type('form').send({ rank: 'moderator' }).expect(204)
})
afterAll(async () => {
  await house.close()
  await server.close()
})

const password = 'correct horse battery'
const decide = (by: Client, name: string, decision: string, fields: Record<string, string> = {}) =>
  by
    .post(`/admin/people/${name}/${decision}`)
    .type('form')
    .send({ reason: 'Because', password, ...fields })
const signIn = (username: string) => house.client().post('/sign-in').type('form').send({ username, password })
const actionsOn = async (username: string) =>
  (
    await rows<{ action: string; moderator: string }>(
      house.db,
      sql`
        select action, moderators.username as moderator
        from moderation_log join users as people on people.id = person_id
          join users as moderators on moderators.id = moderator_id
        where people.username = ${username} order by moderation_log.id`,
    )
  ).map(({ action, moderator }) => `${moderator}: ${action}`)

describe('what only admins decide', () => {
  it.each(['delete', 'keep', 'reset-second-step'])('%s: others may not', async (decision) => {
    const { username } = await apiPerson(house)
    await decide(mod, username, 'suspend').expect(204)
    for (const other of [stranger, house.client() as Client]) await decide(other, username, decision).expect(404)
    await decide(mod, username, decision).expect(403)
    await decide(admin, 'nobody_here', decision).expect(404)
    await decide(admin, 'admin', decision).expect(422)
    await decide(admin, username, decision, { reason: ' ' }).expect(422)
    expect((await mod.get(`/admin/people/${username}`).set('Accept', 'text/html')).text).not.toContain(`/${decision}"`)
    expect(await actionsOn(username)).toEqual(['marshal: suspend'])
  })

  it.each(['delete', 'reset-second-step'])(
    '%s: takes the password of the admin, and says so beside it',
    async (decision) => {
      const { username } = await apiPerson(house)
      await decide(admin, username, 'suspend').expect(204)
      // So that there is a form for it.
      await rows(
        house.db,
        sql`
        insert into authenticators (user_id, secret, confirmed_at)
        select id, '\\x00', now() from users where username = ${username}`,
      )
      for (const wrong of ['', 'wrong password']) {
        await decide(admin, username, decision, { password: wrong }).expect(422)
        const page = await decide(admin, username, decision, { password: wrong }).set('Accept', 'text/html').expect(422)
        expect(page.text).toContain(`id="field-password-${decision}" name="password" aria-invalid="true"`)
        expect(page.text).toContain('Because</textarea>')
        expect(page.text).not.toContain('wrong password')
      }
      expect(await actionsOn(username)).toEqual(['admin: suspend'])
      await house.db.raw('delete from attempts')
    },
  )
})

describe('deleting a suspended account', () => {
  const leavesAt = async (username: string) =>
    (await firstRow<{ at: Date | null }>(house.db, sql`select leaves_at as at from users where username = ${username}`))
      ?.at
  const deps = () => ({ db: house.db, storage: house.storage })

  it('is removed after 14 days with all that was theirs, and not by their own doing kept', async () => {
    const client = await apiPerson(house)
    const { username } = client
    await client
      .post('/upload')
      .attach('file', await newPicture(), 'a.jpg')
      .expect(201)
    await decide(admin, username, 'delete').expect(409)
    await decide(mod, username, 'suspend').expect(204)
    await decide(admin, username, 'delete').expect(204)
    await decide(admin, username, 'delete').expect(204)
    const days = ((await leavesAt(username))?.getTime() ?? 0) - Date.now()
    expect(Math.round(days / (24 * 60 * 60 * 1000))).toBe(14)
    expect(await actionsOn(username)).toEqual(['marshal: suspend', 'admin: delete'])
    // A moderator can no more undo it than its owner.
    await decide(mod, username, 'lift').expect(409)
    await decide(admin, username, 'lift').expect(409)
    await signIn(username).expect(403)
    const page = (await mod.get(`/admin/people/${username}`).set('Accept', 'text/html')).text
    expect(page).toContain('removed on')
    expect(page).not.toContain('/lift"')

    await rows(house.db, sql`update users set leaves_at = now() where username = ${username}`)
    await decide(admin, username, 'keep').expect(409)
    const queue = await openQueue(house.db)
    await sweepDepartures({ ...deps(), queue })
    await queue.stop()
    await house.idle()
    expect(await leavesAt(username)).toBeUndefined()
    await admin.get(`/admin/people/${username}`).expect(404)
    const files = await house.files()
    expect(files.filter((file) => /^(?:originals|renditions|restricted)\//.test(file))).toEqual([])
  })

  it('can be taken back by any admin; then it is suspended as before, until that is lifted', async () => {
    const client = await apiPerson(house)
    const { username } = client
    const { url } = (
      await client
        .post('/upload')
        .attach('file', await newPicture(), 'a.jpg')
        .expect(201)
    ).body
    await decide(mod, username, 'suspend').expect(204)
    await decide(admin, username, 'delete').expect(204)
    await decide(admin, username, 'keep', { password: '' }).expect(204)
    await decide(admin, username, 'keep').expect(204)
    expect(await leavesAt(username)).toBeNull()
    await signIn(username).expect(403)
    await stranger.get(url).expect(404)
    await decide(mod, username, 'lift').expect(204)
    await house.idle()
    await stranger.get(url).expect(200)
    await signIn(username).expect(200)
    expect(await actionsOn(username)).toEqual(['marshal: suspend', 'admin: delete', 'admin: keep', 'marshal: lift'])
  })

  it('leaves alone whoever leaves by themselves', async () => {
    const client = await apiPerson(house)
    const { username } = client
    await client.post('/settings/delete').type('form').send({ username, password }).expect(200)
    const own = await leavesAt(username)
    await decide(mod, username, 'suspend').expect(204)
    await decide(admin, username, 'delete').expect(409)
    await decide(admin, username, 'keep').expect(204)
    expect(await leavesAt(username)).toEqual(own)
  })

  it('ends as one of the two where it is lifted at once', async () => {
    const { username } = await apiPerson(house)
    await decide(mod, username, 'suspend').expect(204)
    const [deleted, lifted] = await Promise.all([decide(admin, username, 'delete'), decide(mod, username, 'lift')])
    expect([`${deleted.status} ${lifted.status}`]).toEqual([expect.stringMatching(/^(?:204 409|409 204)$/)])
  })
})

describe('resetting somebody’s second step', () => {
  it('takes app, codes and passkeys away, signs them out, and tells them by mail in their language', async () => {
    const client = await apiPerson(house, 'forgetful')
    await rows(house.db, sql`update users set language = 'de' where username = 'forgetful'`)
    await client.post('/settings/email').type('form').send({ email: 'f@mail.example', password }).expect(204)
    const { path } = await server.next('f@mail.example')
    const token = new URL(path, 'http://here').searchParams.get('token') ?? ''
    await house.client().post('/confirm-email').type('form').send({ token }).expect(204)
    const { body } = await client.post('/settings/two-factor/set-up').type('form').send({ password }).expect(201)
    const code = new TOTP({ secret: Secret.fromBase32(body.secret.replaceAll(' ', '')) }).generate()
    await client.post('/settings/two-factor/confirm').type('form').send({ code }).expect(200)
    await signIn('forgetful').expect(202)
    await rows(
      house.db,
      sql`
        insert into passkeys (user_id, name, credential_id, public_key, rp_id, sign_count, transports)
        select id, 'Phone', 'abc', '\\x00', 'gramstack.test', 0, '{}' from users where username = 'forgetful'`,
    )
    expect((await admin.get('/admin/people/forgetful').set('Accept', 'text/html')).text).toContain(
      '/reset-second-step"',
    )

    await decide(admin, 'forgetful', 'reset-second-step').expect(204)
    await client.get('/settings').expect(401)
    // By the password alone: whoever has a second step is asked for it with a 202.
    await signIn('forgetful').expect(200)
    const left = await rows(
      house.db,
      sql`
        select from users where username = 'forgetful' and (
          id in (select user_id from authenticators) or id in (select user_id from recovery_codes)
          or id in (select user_id from passkeys)
        )`,
    )
    expect(left).toEqual([])
    const mail = await server.next('f@mail.example', 'Die Anmeldung in zwei Schritten')
    expect(mail.source).toContain('@forgetful')
    expect(await actionsOn('forgetful')).toEqual(['admin: reset-second-step'])
    expect((await admin.get('/admin/people/forgetful').set('Accept', 'text/html')).text).not.toContain(
      '/reset-second-step"',
    )
  })

  it('sends nothing to an address that nobody has confirmed', async () => {
    const client = await apiPerson(house)
    await client.post('/settings/email').type('form').send({ email: 'never@mail.example', password }).expect(204)
    await server.next('never@mail.example')
    const before = server.mails.length
    await decide(admin, client.username, 'reset-second-step').expect(204)
    await house.idle()
    expect(server.mails).toHaveLength(before)
  })
})
