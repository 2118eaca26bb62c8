import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'
import { statementsDuring } from '../../test/statements.ts'
import { rows, sql } from '../db/sql.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

type Client = Awaited<ReturnType<typeof apiPerson>>
type Visitor = ReturnType<House['client']>

interface Listed {
  id: string
  text: string
  author: string
  likes: number
  replies: Listed[]
  hasMoreReplies: boolean
}

async function share(author: Client, fields: Record<string, string> = {}): Promise<string> {
  let form = author.post('/upload').attach('file', await newPicture(), 'a.jpg')
  for (const [name, value] of Object.entries(fields)) form = form.field(name, value)
  return (await form.expect(201)).body.url as string
}

const say = (visitor: Visitor, url: string, text: string, fields: Record<string, string> = {}) =>
  visitor
    .post(`${url}/comments`)
    .type('form')
    .send({ text, ...fields })

async function comment(visitor: Visitor, url: string, text: string, fields: Record<string, string> = {}) {
  return (await say(visitor, url, text, fields).expect(201)).body.id as string
}

async function listed(visitor: Visitor, url: string): Promise<Listed[]> {
  return (await visitor.get(`${url}/comments`).expect(200)).body.comments
}

const texts = (comments: Listed[]) => comments.map(({ text }) => text)

/** The number on the card. */
const countOf = async (visitor: Visitor, url: string): Promise<number> =>
  (await visitor.get(url).expect(200)).body.comments

const block = (one: string, other: string) =>
  rows(
    house.db,
    sql`
      insert into blocks (blocker_id, blocked_id)
      select one.id, other.id from users as one, users as other where one.username = ${one} and other.username = ${other}`,
  )

const suspend = (username: string, at: Date | null) =>
  rows(house.db, sql`update users set suspended_at = ${at} where username = ${username}`)

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

describe('a comment', () => {
  it('is written on the post’s page, and read there by everybody', async () => {
    const alice = await apiPerson(house)
    const url = await share(alice)
    const bob = await person(house)
    const page = (await bob.get(url).expect(200)).text
    expect(page).toContain('No comments yet.')
    const key = /name="idempotencyKey" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const answer = await say(bob, url, '  Lovely light!\r\nWhere is it?  ', { idempotencyKey: key }).expect(303)
    expect(answer.headers.location).toMatch(new RegExp(`^${url}#c-\\d+$`))
    expect((await house.browser().get(url)).text).toContain('>Lovely light!\nWhere is it?</p>')
    expect((await house.browser().get('/')).text).toContain(`href="${url}#comments" aria-label="1 comment"`)
    // A double click sends it twice.
    const again = await say(bob, url, 'Lovely light!\nWhere is it?', { idempotencyKey: key }).expect(303)
    expect(again.headers.location).toBe(answer.headers.location)
    // Somebody who has gone back to the form and writes something else means it.
    await say(bob, url, 'Something else', { idempotencyKey: key }).expect(303)
    expect(await countOf(alice, url)).toBe(2)
  })

  it('is made once by forty clicks at once', async () => {
    const [alice, bob] = [await apiPerson(house), await apiPerson(house)]
    const url = await share(alice)
    const made = await Promise.all(
      Array.from({ length: 40 }, () => comment(bob, url, 'Once', { idempotencyKey: 'a-key' })),
    )
    expect(new Set(made).size).toBe(1)
    expect(await countOf(alice, url)).toBe(1)
  })

  it('stays in the form, beside a sentence, where it cannot be taken', async () => {
    const alice = await apiPerson(house)
    const [url, silent] = [await share(alice), await share(alice, { commentsOff: 'on' })]
    const bob = await person(house)
    const long = `<b>${'x'.repeat(2200)}`
    const answer = await say(bob, url, long).expect(422)
    expect(answer.text).toContain('A comment has at most 2,200 characters.')
    expect(answer.text).toMatch(/<textarea[^>]* aria-invalid="true"/)
    expect(answer.text).toContain(`${escaped(long)}</textarea>`)
    for (const nothing of ['', '   ', '\r\n']) await say(bob, url, nothing).expect(422)
    expect((await say(bob, silent, 'Hello?').expect(422)).text).toMatch(
      /Hello\?<\/textarea>.*Comments on this post are turned off\./s,
    )
    expect((await bob.get(silent)).text).toContain('Comments on this post are turned off.')
    await say(alice, silent, 'Hello?').expect(422)
    expect((await alice.post(`${url}/comments`).expect(422)).body.fields).toEqual({ text: 'Write something first.' })
    expect(await countOf(alice, url)).toBe(0)
  })

  it('is taken from followers only, where the author wants that', async () => {
    const [alice, bob, carol] = [await apiPerson(house), await apiPerson(house), await apiPerson(house)]
    const url = await share(alice)
    await alice
      .post('/settings')
      .type('form')
      .send({ commentsFromFollowers: 'on' })
      .expect(200, { isPrivate: false, showsCamera: false, commentsFromFollowers: true, allowsIndexing: true })
    await bob.post(`/@${alice.username}/follow`).expect(204)
    await comment(bob, url, 'From a follower')
    await comment(alice, url, 'From the author')
    const { body } = await say(carol, url, 'From a stranger').expect(422)
    expect(body.fields.text).toBe(`${alice.username} takes comments from followers only.`)
    await alice.post('/settings').type('form').send({ whole: 'yes' }).expect(200)
    await comment(carol, url, 'From a stranger')
  })

  it.each(naughtyStrings())('keeps %j as it is', async (text) => {
    const author = await naughtyAuthor()
    const kept = text.replaceAll('\r\n', '\n').trim()
    const answer = await say(author.client, author.url, text)
    if (answer.status !== 201) {
      expect(answer.status).toBe(422)
      expect(answer.body.error).toMatch(/^[A-Z].*\.$/)
      expect(kept === '' || [...kept].length > 2200 || kept.includes('\0') || !kept.isWellFormed()).toBe(true)
      return
    }
    expect(answer.body.text).toBe(kept)
    const page = (await house.browser().get(`${author.url}/comments/${answer.body.id}`).expect(200)).text
    const shown = /<p class="text" dir="auto">(.*?)<\/p>/s.exec(page)?.[1]?.replaceAll(/<\/?a\b[^>]*>/g, '')
    expect(shown).toBe(escaped(kept))
    await author.client.post(`/comments/${answer.body.id}/delete`).expect(204)
  })

  it('leads by its hashtags, links and mentions to where they say; names of nobody stay text', async () => {
    const [alice, bob] = [await apiPerson(house), await apiPerson(house)]
    const url = await share(alice)
    const id = await comment(alice, url, `#Light by @${bob.username} and @nobody_at_all, see https://example.com/a`)
    const page = (await house.browser().get(url)).text
    expect(page).toContain('<a href="/tags/light" dir="auto">#Light</a>')
    expect(page).toContain(`<a href="/@${bob.username}" dir="ltr">@${bob.username}</a>`)
    expect(page).toContain('and @nobody_at_all, see <a href="https://example.com/a" rel="nofollow noopener')
    expect(await rows(house.db, sql`select from comment_mentions where comment_id = ${id}`)).toHaveLength(1)
  })
})

describe('a mention', () => {
  it('of somebody with a block with the author is none, in comments and in captions', async () => {
    const [alice, bob, carol] = [await apiPerson(house), await apiPerson(house), await apiPerson(house)]
    await block(bob.username, alice.username)
    await block(alice.username, carol.username)
    const caption = `With @${bob.username} and @${carol.username}`
    const url = await share(alice, { caption, visibility: 'direct' })
    const open = await share(alice, { caption })
    await comment(alice, open, caption)
    expect(
      await rows(
        house.db,
        sql`
          select from post_mentions join posts on posts.id = post_id join users on users.id = author_id
          where users.username = ${alice.username}
          union all select from comment_mentions join comments on comments.id = comment_id
          join users on users.id = author_id where users.username = ${alice.username}`,
      ),
    ).toEqual([])
    await bob.get(url).expect(404)
    expect((await house.browser().get(open)).text).not.toContain(`href="/@${bob.username}"`)
    // Lifted, and written anew.
    await rows(
      house.db,
      sql`delete from blocks where blocker_id = (select id from users where username = ${bob.username})`,
    )
    await alice
      .post(`${open}/edit`)
      .type('form')
      .send({ caption: `${caption}.` })
      .expect(200)
    const page = (await house.browser().get(open)).text
    expect(page).toContain(`href="/@${bob.username}"`)
    expect(page).not.toContain(`href="/@${carol.username}"`)
  })

  it('is a link only for those for whom the person is there', async () => {
    const [alice, bob] = [await apiPerson(house), await apiPerson(house)]
    const carol = await person(house)
    const url = await share(alice, { caption: `With @${bob.username}` })
    await comment(alice, url, `Hello @${bob.username}`)
    const link = `href="/@${bob.username}"`
    const links = async (visitor: Visitor) => (await visitor.get(url).expect(200)).text.split(link).length - 1
    expect(await links(carol)).toBe(2)
    await block(bob.username, carol.username)
    expect(await links(carol)).toBe(0)
    expect(await links(house.browser())).toBe(2)
    await suspend(bob.username, new Date())
    expect(await links(house.browser())).toBe(0)
  })
})

describe('comments on a post', () => {
  it('are the newest, in the order of time, with the first replies; older ones and all replies are a link away', async () => {
    const [alice, bob] = [await apiPerson(house), await apiPerson(house)]
    const url = await share(alice)
    const ids: string[] = []
    for (let number = 1; number <= 45; number += 1) ids.push(await comment(bob, url, `Number ${number}.`))
    for (let number = 1; number <= 5; number += 1)
      await comment(alice, url, `Answer ${number}.`, { parent: ids.at(-1) ?? '' })
    const page = (await house.browser().get(url).expect(200)).text
    const shown = [...page.matchAll(/(?:Number|Answer) \d+\./g)].map(([text]) => text)
    expect(shown).toEqual([
      ...Array.from({ length: 20 }, (_, index) => `Number ${26 + index}.`),
      'Answer 1.',
      'Answer 2.',
      'Answer 3.',
    ])
    expect(page).toContain(`<a href="${url}/comments/${ids.at(-1)}">All replies</a>`)
    expect(page).toContain('50 comments')

    const older = /<a rel="next" href="([^"]+)">Older comments/.exec(page)?.[1] ?? ''
    const second = (await house.browser().get(older).expect(200)).text
    const oldest = /<a rel="next" href="([^"]+)">Older comments/.exec(second)?.[1] ?? ''
    const third = (await house.browser().get(oldest).expect(200)).text
    expect(third).not.toContain('Older comments')
    expect([...`${third}${second}`.matchAll(/Number (\d+)\./g)].map(([, number]) => Number(number))).toEqual(
      Array.from({ length: 25 }, (_, index) => index + 1),
    )
    const thread = (
      await house
        .browser()
        .get(`${url}/comments/${ids.at(-1)}`)
        .expect(200)
    ).text
    expect([...thread.matchAll(/Answer (\d)\./g)].map(([, number]) => number).join('')).toBe('12345')
  })

  it('have one level of replies: an answer to a reply stands below the same comment', async () => {
    const [alice, bob, carol] = [await apiPerson(house), await apiPerson(house), await apiPerson(house)]
    const url = await share(alice)
    const first = await comment(bob, url, 'First')
    const second = await comment(carol, url, 'Second', { parent: first })
    const third = await comment(alice, url, 'Third', { parent: second })
    const [thread] = await listed(bob, url)
    expect(texts(thread?.replies ?? [])).toEqual(['Second', 'Third'])
    // Who was answered is told.
    expect(
      await rows(
        house.db,
        sql`
          select username from comments join users on users.id = parent_author_id where comments.id = ${third}`,
      ),
    ).toEqual([{ username: carol.username }])
    const browser = await person(house)
    const page = (await browser.get(`${url}/comments/${second}`).expect(200)).text
    expect(page).toContain(`Reply to ${carol.username}`)
    expect(page).toContain(`name="parent" value="${second}"`)
    const answer = await say(browser, url, 'Fourth', { parent: second }).expect(303)
    expect(answer.headers.location).toMatch(new RegExp(`^${url}/comments/${first}#c-\\d+$`))
    expect((await say(browser, url, '', { parent: second }).expect(422)).text).toContain('Write something first.')
    expect((await browser.get(`/comments/${third}`).expect(303)).headers.location).toBe(
      `${url}/comments/${first}#c-${third}`,
    )
  })

  it('are not there for people with a block with who wrote them, nor of who is suspended; nor is what answers them', async () => {
    const [alice, bob, carol, dora] = await Promise.all(Array.from({ length: 4 }, () => apiPerson(house)))
    if (!alice || !bob || !carol || !dora) throw new Error('four people')
    const url = await share(alice)
    const ofBob = await comment(bob, url, 'Bob’s')
    const ofCarol = await comment(carol, url, 'Carol’s')
    await comment(carol, url, 'Carol to Bob', { parent: ofBob })
    await comment(dora, url, 'Dora to Bob', { parent: ofBob })
    await comment(bob, url, 'Bob to Carol', { parent: ofCarol })
    await comment(bob, url, 'Bob to Bob', { parent: ofBob })
    for (const fan of [bob, carol, dora]) await fan.post(`/comments/${ofCarol}/like`).expect(204)
    await block(bob.username, carol.username)
    const seenBy = async (visitor: Visitor) => {
      const comments = await listed(visitor, url)
      const seen = comments.flatMap(({ text, replies }) => [text, ...texts(replies)])
      expect(await countOf(visitor, url)).toBe(seen.length)
      return seen
    }
    expect(await seenBy(carol)).toEqual(['Carol’s'])
    expect(await seenBy(bob)).toEqual(['Bob’s', 'Dora to Bob', 'Bob to Bob'])
    expect(await seenBy(alice)).toHaveLength(6)
    expect((await listed(carol, url))[0]?.likes).toBe(2)
    await carol.get(`${url}/comments/${ofBob}`).expect(404)
    await carol.post(`/comments/${ofBob}/like`).expect(404)
    await say(carol, url, 'Still there?', { parent: ofBob }).expect(404)
    await suspend(bob.username, new Date())
    expect(await seenBy(alice)).toEqual(['Carol’s'])
    expect(await seenBy(house.client())).toEqual(['Carol’s'])
    await suspend(bob.username, null)
    expect(await seenBy(alice)).toHaveLength(6)
  })

  it('cost as many queries for many as for few, on their page and in the feed', async () => {
    const [alice, bob] = [await apiPerson(house), await apiPerson(house)]
    const visitor = await person(house)
    const asked = async (path: string) => (await statementsDuring(house, () => visitor.get(path).expect(200))).length
    const url = await share(alice)
    const parent = await comment(bob, url, 'One')
    await comment(alice, url, 'Two', { parent })
    const few = { post: await asked(url), feed: await asked('/') }
    for (let number = 0; number < 12; number += 1) {
      const other = await comment(bob, url, `More @${alice.username}`)
      for (let reply = 0; reply < 2; reply += 1) await comment(alice, url, 'Reply', { parent: other })
      const next = await share(alice, { caption: `With @${bob.username}` })
      await bob.post(`${next}/like`).expect(204)
    }
    expect({ post: await asked(url), feed: await asked('/') }).toEqual(few)
  })
})

describe('deleting a comment', () => {
  it('is for who wrote it and for the author of the post; the text goes at once, and the replies with it', async () => {
    const [alice, bob, carol] = [await apiPerson(house), await apiPerson(house), await apiPerson(house)]
    const url = await share(alice)
    const first = await comment(bob, url, `First @${carol.username}`)
    await comment(carol, url, 'Answer', { parent: first })
    const second = await comment(bob, url, 'Second')
    await carol.post(`/comments/${first}/delete`).expect(404)
    await house.client().post(`/comments/${first}/delete`).expect(401)
    await bob.post(`/comments/${first}/delete`).expect(204)
    await bob.post(`/comments/${first}/delete`).expect(204)
    expect(texts(await listed(alice, url))).toEqual(['Second'])
    expect(await countOf(alice, url)).toBe(1)
    expect(
      await rows(
        house.db,
        sql`
          select text, author_id is not null as has_author,
            exists (select from comment_mentions where comment_id = comments.id) as mentions
          from comments where id = ${first} or parent_id = ${first}`,
      ),
    ).toEqual(Array(2).fill({ text: '', has_author: true, mentions: false }))
    await alice.post(`/comments/${second}/delete`).expect(204)
    expect(await countOf(alice, url)).toBe(0)
    await bob.get(`${url}/comments/${first}`).expect(404)
    await say(bob, url, 'Too late', { parent: first }).expect(404)
    await bob.post(`/comments/${first}/like`).expect(404)
  })

  it('leads back to the page where it stood, or to the post', async () => {
    const alice = await person(house)
    const url = await share(await apiPerson(house))
    const said = async () => (await say(alice, url, 'Hello').expect(303)).headers.location?.split('#c-')[1] ?? ''
    const from = (id: string, path: string) =>
      alice.post(`/comments/${id}/delete`).set('Host', 'a.example').set('Referer', `http://a.example${path}`)
    expect((await from(await said(), url).expect(303)).headers.location).toBe(`${url}#comments`)
    const id = await said()
    expect((await from(id, `${url}/comments/${id}`).expect(303)).headers.location).toBe(`${url}#comments`)
  })

  it('leaves no reply behind that was written at that moment', async () => {
    const [alice, bob] = [await apiPerson(house), await apiPerson(house)]
    const url = await share(alice)
    for (let time = 0; time < 8; time += 1) {
      const id = await comment(alice, url, 'Soon gone')
      const answers = Array.from({ length: 6 }, () => say(bob, url, 'Quick', { parent: id }))
      const [, ...said] = await Promise.all([alice.post(`/comments/${id}/delete`).expect(204), ...answers])
      expect(said.every(({ status }) => status === 201 || status === 404)).toBe(true)
    }
    expect(await countOf(alice, url)).toBe(0)
  })
})

describe('liking a comment', () => {
  it('is counted once, and taken back', async () => {
    const [alice, bob] = [await apiPerson(house), await apiPerson(house)]
    const url = await share(alice)
    const id = await comment(alice, url, 'Mine')
    await Promise.all(Array.from({ length: 10 }, () => bob.post(`/comments/${id}/like`).expect(204)))
    await alice.post(`/comments/${id}/like`).expect(204)
    expect((await listed(bob, url))[0]).toMatchObject({ likes: 2, isLiked: true })
    for (let time = 0; time < 2; time += 1) await bob.post(`/comments/${id}/unlike`).expect(204)
    expect((await listed(bob, url))[0]).toMatchObject({ likes: 1, isLiked: false })
  })
})

describe('what is not there', () => {
  it('is 404: posts, comments and parents that never were, are gone, or belong elsewhere', async () => {
    const [alice, bob] = [await apiPerson(house), await apiPerson(house)]
    const [url, other] = [await share(alice), await share(alice)]
    const [draft, closed, deleted] = [
      await share(alice, { draft: 'yes' }),
      await share(alice, { visibility: 'private' }),
      await share(alice),
    ]
    const [elsewhere, onClosed] = [await comment(alice, other, 'Elsewhere'), await comment(alice, closed, 'Closed')]
    await alice.post(`${deleted}/delete`).expect(204)
    for (const gone of [draft, closed, deleted, '/p/AAAAAAAAAAA', '/p/1', '/p/%00']) {
      await say(bob, gone, 'Hello').expect(404)
      await bob.get(`${gone}/comments`).expect(404)
    }
    await say(alice, draft, 'Hello').expect(404)
    const odd = ['0', '-1', '1.5', 'x', '9223372036854775808', '99999999999999999999999', '%00', '1e3', "1'--", '12345']
    for (const id of odd) {
      await bob.get(`${url}/comments/${id}`).expect(404)
      await bob.get(`/comments/${id}`).expect(404)
      for (const action of ['like', 'unlike', 'delete']) await bob.post(`/comments/${id}/${action}`).expect(404)
      await say(bob, url, 'Hello', { parent: decodeURIComponent(id) }).expect(404)
    }
    await say(bob, url, 'Hello', { parent: elsewhere }).expect(404)
    await bob.get(`${url}/comments/${elsewhere}`).expect(404)
    await bob.post(`/comments/${onClosed}/like`).expect(404)
    await bob.get(`/comments/${onClosed}`).expect(404)
    expect(await countOf(alice, url)).toBe(0)
  })
})

function naughtyStrings(): string[] {
  const path = createRequire(import.meta.url).resolve('big-list-of-naughty-strings/blns.json')
  const listed = JSON.parse(readFileSync(path, 'utf8')) as string[]
  // A few dozen of different kinds tell as much as five hundred, and an eighth of the time.
  return [
    ...new Set([...listed.filter((_, index) => index % 8 === 0), 'a\0b', '\u200f', '</textarea>', '🏳️‍🌈'.repeat(300)]),
  ]
}

let naughty: Promise<{ client: Client; url: string }> | undefined
function naughtyAuthor() {
  naughty ??= apiPerson(house).then(async (client) => ({ client, url: await share(client) }))
  return naughty
}
