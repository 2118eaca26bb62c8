import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { apiPerson, type House, openHouse } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'
import { rows, sql } from '../db/sql.ts'
import type { Visibility } from './input.ts'

/** What the table of docs/who-sees-what.md does not say: how it comes to that, and where photos lie meanwhile. */

let house: House
type Client = Awaited<ReturnType<typeof apiPerson>>
let alice: Client
/** With a private account. */
let paul: Client
let stranger: Client
let follower: Client

beforeAll(async () => {
  house = await openHouse()
  alice = await apiPerson(house, 'alice')
  paul = await apiPerson(house, 'paul')
  await paul.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
  stranger = await apiPerson(house, 'stranger')
  follower = await apiPerson(house, 'follower')
  for (const author of ['alice', 'paul']) await follower.post(`/@${author}/follow`).expect(204)
  await paul.post('/follow-requests/follower').type('form').send({ answer: 'accept' }).expect(204)
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

describe.each(['alice', 'paul'] as const)('of %s', (author) => {
  const kinds: (Visibility | 'draft')[] = ['public', 'unlisted', 'private', 'direct', 'draft']
  it.each(kinds)(
    'a post for %s lies from the beginning where nginx gives it to all only if all may have it',
    async (kind) => {
      const own = author === 'alice' ? alice : paul
      const isOpen = author === 'alice' && (kind === 'public' || kind === 'unlisted')
      const post = await share(own, kind === 'draft' ? { draft: 'yes' } : { visibility: kind })
      await own.get(post.url).expect(200)
      await own.get(post.media).expect(200)
      for (const path of [post.url, post.media]) await stranger.get(path).expect(isOpen ? 200 : 404)
      const isForFollowers = kind !== 'direct' && kind !== 'draft'
      for (const path of [post.url, post.media]) await follower.get(path).expect(isForFollowers ? 200 : 404)
      const folder = isOpen ? 'renditions' : 'restricted'
      const path = post.media.replace('/media/', '')
      expect((await house.files()).filter((file) => file.endsWith(path))).toEqual([`${folder}/${path}`])
      await readFile(join(house.mediaRoot, folder, path))
    },
  )
})

describe('an old link', () => {
  it('leads nowhere as soon as the account is private, for all but followers; and everywhere again when it is public', async () => {
    const nina = await apiPerson(house, 'nina')
    const post = await share(nina, {})
    const path = post.media.replace('/media/', '')
    const folders = async () => (await house.files()).filter((file) => file.endsWith(path))
    await house.client().get(post.media).expect(200)
    await follower.post('/@nina/follow').expect(204)

    await nina.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
    expect(await folders()).toEqual([`restricted/${path}`])
    await house.client().get(post.media).expect(404)
    await house.client().get(post.url).expect(404)
    await stranger.get(post.media).expect(404)
    await follower.get(post.media).expect(200).expect('Cache-Control', 'private, no-cache')

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
    await follower.get(post.media).expect(200)
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
    await follower.post('/@sara/follow').expect(204)
    for (const visibility of kinds) posts.push(await share(sara, { visibility }))
    await rows(house.db, sql`update users set suspended_at = now() where username = 'sara'`)
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
    await follower.get(posts[2]?.url ?? '').expect(200)
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
