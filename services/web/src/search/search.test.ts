import { createRequire } from 'node:module'
import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'
import { rows, sql } from '../db/sql.ts'

const naughtyStrings: string[] = createRequire(import.meta.url)('big-list-of-naughty-strings')

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

type Client = Awaited<ReturnType<typeof apiPerson>>
type Visitor = ReturnType<House['client']>

async function share(
  author: Client,
  fields: Record<string, string>,
): Promise<{ id: string; code: string; url: string }> {
  let form = author.post('/upload').attach('file', await newPicture(), 'a.jpg')
  for (const [name, value] of Object.entries(fields)) form = form.field(name, value)
  return (await form.expect(201)).body
}

interface Found {
  people: { username: string; isFollowed: boolean; isFollower: boolean; followerCount: number }[]
  hashtags: { tag: string; postCount: number }[]
  posts: { code: string }[]
  nextMaxId: string | null
  nextAfter: string | null
  didYouMean: string | null
}

async function search(visitor: Visitor, q: string, more: Record<string, string> = {}): Promise<Found> {
  return (
    await visitor
      .get('/search')
      .query({ q, ...more })
      .expect(200)
  ).body
}
const names = async (visitor: Visitor, q: string) => (await search(visitor, q)).people.map(({ username }) => username)
const tags = async (visitor: Visitor, q: string) => (await search(visitor, q)).hashtags.map(({ tag }) => tag)
const codes = async (visitor: Visitor, q: string) => (await search(visitor, q)).posts.map(({ code }) => code)

/** Straight into the database, where how a name came to be is not what is tested. */
const rename = (username: string, displayName: string) =>
  rows(house.db, sql`update users set display_name = ${displayName} where username = ${username}`)

describe('looking for people', () => {
  it('finds them by the beginning of the username, of its parts, and of the words of the name', async () => {
    await apiPerson(house, 'greta.lindqvist_7')
    await rename('greta.lindqvist_7', 'Zoë Ångström-O’Hara')
    const nobody = house.client()
    for (const q of [
      'gre',
      'greta.lind',
      'LINDQ',
      'gretalindq',
      '@greta',
      'zoe',
      'Zoë',
      'angstrom',
      'ÅNG',
      "o'hara",
      'hara zo',
    ])
      expect([q, await names(nobody, q)]).toEqual([q, ['greta.lindqvist_7']])
    for (const q of ['eta', 'greta smith', 'zoe smith', 'gstrom']) expect([q, await names(nobody, q)]).toEqual([q, []])
  })

  it('forgives one slip of the finger', async () => {
    await apiPerson(house, 'john')
    for (const q of ['john', 'jonh', 'jhon', 'johhn', 'johm', 'JONH'])
      expect([q, await names(house.client(), q)]).toEqual([q, ['john']])
    expect(await names(house.client(), 'jnoh x')).toEqual([])
    expect(await names(house.client(), 'hjno')).toEqual([])
  })

  it('finds names in every script, accents and vowel signs or not', async () => {
    const people = {
      cyrillic: 'Алёна Ёлкина',
      japanese: '山田太郎',
      arabic: 'مُحَمَّد علي',
      thai: 'สมชาย ใจดี',
      korean: '김민준',
    }
    for (const [username, name] of Object.entries(people)) {
      await apiPerson(house, username)
      await rename(username, name)
    }
    const found: Record<string, string[]> = {
      cyrillic: ['Алёна', 'алена', 'ЕЛК', 'Алнеа'],
      japanese: ['山田', '太郎', '山', '郎', '山田太郎'],
      arabic: ['محمد', 'مُحَمَّد', 'علي'],
      thai: ['สมชาย', 'ชาย'],
      korean: ['김민준', '민준', '김'],
    }
    for (const [username, queries] of Object.entries(found))
      for (const q of queries) expect([q, await names(house.client(), q)]).toEqual([q, [username]])
  })

  it('shows whom one follows first, then followers, then the best known', async () => {
    const [viewer, followed, follower, star] = await Promise.all(
      ['viewer_x', 'quentin_d', 'quentin_c', 'quentin_b', 'quentin_a'].map((name) => apiPerson(house, name)),
    )
    await viewer?.post(`/@${followed?.username}/follow`).expect(204)
    await follower?.post('/@viewer_x/follow').expect(204)
    for (let at = 0; at < 3; at++) await (await apiPerson(house)).post(`/@${star?.username}/follow`).expect(204)
    const found = await search(viewer as Client, 'quentin')
    expect(found.people).toMatchObject([
      { username: 'quentin_d', isFollowed: true },
      { username: 'quentin_c', isFollower: true },
      { username: 'quentin_b', followerCount: 3 },
      { username: 'quentin_a' },
    ])
    for (const q of ['q', 'qu', 'que', 'quentin'])
      expect([q, (await names(house.client(), q))[0]]).toEqual([q, 'quentin_b'])
  })

  it('keeps up with a name that changes, and with an account that goes', async () => {
    await apiPerson(house, 'henrietta')
    await rename('henrietta', 'Wilhelmina')
    expect(await names(house.client(), 'wilhel')).toEqual(['henrietta'])
    await rename('henrietta', 'Brunhilde')
    expect(await names(house.client(), 'wilhel')).toEqual([])
    expect(await names(house.client(), 'brunh')).toEqual(['henrietta'])
    await rows(house.db, sql`delete from users where username = 'henrietta'`)
    expect(await names(house.client(), 'henrietta')).toEqual([])
  })

  it('leaves out who is suspended, and on both sides who has blocked the other', async () => {
    const [one, other] = [await apiPerson(house, 'ulrike'), await apiPerson(house, 'xaver')]
    await rows(
      house.db,
      sql`insert into blocks (blocker_id, blocked_id)
        select one.id, other.id from users as one, users as other where one.username = 'ulrike' and other.username = 'xaver'`,
    )
    expect(await names(one, 'xaver')).toEqual([])
    expect(await names(other, 'ulrike')).toEqual([])
    expect(await names(house.client(), 'xaver')).toEqual(['xaver'])
    await rows(house.db, sql`update users set suspended_at = now() where username = 'xaver'`)
    expect(await names(house.client(), 'xaver')).toEqual([])
  })
})

describe('page by page', () => {
  async function walk<Item>(visitor: Visitor, q: string, kind: 'people' | 'hashtags', pick: (found: Found) => Item[]) {
    const pages: Item[][] = []
    let after: string | null = null
    do {
      const found: Found = await search(visitor, q, { kind, ...(after && { after }) })
      pages.push(pick(found))
      after = found.nextAfter
    } while (after)
    return pages
  }
  /** The way to the next page, as a browser follows it. */
  const nextOf = (html: string, label: string) =>
    new RegExp(`rel="next" href="([^"]+)">${label}<`).exec(html)?.[1]?.replaceAll('&amp;', '&') ?? ''

  it('gives everybody once: whom one follows, followers, the best known, and those who are one slip away', async () => {
    const viewer = await apiPerson(house)
    await rows(
      house.db,
      sql`
        insert into users (username, display_name, password_hash, follower_count)
        select case when nth > 120 then 'slipped' else 'paged' end || nth, case when nth > 120 then 'Pagde' else '' end,
          'none', nth * 37 % 41
        from generate_series(1, 130) as nth`,
    )
    await rows(
      house.db,
      sql`
        insert into follows (follower_id, followee_id, accepted_at)
        select me.id, other.id, now() from users as me, users as other
        where me.username = ${viewer.username} and other.username in ('paged7', 'paged120')
        union all select other.id, me.id, now() from users as me, users as other
        where me.username = ${viewer.username} and other.username in ('paged9', 'paged120', 'paged31')`,
    )
    await rows(house.db, sql`update users set suspended_at = now() where username in ('paged50', 'paged51')`)
    const pages = await walk(viewer, 'paged', 'people', (found) => found.people)
    expect(pages.map((page) => page.length)).toEqual([50, 50, 28])
    const everybody = pages.flat()
    expect(new Set(everybody.map(({ username }) => username)).size).toBe(128)
    expect(everybody.slice(0, 4).map(({ username }) => username)).toEqual(
      expect.arrayContaining(['paged7', 'paged120', 'paged9', 'paged31']),
    )
    expect(everybody.slice(0, 2).every(({ isFollowed }) => isFollowed)).toBe(true)
    expect(everybody.slice(118).every(({ username }) => username.startsWith('slipped'))).toBe(true)
    // How often their followers have doubled.
    const renown = everybody.slice(4, 118).map(({ followerCount }) => Math.floor(Math.log2(followerCount + 1)))
    expect(renown).toEqual(renown.toSorted((one, other) => other - one))

    // Of one letter, whose index is another, everybody once as well.
    const byLetter = (await walk(house.client(), 'p', 'people', (found) => found.people)).flat()
    const named = new Set(byLetter.map(({ username }) => username))
    expect(named.size).toBe(byLetter.length)
    expect([...named].filter((username) => /^(paged|slipped)\d+$/.test(username)).length).toBe(128)
  })

  it('goes on where it was, whatever happens to who stood last', async () => {
    await rows(
      house.db,
      sql`
        insert into users (username, display_name, password_hash)
        select 'moving' || lpad(nth::text, 3, '0'), '', 'none' from generate_series(1, 60) as nth`,
    )
    const first = await search(house.client(), 'moving', { kind: 'people' })
    const last = first.people.at(-1)?.username ?? ''
    await rows(house.db, sql`update users set follower_count = 1000 where username = ${last}`)
    const second = await search(house.client(), 'moving', { kind: 'people', after: first.nextAfter ?? '' })
    expect([...first.people, ...second.people].length).toBe(60)
    expect(new Set([...first.people, ...second.people].map(({ username }) => username)).size).toBe(60)
  })

  it('gives every hashtag once: as it is written, those that begin so, and those that are one slip away', async () => {
    await rows(
      house.db,
      sql`
        insert into hashtags (tag, post_count)
        select 'pages' || nth, nth % 7 + 1 from generate_series(1, 110) as nth
        union all values ('pages', 1), ('pagse', 900), ('unused_pages', 1), ('pagesnone', 0)`,
    )
    const pages = await walk(house.client(), 'pages', 'hashtags', (found) => found.hashtags)
    expect(pages.map((page) => page.length)).toEqual([50, 50, 12])
    const all = pages.flat()
    expect(new Set(all.map(({ tag }) => tag)).size).toBe(112)
    expect([all[0]?.tag, all.at(-1)?.tag]).toEqual(['pages', 'pagse'])
    const counts = all.slice(1, -1).map(({ postCount }) => postCount)
    expect(counts).toEqual(counts.toSorted((one, other) => other - one))
  })

  it('has ways on, from the best few as well', async () => {
    await rows(
      house.db,
      sql`
        insert into users (username, display_name, password_hash)
        select 'wayson' || nth, '', 'none' from generate_series(1, 51) as nth`,
    )
    await rows(
      house.db,
      sql`insert into hashtags (tag, post_count) select 'wayson' || nth, 1 from generate_series(1, 51) as nth`,
    )
    const browser = house.browser()
    const few = await browser.get('/search').query({ q: 'wayson' }).expect(200)
    expect(nextOf(few.text, 'More people')).toBe('/search?q=wayson&kind=people')
    expect(nextOf(few.text, 'More hashtags')).toBe('/search?q=wayson&kind=hashtags')
    for (const [kind, label] of [
      ['people', 'More people'],
      ['hashtags', 'More hashtags'],
    ] as const) {
      const first = await browser.get(`/search?q=wayson&kind=${kind}`).expect(200)
      const second = await browser.get(nextOf(first.text, label)).expect(200)
      expect(second.text.match(/<li>/g)?.length).toBe(1)
      expect(nextOf(second.text, label)).toBe('')
    }
    const one = await browser.get('/search').query({ q: 'wayson51' }).expect(200)
    expect([nextOf(one.text, 'More people'), nextOf(one.text, 'More hashtags')]).toEqual(['', ''])
  })
})

describe('looking for hashtags', () => {
  it('finds them by their beginning, accents or not, the one that is written so first, then the most used', async () => {
    const author = await apiPerson(house)
    for (const caption of ['#cafecito #café #cafés', '#cafecito', '#cafecito #cafés', '#CAFÉCITO'])
      await share(author, { caption })
    await house.idle()
    const { hashtags } = await search(house.client(), '#Cafe')
    expect(hashtags.map(({ tag, postCount }) => [tag, postCount])).toEqual([
      ['café', 1],
      ['cafecito', 3],
      ['cafés', 2],
      ['cafécito', 1],
    ])
    expect(await tags(house.client(), 'cafecti')).toEqual([])
    expect(await tags(house.client(), 'cafeicto')).toEqual(['cafecito', 'cafécito'])
    expect(await tags(house.client(), 'CAFE CITO')).toEqual(['cafecito', 'cafécito'])
  })

  it('counts only posts that everybody may find, whatever happens to them', async () => {
    const author = await apiPerson(house)
    const count = async () => (await search(house.client(), 'listedtag')).hashtags[0]?.postCount ?? 0
    const post = await share(author, { caption: '#listedtag' })
    for (const visibility of ['unlisted', 'private', 'direct'])
      await share(author, { caption: '#listedtag', visibility })
    await share(author, { caption: '#listedtag', draft: 'yes' })
    expect(await count()).toBe(1)
    const edit = (fields: Record<string, string>) =>
      author.post(`${post.url}/edit`).type('form').send(fields).expect(200)
    await edit({ visibility: 'unlisted' })
    expect(await count()).toBe(0)
    await edit({ visibility: 'public' })
    expect(await count()).toBe(1)
    await edit({ caption: 'without' })
    expect(await count()).toBe(0)
    await edit({ caption: '#listedtag again, and #listedtag' })
    expect(await count()).toBe(1)
    await author.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
    expect(await count()).toBe(0)
    await author.post('/settings').type('form').send({ whole: 'yes' }).expect(200)
    expect(await count()).toBe(1)
    await rows(house.db, sql`update users set suspended_at = now() where username = ${author.username}`)
    expect(await count()).toBe(0)
    await rows(house.db, sql`update users set suspended_at = null where username = ${author.username}`)
    expect(await count()).toBe(1)
    await author.post(`${post.url}/delete`).expect(204)
    expect(await count()).toBe(0)
  })

  it('forgets those of an account that is deleted', async () => {
    const author = await apiPerson(house)
    await share(author, { caption: '#goneaway' })
    expect(await tags(house.client(), 'goneaway')).toEqual(['goneaway'])
    await rows(house.db, sql`delete from users where username = ${author.username}`)
    expect(await tags(house.client(), 'goneaway')).toEqual([])
  })

  it('counts right, and nobody waits in a circle, when many change the same ones at once', async () => {
    const authors = [await apiPerson(house), await apiPerson(house)]
    const posts = await Promise.all(
      authors.flatMap((author) =>
        [0, 1].map(async () => ({ ...(await share(author, { caption: '#circlea' })), author })),
      ),
    )
    for (let round = 0; round < 4; round++) {
      const edits = posts.flatMap(({ author, url }, at) =>
        ['#circlea #circleb', '#circleb', '#circlea'].map((caption) =>
          author
            .post(`${url}/edit`)
            .type('form')
            .send({ caption: at % 2 ? caption : `${caption} #circlec` }),
        ),
      )
      const flips = authors.flatMap((author) =>
        ['on', ''].map((isPrivate) => author.post('/settings').type('form').send({ isPrivate })),
      )
      for (const { status, body } of await Promise.all([...edits, ...flips]))
        expect([status, body.error]).toEqual([200, undefined])
    }
    await house.idle()
    const counted = await rows<{ tag: string; post_count: number }>(
      house.db,
      sql`select tag, post_count from hashtags where tag like 'circle_' and post_count <> 0 order by tag`,
    )
    const listed = await rows(
      house.db,
      sql`
        select tag, count(*)::int as post_count from post_hashtags
          join posts on posts.id = post_hashtags.post_id join users on users.id = posts.author_id
        where tag like 'circle_' and published_at is not null and deleted_at is null and visibility = 'public' and not is_private
        group by tag order by tag`,
    )
    expect(counted).toEqual(listed)
    expect(await rows(house.db, sql`select tags from hashtag_changes`)).toEqual([])
  })
})

describe('looking for posts', () => {
  it('finds them by the words of the caption, the place and the descriptions, newest first', async () => {
    const author = await apiPerson(house)
    const first = await share(author, { caption: 'Wandering through Lisbon', place: 'Alfama' })
    const second = await share(author, { caption: 'Lisbon once more. #lisbon' })
    expect(await codes(house.client(), 'lisbon')).toEqual([second.code, first.code])
    expect(await codes(house.client(), 'alfama LISBON')).toEqual([first.code])
    expect(await codes(house.client(), 'lisbon -alfama')).toEqual([second.code])
    expect(await codes(house.client(), 'lisbon tramway')).toEqual([])
    const { body } = await author.get(first.url).expect(200)
    await author
      .post(`${first.url}/edit`)
      .type('form')
      .send({ [`alt-${body.photos[0].id}`]: 'A yellow tramway' })
      .expect(200)
    expect(await codes(house.client(), 'lisbon tramway')).toEqual([first.code])
    await author
      .post(`${first.url}/edit`)
      .type('form')
      .send({ [`alt-${body.photos[0].id}`]: 'A blue bus', caption: 'In Porto' })
      .expect(200)
    expect(await codes(house.client(), 'tramway')).toEqual([])
    expect(await codes(house.client(), 'lisbon')).toEqual([second.code])
    expect(await codes(house.client(), 'porto alfama bus')).toEqual([first.code])
  })

  it('knows the forms of a word in several languages, and takes what is in quotes as it stands', async () => {
    const author = await apiPerson(house)
    const pairs: [string, string][] = [
      ['hiking', 'hikes'],
      ['Bergwanderungen', 'bergwanderung'],
      ['montañas nevadas', 'montaña nevada'],
      ['châteaux royaux', 'château'],
      ['горами', 'горы'],
      ['Straßenmusiker', 'STRASSENMUSIKER'],
      ['Crème brûlée', 'creme brulee'],
    ]
    for (const [caption, q] of pairs) {
      const { code } = await share(author, { caption })
      expect([q, await codes(house.client(), q)]).toEqual([q, [code]])
    }
    expect(await codes(house.client(), '"hikes"')).toEqual([])
    const { code } = await share(author, { caption: 'a blackbird sings every dawn' })
    expect(await codes(house.client(), '"blackbird sings"')).toEqual([code])
    expect(await codes(house.client(), '"sings blackbird"')).toEqual([])
    expect(await codes(house.client(), '"blackbird sing"')).toEqual([])
    expect(await codes(house.client(), 'dawn blackbirds')).toEqual([code])
  })

  it('finds what is written without spaces, and drawings', async () => {
    const author = await apiPerson(house)
    const found: Record<string, { is: string[]; isNot: string[] }> = {
      '東京タワーの夜景、白猫': {
        is: ['東京', 'タワー', '夜景', '猫', '東京タワー', '白猫'],
        isNot: ['京都', 'ワータ', '犬'],
      },
      สวัสดีชาวโลก: { is: ['สวัสดี', 'โลก'], isNot: ['ขอบคุณ'] },
      서울에서: { is: ['서울', '서'], isNot: ['부산'] },
      'مُحَمَّد في القاهرة': { is: ['محمد', 'القاهرة'], isNot: ['بيروت'] },
      'नमस्ते दुनिया': { is: ['नमस्ते', 'दुनिया'], isNot: ['भारत'] },
      'Nap time 🐈‍⬛🦩': { is: ['🦩', '🐈‍⬛', 'nap 🦩'], isNot: ['🐕'] },
    }
    for (const [caption, { is, isNot }] of Object.entries(found)) {
      const { code } = await share(author, { caption })
      for (const q of is) expect([q, await codes(house.client(), q)]).toEqual([q, [code]])
      for (const q of isNot) expect([q, await codes(house.client(), q)]).toEqual([q, []])
    }
  })

  it('asks whether something else was meant, if that would find something that one may see', async () => {
    const author = await apiPerson(house)
    await share(author, { caption: 'Photographers meet flamingos' })
    await share(author, { caption: 'A secretaryship', visibility: 'direct' })
    expect((await search(house.client(), 'flamignos')).didYouMean).toBe('flamingos')
    expect((await search(house.client(), 'photographers flaming0s meet')).didYouMean).toBe(
      'photographers flamingos meet',
    )
    expect((await search(house.client(), 'flamingos')).didYouMean).toBeNull()
    expect((await search(house.client(), 'secretaryshop')).didYouMean).toBeNull()
    expect((await search(author, 'secretaryshop')).didYouMean).toBe('secretaryship')
    const page = await house.browser().get('/search').query({ q: 'flamignos' }).expect(200)
    expect(page.text).toContain('Did you mean <a href="/search?q=flamingos">flamingos</a>?')
  })

  it('goes back page by page, each post once, however far apart they are', async () => {
    const author = await apiPerson(house)
    const shared = []
    for (let at = 0; at < 30; at++) shared.push((await share(author, { caption: 'paginated' })).code)
    // As if they had been shared over years: what an old id was is nothing to a reader.
    // The worker may have found them popular by now, and a post that is scored keeps its id.
    await rows(
      house.db,
      sql`
        with forgotten as (
          delete from post_scores using posts where posts.id = post_scores.post_id and posts.caption = 'paginated'
        )
        update posts set id = id - id / 40 * nth from (
          select id as was, row_number() over (order by id desc) as nth from posts where caption = 'paginated'
        ) as ordered where posts.id = ordered.was and nth > 5`,
    )
    const expected = await rows<{ id: string }>(
      house.db,
      sql`select id from posts where caption = 'paginated' order by id desc`,
    )
    const seen: string[] = []
    let maxId: string | null = null
    do {
      const found: Found = await search(house.client(), 'paginated', { kind: 'posts', ...(maxId && { max_id: maxId }) })
      seen.push(...found.posts.map((post) => (post as unknown as { id: string }).id))
      maxId = found.nextMaxId
    } while (maxId)
    expect(seen).toEqual(expected.map(({ id }) => id))
    expect(seen.length).toBe(30)

    const page = await house.browser().get('/search').query({ q: 'paginated', kind: 'posts' }).expect(200)
    const next = /rel="next" href="([^"]+)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect(next).toBe(`/search?q=paginated&kind=posts&max_id=${seen[23]}`)
    expect((await house.browser().get(next).expect(200)).text.match(/<li>/g)?.length).toBe(6)
  })
})

describe('who finds which post', () => {
  const viewers: Record<string, Visitor> = {}
  let author: Client
  beforeAll(async () => {
    author = await apiPerson(house, 'matrix_author')
    viewers.nobody = house.client()
    for (const name of ['stranger', 'follower', 'requested', 'mentioned', 'blocked'])
      viewers[name] = await apiPerson(house, `matrix_${name}`)
    viewers.author = author
    await viewers.follower?.post('/@matrix_author/follow').expect(204)
    await rows(
      house.db,
      sql`insert into blocks (blocker_id, blocked_id)
        select one.id, other.id from users as one, users as other
        where one.username = 'matrix_author' and other.username = 'matrix_blocked'`,
    )
  })

  const find = async (q: string) => {
    const found: string[] = []
    for (const [name, visitor] of Object.entries(viewers)) if ((await codes(visitor, q)).length) found.push(name)
    return found.sort()
  }
  const everybody = ['author', 'follower', 'mentioned', 'nobody', 'requested', 'stranger']

  it.each([
    ['public', everybody],
    ['unlisted', ['author']],
    ['private', ['author', 'follower', 'mentioned']],
    ['direct', ['author']],
    ['draft', []],
  ])('one that is %s', async (kind, expected) => {
    await share(author, {
      caption: `matrixword${kind} for @matrix_mentioned`,
      ...(kind === 'draft' ? { draft: 'yes' } : { visibility: kind }),
    })
    expect(await find(`matrixword${kind}`)).toEqual(expected)
  })

  it('changes at once with the account: private, suspended, and back', async () => {
    await share(author, { caption: 'matrixwordaccount for @matrix_mentioned' })
    await author.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
    await viewers.requested?.post('/@matrix_author/follow').expect(204)
    expect(await find('matrixwordaccount')).toEqual(['author', 'follower', 'mentioned'])
    await author.post('/settings').type('form').send({ whole: 'yes' }).expect(200)
    expect(await find('matrixwordaccount')).toEqual(everybody)
    await rows(house.db, sql`update users set suspended_at = now() where username = 'matrix_author'`)
    // Its author is signed out, and nobody as well.
    for (const visitor of Object.values(viewers)) expect(await codes(visitor, 'matrixwordaccount')).toEqual([])
    await rows(house.db, sql`update users set suspended_at = null where username = 'matrix_author'`)
  })

  it('changes at once with the post: for fewer people, deleted', async () => {
    const post = await share(author, { caption: 'matrixwordchanging' })
    expect(await find('matrixwordchanging')).toEqual(everybody)
    await author.post(`${post.url}/edit`).type('form').send({ visibility: 'private' }).expect(200)
    // The account was public meanwhile, which let in everybody who had asked.
    expect(await find('matrixwordchanging')).toEqual(['author', 'follower', 'requested'])
    await author.post(`${post.url}/delete`).expect(204)
    expect(await find('matrixwordchanging')).toEqual([])
  })

  it('and a draft is found as soon as it is shared', async () => {
    const draft = await share(author, { caption: 'matrixworddrafted', draft: 'yes' })
    expect(await find('matrixworddrafted')).toEqual([])
    await author.post(`${draft.url}/edit`).type('form').send({ share: 'yes' }).expect(200)
    expect(await find('matrixworddrafted')).toEqual(everybody)
  })
})

describe('whatever is typed', () => {
  it('is answered, and nothing breaks', async () => {
    const visitor = await person(house)
    const own = [
      '%',
      '_',
      '\\',
      "'",
      '"',
      '""',
      '" "',
      '-',
      '--',
      '-a',
      '!',
      '&',
      '|',
      '<->',
      ':*',
      'a:*',
      'a & !',
      '(',
      ')',
      '*',
      '\0',
      'a\0b',
      '\ud800',
      'a\udc00',
      '%00',
      '?',
      '??',
      '\\?',
      '$1',
      '#',
      '@',
      '##a',
      '@@a',
      '\u202e',
      '\u200d',
      '﷽'.repeat(30),
      'é'.repeat(200),
      '👩‍👩‍👧‍👦'.repeat(30),
      'a'.repeat(10_000),
      'a '.repeat(500),
      '"a" '.repeat(50),
      '東'.repeat(300),
      '-"',
      'ß',
      'İ',
      '½',
      '٣',
    ]
    const answer = async (visitor: Visitor, path: string, q: string) => {
      const { status } = await visitor.get(`${path}?${new URLSearchParams({ q })}`)
      expect([path, q, status]).toEqual([path, q, 200])
    }
    const all = [...own, ...naughtyStrings]
    while (all.length) await Promise.all(all.splice(0, 10).map((q) => answer(visitor, '/search', q)))
    while (own.length) await Promise.all(own.splice(0, 10).map((q) => answer(house.client(), '/search/suggest', q)))
  }, 240_000)

  it.each([
    '/search',
    '/search?q=',
    '/search?q=%20%00',
    '/search?kind=people',
    '/search?q=a&q=b',
    '/search?q[]=a',
    '/search?q=%FF%C0',
    '/search?q=a&kind=cats',
    '/search?q=a&kind=posts&max_id=abc',
    '/search?q=a&kind=posts&max_id=0',
    '/search?q=a&kind=posts&max_id=9223372036854775807',
    '/search?q=a&kind=posts&max_id=99999999999999999999',
    '/search?q=a&kind=people&after=1-0-99-9223372036854775807',
    '/search?q=a&kind=people&after=1-0-0-9223372036854775808',
    '/search?q=a&kind=people&after=0-2-0-0',
    '/search?q=a&kind=people&after=a&after=b',
    '/search?q=a&kind=hashtags&after=1-999999999-%00',
    '/search?q=a&kind=hashtags&after=2-0-%F0%9F%90%88',
    '/search?q=a&kind=hashtags&after=0-0-',
  ])('%s is a page', async (path) => {
    const page = await house.browser().get(path).expect(200)
    expect(page.text).toContain('<h1>Search</h1>')
  })

  it('stands in the field and in the tabs again, as text', async () => {
    const page = await house
      .browser()
      .get('/search')
      .query({ q: '"><script>alert(1)</script>', kind: 'posts' })
      .expect(200)
    expect(page.text).not.toContain('<script>alert')
    expect(page.text).toContain('value="&quot;>&lt;script')
    expect(page.text).toContain('aria-current="page">Photos</a>')
  })
})

describe('while somebody types', () => {
  it('offers people and hashtags, at most eight, and only ones or the others behind @ and #', async () => {
    const author = await apiPerson(house)
    await Promise.all(Array.from({ length: 9 }, (_, at) => apiPerson(house, `typing${at}`)))
    await share(author, { caption: '#typinga #typingb #typingc #typingd' })
    const suggest = async (q: string) => (await house.client().get('/search/suggest').query({ q }).expect(200)).body
    const kindsOf = (found: { username?: string; tag?: string }[]) => found.map(({ tag }) => (tag ? '#' : '@')).join('')
    expect(kindsOf(await suggest('typi'))).toBe('@@@@@###')
    expect(kindsOf(await suggest('@typi'))).toBe('@@@@@@@@')
    expect(kindsOf(await suggest('#typi'))).toBe('####')
    expect(await suggest('')).toEqual([])
    expect((await suggest('#typingb'))[0]).toEqual({ tag: 'typingb', postCount: 1, url: '/tags/typingb' })
    expect((await suggest('typing3'))[0]).toMatchObject({ username: 'typing3', url: '/@typing3' })
  })

  it('offers those whom one knows first, though others are better known', async () => {
    const [viewer, followed, follower, stranger, star] = await Promise.all(
      ['acquainted', 'knowing_e', 'knowing_d', 'knowing_c', 'knowing_b'].map((name) => apiPerson(house, name)),
    )
    await rows(
      house.db,
      sql`insert into users (username, display_name, password_hash, follower_count)
        select 'knowing_z' || nth, '', 'none', 1000 from generate_series(1, 20) as nth`,
    )
    await viewer?.post(`/@${followed?.username}/follow`).expect(204)
    await follower?.post('/@acquainted/follow').expect(204)
    await stranger?.post(`/@${star?.username}/follow`).expect(204)
    const names = async (visitor: Visitor) =>
      (await visitor.get('/search/suggest').query({ q: '@knowing' }).expect(200)).body.map(
        ({ username }: { username: string }) => username,
      )
    expect((await names(viewer as Client)).slice(0, 3)).toEqual(['knowing_e', 'knowing_d', 'knowing_z1'])
    expect((await names(house.client()))[0]).toBe('knowing_z1')
  })

  it('offers nobody who is suspended, waits for an admin, is about to go, or has a block with the viewer', async () => {
    const [viewer] = await Promise.all(
      ['offered_to', 'offers_a', 'offers_b', 'offers_c', 'offers_d', 'offers_e', 'offers_f'].map((name) =>
        apiPerson(house, name),
      ),
    )
    await rows(house.db, sql`update users set suspended_at = now() where username = 'offers_a'`)
    await rows(house.db, sql`update users set approved_at = null where username = 'offers_b'`)
    await rows(house.db, sql`update users set leaves_at = now() + interval '1 day' where username = 'offers_c'`)
    await rows(
      house.db,
      sql`insert into blocks (blocker_id, blocked_id)
        select one.id, other.id from users as one, users as other
        where (one.username, other.username) in (('offered_to', 'offers_d'), ('offers_e', 'offered_to'))`,
    )
    const { body } = await (viewer as Client).get('/search/suggest').query({ q: '@offers' }).expect(200)
    expect(body.map(({ username }: { username: string }) => username)).toEqual(['offers_f'])
  })

  it('answers pages with what they show, in the language of whoever types', async () => {
    await apiPerson(house, 'shown_while_typing')
    await rename('shown_while_typing', '<b>Ada</b>')
    const suggest = (q: string, language: string) =>
      house.browser().get('/search/suggest').set('Accept-Language', language).query({ q }).expect(200)
    const { text, headers } = await suggest('@shown_while', 'de')
    expect(text).toContain('data-told="1 Vorschlag"')
    expect(text).toContain('data-leads-to="/@shown_while_typing" data-written="@shown_while_typing"')
    expect(text).toContain('&lt;b>Ada&lt;/b>')
    expect(headers['cache-control']).toBe('private, no-cache')
    expect((await suggest('@nobody_is_called_so', 'en')).text).toContain('<ul data-told="No suggestions"></ul>')
  })

  it('refuses nobody, however fast they type', async () => {
    const visitor = house.client()
    const typed = Array.from({ length: 100 }, (_, at) => 'somebody who types fast'.slice(0, (at % 23) + 1))
    const answers = await Promise.all(typed.map((q) => visitor.get('/search/suggest').query({ q })))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  })
})
