import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { apiPerson, type House, openHouse } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'
import { rows, sql } from '../db/sql.ts'
import type { Visibility } from './input.ts'

/** Who sees which post, and its photos: every cell through HTTP. Not allowed is 404. */

let house: House
type Client = Awaited<ReturnType<typeof apiPerson>>
const viewers: Record<string, Client | ReturnType<House['client']>> = {}
let alice: Client
let paul: Client

/**
 * Blocked and blocking, by and of the author, have followed before, and are mentioned. Muting follows and has muted the author. Suspended
 * follows, and has the cookie still.
 */
const names = ['nobody', 'stranger', 'follower', 'requested', 'mentioned', 'blocked', 'blocking', 'muting', 'suspended']

beforeAll(async () => {
  house = await openHouse()
  alice = await apiPerson(house, 'alice')
  // A private account, with a follower whom it let in and one who waits.
  paul = await apiPerson(house, 'paul')
  await paul.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
  viewers.nobody = house.client()
  for (const name of names.slice(1)) viewers[name] = await apiPerson(house, name)
  const accept = { answer: 'accept' }
  for (const name of ['follower', 'blocked', 'blocking', 'muting', 'suspended']) {
    for (const author of ['alice', 'paul']) await (viewers[name] as Client).post(`/@${author}/follow`).expect(204)
    await paul.post(`/follow-requests/${name}`).type('form').send(accept).expect(204)
  }
  await (viewers.requested as Client).post('/@paul/follow').expect(204)
  for (const author of [alice, paul]) {
    await author.post('/@blocked/block').expect(204)
    await (viewers.blocking as Client).post(`/@${author.username}/block`).expect(204)
    await (viewers.muting as Client).post(`/@${author.username}/mute`).expect(204)
  }
  await rows(house.db, sql`update users set suspended_at = now() where username = 'suspended'`)
})
afterAll(() => house.close())

interface Shared {
  code: string
  url: string
  media: string
}

async function share(author: Client, fields: Record<string, string>): Promise<Shared> {
  let form = author.post('/upload').attach('file', await newPicture(), 'a.jpg')
  for (const [name, value] of Object.entries(fields)) form = form.field(name, value)
  return (await form.expect(201)).body as Shared
}

/** What is to be seen, by viewer: everything of a post goes together. */
const table: Record<'alice' | 'paul', Record<Visibility | 'draft', string[]>> = {
  alice: {
    public: ['nobody', 'stranger', 'follower', 'requested', 'mentioned', 'muting', 'suspended'],
    unlisted: ['nobody', 'stranger', 'follower', 'requested', 'mentioned', 'muting', 'suspended'],
    private: ['follower', 'mentioned', 'muting'],
    direct: ['mentioned'],
    draft: [],
  },
  paul: {
    public: ['follower', 'mentioned', 'muting'],
    unlisted: ['follower', 'mentioned', 'muting'],
    private: ['follower', 'mentioned', 'muting'],
    direct: ['mentioned'],
    draft: [],
  },
}

/** Where a post is listed for whoever may see it; on the home page that is for somebody who is not signed in. */
const listed: Record<Visibility | 'draft', { home: boolean; profile: boolean; hashtag: boolean }> = {
  public: { home: true, profile: true, hashtag: true },
  unlisted: { home: false, profile: true, hashtag: false },
  private: { home: true, profile: true, hashtag: true },
  direct: { home: true, profile: true, hashtag: false },
  draft: { home: false, profile: false, hashtag: false },
}

const asPage = 'text/html'

describe.each(['alice', 'paul'] as const)('of %s', (author) => {
  describe.each(Object.keys(table.alice) as (Visibility | 'draft')[])('a post for %s', (kind) => {
    const post = {} as Shared
    const isOpen = author === 'alice' && (kind === 'public' || kind === 'unlisted')
    beforeAll(async () => {
      const fields = {
        caption: `For @mentioned, @blocked and @blocking #${author}${kind}`,
        ...(kind === 'draft' ? { draft: 'yes' } : { visibility: kind }),
      }
      Object.assign(post, await share(author === 'alice' ? alice : paul, fields))
    })

    it.each(names)('is there for %s as it should be', async (name) => {
      const viewer = viewers[name] ?? house.client()
      const isSeen = table[author][kind].includes(name)
      const home = await viewer.get('/').set('Accept', asPage).expect(200)
      const profile = await viewer
        .get(`/@${author}`)
        .set('Accept', asPage)
        .expect(name === 'blocked' ? 404 : 200)
      const hashtag = await viewer.get(`/tags/${author}${kind}`).set('Accept', asPage).expect(200)
      // As nginx asks: the file itself is nobody's business here.
      const media = await viewer.get(post.media)
      expect({
        page: (await viewer.get(post.url)).status,
        html: (await viewer.get(post.url).set('Accept', asPage)).status,
        media: media.status,
        home: home.text.includes(post.code),
        profile: profile.text.includes(post.code),
        hashtag: hashtag.text.includes(post.code),
        original: (await viewer.get(`${post.url}/photos/1/original`)).status === 200,
        edit: (await viewer.get(`${post.url}/edit`)).status === 200,
      }).toEqual({
        page: isSeen ? 200 : 404,
        html: isSeen ? 200 : 404,
        media: isSeen ? 200 : 404,
        home: isSeen && (name === 'nobody' ? listed[kind].home : ['follower', 'mentioned'].includes(name)),
        profile: isSeen && listed[kind].profile,
        hashtag: isSeen && listed[kind].hashtag,
        original: false,
        edit: false,
      })
    })

    it('is there for its author, and lies where nginx may give it to all only if all may have it', async () => {
      const own = author === 'alice' ? alice : paul
      await own.get(post.url).expect(200)
      await own.get(post.media).expect(200)
      const folder = isOpen ? 'renditions' : 'restricted'
      const path = post.media.replace('/media/', '')
      expect((await house.files()).filter((file) => file.endsWith(path))).toEqual([`${folder}/${path}`])
      await readFile(join(house.mediaRoot, folder, path))
    })
  })
})

describe('an old link', () => {
  it('leads nowhere as soon as the account is private, for all but followers; and everywhere again when it is public', async () => {
    const nina = await apiPerson(house, 'nina')
    const post = await share(nina, {})
    const path = post.media.replace('/media/', '')
    const folders = async () => (await house.files()).filter((file) => file.endsWith(path))
    await house.client().get(post.media).expect(200)
    await (viewers.follower as Client).post('/@nina/follow').expect(204)

    await nina.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
    expect(await folders()).toEqual([`restricted/${path}`])
    await house.client().get(post.media).expect(404)
    await house.client().get(post.url).expect(404)
    await (viewers.stranger as Client).get(post.media).expect(404)
    await (viewers.follower as Client).get(post.media).expect(200).expect('Cache-Control', 'private, no-cache')

    await nina.post('/settings').type('form').send({ whole: 'yes' }).expect(200)
    await house.client().get(post.media).expect(200)
    await house.idle()
    expect(await folders()).toEqual([`renditions/${path}`])
  })

  it('leads nowhere as soon as the post is for fewer people, or deleted', async () => {
    const post = await share(alice, { caption: 'soon for fewer' })
    const path = post.media.replace('/media/', '')
    await house.client().get(post.media).expect(200)
    await alice.post(`${post.url}/edit`).type('form').send({ visibility: 'private' }).expect(200)
    await house.client().get(post.media).expect(404)
    await (viewers.follower as Client).get(post.media).expect(200)
    await alice.post(`${post.url}/edit`).type('form').send({ visibility: 'public' }).expect(200)
    await house.client().get(post.media).expect(200)
    await alice.post(`${post.url}/delete`).expect(204)
    await house.client().get(post.media).expect(404)
    await alice.get(post.media).expect(404)
    expect((await house.files()).filter((file) => file.endsWith(path))).toEqual([`restricted/${path}`])
  })

  it('stays closed whatever is done at once', async () => {
    const otto = await apiPerson(house, 'otto')
    const posts = await Promise.all(Array.from({ length: 6 }, () => share(otto, {})))
    const set = (visibility: string) =>
      posts.map(({ url }) => otto.post(`${url}/edit`).type('form').send({ visibility }))
    // Opened and closed in any order, and at last closed for good.
    await Promise.all([...set('public'), ...set('private'), ...set('unlisted'), ...set('direct')])
    await Promise.all([otto.post('/settings').type('form').send({ isPrivate: 'on' }), ...set('public')])
    await house.idle()
    for (const { media } of posts) await house.client().get(media).expect(404)
    const open = (await house.files()).filter((file) => file.startsWith('renditions/'))
    for (const { media } of posts) expect(open).not.toContain(media.replace('/media/', 'renditions/'))
  })
})

describe('a private account', () => {
  it('does not become public by a form that cannot be read, or speaks of something else', async () => {
    const post = await share(paul, { visibility: 'public' })
    await paul.post('/settings').send({ isPrivate: false, whole: 'yes' })
    await paul.post('/settings').field('showsCamera', 'on')
    await paul.post('/settings')
    await paul
      .post('/settings')
      .type('form')
      .send({ showsCamera: 'on' })
      .expect(200, { isPrivate: true, showsCamera: true, commentsFromFollowers: false, allowsIndexing: true })
    await house.client().get(post.url).expect(404)
    await house.client().get(post.media).expect(404)
  })

  it('lets everybody in who asked, once it is public', async () => {
    const rita = await apiPerson(house, 'rita')
    await rita.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
    const fan = await apiPerson(house)
    await fan.post('/@rita/follow').expect(204)
    const post = await share(rita, { visibility: 'private' })
    await fan.get(post.url).expect(404)
    await rita.post('/follow-requests/nobody_here').type('form').send({ answer: 'maybe' }).expect(422)
    await rita.post('/settings').type('form').send({ whole: 'yes' }).expect(200)
    await fan.get(post.url).expect(200)
  })
})

describe('of somebody suspended', () => {
  const kinds = ['public', 'unlisted', 'private', 'direct'] as const
  const posts: Shared[] = []
  let sara: Client

  beforeAll(async () => {
    sara = await apiPerson(house, 'sara')
    await (viewers.follower as Client).post('/@sara/follow').expect(204)
    for (const visibility of kinds)
      posts.push(await share(sara, { visibility, caption: `For @mentioned #sara${visibility}` }))
    await rows(house.db, sql`update users set suspended_at = now() where username = 'sara'`)
  })

  it.each(names)('nothing is there for %s', async (name) => {
    const viewer = viewers[name] ?? house.client()
    const home = await viewer.get('/').set('Accept', asPage).expect(200)
    for (const [index, { url, code, media }] of posts.entries()) {
      await viewer.get(url).expect(404)
      await viewer.get(media).expect(404)
      expect(home.text).not.toContain(code)
      expect((await viewer.get(`/tags/sara${kinds[index]}`).set('Accept', asPage).expect(200)).text).not.toContain(code)
    }
    for (const path of ['/@sara', '/@sara/followers', '/@sara/following'])
      await viewer.get(path).set('Accept', asPage).expect(404)
  })

  it('nothing is there for that person, whose every session is refused', async () => {
    await sara.get('/settings').expect(401)
    await sara.get('/may-upload').expect(401)
    await sara
      .post('/upload')
      .attach('file', await newPicture(), 'a.jpg')
      .expect(401)
    for (const { url, media } of posts) {
      await sara.get(url).expect(404)
      await sara.get(media).expect(404)
    }
  })

  it('everything is there again when the suspension is lifted', async () => {
    await rows(house.db, sql`update users set suspended_at = null where username = 'sara'`)
    for (const { url, media } of posts) {
      await sara.get(url).expect(200)
      await sara.get(media).expect(200)
    }
    await (viewers.follower as Client).get(posts[2]?.url ?? '').expect(200)
  })
})

describe('behind nginx', () => {
  it('the app says where a photo lies, and sends not a byte of it', async () => {
    const other = await openHouse({ isServedByNginx: true })
    try {
      const bob = await apiPerson(other, 'bob')
      const { body } = await bob
        .post('/upload')
        .field('visibility', 'private')
        .attach('file', await newPicture(), 'a.jpg')
        .expect(201)
      const answer = await bob.get(body.media).expect(200)
      expect(answer.headers['x-accel-redirect']).toBe(body.media.replace('/media/', '/restricted-media/'))
      expect(answer.body).toEqual({})
      expect((await other.client().get(body.media).expect(404)).headers['x-accel-redirect']).toBeUndefined()
    } finally {
      await other.close()
    }
  })
})
