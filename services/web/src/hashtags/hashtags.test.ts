import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'

let house: House
type Client = Awaited<ReturnType<typeof apiPerson>>
let author: Client
beforeAll(async () => {
  house = await openHouse()
  author = await apiPerson(house)
})
afterAll(() => house.close())

async function share(caption: string, visibility = 'public'): Promise<string> {
  const form = author
    .post('/upload')
    .field({ caption, visibility })
    .attach('file', await newPicture(), 'a.jpg')
  return (await form.expect(201)).body.code as string
}

describe('a hashtag', () => {
  it('has a page with the posts that have it, newest first, under one spelling', async () => {
    const codes = [await share('#Ｈｉｋｅｓ'), await share('up #hikes'), await share('#hikess')]
    const { text } = await house.browser().get('/tags/hikes').expect(200)
    expect([...text.matchAll(/href="\/p\/([\w-]{11})"/g)].map(([, code]) => code)).toEqual([codes[1], codes[0]])
    const answer = await house.browser().get('/tags/HIKES').expect(301)
    expect(answer.headers.location).toBe('/tags/hikes')
  })

  it.each(['/tags/two%20words', '/tags/1', '/tags/%00', `/tags/${'x'.repeat(300)}`])(
    'that can be none (%s) is not there, to look at or to follow',
    async (path) => {
      await house.browser().get(path).expect(404)
      const reader = await apiPerson(house)
      await reader.post(`${path}/follow`).expect(404)
    },
  )

  it('is followed and left by the button on its page, and from the list in the settings', async () => {
    const reader = await person(house)
    expect((await reader.get('/tags/sunsets')).text).toContain('action="/tags/sunsets/follow"')
    for (let click = 0; click < 2; click += 1) {
      const answer = await reader.post('/tags/sunsets/follow').expect(303)
      expect(answer.headers.location).toBe('/tags/sunsets')
    }
    await reader.post(`/tags/${encodeURIComponent('日没')}/follow`).expect(303)
    expect((await reader.get('/tags/sunsets')).text).toContain('action="/tags/sunsets/unfollow"')
    const list = (await reader.get('/settings/hashtags').expect(200)).text
    expect(list).toContain('#sunsets')
    expect(list).toContain('#日没')
    const answer = await reader.post('/tags/sunsets/unfollow').type('form').send({ from: 'settings' }).expect(303)
    expect(answer.headers.location).toBe('/settings/hashtags')
    expect((await reader.get('/settings/hashtags')).text).not.toContain('#sunsets')
  })

  it('is followed by those who are signed in, who have a list of their own', async () => {
    await house.client().post('/tags/sunsets/follow').expect(401)
    expect((await house.browser().get('/tags/sunsets')).text).not.toContain('/follow')
    const [one, other] = [await apiPerson(house), await apiPerson(house)]
    await one.post('/tags/onlymine/follow').expect(204)
    expect((await other.get('/settings/hashtags').set('Accept', 'text/html')).text).not.toContain('onlymine')
  })

  it('can be followed beside a hundred others at most', async () => {
    const reader = await apiPerson(house)
    await house.db.raw(
      `insert into hashtag_follows (user_id, tag)
       select id, 'many' || n from users, generate_series(1, 100) as n where username = ?`,
      [reader.username],
    )
    const { body } = await reader.post('/tags/onemore/follow').expect(422)
    expect(body.error).toContain('100 hashtags')
    // One that is followed already stays so.
    await reader.post('/tags/many1/follow').expect(204)
  })

  it('is found behind a flood of posts that nobody may see', async () => {
    const code = await share('#flooded')
    await house.db.raw(
      `with flood as (
         insert into posts (author_id, visibility, published_at)
         select id, 'direct', now() from users, generate_series(1, 1200) where username = ? returning id
       )
       insert into post_hashtags (post_id, tag) select id, 'flooded' from flood`,
      [author.username],
    )
    const looks: boolean[] = []
    for (let path: string | undefined = '/tags/flooded'; path; ) {
      const { text }: { text: string } = await house.browser().get(path).expect(200)
      looks.push(text.includes(code))
      path = /rel="next" href="([^"]+)"/.exec(text)?.[1]
    }
    // No page looks at more than 500.
    expect(looks).toEqual([false, false, true])
  })

  it('is paged through without gaps and doubles', async () => {
    await house.db.raw(
      `with many as (
         insert into posts (author_id, published_at)
         select id, now() from users, generate_series(1, 60) where username = ? returning id
       )
       insert into post_hashtags (post_id, tag) select id, 'paged' from many`,
      [author.username],
    )
    const seen: (string | undefined)[] = []
    for (let path: string | undefined = '/tags/paged'; path; ) {
      const { text }: { text: string } = await house.browser().get(path).expect(200)
      seen.push(...[...text.matchAll(/href="\/p\/([\w-]{11})"/g)].map(([, code]) => code))
      path = /rel="next" href="([^"]+)"/.exec(text)?.[1]
    }
    expect(seen).toHaveLength(60)
    expect(new Set(seen).size).toBe(60)
  })
})
