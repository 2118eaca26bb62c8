import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'

let house: House
type Client = Awaited<ReturnType<typeof apiPerson>>
let author: Client
beforeAll(async () => {
  house = await openHouse()
  author = await apiPerson(house, 'author')
})
afterAll(() => house.close())

async function share(fields: Record<string, string> = {}): Promise<string> {
  let form = author.post('/upload').attach('file', await newPicture(), 'a.jpg')
  for (const [name, value] of Object.entries(fields)) form = form.field(name, value)
  return (await form.expect(201)).body.code as string
}

function codesIn(page: string): (string | undefined)[] {
  return [...page.matchAll(/<li><a href="\/p\/([\w-]{11})"/g)].map(([, code]) => code)
}

const asPage = 'text/html'
async function codesOn(viewer: Client, path: string): Promise<(string | undefined)[]> {
  return codesIn((await viewer.get(path).set('Accept', asPage).expect(200)).text)
}

async function create(owner: Client, name: string): Promise<string> {
  return (await owner.post('/saved').type('form').send({ name }).expect(201)).body.id as string
}

describe('a saved post', () => {
  it('is saved and let go by the button on it, and stands on a page that nobody else has', async () => {
    const code = await share()
    const reader = await person(house)
    expect((await reader.get(`/p/${code}`)).text).toContain(`action="/p/${code}/save"`)
    const answer = await reader.post(`/p/${code}/save`).expect(303)
    expect(answer.headers.location).toBe(`/p/${code}#p-${code}`)
    expect((await reader.get(`/p/${code}`)).text).toContain(`action="/p/${code}/unsave"`)
    expect(codesIn((await reader.get('/saved').expect(200)).text)).toEqual([code])
    const other = await apiPerson(house)
    expect(await codesOn(other, '/saved')).toEqual([])
    expect((await other.get(`/p/${code}`).set('Accept', asPage)).text).toContain(`action="/p/${code}/save"`)
    await reader.post(`/p/${code}/unsave`).expect(303)
    expect(codesIn((await reader.get('/saved')).text)).toEqual([])
  })

  it('is saved once, whatever is clicked at once', async () => {
    const code = await share()
    const reader = await apiPerson(house)
    await Promise.all(Array.from({ length: 8 }, () => reader.post(`/p/${code}/save`).expect(204)))
    expect(await codesOn(reader, '/saved')).toEqual([code])
  })

  it('stands in the order of saving', async () => {
    const [first, second] = [await share(), await share()]
    const reader = await apiPerson(house)
    await reader.post(`/p/${second}/save`).expect(204)
    await reader.post(`/p/${first}/save`).expect(204)
    // What is saved already stays where it is.
    await reader.post(`/p/${second}/save`).expect(204)
    expect(await codesOn(reader, '/saved')).toEqual([first, second])
  })

  it('vanishes when it may no longer be seen, and comes back when it may', async () => {
    const code = await share()
    const reader = await apiPerson(house)
    const id = await create(reader, 'Kept')
    await reader.post(`/p/${code}/save`).type('form').send({ chosen: 'yes', collection: id }).expect(204)
    await author.post(`/p/${code}/edit`).type('form').send({ visibility: 'private' }).expect(200)
    expect(await codesOn(reader, '/saved')).toEqual([])
    expect(await codesOn(reader, `/saved/${id}`)).toEqual([])
    await author.post(`/p/${code}/edit`).type('form').send({ visibility: 'public' }).expect(200)
    expect(await codesOn(reader, `/saved/${id}`)).toEqual([code])
    await author.post(`/p/${code}/delete`).expect(204)
    expect(await codesOn(reader, '/saved')).toEqual([])
    // It can still be let go.
    await reader.post(`/p/${code}/unsave`).expect(204)
  })

  it('must be one that may be seen', async () => {
    const reader = await apiPerson(house)
    const hidden = await share({ visibility: 'private' })
    const draft = await share({ draft: 'yes' })
    for (const code of [hidden, draft, 'AAAAAAAAAAA', 'nonsense']) {
      await reader.post(`/p/${code}/save`).expect(404)
      await reader.post(`/p/${code}/save`).type('form').send({ chosen: 'yes', name: 'New' }).expect(404)
      await reader.get(`/p/${code}/save`).set('Accept', asPage).expect(404)
    }
    // What was refused has left no collection behind.
    expect((await reader.get('/saved').set('Accept', asPage)).text).not.toContain('>New<')
    await author.post(`/p/${draft}/save`).expect(404)
  })

  it('is for those who are signed in', async () => {
    const code = await share()
    for (const path of [`/p/${code}/save`, `/p/${code}/unsave`, '/saved', '/saved/1', '/saved/1/delete'])
      await house.client().post(path).expect(401)
    await house.browser().get('/saved').expect(303)
    expect((await house.browser().get(`/p/${code}`)).text).not.toContain(`/p/${code}/save`)
  })

  it('is found again page by page, without gaps and doubles', async () => {
    const reader = await apiPerson(house)
    await house.db.raw(
      `with many as (
         insert into posts (author_id, published_at)
         select id, now() from users, generate_series(1, 60) where username = 'author' returning id
       )
       insert into bookmarks (user_id, post_id)
       select users.id, many.id from users, many where username = ?`,
      [reader.username],
    )
    const seen: (string | undefined)[] = []
    for (let path: string | undefined = '/saved'; path; ) {
      const { text }: { text: string } = await reader.get(path).set('Accept', asPage).expect(200)
      seen.push(...codesIn(text))
      path = /rel="next" href="([^"]+)"/.exec(text)?.[1]
    }
    expect(seen).toHaveLength(60)
    expect(new Set(seen).size).toBe(60)
  })
})

describe('a collection', () => {
  it('is made, renamed and deleted by forms; what was in it stays saved', async () => {
    const code = await share()
    const owner = await person(house)
    const made = await owner.post('/saved').type('form').send({ name: '  Mountain   huts ' }).expect(303)
    const path = made.headers.location ?? ''
    expect((await owner.get(path).expect(200)).text).toContain('Mountain huts</h1>')
    const id = path.replace('/saved/', '')
    await owner.post(`/p/${code}/save`).type('form').send({ chosen: 'yes', collection: id }).expect(303)
    expect(codesIn((await owner.get(path)).text)).toEqual([code])
    await owner.post(path).type('form').send({ name: 'Huts' }).expect(303)
    expect((await owner.get('/saved')).text).toContain('Huts</a>')
    await owner.post(`${path}/delete`).expect(303)
    await owner.get(path).expect(404)
    expect(codesIn((await owner.get('/saved')).text)).toEqual([code])
  })

  it('takes a post in and gives it back by its box, and can be made on the way', async () => {
    const code = await share()
    const owner = await person(house)
    const choose = (fields: object) =>
      owner
        .post(`/p/${code}/save`)
        .type('form')
        .send({ chosen: 'yes', ...fields })
    await choose({ name: 'One' }).expect(303)
    await choose({ name: 'Two' }).expect(303)
    const idsOf = (page: string) =>
      [...page.matchAll(/value="(\d+)"( checked)?/g)].map(([, id, on]) => ({ id, on: !!on }))
    // The second form had no box ticked, and so took it out of the first.
    const boxes = async () => idsOf((await owner.get(`/p/${code}/save`).expect(200)).text)
    expect((await boxes()).map(({ on }) => on)).toEqual([false, true])
    const collection = (await boxes()).map(({ id }) => id)
    await choose({ collection }).expect(303)
    expect((await boxes()).map(({ on }) => on)).toEqual([true, true])
    for (const id of collection) expect(codesIn((await owner.get(`/saved/${id}`)).text)).toEqual([code])
    await choose({ collection: collection[0] }).expect(303)
    expect((await boxes()).map(({ on }) => on)).toEqual([true, false])
    await owner.post(`/p/${code}/unsave`).expect(303)
    expect(codesIn((await owner.get(`/saved/${collection[0]}`)).text)).toEqual([])
  })

  it('is its owner’s alone', async () => {
    const code = await share()
    const [owner, other] = [await apiPerson(house), await apiPerson(house)]
    const id = await create(owner, 'Mine')
    await other.get(`/saved/${id}`).set('Accept', asPage).expect(404)
    await other.post(`/saved/${id}`).type('form').send({ name: 'Yours' }).expect(404)
    await other.post(`/saved/${id}/delete`).expect(404)
    // Somebody else's box is no box.
    await other.post(`/p/${code}/save`).type('form').send({ chosen: 'yes', collection: id }).expect(204)
    expect(await codesOn(owner, `/saved/${id}`)).toEqual([])
    expect(await codesOn(other, '/saved')).toEqual([code])
    for (const path of ['/saved/nonsense', '/saved/0', '/saved/99999999999999999999'])
      await owner.get(path).set('Accept', asPage).expect(404)
  })

  it('has a name of its own, of 1 to 50 characters', async () => {
    const owner = await person(house)
    await owner.post('/saved').type('form').send({ name: 'Here' }).expect(303)
    const other = await owner.post('/saved').type('form').send({ name: 'There' }).expect(303)
    const refused: [string, number, string][] = [
      ['', 422, 'Give the collection a name.'],
      ['x'.repeat(51), 422, 'at most 50 characters'],
      ['a\0b', 422, 'NUL'],
      ['Here', 409, 'a collection of that name already'],
    ]
    for (const [name, status, complaint] of refused)
      for (const path of ['/saved', other.headers.location ?? '']) {
        const { text } = await owner.post(path).type('form').send({ name }).expect(status)
        expect(text).toContain(complaint)
        expect(text).toContain('aria-invalid="true"')
      }
    const code = await share()
    const { text } = await owner.post(`/p/${code}/save`).type('form').send({ chosen: 'yes', name: 'Here' }).expect(409)
    expect(text).toContain('value="Here"')
    // Nothing of it was done.
    expect(codesIn((await owner.get('/saved')).text)).toEqual([])
    // Somebody else may have one of that name.
    await (await person(house)).post('/saved').type('form').send({ name: 'Here' }).expect(303)
  })

  it('of one name is made once, whatever is sent at once', async () => {
    const owner = await apiPerson(house)
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => owner.post('/saved').type('form').send({ name: 'Twice' })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409])
  })

  it('is one of ninety at most', async () => {
    const owner = await apiPerson(house)
    await house.db.raw(
      `insert into collections (owner_id, name)
       select id, 'c' || n from users, generate_series(1, 90) as n where username = ?`,
      [owner.username],
    )
    await owner.post('/saved').type('form').send({ name: 'One more' }).expect(422)
  })
})

describe('the tabs of a profile', () => {
  it('lead to what one likes and has saved on one’s own, and to posts that mention one on everybody’s', async () => {
    const somebody = await person(house)
    const own = (await somebody.get(`/@${somebody.username}`).expect(200)).text
    for (const path of ['/liked', '/saved', `/@${somebody.username}/tagged`]) expect(own).toContain(`href="${path}"`)
    const others = (await house.browser().get(`/@${somebody.username}`).expect(200)).text
    expect(others).toContain(`href="/@${somebody.username}/tagged"`)
    for (const path of ['/liked', '/saved']) expect(others).not.toContain(`href="${path}"`)
  })

  it('show what one likes, to oneself alone', async () => {
    const [fan, other] = [await apiPerson(house), await apiPerson(house)]
    const [first, second] = [await share(), await share()]
    await house.db.raw(
      `insert into likes (post_id, user_id, author_id)
       select posts.id, fan.id, posts.author_id
       from users as fan, (select * from posts order by id desc limit 2) as posts where fan.username = ?`,
      [fan.username],
    )
    expect(await codesOn(fan, '/liked')).toEqual([second, first])
    expect(await codesOn(other, '/liked')).toEqual([])
    await author.post(`/p/${second}/edit`).type('form').send({ visibility: 'private' }).expect(200)
    expect(await codesOn(fan, '/liked')).toEqual([first])
    await house.client().get('/liked').expect(401)
  })

  it('show public posts of others that mention somebody, to whoever may see them', async () => {
    const star = await apiPerson(house)
    const caption = `With @${star.username}`
    const code = await share({ caption })
    for (const visibility of ['unlisted', 'private', 'direct']) await share({ caption, visibility })
    const own = await star
      .post('/upload')
      .field('caption', caption)
      .attach('file', await newPicture(), 'a.jpg')
    expect(own.status).toBe(201)
    for (const viewer of [star, await apiPerson(house), house.client()])
      expect(await codesOn(viewer as Client, `/@${star.username}/tagged`)).toEqual([code])
    await author.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
    // Whom a post mentions may see it all the same.
    expect(await codesOn(star, `/@${star.username}/tagged`)).toEqual([code])
    expect(await codesOn(house.client() as Client, `/@${star.username}/tagged`)).toEqual([])
    await author.post('/settings').type('form').send({ whole: 'yes' }).expect(200)
    await house.browser().get('/@nobody_here/tagged').expect(404)
  })
})
