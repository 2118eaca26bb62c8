import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { newPicture, picture } from '../../test/pictures.ts'
import { firstRow, rows, sql } from '../db/sql.ts'
import { sweepPosts } from './editing.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

type Client = Awaited<ReturnType<typeof apiPerson>>

interface PhotoJson {
  id: string
  state: string
  altText: string
  url: string | null
  width: number
  focal: { x: number; y: number }
}
interface PostJson {
  code: string
  url: string
  caption: string
  place: string
  visibility: string
  sensitive: boolean
  contentWarning: string | null
  allowsComments: boolean
  isDraft: boolean
  isPublished: boolean
  editedAt: string | null
  duplicateOf: string | null
  photos: PhotoJson[]
}

/** Shares pictures of these widths, so that their order can be told. */
async function share(client: Client, widths: number[], fields: Record<string, string> = {}): Promise<PostJson> {
  let form = client.post('/upload')
  for (const [name, value] of Object.entries(fields)) form = form.field(name, value)
  for (const width of widths) form = form.attach('file', await newPicture(width), 'a.jpg')
  return (await form.expect(201)).body as PostJson
}

async function edit(client: Client, post: PostJson, fields: Record<string, string>): Promise<PostJson> {
  return (await client.post(`${post.url}/edit`).type('form').send(fields).expect(200)).body as PostJson
}

const widthsOf = (post: PostJson) => post.photos.map(({ width }) => width)

describe('a post', () => {
  it('has one to twenty photos, in the order chosen', async () => {
    const alice = await apiPerson(house)
    const widths = Array.from({ length: 20 }, (_, index) => 60 + ((index * 7) % 20))
    const post = await share(alice, widths)
    expect(widthsOf(post)).toEqual(widths)
    expect(post.isPublished).toBe(true)
    const page = await house.browser().get(post.url).expect(200)
    expect(page.text).toMatch(/aria-label="20 photos"/)
    expect([...page.text.matchAll(/<figcaption>(\d+) \/ 20</g)].map(([, number]) => Number(number))).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    )
  })

  it('changes its order when its author says so', async () => {
    const alice = await apiPerson(house)
    const post = await share(alice, [61, 62, 63, 64])
    const [, , third] = post.photos
    const moved = await edit(alice, post, { [`order-${third?.id}`]: '1' })
    expect(widthsOf(moved)).toEqual([63, 61, 62, 64])
    const all = Object.fromEntries(moved.photos.map(({ id }, index) => [`order-${id}`, String(4 - index)]))
    expect(widthsOf(await edit(alice, moved, all))).toEqual([64, 62, 61, 63])
    for (const nonsense of ['0', '-1', '99', 'abc', '', '1e9'])
      expect(widthsOf(await edit(alice, moved, { [`order-${third?.id}`]: nonsense }))).toHaveLength(4)
  })

  it('keeps everything that is said of it, up to the limits, and refuses one character more beside the field', async () => {
    const alice = await apiPerson(house)
    const limits: [string, number][] = [
      ['caption', 2200],
      ['place', 100],
      ['contentWarning', 500],
    ]
    const full = Object.fromEntries(limits.map(([name, most]) => [name, '👍'.repeat(most)]))
    const post = await share(alice, [60], { ...full, sensitive: 'on', commentsOff: 'on', visibility: 'unlisted' })
    expect(post).toMatchObject({ ...full, sensitive: true, allowsComments: false, visibility: 'unlisted' })
    const [photo] = post.photos
    const described = await edit(alice, post, { [`alt-${photo?.id}`]: '👍'.repeat(1500) })
    expect(described.photos[0]?.altText).toBe('👍'.repeat(1500))
    for (const [name, most] of [...limits, [`alt-${photo?.id}`, 1500] as const]) {
      const answer = await alice
        .post(`${post.url}/edit`)
        .type('form')
        .send({ [name]: '👍'.repeat(most + 1) })
      expect([name, answer.status, Object.keys(answer.body.fields)]).toEqual([name, 422, [name]])
    }
    const page = await alice
      .post(`${post.url}/edit`)
      .set('Accept', 'text/html')
      .type('form')
      .send({ caption: 'kept', place: 'x'.repeat(101), [`alt-${photo?.id}`]: 'kept too' })
      .expect(422)
    expect(page.text).toMatch(/kept<\/textarea>.*A place has at most 100 characters\./s)
    expect(page.text).toMatch(/kept too<\/textarea>/)
    await alice.post(`${post.url}/edit`).type('form').send({ visibility: 'everyone' }).expect(422)
  })

  it('links hashtags of every script, people who are here, and addresses; and nothing else', async () => {
    const alice = await apiPerson(house, 'linker')
    await apiPerson(house, 'linked')
    const caption =
      'Über #Straße #写真 #عکس #1 with @Linked, @noone and https://example.com/?a=1#b <b>bold</b> javascript:alert(1)'
    const post = await share(alice, [60], { caption })
    const page = (await house.browser().get(post.url)).text
    for (const tag of ['straße', '写真', 'عکس']) expect(page).toContain(`href="/tags/${encodeURIComponent(tag)}"`)
    expect(page).toContain('<a href="/@linked" dir="ltr">@Linked</a>')
    expect(page).toContain('href="https://example.com/?a=1#b"')
    expect(page).not.toContain('href="/@noone"')
    expect(page).not.toContain('<b>')
    expect(page).not.toContain('href="javascript')
    expect(page).not.toContain('/tags/1"')
    expect(await rows(house.db, sql`select tag from post_hashtags order by tag`)).toEqual(
      expect.arrayContaining([{ tag: 'straße' }, { tag: '写真' }, { tag: 'عکس' }]),
    )
    expect((await house.browser().get('/tags/Stra%C3%9Fe').expect(301)).headers.location).toBe('/tags/stra%C3%9Fe')
    expect((await house.browser().get('/tags/stra%C3%9Fe').expect(200)).text).toContain(post.code)
    await edit(alice, post, { caption: 'No tags any more' })
    expect((await house.browser().get('/tags/stra%C3%9Fe').expect(200)).text).not.toContain(post.code)
    for (const path of ['/tags/1', '/tags/%20', '/tags/%00', '/tags/a%20b', '/tags/a%23b'])
      await house.browser().get(path).expect(404)
  })

  it('with a warning is covered until it is asked for, also in the grid', async () => {
    const alice = await apiPerson(house, 'warner')
    const post = await share(alice, [60], { contentWarning: 'Spiders' })
    expect((await house.browser().get(post.url)).text).toMatch(/<details class="sensitive"><summary><strong>Spiders</)
    const grid = (await house.browser().get('/@warner')).text
    expect(grid).toContain('Spiders')
    expect(grid).not.toContain(`<img`)
  })

  it('is made once, however often the same key is sent, and also when it is sent at once', async () => {
    const alice = await apiPerson(house)
    const file = await newPicture()
    const send = (key: string) =>
      alice.post('/upload').set('Idempotency-Key', key).attach('file', file, 'a.jpg').expect(201)
    const before = await house.files()
    const answers = await Promise.all([send('one'), send('one'), send('one')])
    answers.push(await send('one'))
    expect(new Set(answers.map(({ body }) => body.code)).size).toBe(1)
    expect((await send('two')).body.code).not.toBe(answers[0]?.body.code)
    await house.idle()
    const originals = (await house.files()).filter((path) => path.startsWith('originals/') && !before.includes(path))
    expect(originals).toHaveLength(2)
    // Somebody else's key is another.
    const bob = await apiPerson(house)
    const his = await bob.post('/upload').set('Idempotency-Key', 'one').attach('file', file, 'a.jpg').expect(201)
    expect(his.body.code).not.toBe(answers[0]?.body.code)
  })

  it('is another one when the same form comes with other photos: somebody has gone back to it', async () => {
    const alice = await apiPerson(house)
    const send = async (file: Buffer) =>
      (await alice.post('/upload').field('idempotencyKey', 'back').attach('file', file, 'a.jpg').expect(201)).body.code
    const [one, two] = [await newPicture(), await newPicture()]
    const first = await send(one)
    const second = await send(two)
    expect(second).not.toBe(first)
    expect(await send(one)).toBe(first)
    await alice.post(`/p/${first}/delete`).expect(204)
    expect(await send(await newPicture())).not.toBe(first)
  })

  it('is made once by a double click on the form', async () => {
    const alice = await person(house)
    const key = /name="idempotencyKey" value="([^"]+)"/.exec((await alice.get('/upload')).text)?.[1] ?? ''
    expect(key).toMatch(/^[0-9a-f-]{36}$/)
    const file = await newPicture()
    const click = () => alice.post('/upload').field('idempotencyKey', key).attach('file', file, 'a.jpg').expect(303)
    const places = (await Promise.all([click(), click()])).map(({ headers }) => headers.location)
    expect(places[0]).toBe(places[1])
  })
})

describe('a photo that was shared before', () => {
  it('is asked about, in a draft that is kept, and shared again if that is wanted', async () => {
    const alice = await person(house)
    const file = await newPicture()
    const first = await alice.post('/upload').attach('file', file, 'a.jpg').expect(303)
    const second = await alice.post('/upload').attach('file', file, 'b.jpg').expect(303)
    const code = (first.headers.location ?? '').slice('/p/'.length)
    expect(second.headers.location).toMatch(new RegExp(`^/p/[\\w-]{11}/edit\\?duplicate=${code}$`))
    const page = await alice.get(second.headers.location ?? '').expect(200)
    expect(page.text).toMatch(new RegExp(`shared one of these files before, in <a href="/p/${code}">`))
    const editing = (second.headers.location ?? '').replace(/\?.*/, '')
    // Share is asked once more; Share it again is not.
    expect((await alice.post(editing).type('form').send({ share: 'yes' }).expect(409)).text).toContain(
      'Share it again?',
    )
    const again = await alice.post(editing).type('form').send({ share: 'again' }).expect(303)
    await house
      .browser()
      .get(again.headers.location ?? '')
      .expect(200)
  })

  it('is told to programs, which cannot be asked; and what others have shared is nobody’s business', async () => {
    const alice = await apiPerson(house)
    const bob = await apiPerson(house)
    const file = await newPicture()
    const send = async (client: Client) =>
      (await client.post('/upload').attach('file', file, 'a.jpg').expect(201)).body as PostJson
    const first = await send(alice)
    expect(first.duplicateOf).toBeNull()
    expect((await send(alice)).duplicateOf).toBe(first.url)
    expect((await send(bob)).duplicateOf).toBeNull()
  })
})

describe('a draft', () => {
  it('is there tomorrow, grows, loses photos, and is posted under the time of its posting', async () => {
    const alice = await apiPerson(house, 'drafter')
    const draft = await share(alice, [61, 62], { draft: 'yes', caption: 'Not yet' })
    expect(draft).toMatchObject({ isDraft: true, isPublished: false })
    await house.client().get(draft.url).expect(404)
    expect((await alice.get('/upload').set('Accept', 'text/html')).text).toContain(`/p/${draft.code}/edit`)
    expect((await alice.get('/@drafter').set('Accept', 'text/html')).text).not.toContain(draft.code)

    await alice
      .post(`${draft.url}/photos`)
      .attach('file', await newPicture(63), 'c.jpg')
      .expect(201)
    const first = draft.photos[0]?.id ?? ''
    const smaller = await edit(alice, draft, { remove: first, caption: 'Nearly' })
    expect(widthsOf(smaller)).toEqual([62, 63])
    const other = await share(alice, [60])
    const post = await edit(alice, draft, { share: 'yes', caption: 'Now' })
    expect(post).toMatchObject({ isDraft: false, isPublished: true, caption: 'Now', editedAt: null })
    expect(widthsOf(post)).toEqual([62, 63])
    // Newer than what was posted while it was a draft.
    const profile = (await house.browser().get('/@drafter')).text
    expect(profile.indexOf(post.code)).toBeLessThan(profile.indexOf(other.code))
    await house.client().get(post.url).expect(200)
    await house
      .client()
      .get(post.photos[0]?.url ?? '')
      .expect(200)
    // The second click.
    expect((await edit(alice, draft, { share: 'yes' })).code).toBe(post.code)
    // Of another tab, where more was said: that counts as well.
    const again = await edit(alice, draft, { share: 'yes', visibility: 'private' })
    expect([again.code, again.visibility]).toEqual([post.code, 'private'])
    await house.client().get(post.url).expect(404)
  })

  it('is posted once, however many clicks come at once', async () => {
    const alice = await apiPerson(house)
    const draft = await share(alice, [61, 62, 63], { draft: 'yes' })
    const answers = await Promise.all(Array.from({ length: 5 }, () => edit(alice, draft, { share: 'yes' })))
    expect(new Set(answers.map(({ code }) => code)).size).toBe(1)
    expect(widthsOf(answers[0] as PostJson)).toEqual([61, 62, 63])
  })

  it('takes the same photo once, however often it is added', async () => {
    const alice = await apiPerson(house)
    const draft = await share(alice, [61], { draft: 'yes' })
    const file = await newPicture(62)
    const before = (await house.files()).filter((path) => path.startsWith('originals/')).length
    const add = () => alice.post(`${draft.url}/photos`).attach('file', file, 'a.jpg').expect(201)
    await Promise.all([add(), add(), add()])
    expect(widthsOf((await alice.get(draft.url)).body as PostJson)).toEqual([61, 62])
    expect((await house.files()).filter((path) => path.startsWith('originals/'))).toHaveLength(before + 1)
  })

  it('may begin without a photo, once for a key, and is listed as soon as it holds something', async () => {
    const alice = await apiPerson(house)
    const begin = () =>
      alice.post('/upload').type('form').send({ draft: 'yes', idempotencyKey: 'of the composer' }).expect(201)
    const [draft, again] = (await Promise.all([begin(), begin()])).map(({ body }) => body as PostJson)
    expect(draft).toMatchObject({ isDraft: true, photos: [] })
    expect(again?.code).toBe(draft?.code)
    const listed = async () => (await alice.get('/upload').set('Accept', 'text/html')).text.includes(draft?.code ?? '')
    expect(await listed()).toBe(false)
    const refused = await alice.post(`${draft?.url}/edit`).type('form').send({ share: 'yes' }).expect(422)
    expect(refused.body.error).toBe('A post needs a photo.')
    await edit(alice, draft as PostJson, { caption: 'Only words so far' })
    expect(await listed()).toBe(true)
    // Of the same form, but nothing to share.
    await alice.post('/upload').type('form').send({ caption: 'No photo' }).expect(422)
  })

  it('says of each file that it is sent which photo it has become, also when it has it already', async () => {
    const alice = await apiPerson(house)
    const shared = await share(alice, [71])
    const draft = await share(alice, [61], { draft: 'yes' })
    const files = [await newPicture(62), await newPicture(63), Buffer.from('no photo')]
    const add = async (...some: Buffer[]) => {
      let form = alice.post(`${draft.url}/photos`)
      for (const file of some) form = form.attach('file', file, 'a.jpg')
      return (await form.expect(201)).body as PostJson & { added: string[] }
    }
    const [one] = files
    const alone = await add(one as Buffer)
    expect(alone.added).toEqual([alone.photos[1]?.id])
    expect(alone.duplicateOf).toBeNull()
    const all = await add(...files)
    expect(all.photos.map(({ id }) => id).slice(1)).toEqual(all.added)
    expect(all.added[0]).toBe(alone.added[0])
    expect(all.photos.at(-1)).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('not a photo'),
      mayRetry: false,
    })
    expect((await add(...files)).added).toEqual(all.added)

    const original = await alice.get(`${shared.url}/photos/${shared.photos[0]?.id}/original`).buffer(true)
    const twice = await add(original.body)
    expect(twice.duplicateOf).toBe(shared.url)
    expect(twice.added).toEqual([twice.photos.at(-1)?.id])
  })

  it('has every photo once, and in an order without gaps, however many arrive at the same time', async () => {
    const alice = await apiPerson(house)
    const begun = await alice.post('/upload').type('form').send({ draft: 'yes' }).expect(201)
    const draft = begun.body as PostJson
    const files = await Promise.all(Array.from({ length: 6 }, (_, index) => newPicture(61 + index)))
    const answers = await Promise.all(
      [...files, ...files].map((file) => alice.post(`${draft.url}/photos`).attach('file', file, 'a.jpg').expect(201)),
    )
    const added: string[] = answers.map(({ body }) => body.added[0])
    expect(added.slice(6)).toEqual(added.slice(0, 6))
    expect(new Set(added).size).toBe(6)
    // The order that was chosen is said afterwards.
    const order = Object.fromEntries(added.slice(0, 6).map((id, index) => [`order-${id}`, String(index + 1)]))
    expect(widthsOf(await edit(alice, draft, order))).toEqual([61, 62, 63, 64, 65, 66])
  })

  it('takes no twenty-first photo, and keeps what it has', async () => {
    const alice = await apiPerson(house)
    const draft = await share(
      alice,
      Array.from({ length: 19 }, (_, i) => 60 + i),
      { draft: 'yes' },
    )
    let form = alice.post(`${draft.url}/photos`)
    for (const width of [80, 81]) form = form.attach('file', await newPicture(width), 'a.jpg')
    expect((await form.expect(422)).body.error).toBe('A post has at most 20 photos.')
    expect(((await alice.get(draft.url)).body as PostJson).photos).toHaveLength(19)
  })

  it('is not for others to see, change, share or delete', async () => {
    const alice = await apiPerson(house)
    const mallory = await apiPerson(house)
    const draft = await share(alice, [61], { draft: 'yes' })
    for (const path of ['/edit', '/history', `/photos/${draft.photos[0]?.id}/original`])
      await mallory.get(`${draft.url}${path}`).expect(404)
    for (const path of ['/edit', '/delete'])
      await mallory.post(`${draft.url}${path}`).type('form').send({ share: 'yes' }).expect(404)
    await mallory
      .post(`${draft.url}/photos`)
      .attach('file', await newPicture(), 'a.jpg')
      .expect(404)
    expect((await alice.get(draft.url).expect(200)).body).toMatchObject({ isDraft: true, caption: '' })
  })

  it('is swept a week after it was touched last, files and all; and no other', async () => {
    const alice = await apiPerson(house)
    const [old, touched, young] = [
      await share(alice, [61], { draft: 'yes' }),
      await share(alice, [62], { draft: 'yes' }),
      await share(alice, [63], { draft: 'yes' }),
    ]
    const age = (post: PostJson, days: number) =>
      rows(
        house.db,
        sql`
          update posts set id = id - ((${days} * 86400000)::bigint << 23)
          where id = (select post_id from photos where id = ${post.photos[0]?.id ?? ''})`,
      )
    await age(old, 8)
    await age(touched, 8)
    await age(young, 6)
    await rows(
      house.db,
      sql`
        update posts set edited_at = now()
        where id = (select post_id from photos where id = ${touched.photos[0]?.id ?? ''})`,
    )
    await house.idle()
    const before = await house.files()
    await sweepPosts({ db: house.db, storage: house.storage }, 7)
    const left = async (post: PostJson) =>
      (await rows(house.db, sql`select from photos where id = ${post.photos[0]?.id ?? ''}`)).length
    expect([await left(old), await left(touched), await left(young)]).toEqual([0, 1, 1])
    // The original, and one width and one square in two formats.
    expect(before.length - (await house.files()).length).toBe(5)
  })
})

describe('a post that is complete', () => {
  it('is published by the worker’s round, should everybody who would have done so have died', async () => {
    const alice = await apiPerson(house)
    const post = await share(alice, [61])
    await house.idle()
    await rows(
      house.db,
      sql`update posts set published_at = null where author_id = (select author_id from posts order by id desc limit 1) and published_at is not null`,
    )
    await house.client().get(post.url).expect(404)
    await sweepPosts({ db: house.db, storage: house.storage }, 7)
    await house.client().get(post.url).expect(200)
  })
})

describe('an edit', () => {
  it('changes everything but the pixels, says so, and keeps what was there before for its author', async () => {
    const alice = await apiPerson(house)
    const post = await share(alice, [61], { caption: 'First words', place: 'Here' })
    const [photo] = post.photos
    const original = await alice.get(`${post.url}/photos/${photo?.id}/original`).expect(200)
    await edit(alice, post, { caption: 'First words', place: 'Here' })
    expect(((await alice.get(post.url)).body as PostJson).editedAt).toBeNull()

    const edited = await edit(alice, post, { caption: 'Second', place: 'There', [`alt-${photo?.id}`]: 'A dot' })
    expect(edited).toMatchObject({ caption: 'Second', place: 'There' })
    expect(edited.editedAt).not.toBeNull()
    await edit(alice, post, { caption: 'Third', contentWarning: 'Careful' })
    const page = (await house.browser().get(post.url)).text
    expect(page).toMatch(/>edited</)
    expect(page).not.toContain('First words')
    const history = (await alice.get(`${post.url}/history`).set('Accept', 'text/html').expect(200)).text
    expect(history.indexOf('Second')).toBeLessThan(history.indexOf('First words'))
    expect(history).toContain('A dot')
    await house.browser().get(`${post.url}/history`).expect(303)
    await (await apiPerson(house)).get(`${post.url}/history`).expect(404)
    expect((await alice.get(`${post.url}/photos/${photo?.id}/original`)).body).toEqual(original.body)
  })

  it('by a program changes what it names, and nothing else', async () => {
    const alice = await apiPerson(house)
    const fields = { caption: 'Kept', place: 'Kept too', commentsOff: 'on', sensitive: 'on', contentWarning: 'Still' }
    const post = await share(alice, [61], { ...fields, visibility: 'unlisted' })
    const edited = await edit(alice, post, { caption: 'Changed' })
    expect(edited).toMatchObject({
      caption: 'Changed',
      place: 'Kept too',
      allowsComments: false,
      sensitive: true,
      contentWarning: 'Still',
      visibility: 'unlisted',
    })
    // Our form sends everything: a box that is not there is not ticked. But nothing becomes public for want of a word.
    expect(await edit(alice, post, { whole: 'yes', caption: 'Changed' })).toMatchObject({
      place: '',
      allowsComments: true,
      sensitive: false,
      visibility: 'unlisted',
    })
  })

  it('of a word does not undo that the post was hidden at the same moment', async () => {
    const alice = await apiPerson(house)
    for (let turn = 0; turn < 6; turn += 1) {
      const post = await share(alice, [61])
      const [photo] = post.photos
      await Promise.all([
        edit(alice, post, { visibility: 'private' }),
        edit(alice, post, { [`alt-${photo?.id}`]: 'Said meanwhile' }),
        edit(alice, post, { caption: 'Said meanwhile' }),
      ])
      await house.client().get(post.url).expect(404)
      expect((await alice.get(post.url)).body).toMatchObject({ visibility: 'private', caption: 'Said meanwhile' })
    }
  })

  it('of what matters in a photo gives it another square, under another name', async () => {
    const alice = await apiPerson(house)
    const file = await picture('jpeg', 900, 300)
    const post = (await alice.post('/upload').attach('file', file, 'a.jpg').expect(201)).body as PostJson
    const [photo] = post.photos
    await house.idle()
    const before = ((await alice.get(post.url)).body as PostJson).photos[0]?.url ?? ''
    await edit(alice, post, { [`focal-${photo?.id}`]: '1,0.5' })
    await house.idle()
    const after = ((await alice.get(post.url)).body as PostJson).photos[0]
    expect(after?.focal).toEqual({ x: 1, y: 0.5 })
    expect(after?.url).not.toBe(before)
    await house.client().get(before).expect(404)
    await house
      .client()
      .get(after?.url ?? '')
      .expect(200)
    const square = (after?.url ?? '').replace(/\/\d+\.jpg$/, '/s300.jpg')
    const { default: sharp } = await import('sharp')
    const { channels } = await sharp((await house.client().get(square).expect(200)).body).stats()
    // The right end of the picture is blue.
    expect(channels.map(({ mean }) => Math.round(mean / 60))).toEqual([0, 0, 4])
    expect((await edit(alice, post, { [`focal-${photo?.id}`]: '1e-50,1e-46' })).photos[0]?.focal).toEqual({
      x: 0,
      y: 0,
    })
    await edit(alice, post, { [`focal-${photo?.id}`]: '1,0.5' })
    for (const nonsense of ['2,2', '-1,0', 'a,b', '', '0.5', ' , ', 'NaN,NaN'])
      expect((await edit(alice, post, { [`focal-${photo?.id}`]: nonsense })).photos[0]?.focal).toEqual({ x: 1, y: 0.5 })
  })
})

describe('a deleted post', () => {
  it('is gone at once, its author included; its files some days later; id and author stay', async () => {
    const alice = await apiPerson(house)
    const post = await share(alice, [61], { caption: 'Gone #gone' })
    await edit(alice, post, { caption: 'Gone for good #gone' })
    await house.idle()
    // What other tests have deleted.
    await sweepPosts({ db: house.db, storage: house.storage }, 0)
    const before = await house.files()
    await alice.post(`${post.url}/delete`).expect(204)
    for (const path of [
      post.url,
      post.photos[0]?.url ?? '',
      `${post.url}/edit`,
      `${post.url}/photos/${post.photos[0]?.id}/original`,
    ])
      await alice.get(path).expect(404)
    await alice.post(`${post.url}/delete`).expect(404)
    expect(await house.files()).toHaveLength(before.length)

    await sweepPosts({ db: house.db, storage: house.storage }, 7)
    expect(await house.files()).toHaveLength(before.length)
    await sweepPosts({ db: house.db, storage: house.storage }, 0)
    expect(before.length - (await house.files()).length).toBe(5)
    const stone = await firstRow(
      house.db,
      sql`
        select caption, author_id is not null as has_author, purged_at is not null as is_purged
        from posts where deleted_at is not null order by id desc limit 1`,
    )
    expect(stone).toEqual({ caption: '', has_author: true, is_purged: true })
    expect(await rows(house.db, sql`select from post_hashtags where tag = 'gone'`)).toEqual([])
    expect(await rows(house.db, sql`select from post_revisions where caption like 'Gone%'`)).toEqual([])
    await sweepPosts({ db: house.db, storage: house.storage }, 0)
  })
})

describe('an original', () => {
  it('comes back to its owner byte for byte, as a download that can do nothing', async () => {
    const alice = await apiPerson(house, 'owner')
    const file = await newPicture()
    const post = (await alice.post('/upload').attach('file', file, 'a.jpg').expect(201)).body as PostJson
    const answer = await alice.get(`${post.url}/photos/${post.photos[0]?.id}/original`).buffer(true).expect(200)
    expect(Buffer.compare(answer.body, file)).toBe(0)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': expect.stringMatching(new RegExp(`^attachment; filename="?owner-${post.code}-1\\.jpg"?$`)),
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
      'content-security-policy': "default-src 'none'; sandbox",
    })
    for (const id of ['0', '1', 'abc', '99999999999999999999', '-1'])
      await alice.get(`${post.url}/photos/${id}/original`).expect(404)
    const other = await share(alice, [61])
    await alice.get(`${other.url}/photos/${post.photos[0]?.id}/original`).expect(404)
  })
})

describe('the camera', () => {
  it('is told only if its owner wants that', async () => {
    const { default: sharp } = await import('sharp')
    const alice = await apiPerson(house)
    const file = await sharp(await newPicture(300, 200))
      .withExif({
        IFD0: { Make: 'Leica', Model: 'Q3' },
        IFD2: { FocalLength: '28/1', FNumber: '17/10', ExposureTime: '1/250', ISOSpeedRatings: '100' },
      })
      .jpeg()
      .toBuffer()
    const post = (await alice.post('/upload').attach('file', file, 'a.jpg').expect(201)).body as PostJson
    expect((await house.browser().get(post.url)).text).not.toContain('Leica')
    await alice.post('/settings').type('form').send({ showsCamera: 'on' }).expect(200)
    expect((await house.browser().get(post.url)).text).toContain('Leica Q3 · 28 mm · ƒ/1.7 · 1/250 s · ISO 100')
    await alice.post('/settings').type('form').send({ whole: 'yes' }).expect(200)
    expect((await house.browser().get(post.url)).text).not.toContain('Leica')
  })
})
