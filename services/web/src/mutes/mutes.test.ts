import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'
import { firstRow, rows, sql } from '../db/sql.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

type Client = Awaited<ReturnType<typeof apiPerson>>

const listed = (html: string) => [...html.matchAll(/class="author" href="\/@([\w.]+)"/g)].map(([, name]) => name)

async function share(author: Client): Promise<{ url: string; code: string }> {
  return (
    await author
      .post('/upload')
      .attach('file', await newPicture(), 'a.jpg')
      .expect(201)
  ).body
}

function muteBy(viewer: Client, days = '', notifications = 'yes') {
  return (username: string) => viewer.post(`/@${username}/mute`).type('form').send({ days, notifications })
}

/** How the newest mute is kept. */
function newestMute() {
  return firstRow(
    house.db,
    sql`
      select hides_notifications, round(extract(epoch from ends_at - now()) / 86400)::int as days
      from mutes order by id desc limit 1`,
  )
}

describe('whoever is muted', () => {
  it('is away from the home page, and nowhere else', async () => {
    const [viewer, other] = [await person(house), await apiPerson(house)]
    const post = await share(other)
    await viewer.post(`/@${other.username}/follow`).expect(303)
    const isHome = async (of = viewer) => (await of.get('/').expect(200)).text.includes(post.code)
    expect(await isHome()).toBe(true)
    await viewer.post(`/@${other.username}/mute`).expect(303).expect('Location', `/@${other.username}`)
    expect(await isHome()).toBe(false)
    expect((await viewer.get(`/@${other.username}`).expect(200)).text).toContain(post.code)
    await viewer.get(post.url).expect(200)
    // Nobody else notices, the other least of all.
    const third = await person(house)
    await third.post(`/@${other.username}/follow`).expect(303)
    expect(await isHome(third)).toBe(true)
    await other.get(`/@${viewer.username}`).expect(200)
    await viewer.post(`/@${other.username}/unmute`).expect(303)
    expect(await isHome()).toBe(true)
  })

  it('is back when the days are over', async () => {
    const [viewer, other] = [await apiPerson(house), await apiPerson(house)]
    const { code } = await share(other)
    await viewer.post(`/@${other.username}/follow`).expect(204)
    await muteBy(viewer, '7')(other.username).expect(204)
    const home = async () => (await viewer.get('/').set('Accept', 'text/html')).text
    const muted = async () => listed((await viewer.get('/settings/muted').expect(200)).text)
    expect(await home()).not.toContain(code)
    expect(await muted()).toEqual([other.username])
    await rows(house.db, sql`update mutes set ends_at = ends_at - interval '8 days'`)
    expect(await home()).toContain(code)
    expect(await muted()).toEqual([])
    expect((await viewer.get(`/@${other.username}`)).text).toContain(`href="/@${other.username}/mute"`)
    // And can be muted anew.
    await muteBy(viewer)(other.username).expect(204)
    expect(await home()).not.toContain(code)
  })
})

describe('muting', () => {
  it.each([
    ['', 'yes', { hides_notifications: true, days: null }],
    ['1', 'no', { hides_notifications: false, days: 1 }],
    ['7', 'yes', { hides_notifications: true, days: 7 }],
    ['30', 'no', { hides_notifications: false, days: 30 }],
  ])('is for "%s" days, with notifications hidden: %s', async (days, notifications, kept) => {
    const [viewer, other] = [await apiPerson(house), await apiPerson(house)]
    await muteBy(viewer, days, notifications)(other.username).expect(204)
    expect(await newestMute()).toEqual(kept)
  })

  it('is for ever and hides notifications where nothing is said, and is changed by doing it again, also at once', async () => {
    const [viewer, other] = [await apiPerson(house), await apiPerson(house)]
    await viewer.post(`/@${other.username}/mute`).expect(204)
    expect(await newestMute()).toEqual({ hides_notifications: true, days: null })
    await Promise.all(Array.from({ length: 5 }, () => muteBy(viewer, '7', 'no')(other.username).expect(204)))
    expect(await newestMute()).toEqual({ hides_notifications: false, days: 7 })
    expect(listed((await viewer.get('/settings/muted')).text)).toEqual([other.username])
  })

  it('hears what is wrong beside its field, and keeps what was chosen', async () => {
    const [viewer, other] = [await person(house), await apiPerson(house)]
    const wrong = { days: '2', notifications: 'no' }
    const { text } = await viewer.post(`/@${other.username}/mute`).type('form').send(wrong).expect(422)
    expect(text).toContain('for 1, 7 or 30 days, or for ever')
    expect(text).toMatch(/<select[^>]*name="days"[^>]*aria-invalid="true"/)
    expect(text).toMatch(/<option value="no" selected>/)
    const client = await apiPerson(house)
    const answer = await muteBy(client, 'soon', 'perhaps')(other.username).expect(422)
    expect(Object.keys(answer.body.fields)).toEqual(['notifications', 'days'])
  })

  it('of oneself, of nobody, and by nobody is none', async () => {
    const viewer = await apiPerson(house)
    await viewer.get(`/@${viewer.username}/mute`).expect(422)
    await viewer.post(`/@${viewer.username}/mute`).expect(422)
    await viewer.post('/@nobody_here/mute').expect(404)
    await viewer.post('/@nobody_here/unmute').expect(404)
    await house.client().post(`/@${viewer.username}/mute`).expect(401)
    await house.client().get('/settings/muted').expect(401)
  })
})

describe('the list of muted people', () => {
  it('shows them, the newest first, and ends a mute', async () => {
    const [viewer, one, other] = [await person(house), await apiPerson(house), await apiPerson(house)]
    expect((await viewer.get('/settings')).text).toContain('href="/settings/muted"')
    expect((await viewer.get('/settings/muted')).text).toContain('You have muted nobody.')
    for (const { username } of [one, other]) await viewer.post(`/@${username}/mute`).expect(303)
    const { text } = await viewer.get('/settings/muted')
    expect(listed(text)).toEqual([other.username, one.username])
    expect(text).toContain('Posts and notifications until you unmute')
    const back = viewer.post(`/@${one.username}/unmute`).type('form').send({ next: '/settings/muted' })
    await back.expect(303).expect('Location', '/settings/muted')
    expect(listed((await viewer.get('/settings/muted')).text)).toEqual([other.username])
    // Who blocks is there no more.
    await other.post(`/@${viewer.username}/block`).expect(204)
    expect(listed((await viewer.get('/settings/muted')).text)).toEqual([])
  })
})
