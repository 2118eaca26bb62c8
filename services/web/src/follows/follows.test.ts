import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { statementsDuring } from '../../test/statements.ts'
import { firstRow, rows, sql } from '../db/sql.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ withWorker: false })
})
afterAll(() => house.close())

type Client = Awaited<ReturnType<typeof apiPerson>>

async function privatePerson(username?: string): Promise<Client> {
  const somebody = await apiPerson(house, username)
  await goPrivate(somebody)
  return somebody
}

const goPrivate = (client: Client) => client.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
const answer = (client: Client, username: string, given: string) =>
  client.post(`/follow-requests/${username}`).type('form').send({ answer: given })
const times = <Result>(count: number, make: (index: number) => Result) =>
  Array.from({ length: count }, (_, at) => make(at))

/** How one follows another, as it is in the database. */
function followOf(follower: string, followee: string) {
  return firstRow<{ is_accepted: boolean }>(
    house.db,
    sql`
      select accepted_at is not null as is_accepted from follows
      where follower_id = (select id from users where username = ${follower})
        and followee_id = (select id from users where username = ${followee})`,
  )
}

/** People whose counts are not what is there. */
function miscounted() {
  return rows(
    house.db,
    sql`
      select username from users where
        follower_count <> (select count(*) from follows where followee_id = users.id and accepted_at is not null)
        or following_count <> (select count(*) from follows where follower_id = users.id and accepted_at is not null)`,
  )
}

/** Makes people by SQL, many at once. */
async function crowd(prefix: string, count: number): Promise<void> {
  await rows(
    house.db,
    sql`
      insert into users (username, password_hash)
      select ${prefix} || n, 'x' from generate_series(1, ${count}::int) as n`,
  )
}

/** The people that a page lists, in their order. */
const listed = (html: string) => [...html.matchAll(/class="author" href="\/@([\w.]+)"/g)].map(([, name]) => name)

/** The button that a list shows for somebody. */
const buttonFor = (html: string, username: string) =>
  new RegExp(`action="/@${username}/(?:un)?follow"[^>]*>.*?<button[^>]* aria-label="([^"]*)"`, 's').exec(html)?.[1]

describe('following', () => {
  it('is done once, however often and at once it is asked for', async () => {
    const [fan, star] = [await apiPerson(house), await apiPerson(house)]
    const answers = await Promise.all(times(10, () => fan.post(`/@${star.username}/follow`)))
    expect(answers.map(({ status }) => status)).toEqual(times(10, () => 204))
    await fan.post(`/@${star.username}/follow`).expect(204)
    expect(await followOf(fan.username, star.username)).toEqual({ is_accepted: true })
    expect(await miscounted()).toEqual([])
  })

  it('can be ended, and ended again', async () => {
    const [fan, star] = [await apiPerson(house), await apiPerson(house)]
    await fan.post(`/@${star.username}/follow`).expect(204)
    await Promise.all(times(3, () => fan.post(`/@${star.username}/unfollow`).expect(204)))
    expect(await followOf(fan.username, star.username)).toBeUndefined()
    expect(await miscounted()).toEqual([])
  })

  it('leads a browser to the profile, or back to where it was, and never elsewhere', async () => {
    const [fan, star] = [await person(house), await apiPerson(house)]
    const follow = (fields: Record<string, string>) =>
      fan.post(`/@${star.username}/follow`).type('form').send(fields).expect(303)
    expect((await follow({})).headers.location).toBe(`/@${star.username}`)
    expect((await follow({ next: '/@a/followers?max_id=5' })).headers.location).toBe('/@a/followers?max_id=5')
    expect((await follow({ next: '//evil.example' })).headers.location).toBe('/')
  })

  it('is nothing for oneself, nobody, and those who are not signed in', async () => {
    const fan = await apiPerson(house)
    await fan.post(`/@${fan.username}/follow`).expect(422)
    await fan.post('/@nobody_here/follow').expect(404)
    await fan.post('/@no%00body/follow').expect(404)
    await house.client().post(`/@${fan.username}/follow`).expect(401)
    await house.browser().post(`/@${fan.username}/follow`).expect(303)
  })
})

describe('asking to follow a private account', () => {
  it('waits for an answer, can be taken back, and is listed until it is answered', async () => {
    const [owner, one, other] = [await privatePerson(), await apiPerson(house), await apiPerson(house)]
    for (const fan of [one, other]) await fan.post(`/@${owner.username}/follow`).expect(204)
    const requests = async () => listed((await owner.get('/follow-requests')).text)
    expect(await requests()).toEqual([other.username, one.username])
    await one.post(`/@${owner.username}/unfollow`).expect(204)
    expect(await requests()).toEqual([other.username])
    await answer(owner, one.username, 'accept').expect(404)
    await answer(owner, other.username, 'refuse').expect(204)
    expect(await requests()).toEqual([])
    expect(await followOf(other.username, owner.username)).toBeUndefined()
  })

  it('is accepted once by two answers at once', async () => {
    const [owner, fan] = [await privatePerson(), await apiPerson(house)]
    await fan.post(`/@${owner.username}/follow`).expect(204)
    await Promise.all(times(4, () => answer(owner, fan.username, 'accept').expect(204)))
    expect(await followOf(fan.username, owner.username)).toEqual({ is_accepted: true })
    expect(await miscounted()).toEqual([])
  })

  it('ends in nothing where it is taken back while it is accepted', async () => {
    const owner = await privatePerson()
    for (const fan of await Promise.all(times(10, () => apiPerson(house)))) {
      await fan.post(`/@${owner.username}/follow`).expect(204)
      const [accepted] = await Promise.all([
        answer(owner, fan.username, 'accept'),
        fan.post(`/@${owner.username}/unfollow`).expect(204),
      ])
      expect([204, 404]).toContain(accepted?.status)
      expect(await followOf(fan.username, owner.username)).toBeUndefined()
    }
    expect(await miscounted()).toEqual([])
  })

  it('ends in nothing where one blocks the other while it is accepted', async () => {
    const owner = await privatePerson()
    for (const [index, fan] of (await Promise.all(times(10, () => apiPerson(house)))).entries()) {
      await fan.post(`/@${owner.username}/follow`).expect(204)
      const block = index % 2 ? owner.post(`/@${fan.username}/block`) : fan.post(`/@${owner.username}/block`)
      const [accepted] = await Promise.all([answer(owner, fan.username, 'accept'), block.expect(204)])
      expect([204, 404]).toContain(accepted?.status)
      expect(await followOf(fan.username, owner.username)).toBeUndefined()
    }
    expect(await miscounted()).toEqual([])
  })

  it('goes on waiting when the owner saves other settings', async () => {
    const [owner, fan] = [await privatePerson(), await apiPerson(house)]
    await fan.post(`/@${owner.username}/follow`).expect(204)
    await owner.post('/settings').type('form').send({ whole: 'yes', isPrivate: 'on', showsCamera: 'on' }).expect(200)
    expect(await followOf(fan.username, owner.username)).toEqual({ is_accepted: false })
  })

  it('never waits before an account that is public, whatever is done at once', async () => {
    const owner = await privatePerson()
    const fans = await Promise.all(times(8, () => apiPerson(house)))
    for (let round = 0; round < 6; round += 1) {
      const all = await Promise.all([
        ...fans.slice(0, 4).map((fan) => fan.post(`/@${owner.username}/follow`)),
        owner.post('/settings').type('form').send({ whole: 'yes' }),
        ...fans.slice(4).map((fan) => fan.post(`/@${owner.username}/follow`)),
        ...fans.slice(0, 2).map((fan) => answer(owner, fan.username, 'accept')),
      ])
      expect(all.filter(({ status }) => status >= 500)).toEqual([])
      for (const fan of fans) expect(await followOf(fan.username, owner.username)).toEqual({ is_accepted: true })
      for (const fan of fans) await fan.post(`/@${owner.username}/unfollow`).expect(204)
      await goPrivate(owner)
    }
    expect(await miscounted()).toEqual([])
  })

  it('is asked of an account that became private while one came', async () => {
    const [owner, fan] = [await apiPerson(house), await apiPerson(house)]
    const ownerId = await idOf(owner.username)
    // Somebody who comes while the owner is at it, and is let through only after.
    const coming = await house.db.transaction(async (tx) => {
      await tx.raw('select pg_advisory_xact_lock(door_of(?))', [ownerId])
      const request = fan.post(`/@${owner.username}/follow`).then(({ status }) => status)
      while (!(await isWaiting())) await new Promise((resolve) => setTimeout(resolve, 20))
      await tx.raw('update users set is_private = true where id = ?', [ownerId])
      return { request }
    })
    expect(await coming.request).toBe(204)
    expect(await followOf(fan.username, owner.username)).toEqual({ is_accepted: false })
  })
})

async function idOf(username: string): Promise<string> {
  const row = await firstRow<{ id: string }>(house.db, sql`select id from users where username = ${username}`)
  return row?.id ?? ''
}

/** Whether somebody waits for a lock in this house. */
async function isWaiting(): Promise<boolean> {
  const row = await firstRow(
    house.db,
    sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return row !== undefined
}

describe('the lists of who follows whom', () => {
  it('are there for everybody of a public account', async () => {
    const [star, fan] = [await apiPerson(house), await apiPerson(house)]
    await fan.post(`/@${star.username}/follow`).expect(204)
    for (const viewer of [house.client(), star, fan, await apiPerson(house)]) {
      expect(listed((await viewer.get(`/@${star.username}/followers`).expect(200)).text)).toEqual([fan.username])
      expect(listed((await viewer.get(`/@${fan.username}/following`).expect(200)).text)).toEqual([star.username])
    }
  })

  it('are there for nobody but followers of a private one, and its owner', async () => {
    const [owner, follower, waiting] = [await privatePerson(), await apiPerson(house), await apiPerson(house)]
    for (const fan of [follower, waiting]) await fan.post(`/@${owner.username}/follow`).expect(204)
    await answer(owner, follower.username, 'accept').expect(204)
    for (const list of ['followers', 'following']) {
      for (const viewer of [house.client(), waiting, await apiPerson(house)])
        await viewer.get(`/@${owner.username}/${list}`).expect(404)
      for (const viewer of [owner, follower]) await viewer.get(`/@${owner.username}/${list}`).expect(200)
    }
    // Who waits is no follower yet.
    expect(listed((await owner.get(`/@${owner.username}/followers`)).text)).toEqual([follower.username])
    expect(listed((await waiting.get(`/@${waiting.username}/following`)).text)).toEqual([])
  })

  it('show for each how the viewer stands to them, and nothing to press for oneself', async () => {
    const [star, viewer, followed, asked, stranger] = [
      await apiPerson(house),
      await apiPerson(house),
      await apiPerson(house),
      await privatePerson(),
      await privatePerson(),
    ]
    for (const fan of [viewer, followed, asked, stranger]) await fan.post(`/@${star.username}/follow`).expect(204)
    for (const { username } of [followed, asked]) await viewer.post(`/@${username}/follow`).expect(204)
    const { text } = await viewer.get(`/@${star.username}/followers`).expect(200)
    expect(listed(text)).toEqual([stranger.username, asked.username, followed.username, viewer.username])
    expect(buttonFor(text, followed.username)).toBe('Following · end')
    expect(buttonFor(text, asked.username)).toBe('Requested · take back')
    expect(buttonFor(text, stranger.username)).toBe('Ask to follow')
    expect(buttonFor(text, viewer.username)).toBeUndefined()
    expect(text).not.toContain('remove-follower')
    expect((await house.client().get(`/@${star.username}/followers`)).text).not.toContain(
      '<form method="post" action="/@',
    )
  })

  it('let one remove a follower of one’s own', async () => {
    const [star, fan] = [await person(house), await apiPerson(house)]
    await fan.post(`/@${star.username}/follow`).expect(204)
    const path = `/@${star.username}/followers`
    expect((await star.get(path)).text).toContain(`action="/@${fan.username}/remove-follower"`)
    const away = star.post(`/@${fan.username}/remove-follower`).type('form').send({ next: path })
    await away.expect(303).expect('Location', path)
    expect(listed((await star.get(path)).text)).toEqual([])
    expect(await followOf(fan.username, star.username)).toBeUndefined()
  })

  it('go on page by page, each person once, with as many queries for a long page as for a short one', async () => {
    const [star, viewer] = [await apiPerson(house), await apiPerson(house)]
    const queriesFor = async (path: string) => {
      let text = ''
      const asked = await statementsDuring(house, async () => {
        text = (await viewer.get(path).expect(200)).text
      })
      return { text, count: asked.length }
    }
    await viewer.post(`/@${star.username}/follow`).expect(204)
    const short = await queriesFor(`/@${star.username}/followers`)

    await crowd('crowd', 120)
    await rows(
      house.db,
      sql`
        insert into follows (follower_id, followee_id)
        select id, ${await idOf(star.username)}::bigint from users where username ~ '^crowd' order by id`,
    )
    const seen: (string | undefined)[] = []
    let path: string | undefined = `/@${star.username}/followers`
    while (path) {
      const { text, count }: { text: string; count: number } = await queriesFor(path)
      expect(count).toBe(short.count)
      seen.push(...listed(text))
      path = /rel="next" href="([^"]+)"/.exec(text)?.[1]
      // Somebody who comes in between shifts nothing.
      if (seen.length === 50) await (await apiPerson(house)).post(`/@${star.username}/follow`).expect(204)
    }
    expect(seen).toEqual([...times(120, (index) => `crowd${120 - index}`), viewer.username])
    await viewer.get(`/@${star.username}/followers?max_id=x`).expect(200)
  })
})

describe('the counts of a profile', () => {
  /** Posts, followers, following, as a viewer reads them. */
  async function countsOf(username: string, viewer: ReturnType<House['client']>) {
    const { text } = await viewer.get(`/@${username}`).expect(200)
    const count = (of: string) => {
      const found = new RegExp(`<strong>([\\d,]+)</strong> ${of}`).exec(text)?.[1]
      return found === undefined ? undefined : Number(found)
    }
    return { posts: count('posts?'), followers: count('followers?'), following: count('following') }
  }

  it('are as many as the lists hold, for each viewer', async () => {
    const star = await apiPerson(house)
    const others = await Promise.all(times(6, () => apiPerson(house)))
    for (const other of others) {
      await other.post(`/@${star.username}/follow`).expect(204)
      await star.post(`/@${other.username}/follow`).expect(204)
    }
    const [blocking, blocked, suspended, ...rest] = others as [Client, Client, Client, Client, Client, Client]
    const [viewer] = rest
    await blocking.post(`/@${viewer.username}/block`).expect(204)
    await viewer.post(`/@${blocked.username}/block`).expect(204)
    await rows(house.db, sql`update users set suspended_at = now() where username = ${suspended.username}`)

    for (const [of, expected] of [
      [viewer, 3],
      [star, 5],
      [blocking, 4],
      [house.client(), 5],
    ] as const) {
      const { followers, following } = await countsOf(star.username, of)
      const list = async (kind: string) => listed((await of.get(`/@${star.username}/${kind}`)).text)
      expect({ followers, following }).toEqual({ followers: expected, following: expected })
      expect((await list('followers')).length).toBe(expected)
      expect((await list('following')).length).toBe(expected)
    }
  })

  it('tell of posts only what the viewer may know', async () => {
    const [open, closed, follower, stranger] = [
      await apiPerson(house),
      await privatePerson(),
      await apiPerson(house),
      await apiPerson(house),
    ]
    for (const author of [open, closed]) {
      await rows(
        house.db,
        sql`
          insert into posts (author_id, visibility, published_at)
          select ${await idOf(author.username)}::bigint, visibility, now()
          from unnest(array['public', 'public', 'unlisted', 'private', 'direct']) as visibility`,
      )
      await follower.post(`/@${author.username}/follow`).expect(204)
    }
    await answer(closed, follower.username, 'accept').expect(204)
    const posts = async (author: Client, viewer: ReturnType<House['client']>) =>
      (await countsOf(author.username, viewer)).posts
    expect(await posts(open, open)).toBe(4)
    expect(await posts(open, follower)).toBe(4)
    expect(await posts(open, stranger)).toBe(3)
    expect(await posts(open, house.client())).toBe(3)
    expect(await posts(closed, closed)).toBe(4)
    expect(await posts(closed, follower)).toBe(4)
    expect(await posts(closed, stranger)).toBeUndefined()
    expect(await posts(closed, house.client())).toBeUndefined()
  })
})
