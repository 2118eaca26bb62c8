import { createRequire } from 'node:module'
import { newMediaKey } from '../../src/media/storage.ts'
import { apiPerson, type House, openHouse } from '../house.ts'
import { newPicture } from '../pictures.ts'
import { openBrowser } from './browser.ts'

/** Feeds, read by a strict parser of XML that is not ours, and as a feed reader would show them. */

let house: House
let chromium: Awaited<ReturnType<typeof openBrowser>>
beforeAll(async () => {
  chromium = await openBrowser()
  house = await openHouse()
})
afterAll(async () => {
  await house.close()
  await chromium.close()
})

const naughtyStrings = createRequire(import.meta.url)('big-list-of-naughty-strings') as string[]
const own = [
  ']]>',
  ']]> ]]> <evil/> <![CDATA[',
  '<!-- --> --> <?xml version="1.0"?>',
  '&amp; &lt; &#0; &nope; &amp;amp;',
  'a\u0001b\u0008c\u001bd\u007fe\ufffef\uffff',
  '"quotes" \'both\' <b attribute="x">bold</b>',
  '\u202eright to left\u202c שלום עולם مرحبا',
  '👩‍👩‍👧‍👦 🏳️‍🌈 \u{10ffff}',
  'one\n\n  two\ttabs\r\nthree',
  '<script>document.title = "owned"</script><img src=x onerror=alert(1)>',
  '#تصویر #写真 @reader https://example.com/?a=1&b=<2>',
]
// As forms take it: a NUL and halves of characters are refused, what is too long as well.
const naughty = [...own, ...naughtyStrings]
  .map((text) => text.replaceAll('\r\n', '\n').trim())
  .filter((text) => text && !text.includes('\0') && text.isWellFormed() && [...text].length <= 1500)

/** What XML can say of a text, with its line breaks as one character and no spaces that HTML shows as one. */
const sayable = (text: string) =>
  text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/\s+/g, ' ')
    .trim()

interface Entry {
  titles: number
  content: string
  names: string[]
  alts: string[]
  active: number
}
interface Read {
  error: string | undefined
  root: string
  entries: Entry[]
}

/** What a feed says, as a page reads it that knows the formats. */
function read(feed: string): Read {
  const document = new DOMParser().parseFromString(feed, 'application/xml')
  const all = (within: ParentNode, names: string) => [...within.querySelectorAll(names)]
  const entries = all(document, 'entry, item').map((entry) => {
    const html = entry.querySelector('content, description')?.textContent ?? ''
    const content = new DOMParser().parseFromString(html, 'text/html')
    for (const lineBreak of all(content, 'br')) lineBreak.replaceWith('\n')
    return {
      titles: all(entry, ':scope > title').length,
      content: content.body.textContent ?? '',
      names: [...new Set(all(entry, '*').map(({ nodeName }) => nodeName))],
      alts: [
        ...all(entry, 'link[rel=enclosure]').map((link) => link.getAttribute('title') ?? ''),
        ...[...entry.getElementsByTagName('media:description')].map((words) => words.textContent ?? ''),
        ...all(content, 'img').map((image) => image.getAttribute('alt') ?? ''),
      ],
      active: all(content, 'script, style, iframe, [onerror], [onload], [style]').length,
    }
  })
  const error = document.querySelector('parsererror')?.textContent ?? undefined
  return { error, root: document.documentElement.nodeName, entries }
}

const mayHold = {
  feed: ['id', 'title', 'published', 'updated', 'author', 'name', 'uri', 'link', 'category', 'content'],
  rss: [
    ...['guid', 'link', 'title', 'pubDate', 'dc:creator', 'description', 'category'],
    ...['enclosure', 'media:content', 'media:description'],
  ],
}

/** As many posts as a feed has, newest first: the first through the front door, and copies of it. */
async function fillFeed(username: string): Promise<string[]> {
  const author = await apiPerson(house, username)
  const { body } = await author
    .post('/upload')
    .attach('file', await newPicture(), 'a.jpg')
    .expect(201)
  const { id: _id, ...photo } = await house.db('photos').where({ post_id: body.id }).first()
  const { author_id } = await house.db('posts').where({ id: body.id }).first()
  const ids = [String(body.id)]
  while (ids.length < 20) {
    const [post] = await house.db('posts').insert({ author_id, caption: '', published_at: new Date() }).returning('id')
    const keys = { media_key: newMediaKey(), rendition_key: newMediaKey() }
    await house.db('photos').insert({ ...photo, camera: null, ...keys, post_id: post.id })
    ids.push(post.id)
  }
  return ids.reverse()
}

describe('a feed of whatever people type', () => {
  it('is XML to the letter, and says what they typed', async () => {
    const ids = await fillFeed('reader')
    const { page, context } = await chromium.visitor()
    const wrong: unknown[] = []
    for (let begin = 0; begin < naughty.length; begin += ids.length) {
      const texts = ids.map((_id, index) => naughty[begin + index] ?? 'the end')
      await house.db.raw(
        `with given as (select * from unnest(?::bigint[], ?::text[]) as given (id, text)),
          described as (update photos set alt_text = given.text from given where photos.post_id = given.id)
        update posts set caption = given.text from given where posts.id = given.id`,
        [ids, texts],
      )
      for (const [format, root] of Object.entries({ atom: 'feed', rss: 'rss' } as const)) {
        const { text: feed } = await house.client().get(`/@reader.${format}`).buffer(true).expect(200)
        const found = await page.evaluate(read, feed)
        if (found.error || found.root !== root || found.entries.length !== ids.length) wrong.push({ texts, ...found })
        for (const [index, { titles, content, names, alts, active }] of found.entries.entries()) {
          const said = sayable(texts[index] ?? '')
          const isRight =
            sayable(content) === said &&
            alts.length === 2 &&
            alts.every((alt) => sayable(alt) === said) &&
            titles === 1 &&
            names.every((name) => mayHold[root].includes(name)) &&
            active === 0
          if (!isRight) wrong.push({ format, said, content, alts, titles, names, active })
        }
      }
    }
    expect(wrong).toEqual([])
    // A guard of the guard.
    expect(naughty.length).toBeGreaterThan(400)
    await context.close()
  })
})
