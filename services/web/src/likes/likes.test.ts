import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'
import { rows, sql } from '../db/sql.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

type Client = Awaited<ReturnType<typeof apiPerson>>

async function share(author: Client, fields: Record<string, string> = {}): Promise<string> {
  let form = author.post('/upload').attach('file', await newPicture(), 'a.jpg')
  for (const [name, value] of Object.entries(fields)) form = form.field(name, value)
  return (await form.expect(201)).body.url as string
}

async function likesOf(viewer: ReturnType<House['client']>, url: string) {
  const { likes, isLiked } = (await viewer.get(url).expect(200)).body
  return { likes, isLiked }
}

const block = (one: string, other: string) =>
  rows(
    house.db,
    sql`
      insert into blocks (blocker_id, blocked_id)
      select one.id, other.id from users as one, users as other where one.username = ${one} and other.username = ${other}`,
  )

const suspend = (username: string, at: Date | null) =>
  rows(house.db, sql`update users set suspended_at = ${at} where username = ${username}`)

describe('a like', () => {
  it('is counted once however often it is given, and gone once it is taken back', async () => {
    const [alice, bob] = [await apiPerson(house), await apiPerson(house)]
    const url = await share(alice)
    for (let time = 0; time < 3; time += 1) await bob.post(`${url}/like`).expect(204)
    expect(await likesOf(bob, url)).toEqual({ likes: 1, isLiked: true })
    expect(await likesOf(alice, url)).toEqual({ likes: 1, isLiked: false })
    expect(await likesOf(house.client(), url)).toEqual({ likes: 1, isLiked: false })
    for (let time = 0; time < 2; time += 1) await bob.post(`${url}/unlike`).expect(204)
    expect(await likesOf(bob, url)).toEqual({ likes: 0, isLiked: false })
    // One's own photo may be liked too.
    await alice.post(`${url}/like`).expect(204)
    expect(await likesOf(alice, url)).toEqual({ likes: 1, isLiked: true })
  })

  it('is a form on the page, which leads back to where one was', async () => {
    const alice = await apiPerson(house)
    const url = await share(alice)
    const code = url.replace('/p/', '')
    const bob = await person(house)
    const button = async () => /<button class="icon"[^>]*>/.exec((await bob.get(url).expect(200)).text)?.[0]
    expect(await button()).toContain('aria-pressed="false" aria-label="Like (0 likes)"')
    const send = (referer?: string) => {
      const form = bob.post(`${url}/like`)
      return (referer === undefined ? form : form.set('Referer', referer)).expect(303)
    }
    const host = house.url.replace('127.0.0.1', 'localhost')
    const sameHost = (path: string) =>
      bob.post(`${url}/like`).set('Host', 'a.example').set('Referer', `http://a.example${path}`)
    expect((await send()).headers.location).toBe(`${url}#p-${code}`)
    expect((await sameHost('/?max_id=12')).headers.location).toBe(`/?max_id=12#p-${code}`)
    expect((await sameHost('/@alice#top')).headers.location).toBe(`/@alice#p-${code}`)
    for (const elsewhere of ['https://evil.example/', `${host}/`, 'javascript:alert(1)', 'about:blank', 'nonsense', ''])
      expect((await send(elsewhere)).headers.location).toBe(`${url}#p-${code}`)
    for (const path of ['//evil.example/', '/\\evil.example', '///evil.example'])
      expect((await sameHost(path)).headers.location).toBe(`${url}#p-${code}`)
    expect(await button()).toContain('aria-pressed="true" aria-label="Like (1 like)"')
    expect((await bob.get(url)).text).toContain(`<article class="post" id="p-${code}"`)
  })

  it('asks a visitor to sign in first, and brings them back to the page', async () => {
    const alice = await apiPerson(house)
    const url = await share(alice)
    const browser = house.browser()
    expect((await browser.get(url)).text).toContain(`href="/sign-in?next=${encodeURIComponent(url)}"`)
    const answer = await browser
      .post(`${url}/like`)
      .set('Host', 'a.example')
      .set('Referer', `http://a.example${url}`)
      .expect(303)
    expect(answer.headers.location).toBe(`/sign-in?next=${encodeURIComponent(url)}`)
    await house.client().post(`${url}/like`).expect(401)
  })

  it('is refused where the post is not there for the viewer, as if it did not exist', async () => {
    const [alice, bob] = [await apiPerson(house), await apiPerson(house)]
    const [draft, closed, deleted] = [
      await share(alice, { draft: 'yes' }),
      await share(alice, { visibility: 'private' }),
      await share(alice),
    ]
    await alice.post(`${deleted}/delete`).expect(204)
    const impossible = [
      '/p/AAAAAAAAAAA',
      '/p/__________8',
      '/p/1',
      '/p/-1',
      '/p/9223372036854775808',
      '/p/%00',
      "/p/'or''='",
    ]
    for (const url of [draft, closed, deleted, ...impossible]) {
      await bob.post(`${url}/like`).expect(404)
      await bob.post(`${url}/unlike`).expect(404)
      await bob.get(`${url}/likes`).expect(404)
    }
    // A draft is liked by nobody, its author neither.
    await alice.post(`${draft}/like`).expect(404)
    expect(
      await rows(house.db, sql`select from likes join users on users.id = user_id where username = ${bob.username}`),
    ).toEqual([])
  })

  it('stays one’s own to take back where the post is not seen any more', async () => {
    const [alice, bob] = [await apiPerson(house), await apiPerson(house)]
    const url = await share(alice)
    await bob.post(`${url}/like`).expect(204)
    await alice.post(`${url}/edit`).type('form').send({ visibility: 'private' }).expect(200)
    await bob.post(`${url}/like`).expect(404)
    await bob.post(`${url}/unlike`).expect(204)
    await bob.post(`${url}/unlike`).expect(404)
    expect(await likesOf(alice, url)).toEqual({ likes: 0, isLiked: false })
  })

  it('counts forty when forty people give it at once, and one when one person gives it forty times at once', async () => {
    const alice = await apiPerson(house)
    const url = await share(alice)
    const fans = await Promise.all(Array.from({ length: 40 }, () => apiPerson(house)))
    const [bob] = fans as [Client]
    await Promise.all(fans.map((fan) => fan.post(`${url}/like`).expect(204)))
    expect((await likesOf(alice, url)).likes).toBe(40)
    await Promise.all(fans.map((fan) => fan.post(`${url}/unlike`).expect(204)))
    expect((await likesOf(alice, url)).likes).toBe(0)
    await Promise.all(fans.map(() => bob.post(`${url}/like`).expect(204)))
    expect(await likesOf(bob, url)).toEqual({ likes: 1, isLiked: true })
  })
})

describe('who likes a post', () => {
  it('is listed a page at a time, without gaps and doubles', async () => {
    const alice = await apiPerson(house)
    const url = await share(alice)
    await house.db.raw(`
      insert into users (username, display_name, password_hash)
      select 'liker_' || n, '', 'none' from generate_series(1, 120) as n`)
    await house.db.raw(`
      insert into likes (post_id, user_id, author_id)
      select posts.id, users.id, posts.author_id from posts, users
      where username like 'liker\\_%' and posts.author_id = (select id from users where username = '${alice.username}')`)
    const seen: string[] = []
    let next = ''
    do {
      const { body } = await house.client().get(`${url}/likes${next}`).expect(200)
      seen.push(...body.people.map(({ username }: { username: string }) => username))
      next = body.nextMaxId ? `?max_id=${body.nextMaxId}` : ''
    } while (next)
    expect(seen).toHaveLength(120)
    expect(new Set(seen).size).toBe(120)
    const page = (await house.browser().get(`${url}/likes`).expect(200)).text
    expect(page).toMatch(/<a class="button" rel="next" href="\/p\/[\w-]{11}\/likes\?max_id=\d+">/)
    for (const odd of ['-1', 'x', '99999999999999999999', ''])
      expect((await house.client().get(`${url}/likes?max_id=${odd}`).expect(200)).body.people).toHaveLength(50)
  })

  it('leaves out, in list and number, people with a block with the viewer and those who are suspended', async () => {
    const [alice, bob, carol, dora, eve] = await Promise.all(Array.from({ length: 5 }, () => apiPerson(house)))
    if (!alice || !bob || !carol || !dora || !eve) throw new Error('five people')
    const url = await share(alice)
    for (const fan of [bob, carol, dora, eve]) await fan.post(`${url}/like`).expect(204)
    await block(bob.username, carol.username)
    await block(dora.username, bob.username)
    await suspend(eve.username, new Date())
    const seenBy = async (viewer: ReturnType<House['client']>) => {
      const { body } = await viewer.get(`${url}/likes`).expect(200)
      const names = body.people.map(({ username }: { username: string }) => username).sort()
      expect((await likesOf(viewer, url)).likes).toBe(names.length)
      return names
    }
    expect(await seenBy(bob)).toEqual([bob.username])
    expect(await seenBy(carol)).toEqual([carol.username, dora.username].sort())
    expect(await seenBy(alice)).toEqual([bob.username, carol.username, dora.username].sort())
    expect(await seenBy(house.client())).toEqual([bob.username, carol.username, dora.username].sort())
    await suspend(eve.username, null)
    expect(await seenBy(alice)).toHaveLength(4)
  })

  it('leaves them out whether more people like a post than are hidden or fewer', async () => {
    const [alice, viewer] = [await apiPerson(house), await apiPerson(house)]
    const [carol, dora] = [await apiPerson(house), await apiPerson(house)]
    const [liked, likedByOne] = [await share(alice), await share(alice)]
    for (const one of [carol, dora]) await one.post(`${liked}/like`).expect(204)
    await carol.post(`${likedByOne}/like`).expect(204)
    const seen = async () => [(await likesOf(viewer, liked)).likes, (await likesOf(viewer, likedByOne)).likes]
    expect(await seen()).toEqual([2, 1])
    await block(viewer.username, carol.username)
    expect(await seen()).toEqual([1, 0])
    for (let count = 0; count < 3; count += 1) await block((await apiPerson(house)).username, viewer.username)
    expect(await seen()).toEqual([1, 0])
    // To others nothing has changed.
    expect([(await likesOf(dora, liked)).likes, (await likesOf(dora, likedByOne)).likes]).toEqual([2, 1])
  })

  it('does not change by a block that is made while the like is given', async () => {
    const alice = await apiPerson(house)
    const url = await share(alice)
    for (let time = 0; time < 10; time += 1) {
      const bob = await apiPerson(house)
      await Promise.all([bob.post(`${url}/like`), block(alice.username, bob.username)])
      await bob.post(`${url}/like`).expect(404)
    }
    expect(await likesOf(alice, url)).toEqual({ likes: 0, isLiked: false })
  })
})
