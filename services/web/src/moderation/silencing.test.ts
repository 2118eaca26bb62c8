import { apiPerson, type House, openHouse } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'
import { rows, sql } from '../db/sql.ts'
import { computePopular } from '../explore/service.ts'

/** What comes of silence for each viewer is the table of docs/who-sees-what.md, asked for in db/visible-to.test.ts. */

let house: House
type Client = Awaited<ReturnType<typeof apiPerson>>
let admin: Client
let mod: Client
let alice: Client
let stranger: Client

beforeAll(async () => {
  house = await openHouse()
  admin = await apiPerson(house, 'admin')
  mod = await apiPerson(house, 'marshal')
  alice = await apiPerson(house, 'alice')
  stranger = await apiPerson(house, 'stranger')
  await admin.post('/admin/people/marshal/rank').type('form').send({ rank: 'moderator' }).expect(204)
})
afterAll(() => house.close())

const decide = (by: Client, name: string, decision: 'silence' | 'unsilence', reason = 'Loud') =>
  by.post(`/admin/people/${name}/${decision}`).type('form').send({ reason })
const asPage = async (by: Client, path: string) => (await by.get(path).set('Accept', 'text/html').expect(200)).text

async function share(author: Client, fields: Record<string, string> = {}): Promise<{ url: string; code: string }> {
  let form = author.post('/upload').attach('file', await newPicture(), 'a.jpg')
  for (const [name, value] of Object.entries(fields)) form = form.field(name, value)
  return (await form.expect(201)).body
}

const comment = async (by: Client, url: string, text: string, parent?: string): Promise<string> =>
  (
    await by
      .post(`${url}/comments`)
      .type('form')
      .send(parent ? { text, parent } : { text })
      .expect(201)
  ).body.id

const logOf = (username: string) =>
  rows<{ moderator: string; action: string; thing: string; note: string }>(
    house.db,
    sql`
      select moderators.username as moderator, action, thing, note
      from moderation_log join users as moderators on moderators.id = moderator_id
        join users as people on people.id = person_id
      where people.username = ${username} order by moderation_log.id`,
  )

describe('silencing somebody', () => {
  it('is for moderators and admins, never about oneself, and of admins for admins only', async () => {
    for (const other of [stranger, house.client() as Client]) await decide(other, 'alice', 'silence').expect(404)
    for (const decision of ['silence', 'unsilence'] as const) {
      await decide(mod, 'marshal', decision).expect(422)
      await decide(mod, 'admin', decision).expect(403)
      await decide(admin, 'admin', decision).expect(422)
      await decide(mod, 'nobody_here', decision).expect(404)
      await decide(mod, 'alice', decision, '').expect(422)
    }
    expect(await logOf('alice')).toEqual([])
    const second = await apiPerson(house)
    await admin.post(`/admin/people/${second.username}/rank`).type('form').send({ rank: 'admin' }).expect(204)
    await decide(mod, second.username, 'silence').expect(403)
    await decide(admin, second.username, 'silence').expect(204)
    await decide(mod, second.username, 'unsilence').expect(403)
    await admin.post(`/admin/people/${second.username}/rank`).type('form').send({ rank: 'member' }).expect(204)
  })

  it('is noted once with who, when and why, and so is lifting it', async () => {
    const loud = await apiPerson(house)
    await Promise.all([mod, admin].map((by) => decide(by, loud.username, 'silence').expect(204)))
    const [row] = await rows<{ by: string; since: Date }>(
      house.db,
      sql`
        select moderators.username as by, people.silenced_at as since
        from users as people join users as moderators on moderators.id = people.silenced_by
        where people.username = ${loud.username}`,
    )
    expect(Date.now() - (row?.since.getTime() ?? 0)).toBeLessThan(60_000)
    const log = await logOf(loud.username)
    expect(log).toEqual([{ moderator: row?.by, action: 'silence', thing: 'person', note: 'Loud' }])
    const page = await asPage(mod, `/admin/people/${loud.username}`)
    expect(page).toMatch(/silenced since.*>Lift the silence</s)
    expect(page).not.toContain('/silence"')
    expect(await asPage(mod, '/admin/people')).toMatch(new RegExp(`@${loud.username}.*Member, silenced`, 's'))
    await decide(mod, loud.username, 'unsilence', 'Calm now').expect(204)
    await decide(mod, loud.username, 'unsilence').expect(204)
    expect(await logOf(loud.username)).toEqual([
      ...log,
      { moderator: 'marshal', action: 'unsilence', thing: 'person', note: 'Calm now' },
    ])
  })

  it('tells them nothing, wherever they look', async () => {
    const loud = await apiPerson(house)
    const { url } = await share(loud, { caption: '#hush' })
    const other = await share(alice)
    await comment(loud, other.url, 'Hello there')
    // But for what search engines are told, and the key that each form has of its own.
    const pageOf = async (path: string) =>
      (await asPage(loud, path)).replaceAll(/<meta name="robots"[^>]*>|value="[\da-f-]{36}"/g, '')
    const looks = async () => ({
      settings: await asPage(loud, '/settings'),
      profile: await pageOf(`/@${loud.username}`),
      post: await pageOf(url),
      own: (await asPage(loud, '/tags/hush')).includes(url),
      said: (await loud.get(`${other.url}/comments`)).body.comments.length,
      count: (await loud.get(other.url)).body.comments,
      news: (await loud.get('/notifications')).body.notifications,
    })
    const before = await looks()
    await decide(mod, loud.username, 'silence').expect(204)
    expect(await looks()).toEqual(before)
  })

  it('shows nobody less who follows them, and others again what they said once it is lifted', async () => {
    const [loud, fan] = [await apiPerson(house), await apiPerson(house)]
    await fan.post(`/@${loud.username}/follow`).expect(204)
    const { url } = await share(alice)
    const first = await comment(loud, url, 'Loud and clear')
    await comment(alice, url, 'I answer', first)
    await comment(stranger, url, 'Quiet')
    const seen = async (by: Client) => {
      const [post, { body }] = [(await by.get(url)).body, await by.get(`${url}/comments`)]
      return [post.comments, JSON.stringify(body).includes('Loud'), JSON.stringify(body).includes('I answer')]
    }
    const whole = [3, true, true]
    await decide(mod, loud.username, 'silence').expect(204)
    for (const by of [fan, loud, mod, admin]) expect(await seen(by)).toEqual(whole)
    // With what they said goes what answers it.
    for (const by of [alice, stranger, house.client() as Client]) expect(await seen(by)).toEqual([1, false, false])
    await stranger.post(`/comments/${first}/like`).expect(404)
    await stranger.post(`${url}/comments`).type('form').send({ text: 'Why', parent: first }).expect(404)
    await decide(mod, loud.username, 'unsilence').expect(204)
    for (const by of [alice, stranger]) expect(await seen(by)).toEqual(whole)
  })

  it('takes them from what others are offered at once, also where that was computed before', async () => {
    const loud = await apiPerson(house, 'loudmouth')
    const { url } = await share(loud, { caption: 'Listen #loudtag' })
    await computePopular(house.db, 0)
    const offered = async () => ({
      explore: (await asPage(stranger, '/explore')).includes(url),
      people: (await asPage(stranger, '/')).includes('/@loudmouth'),
      tag: (await asPage(stranger, '/tags/loudtag')).includes(url),
      count: (await stranger.get('/search?q=%23loudtag&kind=hashtags')).body.hashtags.length,
      first: (await house.browser().get('/')).text.includes(url),
    })
    const all = { explore: true, people: true, tag: true, count: 1, first: true }
    const none = { explore: false, people: false, tag: false, count: 0, first: false }
    expect(await offered()).toEqual(all)
    await decide(mod, 'loudmouth', 'silence').expect(204)
    expect(await offered()).toEqual(none)
    await computePopular(house.db, 0)
    expect(await offered()).toEqual(none)
    const noIndex = '<meta name="robots" content="noindex"'
    for (const path of ['/@loudmouth', url]) expect(await asPage(stranger, path)).toContain(noIndex)
    await decide(mod, 'loudmouth', 'unsilence').expect(204)
    await computePopular(house.db, 0)
    expect(await offered()).toEqual(all)
  })

  it('has those whose followers they are not hear of them, and keeps their requests', async () => {
    const [loud, owner] = [await apiPerson(house), await apiPerson(house)]
    const { url } = await share(owner)
    await decide(mod, loud.username, 'silence').expect(204)
    await loud.post(`${url}/like`).expect(204)
    await comment(loud, url, `Hey @${owner.username}`)
    await owner.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
    await loud.post(`/@${owner.username}/follow`).expect(204)
    const news = async () => (await owner.get('/notifications')).body
    expect(await news()).toMatchObject({ notifications: [] })
    expect(await asPage(owner, '/')).not.toMatch(/Notifications: \d/)
    expect(await asPage(owner, '/follow-requests')).toContain(loud.username)
    await owner.post(`/@${loud.username}/follow`).expect(204)
    expect((await news()).notifications.length).toBeGreaterThan(1)
  })

  it('is found by the whole name, in any spelling of its letters, and by nothing less', async () => {
    await apiPerson(house, 'mega.phone')
    await decide(mod, 'mega.phone', 'silence').expect(204)
    const finds = async (query: string) =>
      (await stranger.get(`/search?q=${encodeURIComponent(query)}&kind=people`)).body.people.length
    for (const name of ['mega.phone', '@mega.phone', ' MEGA.Phone '])
      expect([name, await finds(name)]).toEqual([name, 1])
    for (const name of ['mega', 'megaphone', 'mega.phon', 'phone', 'mega phone'])
      expect([name, await finds(name)]).toEqual([name, 0])
  })

  it('can be the answer to a report', async () => {
    const loud = await apiPerson(house)
    const { url } = await share(loud)
    await stranger.post(`${url}/report`).type('form').send({ reason: 'spam' }).expect(201)
    const [{ id } = { id: '' }] = await rows<{ id: string }>(
      house.db,
      sql`select id from reports where settled_at is null order by id desc limit 1`,
    )
    expect(await asPage(mod, '/admin/reports')).toContain('value="silence"')
    const form = { action: 'silence', note: 'Enough' }
    await mod.post(`/admin/reports/${id}`).type('form').send(form).expect(204)
    expect(await logOf(loud.username)).toEqual([
      { moderator: 'marshal', action: 'silence', thing: 'post', note: 'Enough' },
    ])
    expect(await asPage(mod, '/admin/log')).toMatch(/silenced, for a post,/)
    await stranger.get(url).expect(200)
  })
})
