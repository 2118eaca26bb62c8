import { apiPerson, type House, openHouse } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'
import { computePopular } from '../explore/service.ts'
import { toCode } from '../http/code.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

type Client = Awaited<ReturnType<typeof apiPerson>>

/** Shares a photo, and gives the code of the post. */
async function share(author: Client, fields: Record<string, string> = {}): Promise<string> {
  let form = author.post('/upload').attach('file', await newPicture(), 'a.jpg')
  for (const [name, value] of Object.entries(fields)) form = form.field(name, value)
  return (await form.expect(201)).body.code as string
}

const asPage = 'text/html'

async function home(viewer: Client, path = '/'): Promise<string> {
  return (await viewer.get(path).set('Accept', asPage).expect(200)).text
}

/** The posts on a page of the feed, from top to bottom. */
function codesIn(page: string): string[] {
  return [...page.matchAll(/<p class="faint when"><a href="\/p\/([\w-]{11})"/g)].map(([, code]) => code ?? '')
}

async function homeCodes(viewer: Client): Promise<string[]> {
  return codesIn(await home(viewer))
}

describe('the home page', () => {
  it('has what was said last below each post, and nothing of those with whom there is a block', async () => {
    const [reader, author, blocked] = [await apiPerson(house), await apiPerson(house), await apiPerson(house)]
    await reader.post(`/@${author.username}/follow`).expect(204)
    const [one, other] = [await share(author), await share(author)]
    const say = (who: Client, code: string, text: string) =>
      who.post(`/p/${code}/comments`).type('form').send({ text }).expect(201)
    const { body: first } = await say(author, one, 'said first')
    await say(reader, one, `said second #there @${author.username}`)
    await say(author, one, 'said third')
    await say(author, other, 'said elsewhere')
    await say(blocked, other, 'said by somebody else')
    await reader.post(`/p/${one}/comments`).type('form').send({ text: 'a reply', parent: first.id }).expect(201)
    await reader.post(`/@${blocked.username}/block`).expect(204)
    const page = await home(reader)
    const said = [...page.matchAll(/<span dir="auto">(.*?)<\/span>/g)].map(([, text]) => text)
    expect(said).toEqual([
      'said elsewhere',
      expect.stringMatching(/^said second <a href="\/tags\/there"[^>]*>#there<\/a> <a href="\/@\w+"/),
      'said third',
    ])
    expect(page).toContain(`<a href="/p/${one}#comments">All 4 comments</a>`)
  })

  it('has a field for a comment where its author takes any', async () => {
    const author = await apiPerson(house)
    await share(author, { commentsOff: 'on' })
    const code = await share(author)
    const page = await home(author)
    expect([...page.matchAll(/class="add-comment" method="post" action="([^"]+)"/g)].map(([, to]) => to)).toEqual([
      `/p/${code}/comments`,
    ])
  })

  it('tells an open page what is newest, and does not count that as seen', async () => {
    const [reader, author] = [await apiPerson(house), await apiPerson(house)]
    const newest = async () => (await reader.get('/feed/newest').expect(200)).body.id
    expect(await newest()).toBeNull()
    await reader.post(`/@${author.username}/follow`).expect(204)
    const code = await share(author)
    expect(toCode(await newest())).toBe(code)
    const marks = house.db('feed_marks').join('users', 'users.id', 'feed_marks.user_id')
    expect(await marks.where({ username: reader.username })).toEqual([])
    await house.client().get('/feed/newest').expect(401)
  })

  it('has the posts of people one follows and one’s own, newest first, and nobody else’s', async () => {
    const [reader, followed, stranger] = [await apiPerson(house), await apiPerson(house), await apiPerson(house)]
    await reader.post(`/@${followed.username}/follow`).expect(204)
    const first = await share(followed)
    const own = await share(reader)
    await share(stranger)
    const last = await share(followed)
    expect(await homeCodes(reader)).toEqual([last, own, first])

    await reader.post(`/@${followed.username}/unfollow`).expect(204)
    expect(await homeCodes(reader)).toEqual([own])
  })

  it('has no post twice that comes by several ways', async () => {
    const [reader, author] = [await apiPerson(house), await apiPerson(house)]
    await reader.post(`/@${author.username}/follow`).expect(204)
    await reader.post('/tags/severalways/follow').expect(204)
    const code = await share(author, { caption: `@${reader.username} #severalways` })
    expect(await homeCodes(reader)).toEqual([code])
  })

  it('has posts of a private account once it has let one in, and not before', async () => {
    const [reader, author] = [await apiPerson(house), await apiPerson(house)]
    await author.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
    const code = await share(author)
    await reader.post(`/@${author.username}/follow`).expect(204)
    expect(await homeCodes(reader)).toEqual([])
    await author.post(`/follow-requests/${reader.username}`).type('form').send({ answer: 'accept' }).expect(204)
    expect(await homeCodes(reader)).toEqual([code])
  })

  it('has what followers may see, direct posts only for those they mention, and no drafts or deleted ones', async () => {
    const [reader, author] = [await apiPerson(house), await apiPerson(house)]
    await reader.post(`/@${author.username}/follow`).expect(204)
    const unlisted = await share(author, { visibility: 'unlisted' })
    const forFollowers = await share(author, { visibility: 'private' })
    await share(author, { visibility: 'direct', caption: 'for somebody else' })
    const direct = await share(author, { visibility: 'direct', caption: `@${reader.username}` })
    await share(author, { draft: 'yes' })
    const deleted = await share(author)
    await author.post(`/p/${deleted}/delete`).expect(204)
    expect(await homeCodes(reader)).toEqual([direct, forFollowers, unlisted])
  })

  it('has posts that mention one, whoever made them', async () => {
    const [reader, stranger] = [await apiPerson(house), await apiPerson(house)]
    const code = await share(stranger, { caption: `Hello @${reader.username}` })
    expect(await homeCodes(reader)).toEqual([code])
  })

  it('leaves out the muted, in every way that their posts come, until the mute ends', async () => {
    const [reader, author] = [await apiPerson(house), await apiPerson(house)]
    await reader.post(`/@${author.username}/follow`).expect(204)
    await reader.post('/tags/mutedtag/follow').expect(204)
    const code = await share(author, { caption: `@${reader.username} #mutedtag` })
    const ids = { muter: reader.username, muted: author.username }
    await house.db.raw(
      `insert into mutes (muter_id, muted_id, ends_at)
       select muter.id, muted.id, now() + interval '1 hour' from users as muter, users as muted
       where muter.username = :muter and muted.username = :muted`,
      ids,
    )
    expect(await homeCodes(reader)).toEqual([])
    await house.db.raw(
      `update mutes set ends_at = now() - interval '1 second'
       where muter_id = (select id from users where username = :muter)`,
      ids,
    )
    expect(await homeCodes(reader)).toEqual([code])
  })

  it('leaves out those with whom there is a block, whoever made it', async () => {
    const [one, other] = [await apiPerson(house), await apiPerson(house)]
    for (const [reader, author] of [
      [one, other],
      [other, one],
    ] as const) {
      await reader.post(`/@${author.username}/follow`).expect(204)
      await reader.post('/tags/blockedtag/follow').expect(204)
      await share(author, { caption: `@${reader.username} #blockedtag` })
    }
    await house.db.raw(
      `insert into blocks (blocker_id, blocked_id)
       select one.id, other.id from users as one, users as other where one.username = ? and other.username = ?`,
      [one.username, other.username],
    )
    // Each sees their own alone.
    expect(await homeCodes(one)).toHaveLength(1)
    expect(await homeCodes(other)).toHaveLength(1)
  })

  it('has public posts with a hashtag that one follows, and no others with it', async () => {
    const [reader, stranger, closed] = [await apiPerson(house), await apiPerson(house), await apiPerson(house)]
    await closed.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
    await reader.post('/tags/homehikes/follow').expect(204)
    const caption = 'Up there #HomeHikes'
    const code = await share(stranger, { caption })
    await share(stranger, { caption, visibility: 'unlisted' })
    await share(stranger, { caption, visibility: 'private' })
    await share(closed, { caption })
    await share(stranger, { caption: '#homehikers' })
    expect(await homeCodes(reader)).toEqual([code])
    await reader.post('/tags/homehikes/unfollow').expect(204)
    expect(await homeCodes(reader)).toEqual([])
  })

  it('is paged through without gaps and doubles while others post', async () => {
    const [reader, ...authors] = await Promise.all(Array.from({ length: 4 }, () => apiPerson(house)))
    if (!reader) throw new Error('nobody reads')
    for (const author of authors) await reader.post(`/@${author.username}/follow`).expect(204)
    const there: string[] = []
    for (let round = 0; round < 4; round += 1) for (const author of authors) there.unshift(await share(author))
    const seen: string[] = []
    let arrived = 0
    for (let path: string | undefined = '/'; path; ) {
      const [page]: [string, ...unknown[]] = await Promise.all([
        home(reader, path),
        ...authors.map(async (author) => {
          await share(author)
          arrived += 1
        }),
      ])
      seen.push(...codesIn(page))
      path = /rel="next" href="([^"]+)"/.exec(page)?.[1]
    }
    expect(arrived).toBeGreaterThan(3)
    // What arrived while the first page was made may stand on it, above; below there is what was there before.
    const known = seen.filter((code) => there.includes(code))
    expect(known).toEqual(there)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.indexOf(there[0] ?? '')).toBe(seen.length - there.length)
  })

  it('of somebody who follows nobody names people to follow, and the way to explore', async () => {
    const [newcomer, star] = [await apiPerson(house), await apiPerson(house)]
    await share(star)
    await computePopular(house.db, 0)
    const page = await home(newcomer)
    expect(page).toContain('Nothing here yet')
    expect(page).toContain('href="/explore"')
    expect(page).toContain('People to follow')
    expect(page).toContain('/follow"')
  })

  it('of nobody in particular has the newest public posts', async () => {
    const [author, closed] = [await apiPerson(house), await apiPerson(house)]
    await closed.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
    const code = await share(author)
    await share(author, { visibility: 'unlisted' })
    await share(author, { visibility: 'private' })
    await share(closed)
    const deleted = await share(author)
    await author.post(`/p/${deleted}/delete`).expect(204)
    const { text } = await house.browser().get('/').expect(200)
    expect(codesIn(text)[0]).toBe(code)
  })

  it.each(['abc', '-1', '99999999999999999999', '0', '%00'])('takes max_id=%s for no error', async (maxId) => {
    await home(await apiPerson(house), `/?max_id=${maxId}`)
  })
})

describe('“You’re all caught up”', () => {
  const mark = 'all caught up'
  /** Lets the visit be over. */
  const later = (reader: Client) =>
    house.db.raw(
      `update feed_marks set visit_began_at = visit_began_at - interval '31 minutes'
       where user_id = (select id from users where username = ?)`,
      [reader.username],
    )

  async function readerAndAuthor(): Promise<[Client, Client]> {
    const [reader, author] = [await apiPerson(house), await apiPerson(house)]
    await reader.post(`/@${author.username}/follow`).expect(204)
    return [reader, author]
  }

  it('stands between what is new since the last visit and what is not, and stays there at a reload', async () => {
    const [reader, author] = await readerAndAuthor()
    const old = await share(author)
    expect(await home(reader)).not.toContain(mark)
    const fresh = await share(author)
    await later(reader)
    for (let load = 0; load < 3; load += 1) {
      const [above = '', below = ''] = (await home(reader)).split(mark)
      expect([codesIn(above), codesIn(below)]).toEqual([[fresh], [old]])
      expect(below).toContain('Older posts')
    }
    // What comes during the visit is new as well.
    const fresher = await share(author)
    expect(codesIn((await home(reader)).split(mark)[0] ?? '')).toEqual([fresher, fresh])
  })

  it('is not written anew by a look that finds nothing new', async () => {
    const [reader, author] = await readerAndAuthor()
    await share(author)
    const version = async () => {
      await home(reader)
      const { rows } = await house.db.raw<{ rows: { xmin: string }[] }>(
        'select feed_marks.xmin from feed_marks join users on users.id = user_id where username = ?',
        [reader.username],
      )
      return rows[0]?.xmin
    }
    const first = await version()
    expect(first).toBeDefined()
    expect(await version()).toBe(first)
    await later(reader)
    const next = await version()
    expect(await version()).toBe(next)
    await share(author)
    expect(await version()).not.toBe(next)
  })

  it('stands at the top when there is nothing new', async () => {
    const [reader, author] = await readerAndAuthor()
    const old = await share(author)
    await home(reader)
    await later(reader)
    const [above = '', below = ''] = (await home(reader)).split(mark)
    expect([codesIn(above), codesIn(below)]).toEqual([[], [old]])
  })

  it('stands on the page that it falls on, once', async () => {
    const [reader, author] = await readerAndAuthor()
    const old: string[] = []
    for (let turn = 0; turn < 3; turn += 1) old.unshift(await share(author))
    await home(reader)
    await later(reader)
    // As many as stand on the first page: the mark opens the second.
    for (let turn = 0; turn < 10; turn += 1) await share(author)
    const pages: string[] = []
    for (let path: string | undefined = '/'; path; ) {
      const page = await home(reader, path)
      pages.push(page)
      path = /rel="next" href="([^"]+)"/.exec(page)?.[1]
    }
    expect(pages.map((page) => page.split(mark).length - 1)).toEqual([0, 1])
    expect(codesIn(pages[1]?.split(mark)[0] ?? 'none')).toEqual([])
    expect(codesIn(pages[1]?.split(mark)[1] ?? '')).toEqual(old)
  })

  it('is each person’s own, and two looks at once agree', async () => {
    const [reader, author] = await readerAndAuthor()
    await share(author)
    await home(reader)
    await share(author)
    await later(reader)
    const pages = await Promise.all(Array.from({ length: 4 }, () => home(reader)))
    for (const page of pages) expect(codesIn(page.split(mark)[0] ?? '')).toHaveLength(1)
    expect(await home(author)).not.toContain(mark)
  })
})
