import { type House, openHouse, person } from '../../test/house.ts'
import { rows, sql } from '../db/sql.ts'

let house: House
let admin: Awaited<ReturnType<typeof person>>
beforeEach(async () => {
  house = await openHouse({ withWorker: false, publicUrl: 'https://photos.example' })
  admin = await person(house, 'boss')
})
afterEach(() => house.close())

const password = 'correct horse battery'
const openTo = (signUpMode: string, membersInvite = '') =>
  admin
    .post('/admin/settings')
    .type('form')
    .send({ name: 'Gramstack', signUpMode, ...(membersInvite && { membersInvite }) })
    .expect(303)
const invite = (browser: typeof admin, uses = '1', days = '7') =>
  browser.post('/invitations').set('Accept', '*/*').type('form').send({ uses, days })
const join = (username: string, invitation: string) =>
  house.client().post('/sign-up').type('form').send({ username, password, invitation })
const tokenOf = (url: string) => new URL(url).searchParams.get('invitation') ?? ''

describe('an invitation', () => {
  beforeEach(() => openTo('invitation'))

  it('lets as many in as it says, and its maker can copy its link until then', async () => {
    await admin.post('/invitations').type('form').send({ uses: '2', days: '7' }).expect(303)
    const page = (await admin.get('/invitations').set('Host', 'evil.example')).text
    const url = /href="(https:\/\/photos\.example\/sign-up\?invitation=[\w-]{43})"/.exec(page)?.[1] ?? ''
    expect(page).toContain('2 people')
    expect(page).not.toContain('evil.example')
    expect((await house.browser().get(url.replace('https://photos.example', ''))).text).toContain('You are invited.')
    await join('one', tokenOf(url)).expect(201)
    await join('two', tokenOf(url)).expect(201)
    expect((await join('three', tokenOf(url)).expect(403)).body.error).toMatch(/does not work any more/)
    expect((await admin.get('/invitations')).text).not.toContain(tokenOf(url))
  })

  it('with one use left makes one account of ten who come at once', async () => {
    const token = tokenOf((await invite(admin).expect(201)).body.url)
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => join(`rush${index}`, token)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(403)])
    expect(await rows(house.db, sql`select from users`)).toHaveLength(2)
  })

  it('is used once by two clicks on one button', async () => {
    const token = tokenOf((await invite(admin).expect(201)).body.url)
    const click = () =>
      house
        .browser()
        .post('/sign-up')
        .type('form')
        .send({ username: 'twice', password, invitation: token, key: 'one-form' })
        .expect(303)
    await Promise.all([click(), click()])
    expect(await rows(house.db, sql`select from users where username = 'twice'`)).toHaveLength(1)
  })

  it('is not used up by somebody who does not get in', async () => {
    const token = tokenOf((await invite(admin).expect(201)).body.url)
    await join('boss', token).expect(409)
    await join('one', token).expect(201)
  })

  it.each(['', 'x', 'a'.repeat(43), 'a'.repeat(101), "' or true --"])('is not "%s"', async (token) => {
    expect([403, 422]).toContain((await join('stranger', token)).status)
    expect(await rows(house.db, sql`select from users`)).toHaveLength(1)
    const page = await house.browser().get(`/sign-up?invitation=${encodeURIComponent(token)}`)
    expect(page.text).toContain('with an invitation')
    expect(page.text).not.toContain('action="/sign-up"')
  })

  it('stops when it is over, or revoked, or its maker is no admin any more', async () => {
    const [over, revoked, orphan] = await Promise.all([invite(admin), invite(admin), invite(admin)])
    const token = (answer: typeof over) => tokenOf(answer.body.url)
    await house.db.raw('update invitations set expires_at = now() where token = ?', [token(over)])
    await join('late', token(over)).expect(403)
    const [row] = await rows<{ id: string }>(house.db, sql`select id from invitations where token = ${token(revoked)}`)
    await admin.post(`/invitations/${row?.id}/revoke`).expect(303)
    await admin.post(`/invitations/${row?.id}/revoke`).expect(404)
    await join('late', token(revoked)).expect(403)
    await house.db.raw('update users set is_admin = false')
    // Somebody has to be an admin, or the next would be the first.
    await house.db.raw("insert into users (username, password_hash, is_admin) values ('other', '', true)")
    await join('late', token(orphan)).expect(403)
  })

  it('is shown again with what is wrong, and what was typed', async () => {
    const answer = await house
      .browser()
      .post('/sign-up')
      .type('form')
      .send({ username: 'stranger', password, invitation: 'none' })
      .expect(403)
    expect(answer.text).toContain('with an invitation')
  })

  it.each([
    ['0', '7'],
    ['101', '7'],
    ['1', '91'],
    ['1', '-1'],
    ['1.5', '7'],
    ['many', '7'],
  ])('is not made for %s people and %s days', async (uses, days) => {
    await invite(admin, uses, days).expect(422)
    expect((await admin.post('/invitations').type('form').send({ uses, days }).expect(422)).text).toContain(
      'aria-invalid="true"',
    )
  })

  it('is made by one person fifty times at most, also at once', async () => {
    await house.db.raw(`insert into invitations (inviter_id, token, uses_left, expires_at)
      select id, n::text, 1, now() + interval '1 day' from users, generate_series(1, 48) n`)
    const answers = await Promise.all(Array.from({ length: 4 }, () => invite(admin)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409])
  })
})

describe('who may invite', () => {
  it('is admins, and everybody if an admin says so', async () => {
    const member = await person(house)
    await openTo('invitation')
    await member.get('/invitations').expect(404)
    expect((await member.get('/settings')).text).not.toContain('href="/invitations"')
    await invite(member).expect(404)
    await house.client().post('/invitations').expect(401)
    await openTo('invitation', 'on')
    expect((await member.get('/settings')).text).toContain('href="/invitations"')
    const token = tokenOf((await invite(member, '5').expect(201)).body.url)
    await join('friend', token).expect(201)
    await openTo('invitation')
    await join('late', token).expect(403)
  })

  it('never sees or revokes the invitations of others', async () => {
    await openTo('invitation', 'on')
    await invite(admin).expect(201)
    const token = tokenOf((await invite(admin).expect(201)).body.url)
    const member = house.browser()
    await member.post('/sign-up').type('form').send({ username: 'member', password, invitation: token }).expect(303)
    expect((await member.get('/invitations').expect(200)).text).not.toContain('/sign-up?invitation=')
    const [row] = await rows<{ id: string }>(house.db, sql`select id from invitations limit 1`)
    await member.post(`/invitations/${row?.id}/revoke`).expect(404)
    for (const id of ['0', 'x', '9'.repeat(30)]) await member.post(`/invitations/${id}/revoke`).expect(404)
  })
})
