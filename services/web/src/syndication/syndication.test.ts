import sharp from 'sharp'
import { rows, sql } from '../../src/db/sql.ts'
import { apiPerson, type House, openHouse } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'
import type { Visibility } from '../posts/input.ts'
import { beginSitemaps } from './sitemaps.ts'

/** What other sites and programs are told: only what everybody may see, whoever asks. */

type Client = Awaited<ReturnType<typeof apiPerson>>

let house: House
let alice: Client
let paul: Client
let follower: Client
const origin = 'https://photos.example.org'

beforeAll(async () => {
  house = await openHouse({ publicUrl: origin })
  alice = await apiPerson(house, 'alice')
  paul = await apiPerson(house, 'paul')
  follower = await apiPerson(house, 'follower')
  for (const name of ['alice', 'paul']) await follower.post(`/@${name}/follow`).expect(204)
  await paul.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
})
afterAll(() => house.close())

interface Shared {
  id: string
  code: string
  url: string
  photos: { id: string; url: string }[]
}

async function share(author: Client, fields: Record<string, string> = {}, picture?: Buffer): Promise<Shared> {
  let form = author.post('/upload').attach('file', picture ?? (await newPicture()), 'a.jpg')
  for (const [name, value] of Object.entries(fields)) form = form.field(name, value)
  return (await form.expect(201)).body as Shared
}

const text = async (path: string, by: { get: Client['get'] } = house.client()) => {
  const answer = await by.get(path).buffer(true)
  return { status: answer.status, headers: answer.headers, text: answer.text ?? '' }
}
const page = async (path: string, by: { get: Client['get'] } = house.client()) =>
  (await by.get(path).set('Accept', 'text/html')).text
const embed = (url: string, more = '') =>
  house.client().get(`/oembed?url=${encodeURIComponent(`${origin}${url}`)}${more}`)

describe.each(['alice', 'paul'] as const)('of %s', (author) => {
  describe.each(['public', 'unlisted', 'private', 'direct', 'draft'] as (Visibility | 'draft')[])(
    'a post for %s',
    (kind) => {
      let post: Shared
      const tag = `${author}${kind}`
      beforeAll(async () => {
        const audience = kind === 'draft' ? { draft: 'yes' } : { visibility: kind }
        post = await share(author === 'alice' ? alice : paul, { caption: `For @follower #${tag}`, ...audience })
      })
      const isOpen = author === 'alice' && (kind === 'public' || kind === 'unlisted')
      const isListed = author === 'alice' && kind === 'public'

      it('is in feeds and sitemaps if it is for everybody, whoever asks', async () => {
        for (const by of [house.client(), follower, author === 'alice' ? alice : paul]) {
          for (const format of ['atom', 'rss']) {
            const profile = await text(`/@${author}.${format}`, by)
            expect([profile.status, profile.text.includes(post.code)]).toEqual([
              author === 'alice' ? 200 : 404,
              isListed,
            ])
            const hashtag = await text(`/tags/${tag}.${format}`, by)
            expect([hashtag.status, hashtag.text.includes(post.code)]).toEqual([200, isListed])
          }
          expect((await text('/sitemap-posts-0.xml', by)).text.includes(post.code)).toBe(isListed)
        }
      })

      it('is embedded elsewhere if it is open to all', async () => {
        await embed(post.url).expect(isOpen ? 200 : 404)
      })

      it('tells others of itself if it is open to all, even where somebody is let in who may see more', async () => {
        const seen = await page(post.url, author === 'alice' ? alice : paul)
        expect({
          canonical: seen.includes(`<link rel="canonical" href="${origin}${post.url}"/>`),
          title: seen.includes('property="og:title"'),
          image: seen.includes('property="og:image"'),
          description: seen.includes('name="description"'),
          oembed: seen.includes('application/json+oembed'),
          noindex: seen.includes('<meta name="robots" content="noindex"/>'),
        }).toEqual({
          canonical: isOpen,
          title: isOpen,
          image: isOpen,
          description: isOpen,
          oembed: isOpen,
          noindex: !isListed,
        })
        // What a follower opens says to others what nobody's does.
        if (kind === 'private') expect(await page(post.url, follower)).not.toMatch(/og:|canonical|oembed/)
      })

      it('gives the pages on which followers find it no picture of its own', async () => {
        const own = post.photos[0]?.url.replace(/\/[^/]+$/, '') ?? 'nowhere'
        for (const path of [`/@${author}`, `/tags/${tag}`]) {
          const card = /property="og:image" content="([^"]*)"/.exec(await page(path, follower))?.[1]
          expect(card?.includes(own) ?? false).toBe(isListed)
        }
      })
    },
  )
})

describe('what was public', () => {
  const everywhere = async (name: string, post: Shared) => ({
    feed: (await text(`/@${name}.atom`)).text.includes(post.code),
    hashtag: (await text(`/tags/once${name}.rss`)).text.includes(post.code),
    embed: (await embed(post.url)).status === 200,
    card: (await page(post.url)).includes('og:title'),
    sitemap: (await text('/sitemap-posts-0.xml')).text.includes(post.code),
    profile: (await text('/sitemap-people-0.xml')).text.includes(`/@${name}<`),
  })
  const nowhere = { feed: false, hashtag: false, embed: false, card: false, sitemap: false, profile: false }
  const there = { feed: true, hashtag: true, embed: true, card: true, sitemap: true, profile: true }

  it.each([
    ['deleted', (who: Client, post: Shared) => who.post(`${post.url}/delete`).expect(204)],
    [
      'for fewer',
      (who: Client, post: Shared) => who.post(`${post.url}/edit`).type('form').send({ visibility: 'private' }),
    ],
    ['of a private account', (who: Client) => who.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)],
    [
      'of somebody suspended',
      (who: Client) => house.db.raw('update users set suspended_at = now() where username = ?', [who.username]),
    ],
  ])('is gone from everywhere at once when it is %s', async (_what, hide) => {
    const who = await apiPerson(house)
    const post = await share(who, { caption: `#once${who.username}` })
    expect(await everywhere(who.username, post)).toEqual(there)
    await hide(who, post)
    expect(await everywhere(who.username, post)).toEqual(nowhere)
  })

  it('has a private or suspended account’s feeds away with it, and those of nobody are not there', async () => {
    const who = await apiPerson(house)
    const feeds = () =>
      Promise.all(['atom', 'rss'].map(async (format) => (await text(`/@${who.username}.${format}`)).status))
    expect(await feeds()).toEqual([200, 200])
    await house.db.raw('update users set suspended_at = now() where username = ?', [who.username])
    expect(await feeds()).toEqual([404, 404])
    expect((await text('/@nobody_here.atom')).status).toBe(404)
    expect((await text('/@.atom')).status).toBe(404)
  })
})

describe('somebody whom search engines shall not show', () => {
  it('is not in sitemaps, asks them away from profile, posts and hashtags, and keeps feeds and cards', async () => {
    const hidden = await apiPerson(house, 'hidden')
    const post = await share(hidden, { caption: '#seclusion' })
    const looks = async () => ({
      sitemaps: [
        (await text('/sitemap-people-0.xml')).text.includes('/@hidden<'),
        (await text('/sitemap-posts-0.xml')).text.includes(post.code),
      ],
      pages: await Promise.all(
        ['/@hidden', post.url, '/tags/seclusion'].map(
          async (path) => !(await page(path)).includes('content="noindex"'),
        ),
      ),
      feed: (await text('/@hidden.atom')).text.includes(post.code),
      card: (await page(post.url)).includes('og:image'),
    })
    const all = { sitemaps: [true, true], pages: [true, true, true], feed: true, card: true }
    expect(await looks()).toEqual(all)
    // Our form sends what is ticked; other clients change only what they name.
    await hidden
      .post('/settings')
      .type('form')
      .send({ whole: 'yes' })
      .expect(200, { isPrivate: false, showsCamera: false, commentsFromFollowers: false, allowsIndexing: false })
    expect(await looks()).toEqual({ sitemaps: [false, false], pages: [false, false, false], feed: true, card: true })
    await hidden.post('/settings').type('form').send({ showsCamera: 'on' }).expect(200)
    expect((await looks()).sitemaps).toEqual([false, false])
    await hidden.post('/settings').type('form').send({ allowsIndexing: 'on' }).expect(200)
    expect(await looks()).toEqual(all)
    expect(await page('/settings', hidden)).toMatch(/name="allowsIndexing"[^>]* checked/)
  })
})

describe('a sensitive post', () => {
  it.each(['Spiders', ''])('shows its warning ("%s") elsewhere, and no picture', async (contentWarning) => {
    const who = await apiPerson(house)
    const post = await share(who, { caption: 'Eight legs', sensitive: 'on', contentWarning })
    const picture = post.photos[0]?.url.replace(/\/[^/]+$/, '') ?? 'nowhere'
    const words = contentWarning ? `Sensitive: ${contentWarning}` : 'Sensitive photo'
    for (const format of ['atom', 'rss']) {
      const feed = await text(`/@${who.username}.${format}`)
      expect(feed.text).toContain(`<title>${words}</title>`)
      expect(feed.text).toContain(`&lt;strong&gt;${contentWarning || 'Sensitive photo'}&lt;/strong&gt;`)
      expect(feed.text).not.toContain(picture)
      expect(feed.text).not.toMatch(/enclosure|media:content|&lt;img/)
    }
    const card = await page(post.url)
    expect(card).toContain(`<meta property="og:description" content="${words}"/>`)
    expect(card).toContain('content="summary"')
    expect(card).not.toContain('og:image')
    expect(await page(`/@${who.username}`)).not.toContain('og:image')
    const { body } = await embed(post.url).expect(200)
    expect(body).toMatchObject({ type: 'link', title: words })
    expect(JSON.stringify(body)).not.toContain('/media/')
  })
})

describe('a feed', () => {
  it('has the newest posts with every address whole, pictures as JPEG and what they show in words', async () => {
    const who = await apiPerson(house, 'photographer')
    const post = await share(
      who,
      { caption: 'Two lines\nby @alice and @nobody_here #Straße' },
      await newPicture(1600, 1200),
    )
    const [photo] = post.photos
    await who
      .post(`${post.url}/edit`)
      .type('form')
      .send({ [`alt-${photo?.id}`]: 'A "red" field & sky' })
      .expect(200)
    const { text: atom, headers } = await text('/@photographer.atom')
    expect(headers['content-type']).toBe('application/atom+xml; charset=utf-8')
    const picture = `${origin}${photo?.url.replace(/\/[^/]+$/, '')}/1080.jpg`
    expect(atom).toContain(`<link rel="self" type="application/atom+xml" href="${origin}/@photographer.atom"/>`)
    expect(atom).toContain(`<id>${origin}${post.url}</id>`)
    expect(atom).toContain('<title>Two lines</title>')
    expect(atom).toContain('<category term="straße"/>')
    expect(atom).toContain(
      `<link rel="enclosure" type="image/jpeg" href="${picture}" title="A &quot;red&quot; field &amp; sky"/>`,
    )
    expect(atom).toContain(`&lt;img src=&quot;${picture}&quot; width=&quot;1080&quot; height=&quot;810&quot;`)
    expect(atom).toContain(`&lt;br/&gt;by &lt;a href=&quot;${origin}/@alice&quot;`)
    expect(atom).not.toContain('/@nobody_here')
    expect(atom).not.toMatch(/(?:href|src)=(?:"|&quot;)\//)

    const { text: rss, headers: rssHeaders } = await text('/@photographer.rss')
    expect(rssHeaders['content-type']).toBe('application/rss+xml; charset=utf-8')
    expect(rss).toContain(`<enclosure type="image/jpeg" length="0" url="${picture}"/>`)
    expect(rss).toContain(`<media:content medium="image" type="image/jpeg" url="${picture}" width="1080" height="810">`)
    expect(rss).toContain(
      '<media:description type="plain">A "red" field &amp; sky</media:description>'.replaceAll(
        '"red"',
        '&quot;red&quot;',
      ),
    )
    expect((await house.client().get(photo?.url.replace(/[^/]+$/, '1080.jpg') ?? '')).status).toBe(200)
  })

  it('is linked from the pages that it is of, under the same address', async () => {
    expect(await page('/@alice')).toContain(
      `<link rel="alternate" type="application/atom+xml" href="${origin}/@alice.atom"`,
    )
    expect(await page('/@alice')).toContain(
      `<link rel="alternate" type="application/rss+xml" href="${origin}/@alice.rss"`,
    )
    expect(await page('/tags/%E5%86%99%E7%9C%9F')).toContain(`href="${origin}/tags/%E5%86%99%E7%9C%9F.atom"`)
    expect(await page('/@paul')).not.toContain('application/atom+xml')
    expect(await page('/@paul', follower)).not.toContain('application/atom+xml')
  })

  it.each(['写真', 'фото', 'عکس', 'תמונה', 'ภาพถ่าย', 'तस्वीर', '사진', 'Ελλάδα', 'Café'])(
    'is there for #%s, in any spelling',
    async (tag) => {
      const post = await share(alice, { caption: `#${tag}` })
      const { status, text: feed } = await text(`/tags/${encodeURIComponent(tag)}.atom`)
      expect([status, feed.includes(post.code)]).toEqual([200, true])
      expect(feed).toContain(`<title>#${tag.toLowerCase().normalize('NFKC')}</title>`)
      expect(await page(`/tags/${encodeURIComponent(tag.toLowerCase())}`)).toContain(
        `<link rel="canonical" href="${origin}/tags/${encodeURIComponent(tag.toLowerCase())}"/>`,
      )
    },
  )

  it.each([
    '/tags/two%20words.atom',
    '/tags/%00.rss',
    '/tags/%ED%A0%80.atom',
    '/tags/.atom',
    '/tags/a/b.atom',
    '/tags/1.atom',
  ])('is not there for what is no hashtag (%s)', async (path) => {
    expect([400, 404]).toContain((await text(path)).status)
  })

  it('has twenty posts at most, the newest first', async () => {
    const who = await apiPerson(house)
    const posts: Shared[] = []
    for (let number = 0; number < 22; number += 1) posts.push(await share(who, { caption: `#many${who.username}` }))
    const newest = posts
      .map(({ url }) => `${origin}${url}`)
      .reverse()
      .slice(0, 20)
    for (const path of [`/@${who.username}`, `/tags/many${who.username}`]) {
      const { text: feed } = await text(`${path}.rss`)
      expect([...feed.matchAll(/<guid isPermaLink="true">([^<]*)</g)].map(([, url]) => url)).toEqual(newest)
    }
  })

  it('is kept by caches for a short while, and is answered in a few bytes while it is the same', async () => {
    const who = await apiPerson(house)
    await share(who)
    const path = `/@${who.username}.atom`
    const { headers } = await text(path, who)
    expect(headers['cache-control']).toBe('public, max-age=300')
    expect(headers['set-cookie']).toBeUndefined()
    const etag = String(headers.etag)
    expect((await text(path)).headers.etag).toBe(etag)
    // As it comes back when nginx has compressed the feed, too.
    for (const known of [etag, `"x", ${etag}`, etag.replace('W/', '')]) {
      const answer = await house.client().get(path).set('If-None-Match', known).expect(304)
      expect(answer.headers['cache-control']).toBe('public, max-age=300')
      expect(answer.text ?? '').toBe('')
    }
    await share(who)
    const changed = await house.client().get(path).set('If-None-Match', etag).buffer(true).expect(200)
    expect(changed.headers.etag).not.toBe(etag)
    await house.client().head(path).expect(200).expect('Cache-Control', 'public, max-age=300')
    // An error is nothing to keep.
    expect((await text('/@nobody_here.atom')).headers['cache-control']).toBe('no-store')
  })

  it('does not sign anybody’s session on, for what it says is kept for others', async () => {
    const who = await apiPerson(house)
    await house.db.raw("update sessions set last_used_at = now() - interval '2 hours'")
    for (const path of [`/@${who.username}.atom`, '/sitemap.xml', `/oembed?url=${origin}/p/none`])
      expect((await text(path, who)).headers['set-cookie']).toBeUndefined()
    expect((await who.get('/follow-requests').set('Accept', 'text/html')).headers['set-cookie']).toBeDefined()
  })

  it('stands at an address that no name can take', async () => {
    for (const username of ['alice.atom', 'alice.rss', 'Alice.ATOM'])
      await house
        .client()
        .post('/sign-up')
        .type('form')
        .send({ username, password: 'correct horse battery' })
        .expect(422)
    await apiPerson(house, 'atom.alice')
  })
})

describe('a card', () => {
  it('has the beginning of the caption, and the picture with its measures and words', async () => {
    const who = await apiPerson(house, 'carder')
    const caption = `Mail carder@example.org "now" <b>&${'👨‍👩‍👧'.repeat(300)}`
    const post = await share(who, { caption }, await newPicture(2400, 1200))
    const card = await page(post.url)
    const of = (name: string) => new RegExp(`<meta (?:property|name)="${name}" content="([^"]*)"/>`).exec(card)?.[1]
    expect(of('og:title')).toBe('@carder on Gramstack')
    expect(of('og:url')).toBe(`${origin}${post.url}`)
    expect(of('og:description')).toBe(`Mail … &quot;now&quot; &lt;b>&amp;${'👨‍👩‍👧'.repeat(199 - 17)}…`)
    expect(of('description')).toBe(of('og:description'))
    expect(of('og:image')).toBe(`${origin}${post.photos[0]?.url.replace(/[^/]+$/, '1080.jpg')}`)
    expect([of('og:image:type'), of('og:image:width'), of('og:image:height')]).toEqual(['image/jpeg', '1080', '540'])
    expect(of('og:image:alt')).toMatch(/^Photo by carder: Mail … /)
    expect(of('twitter:card')).toBe('summary_large_image')
    const { body } = await house
      .client()
      .get(String(of('og:image')).slice(origin.length))
      .expect(200)
    expect(await sharp(body).metadata()).toMatchObject({ format: 'jpeg', width: 1080, height: 540 })
  })

  it('is on profiles, hashtags and the first page; a private account and an empty hashtag ask to be left out', async () => {
    expect(await page('/@alice')).toContain('<meta property="og:type" content="profile"/>')
    expect(await page('/@alice?max_id=5')).toContain(`<link rel="canonical" href="${origin}/@alice"/>`)
    const landing = await page('/')
    expect(landing).toContain(`<link rel="canonical" href="${origin}/"/>`)
    expect(landing).toContain('og:description')
    expect(await page('/@paul')).not.toMatch(/og:|canonical/)
    expect(await page('/@paul')).toContain('content="noindex"')
    expect(await page('/tags/nothing_has_this')).toContain('content="noindex"')
  })
})

describe('oEmbed', () => {
  it('gives the photo, as large as there is room for', async () => {
    const who = await apiPerson(house, 'embedded')
    const post = await share(who, { caption: 'A field' }, await newPicture(1600, 800))
    // The largest comes after those that a feed needs.
    await house.idle()
    const { body, headers } = await embed(post.url).expect(200)
    const folder = `${origin}${post.photos[0]?.url.replace(/\/[^/]+$/, '')}`
    expect(body).toEqual({
      version: '1.0',
      type: 'photo',
      title: 'A field',
      author_name: 'embedded',
      author_url: `${origin}/@embedded`,
      provider_name: 'Gramstack',
      provider_url: `${origin}/`,
      url: `${folder}/1600.jpg`,
      width: 1600,
      height: 800,
    })
    expect(headers).toMatchObject({ 'cache-control': 'public, max-age=300', 'access-control-allow-origin': '*' })
    expect(headers['content-type']).toMatch(/^application\/json/)
    const widthFor = async (more: string) => (await embed(post.url, more).expect(200)).body.width
    expect(await widthFor('&maxwidth=1079')).toBe(640)
    expect(await widthFor('&maxheight=160')).toBe(320)
    expect(await widthFor('&maxwidth=640&maxheight=9999&format=json')).toBe(640)
    for (const nonsense of [
      '&maxwidth=',
      '&maxwidth=-5',
      '&maxwidth=wide',
      '&maxheight=1e400',
      '&maxwidth=1&maxwidth=2',
    ])
      expect(await widthFor(nonsense)).toBe(1600)
    expect((await embed(post.url, '&maxwidth=100').expect(200)).body).toEqual(
      expect.objectContaining({ type: 'link', title: 'A field' }),
    )
  })

  it('knows a post by any address that leads to it, and nobody else’s', async () => {
    const post = await share(alice)
    const ask = (url: string) => house.client().get('/oembed').query({ url })
    for (const url of [
      `${origin}${post.url}`,
      `http://photos.example.org${post.url}/?utm=1#top`,
      `HTTPS://PHOTOS.example.org${post.url}`,
    ])
      await ask(url).expect(200)
    for (const url of [
      post.url,
      `https://evil.example${post.url}`,
      `https://photos.example.org.evil.example${post.url}`,
      `https://photos.example.org:8443${post.url}`,
      `https://photos.example.org@evil.example${post.url}`,
      `ftp://photos.example.org${post.url}`,
      `${origin}/@alice`,
      `${origin}${post.url}/edit`,
      `${origin}/p/${'A'.repeat(11)}`,
      `${origin}/p/nope`,
      'javascript:alert(1)',
      '',
    ])
      await ask(url).expect(404)
  })

  it('says what is missing or not to be had', async () => {
    await house.client().get('/oembed').expect(422)
    await house
      .client()
      .get('/oembed?url=a&url=b')
      .expect((answer) => expect([404, 422]).toContain(answer.status))
    await house
      .client()
      .get('/oembed')
      .query({ url: 'x'.repeat(3000) })
      .expect(422)
    const post = await share(alice)
    await embed(post.url, '&format=xml').expect(501)
  })
})

describe('the sitemaps', () => {
  it('are listed in one index, and are XML that caches keep', async () => {
    const { status, headers, text: index } = await text('/sitemap.xml')
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'application/xml; charset=utf-8',
      'public, max-age=3600',
    ])
    expect(index).toContain(`<loc>${origin}/sitemap-people-0.xml</loc>`)
    expect(index).toContain(`<loc>${origin}/sitemap-posts-0.xml</loc>`)
  })

  it('say when a post has changed, and leave out whoever has nothing to show', async () => {
    const who = await apiPerson(house)
    const profile = async () => (await text('/sitemap-people-0.xml')).text.includes(`/@${who.username}<`)
    expect(await profile()).toBe(false)
    const post = await share(who)
    expect(await profile()).toBe(true)
    const lastmod = async () =>
      Date.parse(
        new RegExp(`${post.url}</loc><lastmod>([^<]*)`).exec((await text('/sitemap-posts-0.xml')).text)?.[1] ?? '',
      )
    const before = await lastmod()
    await who.post(`${post.url}/edit`).type('form').send({ caption: 'Changed' }).expect(200)
    expect(await lastmod()).toBeGreaterThan(before)
  })

  it.each([
    '/sitemap-posts-1.xml',
    '/sitemap-posts-00.xml',
    '/sitemap-posts--1.xml',
    '/sitemap-posts-99999999999999999999.xml',
    '/sitemap-drafts-0.xml',
    '/sitemap-posts-.xml',
    "/sitemap-posts-0'.xml",
  ])('are only those of the index (%s)', async (path) => {
    expect((await text(path)).status).toBe(404)
  })
})

describe('many posts', () => {
  it('are parted among sitemaps that keep their addresses: each post in one of them, and never too many', async () => {
    const other = await openHouse({ withWorker: false })
    try {
      await apiPerson(other, 'busy')
      const post = (count: number) =>
        rows(
          other.db,
          sql`
            insert into posts (author_id, caption, published_at)
            select users.id, '', now() from users, generate_series(1, ${count}) where users.username = 'busy'`,
        )
      const urls = async (path: string) => {
        const { text: map } = await other.client().get(path).buffer(true).expect(200)
        return [...map.matchAll(/<loc>([^<]*)<\/loc>/g)].map(([, url = '']) => new URL(url).pathname)
      }
      const index = async () => (await urls('/sitemap.xml')).filter((path) => path.includes('posts'))
      await post(10)
      await beginSitemaps(other.db, 10)
      expect(await index()).toEqual(['/sitemap-posts-0.xml'])
      await post(15)
      await Promise.all([beginSitemaps(other.db, 10), beginSitemaps(other.db, 10)])
      const three = await index()
      expect(three).toHaveLength(3)
      await post(1)
      await rows(other.db, sql`delete from posts where id in (select id from posts order by id limit 4)`)
      await beginSitemaps(other.db, 10)
      expect(await index()).toEqual(three)
      const all = await Promise.all(three.map(urls))
      expect(all.map(({ length }) => length)).toEqual([6, 10, 6])
      expect(new Set(all.flat()).size).toBe(22)
    } finally {
      await other.close()
    }
  })
})

describe('robots.txt', () => {
  it('says where the sitemaps are', async () => {
    const { headers, text: robots } = await text('/robots.txt')
    expect(headers['content-type']).toMatch(/^text\/plain/)
    expect(robots).toMatch(/^User-agent: \*$/m)
    expect(robots).toMatch(/^Sitemap: https:\/\/photos\.example\.org\/sitemap\.xml$/m)
  })
})

describe('photos', () => {
  it('may be shown by other sites if everybody may see them, and no others', async () => {
    const policy = async (by: Client, fields: Record<string, string>) => {
      const { photos } = await share(by, fields)
      return (await by.get(photos[0]?.url ?? '').expect(200)).headers['cross-origin-resource-policy']
    }
    expect(await policy(alice, {})).toBe('cross-origin')
    expect(await policy(alice, { visibility: 'private' })).toBe('same-origin')
    expect(await policy(paul, {})).toBe('same-origin')
  })
})

describe('without an address in the settings', () => {
  let plain: House
  beforeAll(async () => {
    plain = await openHouse({ withWorker: false, trustProxyHops: 1 })
    await apiPerson(plain, 'somebody')
  })
  afterAll(() => plain.close())

  const idFor = async (headers: Record<string, string>, path = '/@somebody.atom') => {
    const { status, text: feed } = await plain.client().get(path).set(headers).buffer(true)
    return status === 200 ? /<id>([^<]*)<\/id>/.exec(feed)?.[1] : status
  }

  it.each([
    [{ Host: 'photos.example.org' }, 'http://photos.example.org/@somebody.atom'],
    [{ Host: 'Photos.Example.ORG:1337' }, 'http://photos.example.org:1337/@somebody.atom'],
    [{ Host: 'photos.example.org:443', 'X-Forwarded-Proto': 'https' }, 'https://photos.example.org/@somebody.atom'],
    [{ Host: '192.0.2.7:80' }, 'http://192.0.2.7/@somebody.atom'],
    [{ Host: '[2001:db8::1]:8080' }, 'http://[2001:db8::1]:8080/@somebody.atom'],
    [{ Host: 'inside', 'X-Forwarded-Host': 'photos.example.org' }, 'http://photos.example.org/@somebody.atom'],
    [{ Host: 'photos.example.org', 'X-Forwarded-Proto': 'javascript' }, 'http://photos.example.org/@somebody.atom'],
  ])('it is what the request says (%j)', async (headers, id) => {
    expect(await idFor(headers)).toBe(id)
  })

  it.each([
    'evil.example/path',
    'evil.example?',
    'evil.example#',
    'user@evil.example',
    'evil.example"><script>',
    'evil example',
    'evil.example:99999',
    'evil.example:port',
    '-evil.example',
    'evil.example\\x',
    '[::1',
    '[zz]',
    `${'a'.repeat(300)}.example`,
    '',
  ])('a host that cannot be one is refused (%s)', async (host) => {
    expect(await idFor({ Host: host })).toBe(400)
    // Pages too.
    expect((await plain.browser().get('/@somebody').set('Host', host)).status).toBe(400)
  })

  it('believes a proxy only if the settings say that there is one', async () => {
    const alone = await openHouse({ withWorker: false })
    try {
      await apiPerson(alone, 'somebody')
      const { text: feed } = await alone
        .client()
        .get('/@somebody.atom')
        .set({ Host: 'mine.example', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' })
        .buffer(true)
      expect(feed).toContain('<id>http://mine.example/@somebody.atom</id>')
      expect(feed).not.toContain('evil')
    } finally {
      await alone.close()
    }
  })
})

describe('with an address in the settings', () => {
  it('it is that whatever the request says', async () => {
    const { text: feed } = await house.client().get('/@alice.atom').set('Host', 'evil.example').buffer(true)
    expect(feed).toContain(`<id>${origin}/@alice.atom</id>`)
    expect(feed).not.toContain('evil.example')
  })
})
