import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'
import { rows, sql } from '../db/sql.ts'

let house: House
type Client = Awaited<ReturnType<typeof apiPerson>>
let admin: Client
let mod: Client
let otherMod: Client
let alice: Client
let stranger: Client

beforeAll(async () => {
  house = await openHouse()
  admin = await apiPerson(house, 'admin')
  mod = await apiPerson(house, 'marshal')
  otherMod = await apiPerson(house, 'othermod')
  alice = await apiPerson(house, 'alice')
  stranger = await apiPerson(house, 'stranger')
  for (const name of ['marshal', 'othermod']) await rank(admin, name, 'moderator').expect(204)
})
afterAll(() => house.close())

const rank = (by: Client, name: string, to: string) =>
  by.post(`/admin/people/${name}/rank`).type('form').send({ rank: to })
const suspend = (by: Client, name: string, reason = 'Spam') =>
  by.post(`/admin/people/${name}/suspend`).type('form').send({ reason })
const lift = (by: Client, name: string, reason = 'Sorry') =>
  by.post(`/admin/people/${name}/lift`).type('form').send({ reason })
const settle = (by: Client, id: string, action: string, note = '') =>
  by.post(`/admin/reports/${id}`).type('form').send({ action, note })
const asPage = (by: Client, path: string) => by.get(path).set('Accept', 'text/html')

interface Shared {
  id: string
  code: string
  url: string
  media: string
}

async function share(author: Client, fields: Record<string, string> = {}): Promise<Shared> {
  let form = author.post('/upload').attach('file', await newPicture(), 'a.jpg')
  for (const [name, value] of Object.entries(fields)) form = form.field(name, value)
  return (await form.expect(201)).body
}

/** Reports something, and gives the id of the report. */
async function report(by: Client, path: string, fields: Record<string, string> = {}): Promise<string> {
  await by
    .post(`${path}/report`)
    .type('form')
    .send({ reason: 'spam', ...fields })
    .expect(201)
  const [row] = await rows<{ id: string }>(
    house.db,
    sql`
      select reports.id from reports join users on users.id = reports.reporter_id
      where users.username = ${by.username} order by reports.id desc limit 1`,
  )
  return row?.id ?? ''
}

const logOf = (username: string) =>
  rows<{ moderator: string; action: string; thing: string; note: string }>(
    house.db,
    sql`
      select moderators.username as moderator, action, thing, note
      from moderation_log join users as moderators on moderators.id = moderator_id
        join users as people on people.id = person_id
      where people.username = ${username} order by moderation_log.id`,
  )

/** Where the files of a photo lie: one path, of renditions or restricted. */
async function filesOf({ media }: Shared): Promise<string[]> {
  const path = media.replace('/media/', '')
  return (await house.files()).filter((file) => file.endsWith(path)).map((file) => file.split('/')[0] ?? '')
}

describe('what is under /admin', () => {
  it.each(['/admin', '/admin/reports', '/admin/log', '/admin/people', '/admin/people/alice'])(
    '%s is there for moderators and admins, and for nobody else',
    async (path) => {
      for (const [visitor, status] of [
        [admin, 200],
        [mod, 200],
        [stranger, 404],
        [house.client(), 404],
      ] as const)
        await visitor.get(path).set('Accept', 'text/html').expect(status)
    },
  )

  it.each([
    ['/admin/reports/1', { action: 'dismiss' }],
    ['/admin/people/alice/suspend', { reason: 'Because' }],
    ['/admin/people/alice/lift', { reason: 'Because' }],
    ['/admin/people/alice/rank', { rank: 'moderator' }],
  ])('%s does nothing for others', async (path, form) => {
    await stranger.post(path).type('form').send(form).expect(404)
    await house.client().post(path).type('form').send(form).expect(404)
    await alice.get('/settings').expect(200)
    expect(await logOf('alice')).toEqual([])
  })

  it('begins with how the house is, in numbers', async () => {
    const { body } = await mod.get('/admin').expect(200)
    expect(body.people).toBeGreaterThanOrEqual(5)
    expect(body).toMatchObject({ reports: expect.any(Number), jobsWaiting: expect.any(Number), jobsFailed: 0 })
    expect(body.freeBytes).toBeGreaterThan(1_000_000)
    expect((await asPage(mod, '/admin')).text).toContain('Room for photos')
  })

  it('is named in the settings of moderators only', async () => {
    for (const [visitor, isNamed] of [
      [admin, true],
      [mod, true],
      [stranger, false],
    ] as const)
      expect((await asPage(visitor, '/settings')).text.includes('href="/admin"')).toBe(isNamed)
  })
})

describe('the reports', () => {
  it('stand once for each thing, the oldest first, with who says what and why', async () => {
    const author = await apiPerson(house)
    const post = await share(author, { caption: 'Buy <b>pills</b>' })
    const { body: comment } = await author.post(`${post.url}/comments`).type('form').send({ text: 'Cheap' }).expect(201)
    const [one, two] = [await apiPerson(house), await apiPerson(house)]
    await report(one, post.url, { reason: 'spam' })
    await report(one, `/comments/${comment.id}`)
    await report(two, `/@${author.username}`, { reason: 'hate' })
    await report(two, post.url, { reason: 'other', note: 'I know <i>these</i>' })
    const { text } = await asPage(mod, '/admin/reports').expect(200)
    const articles = text.split('<article').slice(1)
    const mine = articles.filter((article) => article.includes(`/admin/people/${author.username}"`))
    expect(mine).toHaveLength(3)
    expect(mine[0]).toContain('2 reports')
    expect(mine[0]).toContain('Buy &lt;b>pills')
    expect(mine[0]).toContain('I know &lt;i>these')
    expect(mine[0]).toContain(`@${one.username}`)
    expect(mine[0]).toContain(`@${two.username}`)
    expect(mine[0]).toContain(post.media.split('/')[3])
    expect(mine[1]).toContain('Cheap')
    expect(mine[2]).toContain('The person')
    for (const id of await openReportsOf(author)) await settle(mod, id, 'dismiss')
  })

  async function openReportsOf(author: Client): Promise<string[]> {
    const found = await rows<{ id: string }>(
      house.db,
      sql`
        select reports.id from reports
          left join posts on posts.id = post_id left join comments on comments.id = comment_id
          join users on users.id = coalesce(person_id, posts.author_id, comments.author_id)
        where users.username = ${author.username} and settled_at is null`,
    )
    return found.map(({ id }) => id)
  }

  it('go on page by page, each once', async () => {
    const reporter = await apiPerson(house)
    const author = await apiPerson(house)
    const { url } = await share(author)
    const ids: string[] = []
    for (let index = 0; index < 23; index += 1) {
      const { body } = await author
        .post(`${url}/comments`)
        .type('form')
        .send({ text: `No. ${index}.` })
        .expect(201)
      ids.push(await report(reporter, `/comments/${body.id}`))
    }
    let path: string | undefined = '/admin/reports'
    const seen: string[] = []
    while (path) {
      const { text }: { text: string } = await asPage(mod, path).expect(200)
      seen.push(...[...text.matchAll(/action="\/admin\/reports\/(\d+)"/g)].map(([, id]) => id ?? ''))
      path = /rel="next" href="([^"]+)"/.exec(text)?.[1]
    }
    expect(seen.filter((id) => ids.includes(id))).toEqual(ids)
    for (const id of ids) await settle(mod, id, 'dismiss').expect(204)
  })

  it('go all at once when one is dismissed, and what was reported stays', async () => {
    const author = await apiPerson(house)
    const post = await share(author)
    const first = await report(stranger, post.url)
    const second = await report(alice, post.url)
    await settle(mod, second, 'dismiss', 'Harmless').expect(204)
    await stranger.get(post.url).expect(200)
    expect(await logOf(author.username)).toEqual([
      { moderator: 'marshal', action: 'dismiss', thing: 'post', note: 'Harmless' },
    ])
    expect((await asPage(mod, '/admin/reports')).text).not.toContain(first)
    await settle(mod, first, 'remove').expect(409)
    expect((await asPage(admin, '/admin/log')).text).toContain('Harmless')
  })

  it('end with a removed post, gone for all and closed as a file', async () => {
    const author = await apiPerson(house)
    const post = await share(author)
    const id = await report(stranger, post.url)
    expect(await filesOf(post)).toEqual(['renditions'])
    await settle(mod, id, 'remove').expect(204)
    for (const visitor of [author, stranger, mod, house.client()]) {
      await visitor.get(post.url).expect(404)
      await visitor.get(post.media).expect(404)
    }
    expect(await filesOf(post)).toEqual(['restricted'])
    expect(await logOf(author.username)).toMatchObject([{ action: 'remove', thing: 'post' }])
  })

  it('end with a removed comment and what answers it', async () => {
    const author = await apiPerson(house)
    const post = await share(alice)
    const { body } = await author.post(`${post.url}/comments`).type('form').send({ text: 'Bad' }).expect(201)
    await alice.post(`${post.url}/comments`).type('form').send({ text: 'Oh', parent: body.id }).expect(201)
    await settle(mod, await report(stranger, `/comments/${body.id}`), 'remove').expect(204)
    expect((await stranger.get(`${post.url}/comments`)).body.comments).toEqual([])
    expect(await logOf(author.username)).toMatchObject([{ action: 'remove', thing: 'comment' }])
  })

  it.each(['post', 'comment', 'person'])('end with a suspended person, for a %s', async (kind) => {
    const author = await apiPerson(house)
    const post = await share(author)
    const { body } = await author.post(`${post.url}/comments`).type('form').send({ text: 'Mine' }).expect(201)
    const path = { post: post.url, comment: `/comments/${body.id}`, person: `/@${author.username}` }[kind] ?? ''
    await settle(mod, await report(stranger, path), 'suspend', 'Enough').expect(204)
    await author.get('/settings').expect(401)
    expect(await filesOf(post)).toEqual(['restricted'])
    expect(await logOf(author.username)).toEqual([
      { moderator: 'marshal', action: 'suspend', thing: kind, note: 'Enough' },
    ])
  })

  it('say of what its author has deleted that it is gone', async () => {
    const author = await apiPerson(house)
    const post = await share(author)
    const id = await report(stranger, post.url)
    await author.post(`${post.url}/delete`).expect(204)
    const { text } = await asPage(mod, '/admin/reports').expect(200)
    const article = text.split('<article').find((part) => part.includes(`/admin/reports/${id}"`)) ?? ''
    expect(article).toContain('It has been deleted since.')
    expect(article).not.toContain('value="remove"')
    await settle(mod, id, 'remove').expect(204)
  })

  it.each([
    [{}, 422],
    [{ action: 'burn' }, 422],
    [{ action: 'dismiss', note: 'x'.repeat(1001) }, 422],
  ])('stay open after %p, and say why', async (form, status) => {
    const author = await apiPerson(house)
    const id = await report(stranger, `/@${author.username}`)
    await mod.post(`/admin/reports/${id}`).type('form').send(form).expect(status)
    const page = await mod.post(`/admin/reports/${id}`).set('Accept', 'text/html').type('form').send(form)
    expect(page.status).toBe(status)
    expect(page.text).toContain(`id="field-note-${id}" name="note" aria-invalid="true"`)
    await settle(mod, id, 'remove').expect(422)
    expect(await logOf(author.username)).toEqual([])
    await settle(mod, id, 'dismiss').expect(204)
  })

  it.each(['1', 'x', '0', '-1', '99999999999999999999'])('are none by the number %s', async (id) => {
    await settle(mod, id, 'dismiss').expect(404)
  })

  it('of an admin end in nothing for a moderator who would suspend them', async () => {
    const id = await report(stranger, '/@admin')
    await settle(mod, id, 'suspend').expect(403)
    expect(await logOf('admin')).toEqual([])
    await admin.get('/settings').expect(200)
    await settle(admin, id, 'suspend').expect(422)
    await settle(mod, id, 'dismiss').expect(204)
  })

  it.each(['dismiss', 'remove', 'suspend'])('are settled once by two moderators who %s at once', async (action) => {
    const author = await apiPerson(house)
    const post = await share(author)
    const [first, second] = [await report(stranger, post.url), await report(alice, post.url)]
    const answers = await Promise.all([
      settle(mod, first, action),
      settle(otherMod, second, action),
      settle(admin, first, action),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409, 409])
    expect(await logOf(author.username)).toMatchObject([{ action, thing: 'post' }])
    const settled = await rows<{ count: number }>(
      house.db,
      sql`select count(distinct settled_by)::int as count from reports where post_id = ${post.id}`,
    )
    expect(settled).toEqual([{ count: 1 }])
  })

  it('are settled once by whoever comes first, again and again, whichever report each of them names', async () => {
    const reporters = await Promise.all(Array.from({ length: 4 }, () => apiPerson(house)))
    for (let round = 0; round < 8; round += 1) {
      const author = await apiPerson(house)
      const ids: string[] = []
      for (const reporter of reporters) ids.push(await report(reporter, `/@${author.username}`))
      const decisions = [mod, otherMod, admin].flatMap((by) => ids.map((id) => settle(by, id, 'dismiss')))
      const statuses = (await Promise.all(decisions)).map(({ status }) => status)
      expect(statuses.sort()).toEqual([204, ...Array.from({ length: decisions.length - 1 }, () => 409)])
      expect(await logOf(author.username)).toHaveLength(1)
    }
  })

  it('lead a browser back to where it was, and say when another was quicker', async () => {
    const browser = await person(house, 'browsingmod')
    await rank(admin, 'browsingmod', 'moderator').expect(204)
    const author = await apiPerson(house)
    const id = await report(stranger, `/@${author.username}`)
    const next = '/admin/reports?after=5'
    const form = { action: 'dismiss', next }
    await browser.post(`/admin/reports/${id}`).type('form').send(form).expect(303).expect('Location', next)
    const late = await browser.post(`/admin/reports/${id}`).type('form').send(form).expect(303)
    expect((await browser.get(late.headers.location ?? '')).text).toContain('has decided about that one already')
  })
})

describe('what moderators see', () => {
  it.each(['private', 'direct'])(
    'of a %s post is nothing, but while it is reported and for a month after',
    async (kind) => {
      const author = await apiPerson(house)
      const friend = await apiPerson(house)
      await friend.post(`/@${author.username}/follow`).expect(204)
      const post = await share(author, { visibility: kind, caption: `Between us @${friend.username}` })
      const seen = async (visitor: Client) => [
        (await visitor.get(post.url)).status,
        (await visitor.get(post.media)).status,
        (await asPage(visitor, '/admin/reports')).text.includes(post.media.split('/')[3] ?? '?'),
      ]
      expect(await seen(mod)).toEqual([404, 404, false])
      const id = await report(friend, post.url)
      expect(await seen(mod)).toEqual([200, 200, true])
      expect(await seen(admin)).toEqual([200, 200, true])
      expect(await seen(stranger)).toEqual([404, 404, false])
      await house.client().get(post.media).expect(404)
      // Among the files it stays where it was.
      expect(await filesOf(post)).toEqual(['restricted'])
      await settle(mod, id, 'dismiss').expect(204)
      expect(await seen(mod)).toEqual([200, 200, false])
      await rows(house.db, sql`update reports set settled_at = now() - interval '31 days' where id = ${id}`)
      expect(await seen(mod)).toEqual([404, 404, false])
    },
  )

  it('is also what somebody shows who has blocked them, or is suspended, as long as it is reported', async () => {
    const author = await apiPerson(house)
    const [post, other] = [await share(author), await share(author)]
    await author.post('/@marshal/block').expect(204)
    await mod.get(post.url).expect(404)
    await report(stranger, post.url)
    await mod.get(post.url).expect(200)
    await mod.get(post.media).expect(200)
    await suspend(admin, author.username).expect(204)
    await mod.get(post.url).expect(200)
    await mod.get(post.media).expect(200)
    await mod.get(other.url).expect(404)
    await mod.get(other.media).expect(404)
    await stranger.get(post.url).expect(404)
  })

  it('is taken from them with their rank', async () => {
    const once = await apiPerson(house)
    const author = await apiPerson(house)
    const friend = await apiPerson(house)
    await friend.post(`/@${author.username}/follow`).expect(204)
    const post = await share(author, { visibility: 'private' })
    await report(friend, post.url)
    await rank(admin, once.username, 'moderator').expect(204)
    await once.get(post.url).expect(200)
    await rank(admin, once.username, 'member').expect(204)
    await once.get(post.url).expect(404)
    await once.get(post.media).expect(404)
    await once.get('/admin').expect(404)
  })

  it('is no draft, and nothing of a report of the person', async () => {
    const author = await apiPerson(house)
    const draft = await share(author, { draft: 'yes' })
    const hidden = await share(author, { visibility: 'private' })
    await report(stranger, `/@${author.username}`)
    await rows(house.db, sql`insert into reports (post_id, reason) values (${draft.id}, 'spam')`)
    await mod.get(draft.url).expect(404)
    await mod.get(draft.media).expect(404)
    await mod.get(hidden.url).expect(404)
    await rows(house.db, sql`delete from reports where post_id = ${draft.id}`)
  })
})

describe('suspending somebody', () => {
  it('shuts them out, and takes all that is theirs out of sight; lifting it brings everything back', async () => {
    const author = await apiPerson(house, 'sven')
    const follower = await apiPerson(house, 'svensfan')
    await follower.post('/@sven/follow').expect(204)
    await author.post('/@alice/follow').expect(204)
    const posts = [await share(author, { caption: '#sven' }), await share(author, { visibility: 'private' })]
    const [open, closed] = posts as [Shared, Shared]
    const onAlice = await share(alice)
    await author.post(`${onAlice.url}/comments`).type('form').send({ text: 'Sven was here' }).expect(201)
    await author.post(`${onAlice.url}/like`).expect(204)
    const seen = async () => ({
      own: (await author.get('/settings')).status,
      upload: (await author.get('/may-upload')).status,
      profile: (await asPage(follower, '/@sven')).status,
      lists: (await asPage(follower, '/@sven/followers')).status,
      posts: (await Promise.all(posts.map(({ url }) => follower.get(url)))).map(({ status }) => status),
      media: (await Promise.all(posts.map(({ media }) => follower.get(media)))).map(({ status }) => status),
      home: (await asPage(follower, '/')).text.includes(open.code),
      hashtag: (await asPage(follower, '/tags/sven')).text.includes(open.code),
      follower: (await asPage(stranger, '/@alice/followers')).text.includes('@sven'),
      likes: (await asPage(stranger, `${onAlice.url}/likes`)).text.includes('@sven'),
      comments: (await stranger.get(`${onAlice.url}/comments`)).body.comments.length,
      search: (await asPage(stranger, '/search?q=sven')).text.includes('href="/@sven"'),
    })
    const whole = await seen()
    expect(whole).toEqual({
      own: 200,
      upload: 204,
      profile: 200,
      lists: 200,
      posts: [200, 200],
      media: [200, 200],
      home: true,
      hashtag: true,
      follower: true,
      likes: true,
      comments: 1,
      search: true,
    })
    expect([await filesOf(open), await filesOf(closed)]).toEqual([['renditions'], ['restricted']])

    await suspend(mod, 'sven', 'Sells pills').expect(204)
    expect([await filesOf(open), await filesOf(closed)]).toEqual([['restricted'], ['restricted']])
    expect(await seen()).toEqual({
      own: 401,
      upload: 401,
      profile: 404,
      lists: 404,
      posts: [404, 404],
      media: [404, 404],
      home: false,
      hashtag: false,
      follower: false,
      likes: false,
      comments: 0,
      search: false,
    })
    const signIn = await house
      .browser()
      .post('/sign-in')
      .type('form')
      .send({ username: 'sven', password: 'correct horse battery' })
      .expect(403)
    expect(signIn.text).toContain('This account is suspended.')

    await lift(otherMod, 'sven', 'They have promised').expect(204)
    expect(await seen()).toEqual(whole)
    await house.idle()
    expect([await filesOf(open), await filesOf(closed)]).toEqual([['renditions'], ['restricted']])
    expect(await logOf('sven')).toEqual([
      { moderator: 'marshal', action: 'suspend', thing: 'person', note: 'Sells pills' },
      { moderator: 'othermod', action: 'lift', thing: 'person', note: 'They have promised' },
    ])
    const page = (await asPage(mod, '/admin/people/sven').expect(200)).text
    expect(page).toContain('Sells pills')
    expect(page).toContain('They have promised')
  })

  it('keeps closed what they have shared at this moment', async () => {
    const author = await apiPerson(house)
    const [sharing] = await Promise.all([
      author.post('/upload').attach('file', await newPicture(), 'a.jpg'),
      suspend(mod, author.username).expect(204),
    ])
    await house.idle()
    expect([201, 202, 401]).toContain(sharing.status)
    const keys = await rows<{ key: string }>(
      house.db,
      sql`
        select rendition_key as key from photos join posts on posts.id = photos.post_id
          join users on users.id = posts.author_id
        where users.username = ${author.username} and rendition_key is not null`,
    )
    const open = (await house.files()).filter((file) => file.startsWith('renditions/'))
    for (const { key } of keys) expect(open.some((file) => file.includes(key))).toBe(false)
  })

  it('twice, or by two at once, is done and noted once; so is lifting it', async () => {
    const author = await apiPerson(house)
    const name = author.username
    await Promise.all([mod, otherMod, admin].map((by) => suspend(by, name).expect(204)))
    expect(await logOf(name)).toHaveLength(1)
    await Promise.all([mod, otherMod, admin].map((by) => lift(by, name).expect(204)))
    await lift(mod, name).expect(204)
    expect(await logOf(name)).toHaveLength(2)
    await author.get('/settings').expect(200)
  })

  it('ends as one of the two when it is lifted at once, files included', async () => {
    const author = await apiPerson(house)
    const post = await share(author)
    const name = author.username
    await Promise.all([suspend(mod, name), lift(otherMod, name), suspend(admin, name), lift(mod, name)])
    await house.idle()
    const isShut = (await author.get('/settings')).status === 401
    expect(await filesOf(post)).toEqual([isShut ? 'restricted' : 'renditions'])
  })

  it('needs a reason, and keeps what was typed', async () => {
    for (const reason of ['', '   ', 'x'.repeat(1001)]) {
      await suspend(mod, 'alice', reason).expect(422)
      const page = await mod
        .post('/admin/people/alice/suspend')
        .set('Accept', 'text/html')
        .type('form')
        .send({ reason })
        .expect(422)
      expect(page.text).toContain('id="field-reason-suspend" name="reason" aria-invalid="true"')
    }
    await alice.get('/settings').expect(200)
  })

  it.each(['nobody_here', 'no%20name', '..'])('is nothing for %s', async (name) => {
    await suspend(mod, name).expect(404)
    await lift(mod, name).expect(404)
    await rank(admin, name, 'moderator').expect(404)
  })
})

describe('ranks', () => {
  it('are looked up by name, and those with one are listed, and those who are suspended', async () => {
    const gone = await apiPerson(house)
    await suspend(mod, gone.username).expect(204)
    const { text } = await asPage(mod, '/admin/people').expect(200)
    for (const name of ['admin', 'marshal', gone.username]) expect(text).toContain(`href="/admin/people/${name}"`)
    expect(text).not.toContain('href="/admin/people/alice"')
    await asPage(mod, '/admin/people?name=%40Alice').expect(303).expect('Location', '/admin/people/alice')
    expect((await asPage(mod, '/admin/people?name=no%00body').expect(200)).text).toContain('Nobody here is called')
  })

  it('are given by admins only', async () => {
    await rank(mod, 'alice', 'moderator').expect(403)
    await rank(mod, 'marshal', 'admin').expect(403)
    await rank(admin, 'alice', 'emperor').expect(422)
    expect((await asPage(mod, '/admin/people/alice')).text).not.toContain('name="rank"')
    expect((await asPage(admin, '/admin/people/alice')).text).toContain('name="rank"')
    expect(await logOf('alice')).toEqual([])
  })

  it('shield admins from moderators, and everybody from themselves', async () => {
    await suspend(mod, 'admin').expect(403)
    await suspend(mod, 'marshal').expect(422)
    await suspend(admin, 'admin').expect(422)
    for (const by of [admin, mod]) await by.get('/settings').expect(200)
  })

  it('let one admin suspend another', async () => {
    const second = await apiPerson(house)
    await rank(admin, second.username, 'admin').expect(204)
    await suspend(mod, second.username).expect(403)
    await suspend(admin, second.username).expect(204)
    await second.get('/admin').expect(404)
    await lift(mod, second.username).expect(403)
    await lift(admin, second.username).expect(204)
    await second.get('/admin').expect(200)
    await rank(admin, second.username, 'member').expect(204)
    expect((await logOf(second.username)).map(({ action }) => action)).toEqual([
      'make-admin',
      'suspend',
      'lift',
      'make-member',
    ])
  })

  it('leave one admin in office whatever is done at once', async () => {
    const inOffice = () =>
      rows<{ username: string }>(
        house.db,
        sql`select username from users where is_admin and suspended_at is null order by id`,
      )
    await rank(admin, 'admin', 'member').expect(409)
    const second = await apiPerson(house)
    await rank(admin, second.username, 'admin').expect(204)
    // Each suspends the other.
    await Promise.all([suspend(admin, second.username), suspend(second, 'admin')])
    expect(await inOffice()).toHaveLength(1)
    // One who is suspended is no admin to rely on.
    const left = (await inOffice())[0]?.username === 'admin' ? admin : second
    await rank(left, left.username, 'member').expect(409)
    await lift(left, left === admin ? second.username : 'admin').expect(204)
    // Each steps down.
    await Promise.all([rank(admin, 'admin', 'member'), rank(second, second.username, 'moderator')])
    expect(await inOffice()).toHaveLength(1)
    await rows(house.db, sql`update users set is_admin = true where username = 'admin'`)
  })

  it('leave one admin in office where one steps down at the moment at which the other leaves', async () => {
    const second = await apiPerson(house)
    await rows(house.db, sql`update users set is_admin = (username in ('admin', ${second.username}))`)
    const given = { username: second.username, password: 'correct horse battery' }
    await Promise.all([rank(admin, 'admin', 'member'), second.post('/settings/delete').type('form').send(given)])
    const left = await rows(
      house.db,
      sql`select username from users where is_admin and suspended_at is null and leaves_at is null`,
    )
    expect(left).toHaveLength(1)
    await rows(house.db, sql`update users set is_admin = true where username = 'admin'`)
  })
})
