import { type AddressInfo, createServer, connect as openSocket, type Socket } from 'node:net'
import { type House, openHouse } from '../../test/house.ts'
import { statementsDuring } from '../../test/statements.ts'
import { createApp } from '../app.ts'
import { connect } from '../db/connect.ts'
import { Drain } from '../http/drain.ts'
import { listen } from '../http/listen.ts'
import { openQueue } from '../jobs/queue.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ withWorker: false })
})
afterAll(() => house.close())

let people = 0
interface Someone {
  id: string
  username: string
  cookie: string
}

async function someone(): Promise<Someone> {
  people += 1
  const username = `listener${people}`
  const answer = await fetch(`${house.url}/sign-up`, {
    method: 'POST',
    body: new URLSearchParams({ username, password: 'correct horse battery' }),
  })
  const { rows } = await house.db.raw('select id from users where username = ?', [username])
  return { id: rows[0].id, username, cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' }
}

/** What a page hears. */
interface Ear {
  response: Response
  /** What has been heard so far: "unread 3", "end signed-out". */
  heard: string[]
  /** Everything as it came. */
  raw(): string
  /** Settles once something was heard. */
  hears(what: string): Promise<void>
  /** Settles once the answer has ended. */
  ended: Promise<void>
  leave(): void
}

const ears: Ear[] = []
afterEach(() => {
  for (const ear of ears.splice(0)) ear.leave()
})

async function listenAs(who: Someone, url = house.url): Promise<Ear> {
  const leaving = new AbortController()
  const response = await fetch(`${url}/notifications/stream`, {
    headers: { Cookie: who.cookie, Accept: 'text/event-stream' },
    signal: leaving.signal,
  })
  let raw = ''
  const ear: Ear = {
    response,
    heard: [],
    raw: () => raw,
    async hears(what) {
      while (!ear.heard.includes(what)) await new Promise((resolve) => setTimeout(resolve, 20))
    },
    ended: read(),
    leave: () => leaving.abort(),
  }
  async function read() {
    const decoder = new TextDecoder()
    try {
      for await (const chunk of response.body ?? []) {
        raw += decoder.decode(chunk as Uint8Array, { stream: true })
        ear.heard = [...raw.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)].map(
          ([, name, data = '']) => `${name} ${name === 'unread' ? JSON.parse(data).unread : data}`,
        )
      }
    } catch {
      // We left, or were cut off.
    }
  }
  ears.push(ear)
  return ear
}

/** A way to the database that can be cut. */
async function lineToDatabase() {
  const { host, port } = house.config.database
  const ends = new Set<Socket>()
  const server = createServer((near) => {
    const far = openSocket(port, host)
    near.pipe(far).pipe(near)
    for (const end of [near, far]) ends.add(end.on('error', () => {}))
  })
  const mend = (at = 0) => new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve))
  await mend()
  const address = server.address() as AddressInfo
  return {
    host: address.address,
    port: address.port,
    mend: () => mend(address.port),
    async cut() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const end of ends) end.destroy()
      await closed
    },
  }
}

/** Another process of the same house, with connections of its own. */
async function anotherProcess(way: { host?: string; port?: number } = {}) {
  const db = connect({ ...house.config.database, ...way }, 'gramstack test')
  const queue = await openQueue(house.db)
  const drain = new Drain()
  const app = createApp({ ...house, db, queue, drain })
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    db,
    async leave() {
      await drain.leave(server, 0)
      await queue.stop()
      await db.destroy()
    },
  }
}

const follow = (follower: Someone, followee: Someone) =>
  fetch(`${house.url}/@${followee.username}/follow`, { method: 'POST', headers: { Cookie: follower.cookie } })

describe('an open page', () => {
  it('hears how much is unread, first as it is and then as it becomes', async () => {
    const [ada, bob, cleo] = [await someone(), await someone(), await someone()]
    const ear = await listenAs(ada)
    expect(ear.response.status).toBe(200)
    expect(Object.fromEntries(ear.response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'x-accel-buffering': 'no',
      'cache-control': expect.stringContaining('no-store'),
    })
    await ear.hears('unread 0')
    expect(ear.raw()).toMatch(/^retry: \d{4}\n\n/)
    await follow(bob, ada)
    await ear.hears('unread 1')
    await follow(cleo, ada)
    await ear.hears('unread 2')
    expect(ear.heard).toEqual(['unread 0', 'unread 1', 'unread 2'])
  })

  it('hears that all was read on another one', async () => {
    const [ada, bob] = [await someone(), await someone()]
    await follow(bob, ada)
    const ear = await listenAs(ada)
    await ear.hears('unread 1')
    await fetch(`${house.url}/notifications`, { headers: { Cookie: ada.cookie, Accept: 'text/html' } })
    await ear.hears('unread 0')
  })

  it.each([
    ['a like', 'insert into likes (post_id, user_id, author_id) values (:postId, :bob, :ada)'],
    [
      'a like of a comment',
      'insert into comment_likes (comment_id, user_id, author_id) values (:commentId, :bob, :ada)',
    ],
    ['a comment', "insert into comments (post_id, author_id, post_author_id, text) values (:postId, :bob, :ada, 'Hm')"],
    [
      'a reply',
      `insert into comments (post_id, author_id, post_author_id, parent_id, parent_author_id, text)
       values (:elsewhere, :bob, :bob, :commentId, :ada, 'Hm')`,
    ],
    [
      'a mention in a comment',
      `with said as (
         insert into comments (post_id, author_id, post_author_id, text) values (:elsewhere, :bob, :bob, 'Hm') returning id
       )
       insert into comment_mentions (comment_id, user_id) select id, :ada from said`,
    ],
    ['a mention in a post', 'insert into post_mentions (post_id, user_id) values (:elsewhere, :ada)'],
    ['a follower', 'insert into follows (follower_id, followee_id, accepted_at) values (:bob, :ada, now())'],
    ['a request', 'insert into follows (follower_id, followee_id) values (:bob, :ada)'],
    [
      'a request that was accepted',
      `insert into follows (follower_id, followee_id, created_at, accepted_at)
       values (:ada, :bob, now() - interval '1 day', now())`,
    ],
  ])('hears of %s', async (_what, statement) => {
    const [ada, bob] = [await someone(), await someone()]
    const insertPost = 'insert into posts (author_id, published_at) values (?, now()) returning id'
    const postId = (await house.db.raw(insertPost, [ada.id])).rows[0].id
    const elsewhere = (await house.db.raw(insertPost, [bob.id])).rows[0].id
    const commentId = (
      await house.db.raw(
        "insert into comments (post_id, author_id, post_author_id, text) values (?, ?, ?, 'Mine') returning id",
        [elsewhere, ada.id, bob.id],
      )
    ).rows[0].id
    const ear = await listenAs(ada)
    await ear.hears('unread 0')
    await house.db.raw(statement, { ada: ada.id, bob: bob.id, postId, elsewhere, commentId })
    await ear.hears('unread 1')
  })

  it('hears of it in whichever process it is', async () => {
    const other = await anotherProcess()
    try {
      const [ada, bob] = [await someone(), await someone()]
      const both = [await listenAs(ada), await listenAs(ada, other.url)]
      await Promise.all(both.map((ear) => ear.hears('unread 0')))
      await follow(bob, ada)
      await Promise.all(both.map((ear) => ear.hears('unread 1')))
    } finally {
      await other.leave()
    }
  })

  it('hears nothing more once its session was revoked, and is told not to come back', async () => {
    const ada = await someone()
    const [here, elsewhere] = [await someone(), await someone()]
    const [ear, others] = [await listenAs(ada), await listenAs(here)]
    await ear.hears('unread 0')
    await fetch(`${house.url}/sign-out`, { method: 'POST', headers: { Cookie: ada.cookie } })
    await ear.ended
    expect(ear.heard).toEqual(['unread 0', 'end signed-out'])
    await follow(elsewhere, here)
    await others.hears('unread 1')
  })

  it('ends with the account: of somebody suspended as well', async () => {
    const ada = await someone()
    const ear = await listenAs(ada)
    await ear.hears('unread 0')
    await house.db.raw('update users set suspended_at = now() where id = ?', [ada.id])
    await ear.ended
    expect(ear.heard.at(-1)).toBe('end signed-out')
  })

  it('is one of a few of the same person: the oldest goes', async () => {
    const [ada, bob] = [await someone(), await someone()]
    const first = await listenAs(ada)
    await first.hears('unread 0')
    const more: Ear[] = []
    for (let n = 0; n < 6; n += 1) more.push(await listenAs(ada))
    await first.ended
    expect(first.heard).toEqual(['unread 0', 'end one-too-many'])
    await follow(bob, ada)
    await Promise.all(more.map((ear) => ear.hears('unread 1')))
  })

  it('is left in peace however many others are opened meanwhile', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, someone))
    const until = Date.now() + 3_500
    const heard = await Promise.all(
      people.map(async (who) => {
        const all: string[] = []
        while (Date.now() < until) {
          const ear = await listenAs(who)
          await new Promise((resolve) => setTimeout(resolve, 40))
          all.push(...ear.heard)
          ear.leave()
        }
        return all
      }),
    )
    expect(heard.flat()).not.toContain('end signed-out')
  })

  it('is let go at once by a process that leaves, to come back to another', async () => {
    const other = await anotherProcess()
    const ear = await listenAs(await someone(), other.url)
    await ear.hears('unread 0')
    // It would wait four seconds for an answer under way, and then cut it off.
    await other.leave()
    await ear.ended
    expect(ear.heard).toEqual(['unread 0'])
  })

  it('outlives an outage of the database, and then hears what it missed', async () => {
    const line = await lineToDatabase()
    const other = await anotherProcess({ host: line.host, port: line.port })
    try {
      const [ada, bob] = [await someone(), await someone()]
      const ear = await listenAs(ada, other.url)
      await ear.hears('unread 0')
      await line.cut()
      await expect(other.db.raw('select 1')).rejects.toThrow()
      await follow(bob, ada)
      await line.mend()
      await ear.hears('unread 1')
      expect(ear.heard).toEqual(['unread 0', 'unread 1'])
    } finally {
      await other.leave()
      await line.cut()
    }
  })
})

describe('the stream', () => {
  it('is for people who are signed in', async () => {
    const answer = await fetch(`${house.url}/notifications/stream`, { headers: { Accept: 'text/event-stream' } })
    expect(answer.status).toBe(401)
  })

  it('answers HEAD and is done', async () => {
    const { cookie } = await someone()
    const answer = await fetch(`${house.url}/notifications/stream`, { method: 'HEAD', headers: { Cookie: cookie } })
    expect(answer.status).toBe(200)
  })

  it('asks the database nothing when nobody listens', async () => {
    const ear = await listenAs(await someone())
    await ear.hears('unread 0')
    ear.leave()
    await ear.ended
    // What was under way ends.
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(await statementsDuring(house, () => new Promise((resolve) => setTimeout(resolve, 2_500)))).toEqual([])
  })
})
