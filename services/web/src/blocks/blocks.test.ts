import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'
import { statementsDuring } from '../../test/statements.ts'
import { firstRow, rows, sql } from '../db/sql.ts'

/** Who sees what of somebody with whom there is a block is in the table of docs/who-sees-what.md. */

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

type Client = Awaited<ReturnType<typeof apiPerson>>

const asPage = 'text/html'
const listed = (html: string) => [...html.matchAll(/class="author" href="\/@([\w.]+)"/g)].map(([, name]) => name)

async function idOf(username: string): Promise<string> {
  const row = await firstRow<{ id: string }>(house.db, sql`select id from users where username = ${username}`)
  return row?.id ?? ''
}

async function share(author: Client, caption = '') {
  const form = author
    .post('/upload')
    .field('caption', caption)
    .attach('file', await newPicture(), 'a.jpg')
  const { body } = await form.expect(201)
  return body as { id: string; url: string; code: string }
}

/** What there is between two people, by table. */
async function between(one: string, other: string) {
  const ids = [await idOf(one), await idOf(other)]
  return firstRow(
    house.db,
    sql`
      select
        (select count(*)::int from follows where follower_id = any(${ids}) and followee_id = any(${ids})) as follows,
        (select count(*)::int from blocks where blocker_id = any(${ids}) and blocked_id = any(${ids})) as blocks,
        (select count(*)::int from likes where user_id = any(${ids}) and author_id = any(${ids})) as likes,
        (
          select count(*)::int from comments
          where author_id = any(${ids}) and post_author_id = any(${ids}) and deleted_at is null
        ) as comments`,
  )
}

describe('a block', () => {
  it('is asked for on a page that says what it does, and leads to what is left of the profile', async () => {
    const [viewer, other] = [await person(house), await apiPerson(house)]
    const post = await share(other)
    const profile = await viewer.get(`/@${other.username}`).expect(200)
    expect(profile.text).toContain(`href="/@${other.username}/block"`)
    const page = await viewer.get(`/@${other.username}/block`).expect(200)
    expect(page.text).toContain('does not come back')
    await viewer.post(`/@${other.username}/block`).expect(303).expect('Location', `/@${other.username}`)

    const { text } = await viewer.get(`/@${other.username}`).expect(200)
    expect(text).toContain(`<h1>${other.username}</h1>`)
    expect(text).toContain(`action="/@${other.username}/unblock"`)
    for (const hidden of [post.code, '/follow"', 'followers', 'class="counts"', 'class="grid"'])
      expect(text).not.toContain(hidden)
    for (const path of ['followers', 'following']) await viewer.get(`/@${other.username}/${path}`).expect(404)
  })

  it('of oneself, of nobody, and by nobody is none', async () => {
    const viewer = await apiPerson(house)
    await viewer.get(`/@${viewer.username}/block`).expect(422)
    await viewer.post(`/@${viewer.username}/block`).expect(422)
    await viewer.post('/@nobody_here/block').expect(404)
    await viewer.post('/@nobody_here/unblock').expect(404)
    await house.client().post(`/@${viewer.username}/block`).expect(401)
    await house.client().get('/settings/blocked').expect(401)
  })

  it('ends follows, requests, likes and comments between the two, both ways, and unblocking brings nothing back', async () => {
    const [one, other, third] = [await apiPerson(house), await apiPerson(house), await apiPerson(house)]
    const people = [one, other, third]
    for (const follower of people)
      for (const followee of people)
        if (follower !== followee) await follower.post(`/@${followee.username}/follow`).expect(204)
    for (const author of people) {
      const { id } = await share(author)
      for (const somebody of people) {
        const ids = sql`${id}::bigint, ${await idOf(somebody.username)}::bigint, ${await idOf(author.username)}::bigint`
        await rows(house.db, sql`insert into likes (post_id, user_id, author_id) values (${ids})`)
        await rows(
          house.db,
          sql`insert into comments (post_id, author_id, post_author_id, text) values (${ids}, 'Fine light.')`,
        )
      }
    }
    const before = { follows: 2, blocks: 0, likes: 4, comments: 4 }
    expect(await between(one.username, other.username)).toEqual(before)

    await one.post(`/@${other.username}/block`).expect(204)
    // Of themselves they keep what they have said.
    const after = { follows: 0, blocks: 1, likes: 2, comments: 2 }
    expect(await between(one.username, other.username)).toEqual(after)
    for (const somebody of [one, other]) expect(await between(somebody.username, third.username)).toEqual(before)

    await one.post(`/@${other.username}/unblock`).expect(204)
    expect(await between(one.username, other.username)).toEqual({ ...after, blocks: 0 })
    await other.get(`/@${one.username}`).set('Accept', asPage).expect(200)
  })

  it('and a follow at once never end in both', async () => {
    const [one, other] = [await apiPerson(house), await apiPerson(house)]
    for (let round = 0; round < 50; round += 1) {
      const [follower, followee] = round % 2 ? [one, other] : [other, one]
      const followed = follower.post(`/@${followee.username}/follow`)
      const blocked = one.post(`/@${other.username}/block`)
      const answers = await Promise.all(round % 3 ? [followed, blocked] : [blocked, followed])
      expect(answers.filter(({ status }) => ![204, 404].includes(status))).toEqual([])
      expect(await between(one.username, other.username)).toMatchObject({ follows: 0, blocks: 1 })
      await one.post(`/@${other.username}/unblock`).expect(204)
    }
  })

  it('by each of the other at once, and twice at once, ends in peace', async () => {
    const [one, other] = [await apiPerson(house), await apiPerson(house)]
    const answers = await Promise.all(
      [one, other, one, other].map((blocker) =>
        blocker.post(`/@${blocker === one ? other.username : one.username}/block`),
      ),
    )
    expect(answers.filter(({ status }) => ![204, 404].includes(status))).toEqual([])
    expect(answers.some(({ status }) => status === 204)).toBe(true)
  })
})

describe('whoever is blocked', () => {
  it('cannot tell that from an account that does not exist', async () => {
    const [viewer, other] = [await apiPerson(house), await apiPerson(house, 'blocker_1')]
    await viewer.post('/@blocker_1/follow').expect(204)
    await other.post(`/@${viewer.username}/block`).expect(204)
    const ask = async (method: 'get' | 'post', path: string, accept: string) => {
      const { status, headers, text } = await viewer[method](path).set('Accept', accept)
      const { location, 'content-type': type, 'cache-control': cache } = headers
      // Every answer has an id of its own, which a page shows as well.
      return { status, location, type, cache, text: text.replaceAll(String(headers['x-request-id']), 'id') }
    }
    for (const accept of [asPage, '*/*']) {
      for (const [method, ways] of [
        ['get', ['', '/followers', '/following', '/block', '/mute']],
        ['post', ['/follow', '/unfollow', '/block', '/unblock', '/mute', '/unmute', '/remove-follower']],
      ] as const) {
        for (const way of ways) {
          const blocked = await ask(method, `/@blocker_1${way}`, accept)
          expect(blocked).toEqual(await ask(method, `/@blocker_2${way}`, accept))
          expect([way, blocked.status]).toEqual([way, 404])
        }
      }
      expect(await ask('get', '/@BLOCKER_1', accept)).toEqual(await ask('get', '/@BLOCKER_2', accept))
    }
    for (const answer of ['accept', 'refuse'])
      await viewer.post('/follow-requests/blocker_1').type('form').send({ answer }).expect(404)
    expect(await between(viewer.username, 'blocker_1')).toMatchObject({ follows: 0, blocks: 1 })
  })

  it('finds the name of the other in no list, and in a caption as of nobody', async () => {
    const [viewer, other, third] = [await apiPerson(house), await apiPerson(house), await apiPerson(house)]
    await other.post(`/@${third.username}/follow`).expect(204)
    await third.post(`/@${other.username}/follow`).expect(204)
    const post = await share(third, `With @${other.username}`)
    const link = `href="/@${other.username}"`
    const seen = async () =>
      Promise.all(
        [`/@${third.username}/followers`, `/@${third.username}/following`, post.url].map(async (path) =>
          (await viewer.get(path).set('Accept', asPage).expect(200)).text.includes(link),
        ),
      )
    expect(await seen()).toEqual([true, true, true])
    await other.post(`/@${viewer.username}/block`).expect(204)
    expect(await seen()).toEqual([false, false, false])
  })
})

describe('the list of blocked people', () => {
  it('shows them, the newest first, and lifts a block', async () => {
    const [viewer, one, other] = [await person(house), await apiPerson(house), await apiPerson(house)]
    expect((await viewer.get('/settings')).text).toContain('href="/settings/blocked"')
    expect((await viewer.get('/settings/blocked')).text).toContain('You have blocked nobody.')
    for (const { username } of [one, other, one]) await viewer.post(`/@${username}/block`).expect(303)
    expect(listed((await viewer.get('/settings/blocked')).text)).toEqual([other.username, one.username])
    const back = viewer.post(`/@${one.username}/unblock`).type('form').send({ next: '/settings/blocked' })
    await back.expect(303).expect('Location', '/settings/blocked')
    expect(listed((await viewer.get('/settings/blocked')).text)).toEqual([other.username])
  })

  it('does not tell of those who have blocked one as well', async () => {
    const [viewer, other] = [await apiPerson(house), await apiPerson(house)]
    // As when both do so at once.
    const [one, two] = [await idOf(viewer.username), await idOf(other.username)]
    await rows(house.db, sql`insert into blocks (blocker_id, blocked_id) values (${one}, ${two}), (${two}, ${one})`)
    expect(listed((await viewer.get('/settings/blocked')).text)).toEqual([])
    await viewer.get(`/@${other.username}`).expect(404)
    await viewer.post(`/@${other.username}/unblock`).expect(404)
    // One after the other lifts it.
    await rows(house.db, sql`delete from blocks where blocker_id = ${two}`)
    expect(listed((await viewer.get('/settings/blocked')).text)).toEqual([other.username])
    await viewer.post(`/@${other.username}/unblock`).expect(204)
  })

  it('goes on page by page, with as many queries for a long page as for a short one', async () => {
    const quiet = await openHouse({ withWorker: false })
    const viewer = await apiPerson(quiet)
    let first = ''
    const queries = async () => {
      const asked = await statementsDuring(quiet, async () => {
        first = (await viewer.get('/settings/blocked').expect(200)).text
      })
      return asked.length
    }
    const short = await queries()
    await rows(
      quiet.db,
      sql`
        insert into users (username, password_hash)
        select 'crowd' || n, 'x' from generate_series(1, 60) as n`,
    )
    await rows(
      quiet.db,
      sql`
        insert into blocks (blocker_id, blocked_id)
        select viewer.id, crowd.id from users as viewer, users as crowd
        where viewer.username = ${viewer.username} and crowd.username ~ '^crowd' order by crowd.id`,
    )
    expect(await queries()).toBe(short)
    const next = /rel="next" href="([^"]+)"/.exec(first)?.[1] ?? ''
    const second = await viewer.get(next).expect(200)
    expect([...listed(first), ...listed(second.text)]).toEqual(
      Array.from({ length: 60 }, (_, index) => `crowd${60 - index}`),
    )
    expect(second.text).not.toContain('rel="next"')
    await quiet.close()
  })
})
