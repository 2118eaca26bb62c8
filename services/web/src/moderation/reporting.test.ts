import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'
import { rows, sql } from '../db/sql.ts'

let house: House
type Client = Awaited<ReturnType<typeof apiPerson>>
let alice: Client
let admin: Client

beforeAll(async () => {
  house = await openHouse()
  admin = await apiPerson(house, 'admin')
  alice = await apiPerson(house, 'alice')
})
afterAll(() => house.close())

async function share(author: Client, fields: Record<string, string> = {}) {
  let form = author.post('/upload').attach('file', await newPicture(), 'a.jpg')
  for (const [name, value] of Object.entries(fields)) form = form.field(name, value)
  return (await form.expect(201)).body as { id: string; code: string; url: string; media: string }
}

async function comment(author: Client, url: string, text: string): Promise<string> {
  return (await author.post(`${url}/comments`).type('form').send({ text }).expect(201)).body.id
}

const reported = () =>
  rows<{ reason: string; note: string }>(house.db, sql`select reason, note from reports order by id`)

describe('reporting', () => {
  const who = ['stranger', 'follower', 'blocked', 'nobody'] as const
  const viewers = {} as Record<(typeof who)[number], Client | ReturnType<House['client']>>
  const things = {} as Record<string, string>

  beforeAll(async () => {
    viewers.nobody = house.client()
    for (const name of who.slice(0, 3)) viewers[name] = await apiPerson(house, name)
    await (viewers.follower as Client).post('/@alice/follow').expect(204)
    for (const visibility of ['public', 'private', 'direct']) {
      const { url } = await share(alice, { visibility })
      things[`a ${visibility} post`] = url
      things[`a comment on a ${visibility} post`] = `/comments/${await comment(alice, url, 'My own words')}`
    }
    things['a draft'] = (await share(alice, { draft: 'yes' })).url
    things['the profile'] = '/@alice'
    await alice.post('/@blocked/block').expect(204)
  })

  it.each([
    ['the profile', ['stranger', 'follower']],
    ['a public post', ['stranger', 'follower']],
    ['a comment on a public post', ['stranger', 'follower']],
    ['a private post', ['follower']],
    ['a comment on a private post', ['follower']],
    ['a direct post', []],
    ['a comment on a direct post', []],
    ['a draft', []],
  ])('%s is for those who see it: %p', async (thing, allowed) => {
    for (const name of who) {
      const path = `${things[thing]}/report`
      const expected = name === 'nobody' ? 401 : (allowed as string[]).includes(name) ? 200 : 404
      const form = await viewers[name].get(path)
      const sent = await viewers[name].post(path).type('form').send({ reason: 'hate' })
      expect([name, form.status, sent.status]).toEqual([name, expected, expected === 200 ? 201 : expected])
    }
  })

  it('is nothing for what is one’s own', async () => {
    for (const thing of ['the profile', 'a public post', 'a comment on a public post', 'a draft']) {
      const answer = await alice.post(`${things[thing]}/report`).type('form').send({ reason: 'spam' }).expect(422)
      expect(answer.body.error).toBe('You cannot report yourself.')
    }
  })

  it.each(['/p/AAAAAAAAAAA', '/p/x', '/comments/1', '/comments/x', '/comments/99999999999999999999', '/@nobody_here'])(
    'is nothing for %s, which is not there',
    async (path) => {
      await alice.post(`${path}/report`).type('form').send({ reason: 'spam' }).expect(404)
    },
  )

  it('leads a browser through a form to a page that says what happens next', async () => {
    const { url } = await share(alice)
    const ben = await person(house, 'ben')
    const page = await ben.get(url).expect(200)
    expect(page.text).toContain(`href="${url}/report"`)
    const form = await ben.get(`${url}/report`).expect(200)
    expect(form.text).toContain('Report this post by @alice?')
    const sent = await ben.post(`${url}/report`).type('form').send({ reason: 'other', note: 'A\r\nB' }).expect(303)
    const thanks = await ben.get(sent.headers.location ?? '').expect(200)
    expect(thanks.text).toContain('Thank you')
    expect(thanks.text).toContain(`href="${url}"`)
    expect((await reported()).at(-1)).toEqual({ reason: 'other', note: 'A\nB' })
    const again = await ben.post(`${url}/report`).type('form').send({ reason: 'spam' }).expect(303)
    expect((await ben.get(again.headers.location ?? '')).text).toContain('You have reported this already')
    expect((await ben.get(`${url}/report`)).text).toContain('You have reported this already')
    expect((await reported()).at(-1)).toEqual({ reason: 'other', note: 'A\nB' })
  })

  it('offers itself on profiles and beside comments of others, and not of one’s own', async () => {
    const { url } = await share(alice)
    const [bella, carl] = [await person(house, 'bella'), await person(house, 'carl')]
    await bella.post(`${url}/comments`).type('form').send({ text: 'Nice' }).expect(303)
    const [row] = await rows<{ id: string }>(house.db, sql`select id from comments order by id desc limit 1`)
    const link = `/comments/${row?.id}/report`
    expect((await carl.get(url)).text).toContain(link)
    expect((await bella.get(url)).text).not.toContain(link)
    expect((await alice.get(url).set('Accept', 'text/html')).text).toContain(link)
    expect((await carl.get('/@bella')).text).toContain('/@bella/report')
    expect((await bella.get('/@bella')).text).not.toContain('/@bella/report')
  })

  it.each([
    [{}, 'reason', 'Choose what is wrong with it.'],
    [{ reason: 'dislike' }, 'reason', 'Choose what is wrong with it.'],
    [{ reason: 'other', note: '  ' }, 'note', 'Say what is wrong.'],
    [{ reason: 'spam', note: 'x'.repeat(1001) }, 'note', 'A note has at most 1,000 characters.'],
    [{ reason: 'spam', note: 'a\0b' }, 'note', 'A note cannot hold a NUL character.'],
  ])('of %p comes back with what is wrong beside it', async (sent, field, complaint) => {
    const dora = await person(house)
    const page = await dora.post('/@alice/report').type('form').send(sent).expect(422)
    expect(page.text).toContain(complaint)
    expect(page.text).toMatch(new RegExp(`id="field-${field}" name="${field}" aria-invalid="true"`))
    const json = await dora.post('/@alice/report').set('Accept', '*/*').type('form').send(sent).expect(422)
    expect(json.body.fields).toEqual({ [field]: complaint })
  })

  it('takes a note of a thousand characters, whatever they are', async () => {
    const note = '🦊'.repeat(1000)
    await (await apiPerson(house)).post('/@alice/report').type('form').send({ reason: 'rights', note }).expect(201)
    expect((await reported()).at(-1)).toEqual({ reason: 'rights', note })
  })

  it('twice at once is one report', async () => {
    const { url } = await share(alice)
    const before = (await reported()).length
    const erik = await apiPerson(house)
    const send = () => erik.post(`${url}/report`).type('form').send({ reason: 'spam' })
    const answers = await Promise.all([send(), send(), send(), send()])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201])
    expect(await reported()).toHaveLength(before + 1)
    expect(answers.find(({ status }) => status === 200)?.body.message).toBe('You have reported this already.')
  })

  it('is possible once more when moderators have decided', async () => {
    const frank = await apiPerson(house)
    const grace = await apiPerson(house)
    const send = () => frank.post(`/@${grace.username}/report`).type('form').send({ reason: 'bullying' })
    await send().expect(201)
    await send().expect(200)
    const [open] = await rows<{ id: string }>(house.db, sql`select id from reports order by id desc limit 1`)
    await admin.post(`/admin/reports/${open?.id}`).type('form').send({ action: 'dismiss' }).expect(204)
    await send().expect(201)
  })

  it('of what is deleted at this moment is written whole or not at all', async () => {
    const { url } = await share(alice)
    const id = await comment(alice, url, 'Soon gone')
    const hugo = await apiPerson(house)
    const [sent] = await Promise.all([
      hugo.post(`/comments/${id}/report`).type('form').send({ reason: 'spam' }),
      alice.post(`/comments/${id}/delete`).expect(204),
    ])
    expect([201, 404]).toContain(sent.status)
  })
})
