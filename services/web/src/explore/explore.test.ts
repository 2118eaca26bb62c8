import { apiPerson, type House, openHouse } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'
import { computePopular } from './service.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

type Client = Awaited<ReturnType<typeof apiPerson>>

async function share(author: Client, fields: Record<string, string> = {}): Promise<string> {
  let form = author.post('/upload').attach('file', await newPicture(), 'a.jpg')
  for (const [name, value] of Object.entries(fields)) form = form.field(name, value)
  return (await form.expect(201)).body.code as string
}

/** As the worker does every few minutes. */
const compute = () => computePopular(house.db, 0)

const asPage = 'text/html'

/** All that explore has for somebody, page by page. */
async function explored(viewer: ReturnType<House['client']>): Promise<(string | undefined)[]> {
  const seen: (string | undefined)[] = []
  for (let path: string | undefined = '/explore'; path; ) {
    const { text }: { text: string } = await viewer.get(path).set('Accept', asPage).expect(200)
    seen.push(...[...text.matchAll(/<li[^>]*><a href="\/p\/([\w-]{11})"/g)].map(([, code]) => code))
    path = /rel="next" href="([^"]+)"/.exec(text)?.[1]
  }
  return seen
}

async function suggested(viewer: Client): Promise<string[]> {
  const { text } = await viewer.get('/explore/people').set('Accept', asPage).expect(200)
  return [...text.matchAll(/action="\/@([\w.]+)\/follow"/g)].map(([, name]) => name ?? '')
}

async function befriend(follower: Client, followee: Client): Promise<void> {
  await follower.post(`/@${followee.username}/follow`).expect(204)
}

/** Whoever has done something to another, in the tables of rooms that this one does not know. */
async function relate(table: 'mutes' | 'blocks', one: Client, other: Client): Promise<void> {
  const [by, of] = { mutes: ['muter_id', 'muted_id'], blocks: ['blocker_id', 'blocked_id'] }[table]
  await house.db.raw(
    `insert into ${table} (${by}, ${of})
     select one.id, other.id from users as one, users as other where one.username = ? and other.username = ?`,
    [one.username, other.username],
  )
}

describe('explore', () => {
  it('has what is liked above what is not, for those who are signed in and those who are not', async () => {
    const author = await apiPerson(house)
    const [plain, liked] = [await share(author), await share(await apiPerson(house))]
    for (const fan of await Promise.all(Array.from({ length: 3 }, () => apiPerson(house))))
      await house.db.raw(
        `insert into likes (post_id, user_id, author_id)
         select posts.id, users.id, posts.author_id from posts, users
         where users.username = ? and posts.id = (select max(id) from posts)`,
        [fan.username],
      )
    await compute()
    for (const viewer of [house.client(), await apiPerson(house)]) {
      const seen = await explored(viewer)
      expect(seen.indexOf(liked)).toBeGreaterThanOrEqual(0)
      expect(seen.indexOf(plain)).toBeGreaterThan(seen.indexOf(liked))
    }
  })

  it('has nothing of oneself, of those one follows or has muted, nor over a block, whoever made it', async () => {
    const [viewer, followed, muted, blocked, blocking, stranger] = [
      await apiPerson(house),
      await apiPerson(house),
      await apiPerson(house),
      await apiPerson(house),
      await apiPerson(house),
      await apiPerson(house),
    ]
    const codes = new Map<Client, string>()
    for (const author of [viewer, followed, muted, blocked, blocking, stranger]) codes.set(author, await share(author))
    await compute()
    await befriend(viewer, followed)
    await relate('mutes', viewer, muted)
    await relate('blocks', viewer, blocked)
    await relate('blocks', blocking, viewer)
    const seen = await explored(viewer)
    expect([...codes.values()].filter((code) => seen.includes(code))).toEqual([codes.get(stranger)])
  })

  it('has public posts of public accounts that need no warning, and of one person three', async () => {
    const [author, closed] = [await apiPerson(house), await apiPerson(house)]
    const hidden = [
      await share(author, { visibility: 'unlisted' }),
      await share(author, { visibility: 'private' }),
      await share(author, { sensitive: 'on' }),
      await share(closed),
    ]
    const codes: string[] = []
    for (let turn = 0; turn < 5; turn += 1) codes.push(await share(author))
    const deleted = codes.at(-1) ?? ''
    await compute()
    // What happens after the computation counts as well.
    await closed.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
    await author.post(`/p/${deleted}/delete`).expect(204)
    const seen = await explored(house.client())
    expect(seen.filter((code) => hidden.includes(code ?? ''))).toEqual([])
    expect(seen).not.toContain(deleted)
    expect(codes.filter((code) => seen.includes(code))).toHaveLength(2)
  })

  it('is paged through without gaps and doubles while its order is made anew', async () => {
    await house.db.raw(
      `with authors as (
         insert into users (username, password_hash) select 'many' || n, '' from generate_series(1, 60) as n returning id
       )
       insert into posts (author_id, published_at) select id, now() from authors`,
    )
    await compute()
    const seen: string[] = []
    for (let path: string | undefined = '/explore'; path; ) {
      const { text }: { text: string } = await house.client().get(path).set('Accept', asPage).expect(200)
      seen.push(...[...text.matchAll(/<li[^>]*><a href="\/p\/([\w-]{11})"/g)].map(([, code]) => code ?? ''))
      path = /rel="next" href="([^"]+)"/.exec(text)?.[1]
      await house.db.raw('update posts set like_count = floor(random() * 100)')
      await compute()
    }
    expect(seen.length).toBeGreaterThanOrEqual(60)
    expect(new Set(seen).size).toBe(seen.length)
  })

  it('is computed by one worker at a time, and not again right away', async () => {
    const computations = async () => {
      const { rows } = await house.db.raw('select count(distinct computation)::int as count from post_scores')
      return rows[0].count as number
    }
    const before = await computations()
    await Promise.all(Array.from({ length: 4 }, () => computePopular(house.db)))
    await computePopular(house.db)
    expect(await computations()).toBe(before)
    await house.db.raw('delete from post_scores')
    await Promise.all(Array.from({ length: 4 }, () => computePopular(house.db)))
    expect(await computations()).toBe(1)
  })

  it('forgets old computations', async () => {
    await compute()
    await house.db.raw(
      'update post_scores set computation = make_id(0, 0, 0) where computation = (select max(computation) from post_scores)',
    )
    await compute()
    const { rows } = await house.db.raw(
      'select count(*)::int as count from post_scores where computation = make_id(0, 0, 0)',
    )
    expect(rows[0].count).toBe(0)
  })

  it.each(['', 'x', '1', '1-', '-1', '1-1', '99999999999999999999-1', '1-9999999999'])(
    'takes after=%s for no error',
    async (after) => {
      await house.browser().get(`/explore?after=${after}`).expect(200)
    },
  )
})

describe('people to follow', () => {
  it('are those whom one’s own followees follow, whoever more of them follow first', async () => {
    const [viewer, one, two, near, nearer] = [
      await apiPerson(house),
      await apiPerson(house),
      await apiPerson(house),
      await apiPerson(house),
      await apiPerson(house),
    ]
    for (const friend of [one, two]) {
      await befriend(viewer, friend)
      await befriend(friend, nearer)
    }
    await befriend(one, near)
    await befriend(one, viewer)
    expect((await suggested(viewer)).slice(0, 2)).toEqual([nearer.username, near.username])
    const { text } = await viewer.get('/explore/people').set('Accept', asPage)
    expect(text).toContain('Followed by 2 people you follow')
    expect(text).toContain('Followed by one person you follow')
  })

  it('are never oneself, nor anybody whom one follows, has asked, muted or blocked, or who is suspended', async () => {
    const [viewer, friend, followed, asked, muted, blocked, blocking, suspended, closed] = await Promise.all(
      Array.from({ length: 9 }, () => apiPerson(house)),
    )
    if (!viewer || !friend || !followed || !asked || !muted || !blocked || !blocking || !suspended || !closed)
      throw new Error('somebody is missing')
    for (const one of [asked, closed]) await one.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
    const all = [followed, asked, muted, blocked, blocking, suspended, closed]
    for (const somebody of all) await befriend(friend, somebody)
    for (const one of [asked, closed])
      await one.post(`/follow-requests/${friend.username}`).type('form').send({ answer: 'accept' }).expect(204)
    await befriend(friend, viewer)
    for (const somebody of [friend, followed, asked]) await befriend(viewer, somebody)
    await relate('mutes', viewer, muted)
    await relate('blocks', viewer, blocked)
    await relate('blocks', blocking, viewer)
    await house.db.raw('update users set suspended_at = now() where username = ?', [suspended.username])
    const names = await suggested(viewer)
    const related = [viewer, friend, ...all].map(({ username }) => username)
    // A private account may be asked.
    expect(names.filter((name) => related.includes(name))).toEqual([closed.username])
    expect((await viewer.get('/explore/people').set('Accept', asPage)).text).toContain('Ask to follow')
  })

  it('are for a newcomer those whom most people follow', async () => {
    const [star, ...fans] = await Promise.all(Array.from({ length: 6 }, () => apiPerson(house)))
    if (!star) throw new Error('nobody is a star')
    await share(star)
    for (const fan of fans) await befriend(fan, star)
    await compute()
    expect((await suggested(await apiPerson(house)))[0]).toBe(star.username)
  })

  it('are named only to those who are signed in', async () => {
    await house.client().get('/explore/people').expect(401)
    await house.browser().get('/explore/people').expect(303)
  })
})
