import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'
import { statementsDuring } from '../../test/statements.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

type Client = Awaited<ReturnType<typeof apiPerson>>

interface Told {
  kind: string
  happenedAt: string
  isUnread: boolean
  people: { username: string }[]
  others: number
  hasMore: boolean
  post: { code: string; preview: string | null } | null
  comment: { id: string; text: string } | null
}

async function told(client: Client): Promise<Told[]> {
  return (await client.get('/notifications').expect(200)).body.notifications
}

const inShort = ({ kind, people, others }: Told) =>
  `${people.map(({ username }) => username).join(', ')}${others ? ` +${others}` : ''} ${kind}`

/** What somebody is told, a line each, the newest first. */
const lines = async (client: Client) => (await told(client)).map(inShort)

async function one<Row>(statement: string, values: Record<string, unknown>): Promise<Row> {
  const { rows } = await house.db.raw<{ rows: Row[] }>(statement, values as never)
  if (!rows[0]) throw new Error('no row')
  return rows[0]
}

const idOf = async (username: string) =>
  (await one<{ id: string }>('select id from users where username = :username', { username })).id

/** Things that other rooms do, where only what is left of it matters here. */
async function post(author: Client, more: { visibility?: string } = {}): Promise<string> {
  const { id } = await one<{ id: string }>(
    'insert into posts (author_id, visibility, published_at) values (:author, :visibility, now()) returning id',
    { author: await idOf(author.username), visibility: more.visibility ?? 'public' },
  )
  return id
}

async function like(who: Client, postId: string, at = new Date()): Promise<void> {
  await house.db.raw(
    `insert into likes (post_id, user_id, author_id, created_at)
     select id, :who, author_id, :at from posts where id = :postId`,
    { who: await idOf(who.username), postId, at },
  )
}

async function comment(who: Client, postId: string, text: string, parentId: string | null = null): Promise<string> {
  const { id } = await one<{ id: string }>(
    `insert into comments (post_id, author_id, post_author_id, parent_id, parent_author_id, text)
     select posts.id, :who, posts.author_id, parents.id, parents.author_id, :text
     from posts left join comments as parents on parents.id = :parentId where posts.id = :postId returning id`,
    { who: await idOf(who.username), postId, text, parentId },
  )
  return id
}

async function likeComment(who: Client, commentId: string): Promise<void> {
  await house.db.raw(
    'insert into comment_likes (comment_id, user_id, author_id) select id, :who, author_id from comments where id = :commentId',
    { who: await idOf(who.username), commentId },
  )
}

async function mention(
  whom: Client,
  { postId = null, commentId = null }: { postId?: string | null; commentId?: string | null },
) {
  if (postId) {
    await house.db.raw('insert into post_mentions (post_id, user_id) values (:postId, :whom)', {
      postId,
      whom: await idOf(whom.username),
    })
  }
  if (commentId) {
    await house.db.raw('insert into comment_mentions (comment_id, user_id) values (:commentId, :whom)', {
      commentId,
      whom: await idOf(whom.username),
    })
  }
}

const mute = async (who: Client, whom: Client, more: { hides?: boolean; endsAt?: Date | null } = {}) =>
  house.db.raw(
    'insert into mutes (muter_id, muted_id, hides_notifications, ends_at) values (:who, :whom, :hides, :endsAt)',
    {
      who: await idOf(who.username),
      whom: await idOf(whom.username),
      hides: more.hides ?? true,
      endsAt: more.endsAt ?? null,
    },
  )

const people = (...names: string[]) =>
  Promise.all(names.map((name) => apiPerson(house, `${name}${Math.random().toString(36).slice(2, 8)}`)))

async function pair(): Promise<[Client, Client]> {
  const [ada, bob] = await people('ada', 'bob')
  if (!ada || !bob) throw new Error('nobody')
  return [ada, bob]
}

async function three(): Promise<[Client, Client, Client]> {
  const [[ada, bob], [cleo]] = [await pair(), await people('cleo')]
  if (!cleo) throw new Error('nobody')
  return [ada, bob, cleo]
}

/** How many the header of a page says. */
async function badge(client: Client): Promise<string> {
  const { text } = await client.get('/settings').set('Accept', 'text/html').expect(200)
  const [, hidden, shown] = /<span class="badge"( hidden)?[^>]*>([^<]*)/.exec(text) ?? []
  return hidden ? '' : (shown ?? 'no badge')
}

describe('somebody is told', () => {
  it('of likes of a post', async () => {
    const [ada, bob] = await pair()
    await like(bob, await post(ada))
    expect(await lines(ada)).toEqual([`${bob.username} like`])
    expect(await badge(ada)).toBe('1')
    expect(await lines(bob)).toEqual([])
  })

  it('of comments, with their words', async () => {
    const [ada, bob] = await pair()
    await comment(bob, await post(ada), 'So green!')
    expect(await told(ada)).toEqual([
      expect.objectContaining({ kind: 'comment', comment: { id: expect.any(String), text: 'So green!' } }),
    ])
    expect(await badge(ada)).toBe('1')
  })

  it('of replies, on posts of others and on their own, once', async () => {
    const [ada, bob, cleo] = await three()
    const elsewhere = await post(cleo)
    await comment(bob, elsewhere, 'yes', await comment(ada, elsewhere, 'Is it?'))
    const own = await post(ada)
    await comment(cleo, own, 'no', await comment(ada, own, 'Is it?'))
    expect(await lines(ada)).toEqual([`${cleo.username} reply`, `${bob.username} reply`])
    expect(await badge(ada)).toBe('2')
  })

  it('of likes of a comment', async () => {
    const [ada, bob] = await pair()
    await likeComment(bob, await comment(ada, await post(bob), 'Nice'))
    expect(await told(ada)).toEqual([
      expect.objectContaining({ kind: 'comment-like', comment: expect.objectContaining({ text: 'Nice' }) }),
    ])
    expect(await badge(ada)).toBe('1')
  })

  it('of mentions in comments, once, where it is a comment on a post of theirs too', async () => {
    const [ada, bob] = await pair()
    await mention(ada, { commentId: await comment(bob, await post(bob), '@ada') })
    await mention(ada, { commentId: await comment(bob, await post(ada), '@ada') })
    expect(await lines(ada)).toEqual([`${bob.username} comment`, `${bob.username} mention-in-comment`])
    expect(await badge(ada)).toBe('2')
  })

  it('of a mention in a post, from when the post is to be seen', async () => {
    const [ada, bob] = await pair()
    const draft = { caption: `With @${ada.username}`, draft: 'yes' }
    const { code } = (
      await bob
        .post('/upload')
        .attach('file', await newPicture(), 'a.jpg')
        .field(draft)
        .expect(201)
    ).body
    await comment(bob, await post(ada), 'Something to read')
    await ada.get('/notifications').set('Accept', 'text/html')
    expect(await badge(ada)).toBe('')
    await bob.post(`/p/${code}/edit`).type('form').send({ caption: draft.caption, share: 'again' }).expect(200)
    await house.idle()
    expect(await lines(ada)).toEqual([`${bob.username} mention-in-post`, `${bob.username} comment`])
    expect(await badge(ada)).toBe('1')
    expect((await told(ada))[0]?.post?.preview).toMatch(/^\/media\//)
  })

  it('of a mention that is added later, as of now', async () => {
    const [ada, bob] = await pair()
    const postId = await post(bob)
    await comment(bob, await post(ada), 'In between')
    await ada.get('/notifications').set('Accept', 'text/html')
    await mention(ada, { postId })
    expect(await lines(ada)).toEqual([`${bob.username} mention-in-post`, `${bob.username} comment`])
    expect(await badge(ada)).toBe('1')
  })

  it('of followers', async () => {
    const [ada, bob] = await pair()
    await bob.post(`/@${ada.username}/follow`).expect(204)
    expect(await lines(ada)).toEqual([`${bob.username} follow`])
    expect(await badge(ada)).toBe('1')
    expect(await lines(bob)).toEqual([])
  })

  it('of requests, and of those that were accepted', async () => {
    const [ada, bob] = await pair()
    await ada.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
    await bob.post(`/@${ada.username}/follow`).expect(204)
    expect(await lines(ada)).toEqual([`${bob.username} follow-request`])
    expect(await badge(ada)).toBe('1')
    await ada.post(`/follow-requests/${bob.username}`).type('form').send({ answer: 'accept' }).expect(204)
    expect(await lines(ada)).toEqual([`${bob.username} follow`])
    expect(await lines(bob)).toEqual([`${ada.username} request-accepted`])
    expect(await badge(bob)).toBe('1')
  })

  it('nothing of what they do themselves', async () => {
    const [ada, bob] = await pair()
    const postId = await post(ada)
    await like(ada, postId)
    const id = await comment(ada, postId, 'First')
    await likeComment(ada, id)
    await mention(ada, { postId, commentId: id })
    await comment(ada, postId, 'Second', id)
    await bob.get('/notifications').expect(200)
    expect(await lines(ada)).toEqual([])
    expect(await badge(ada)).toBe('')
  })
})

describe('what belongs together', () => {
  const days = (n: number) => new Date(Date.now() - n * 24 * 60 * 60 * 1000)

  it('is one line: the likes of a post in a day, with the last two by name', async () => {
    const [ada, bob, cleo] = await three()
    const others = await people('dan', 'eve', 'finn')
    const postId = await post(ada)
    for (const [index, who] of [...others, bob, cleo].entries())
      await like(who, postId, new Date(Date.now() - 1000 + index))
    await like(bob, await post(ada))
    expect(await lines(ada)).toEqual([`${bob.username} like`, `${cleo.username}, ${bob.username} +3 like`])
    expect(await badge(ada)).toBe('6')
    const page = (await ada.get('/notifications').set('Accept', 'text/html')).text
    expect(page.replaceAll(/<[^>]*>/g, '')).toContain(`${cleo.username}, ${bob.username} and 3 others liked your post`)
  })

  it('is another line for another day', async () => {
    const [ada, bob, cleo] = await three()
    const postId = await post(ada)
    await like(bob, postId, days(1))
    await like(cleo, postId, days(3))
    expect(await lines(ada)).toEqual([`${bob.username} like`, `${cleo.username} like`])
  })

  it('is one line: the followers of a day; requests are another', async () => {
    const [ada, bob, cleo] = await three()
    for (const who of [bob, cleo]) await who.post(`/@${ada.username}/follow`).expect(204)
    const [dan] = await people('dan')
    await ada.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
    await dan?.post(`/@${ada.username}/follow`).expect(204)
    expect((await lines(ada)).sort()).toEqual(
      [`${cleo.username}, ${bob.username} follow`, `${dan?.username} follow-request`].sort(),
    )
  })

  it('is counted up to a bound', async () => {
    const [ada] = await pair()
    const postId = await post(ada)
    await house.db.raw(
      `with crowd as (
         insert into users (username, password_hash) select 'crowd_' || n, '' from generate_series(1, 300) as n returning id
       )
       insert into likes (post_id, user_id, author_id) select :postId, crowd.id, :ada from crowd`,
      { postId, ada: await idOf(ada.username) },
    )
    expect(await told(ada)).toEqual([expect.objectContaining({ kind: 'like', others: 98, hasMore: true })])
    expect(await badge(ada)).toBe('99+')
  })
})

describe('nobody is told of', () => {
  it('what was undone', async () => {
    const [ada, bob] = await pair()
    const postId = await post(ada)
    await like(bob, postId)
    const id = await comment(bob, postId, 'Hm')
    await bob.post(`/@${ada.username}/follow`).expect(204)
    expect(await lines(ada)).toHaveLength(3)
    await house.db.raw('delete from likes where post_id = ?', [postId])
    await house.db.raw("update comments set text = '', deleted_at = now() where id = ?", [id])
    await bob.post(`/@${ada.username}/unfollow`).expect(204)
    expect(await lines(ada)).toEqual([])
    expect(await badge(ada)).toBe('')
  })

  it('what happened to a post that was deleted', async () => {
    const [ada, bob] = await pair()
    const postId = await post(ada)
    await like(bob, postId)
    await comment(bob, postId, 'Hm')
    await likeComment(bob, await comment(ada, postId, 'Mine'))
    expect(await lines(ada)).toHaveLength(3)
    await house.db.raw('update posts set deleted_at = now() where id = ?', [postId])
    expect(await lines(ada)).toEqual([])
    expect(await badge(ada)).toBe('')
  })

  it('a post that they may no longer see', async () => {
    const [ada, bob, cleo] = await three()
    const postId = await post(bob)
    const mine = await comment(ada, postId, 'Mine')
    await comment(cleo, postId, 'Reply', mine)
    await likeComment(cleo, mine)
    await mention(ada, { commentId: await comment(cleo, postId, '@ada') })
    expect(await lines(ada)).toHaveLength(3)
    expect(await badge(ada)).toBe('3')
    await bob.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
    expect(await lines(ada)).toEqual([])
    expect(await badge(ada)).toBe('')
  })

  it('replies to a comment that they have deleted', async () => {
    const [ada, bob] = await pair()
    const postId = await post(bob)
    const mine = await comment(ada, postId, 'Mine')
    await comment(bob, postId, 'Reply', mine)
    await house.db.raw("update comments set text = '', deleted_at = now() where id = ?", [mine])
    expect(await lines(ada)).toEqual([])
    expect(await badge(ada)).toBe('')
  })

  it.each(['blocker', 'blocked'])('somebody with whom there is a block (as the %s)', async (side) => {
    const [ada, bob, cleo] = await three()
    await like(bob, await post(ada))
    // On somebody else's post it stays: only those two do not see it of each other.
    await mention(ada, { commentId: await comment(bob, await post(cleo), '@ada') })
    await mention(ada, { postId: await post(bob) })
    expect(await lines(ada)).toHaveLength(3)
    const [blocker, blocked] = side === 'blocker' ? [ada, bob] : [bob, ada]
    await house.db.raw('insert into blocks (blocker_id, blocked_id) values (?, ?)', [
      await idOf(blocker.username),
      await idOf(blocked.username),
    ])
    expect(await lines(ada)).toEqual([])
    expect(await badge(ada)).toBe('')
  })

  it('somebody who is suspended, and of others as before', async () => {
    const [ada, bob, cleo] = await three()
    const postId = await post(ada)
    await like(cleo, postId)
    await like(bob, postId)
    await comment(bob, postId, 'Buy!')
    await bob.post(`/@${ada.username}/follow`).expect(204)
    await house.db.raw('update users set suspended_at = now() where username = ?', [bob.username])
    expect(await lines(ada)).toEqual([`${cleo.username} like`])
    expect(await badge(ada)).toBe('1')
  })

  it('somebody whose notifications they have muted', async () => {
    const [ada, bob, cleo] = await three()
    const postId = await post(ada)
    await like(bob, postId)
    await like(cleo, postId)
    await comment(bob, postId, 'Hm')
    await mute(ada, bob)
    expect(await lines(ada)).toEqual([`${cleo.username} like`])
    expect(await badge(ada)).toBe('1')
  })
})

describe('a mute', () => {
  it.each([
    ['that has ended', { endsAt: new Date(Date.now() - 1000) }],
    ['of posts alone', { hides: false }],
  ])('%s hides nothing here', async (_which, more) => {
    const [ada, bob] = await pair()
    await like(bob, await post(ada))
    await mute(ada, bob, more)
    expect(await lines(ada)).toEqual([`${bob.username} like`])
    expect(await badge(ada)).toBe('1')
  })

  it('that ends later hides until then', async () => {
    const [ada, bob] = await pair()
    await like(bob, await post(ada))
    await mute(ada, bob, { endsAt: new Date(Date.now() + 60_000) })
    expect(await lines(ada)).toEqual([])
  })
})

describe('settings', () => {
  const everything = { likes: 'everyone', comments: 'everyone', mentions: 'everyone', follows: 'everyone' }

  it('are everyone until they are changed, and those left out stay', async () => {
    const [ada] = await pair()
    await ada.get('/settings/notifications').expect(200, everything)
    await ada
      .post('/settings/notifications')
      .type('form')
      .send({ likes: 'nobody' })
      .expect(200, { ...everything, likes: 'nobody' })
    await Promise.all([
      ada.post('/settings/notifications').type('form').send({ comments: 'following' }).expect(200),
      ada.post('/settings/notifications').type('form').send({ follows: 'nobody' }).expect(200),
    ])
    await ada
      .get('/settings/notifications')
      .expect(200, { likes: 'nobody', comments: 'following', mentions: 'everyone', follows: 'nobody' })
  })

  it('leave out a kind', async () => {
    const [ada, bob] = await pair()
    const postId = await post(ada)
    await like(bob, postId)
    const id = await comment(bob, postId, '@ada')
    await mention(ada, { commentId: id })
    await bob.post(`/@${ada.username}/follow`).expect(204)
    const off = async (topic: string) => {
      await ada
        .post('/settings/notifications')
        .type('form')
        .send({ ...everything, [topic]: 'nobody' })
        .expect(200)
      return [(await lines(ada)).map((line) => line.split(' ')[1]), await badge(ada)]
    }
    expect(await off('likes')).toEqual([['follow', 'comment'], '2'])
    expect(await off('follows')).toEqual([['comment', 'like'], '2'])
    // As a mention it is still told.
    expect(await off('comments')).toEqual([['follow', 'mention-in-comment', 'like'], '3'])
    expect(await off('mentions')).toEqual([['follow', 'comment', 'like'], '3'])
  })

  it('leave out strangers', async () => {
    const [ada, bob, cleo] = await three()
    const postId = await post(ada)
    await ada.post(`/@${bob.username}/follow`).expect(204)
    for (const who of [bob, cleo]) {
      await like(who, postId)
      await comment(who, postId, 'Hm')
    }
    await ada
      .post('/settings/notifications')
      .type('form')
      .send({ likes: 'following', comments: 'following' })
      .expect(200)
    expect((await lines(ada)).sort()).toEqual([`${bob.username} comment`, `${bob.username} like`])
    expect(await badge(ada)).toBe('2')
  })

  it('are a form that says that it has saved, and what is wrong beside the field', async () => {
    const ada = await person(house)
    await ada
      .post('/settings/notifications')
      .type('form')
      .send({ likes: 'following' })
      .expect(303)
      .expect('Location', '/settings/notifications?saved')
    const { text } = await ada.get('/settings/notifications?saved').expect(200)
    expect(text).toContain('Saved.')
    expect(text).toMatch(/<select id="field-likes".*?<option value="following" selected>/)
    const refused = await ada
      .post('/settings/notifications')
      .type('form')
      .send({ likes: 'nobody', comments: 'x' })
      .expect(422)
    expect(refused.text).toMatch(/<select id="field-comments" name="comments" aria-invalid="true"/)
    expect(refused.text).toMatch(/<select id="field-likes".*?<option value="nobody" selected>/)
    expect((await ada.get('/settings/notifications').set('Accept', '*/*')).body.likes).toBe('following')
  })
})

describe('what is unread', () => {
  it('is marked on the page, which then counts as read up to the newest on it', async () => {
    const [ada, bob] = await pair()
    const postId = await post(ada)
    await like(bob, postId)
    const look = async () => (await ada.get('/notifications').set('Accept', 'text/html').expect(200)).text
    const first = await look()
    expect(first).toContain('New: ')
    // This page shows them: its own header has nothing to add.
    expect(first).toMatch(/class="badge" hidden/)
    expect(await badge(ada)).toBe('')
    expect(await look()).not.toContain('New: ')
    await comment(bob, postId, 'Hm')
    expect(await badge(ada)).toBe('1')
    expect(await told(ada)).toEqual([
      expect.objectContaining({ kind: 'comment', isUnread: true }),
      expect.objectContaining({ kind: 'like', isUnread: false }),
    ])
  })

  it('stays so for a program, for a page that is fetched ahead, and for older pages', async () => {
    const [ada, bob] = await pair()
    await like(bob, await post(ada))
    await told(ada)
    await ada.get('/notifications').set('Accept', 'text/html').set('Sec-Purpose', 'prefetch;prerender').expect(200)
    await ada.get('/notifications?before=9999999999999.9999999999999.9.0').set('Accept', 'text/html').expect(200)
    expect(await badge(ada)).toBe('1')
  })

  it('is marked read by a program up to a time, never back and never ahead', async () => {
    const [ada, bob] = await pair()
    const postId = await post(ada)
    await like(bob, postId)
    const [newest] = await told(ada)
    await ada.post('/notifications/read').type('form').send({ until: newest?.happenedAt }).expect(204)
    expect(await badge(ada)).toBe('')
    await ada.post('/notifications/read').type('form').send({ until: '2020-01-01T00:00:00.000Z' }).expect(204)
    expect(await badge(ada)).toBe('')
    await ada.post('/notifications/read').type('form').send({ until: '9999-01-01T00:00:00.000Z' }).expect(204)
    await new Promise((resolve) => setTimeout(resolve, 5))
    await comment(bob, postId, 'Hm')
    expect(await badge(ada)).toBe('1')
    await ada.post('/notifications/read').type('form').send({ until: 'yesterday' }).expect(422)
    await ada.post('/notifications/read').expect(422)
  })
})

describe('pages', () => {
  async function everyPage(client: Client, between: () => Promise<void> = async () => {}): Promise<Told[][]> {
    const pages: Told[][] = []
    let path: string | null = '/notifications'
    while (path) {
      const { body }: { body: { notifications: Told[]; next: string | null } } = await client.get(path).expect(200)
      pages.push(body.notifications)
      path = body.next
      await between()
      if (pages.length > 100) throw new Error('the pages have no end')
    }
    return pages
  }

  it('follow one another without gaps or doubles, while new ones arrive on all posts', async () => {
    const [ada, bob, cleo] = await three()
    const postIds: string[] = []
    for (let n = 0; n < 40; n += 1) {
      const postId = await post(ada)
      postIds.push(postId)
      await like(bob, postId, new Date(Date.now() - 60_000 - n * 1000))
      // Of yesterday, and of the same moment for several.
      await like(cleo, postId, new Date(Date.now() - 30 * 60 * 60 * 1000 - Math.floor(n / 4)))
      await comment(bob, postId, `No. ${n}`)
    }
    const dan = (await people('dan'))[0]
    const expected = new Set<string>()
    for (const { kind, post: about, happenedAt } of (await everyPage(ada)).flat())
      expected.add(`${kind} ${about?.code} ${happenedAt}`)
    expect(expected.size).toBe(120)

    let next = 39
    const pages = await everyPage(ada, async () => {
      // Moves posts of pages to come to the top.
      const postId = postIds[next]
      next -= 1
      if (dan && postId) await like(dan, postId)
    })
    expect(pages.map((page) => page.length)).toEqual([30, 30, 30, 30])
    const seen = pages.flat().map(({ kind, post: about, happenedAt }) => `${kind} ${about?.code} ${happenedAt}`)
    expect(seen).toHaveLength(120)
    expect(new Set(seen)).toEqual(expected)
  })

  it('leave nothing out where much is hidden between what is told', async () => {
    const [ada, bob, cleo] = await three()
    const postId = await post(ada)
    await like(cleo, postId, new Date(Date.now() - 1000))
    const first = await comment(cleo, postId, 'Before all that')
    await house.db.raw(
      `insert into comments (post_id, author_id, post_author_id, text)
       select :postId, :bob, :ada, 'spam' from generate_series(1, 700)`,
      { postId, bob: await idOf(bob.username), ada: await idOf(ada.username) },
    )
    const last = await comment(cleo, postId, 'After all that')
    await mute(ada, bob)
    const seen = (await everyPage(ada)).flat()
    expect(seen.map(({ comment: said, kind }) => said?.id ?? kind)).toEqual([last, first, 'like'])
  })

  it.each(['', 'x', '1', '1.2.3', '1.2.3.4.5', '-1.2.3.4', '1.2.99.4', '1.2.3.99999999999999999999', "1.2.3.4'"])(
    'begin at the newest where the address makes no sense (%s)',
    async (before) => {
      const [ada, bob] = await pair()
      await like(bob, await post(ada))
      const { body } = await ada.get('/notifications').query({ before }).expect(200)
      expect(body.notifications).toHaveLength(1)
    },
  )

  it('ask the database as often for thirty lines as for one', async () => {
    const [ada, bob] = await pair()
    const queriesOf = async () => {
      const page = () => ada.get('/notifications').set('Accept', 'text/html').expect(200)
      return (await statementsDuring(house, page)).length
    }
    await like(bob, await post(ada))
    const forOne = await queriesOf()
    for (let n = 0; n < 29; n += 1) {
      const postId = await post(ada)
      if (n % 2) await like(bob, postId)
      else await comment(bob, postId, 'Hm')
    }
    expect(await queriesOf()).toBe(forOne)
    const { text } = await ada.get('/notifications').set('Accept', 'text/html')
    expect(text.match(/<li[ >]/g)).toHaveLength(30)
  })

  it('of somebody who is signed out lead to the door', async () => {
    for (const path of ['/notifications', '/settings/notifications']) {
      await house.client().get(path).expect(401)
      await house
        .browser()
        .get(path)
        .expect(303)
        .expect('Location', `/sign-in?next=${encodeURIComponent(path)}`)
    }
    await house.client().post('/notifications/read').expect(401)
    await house.client().post('/settings/notifications').expect(401)
  })

  it('have one query for the header, and none where nobody is signed in or it is no page', async () => {
    const [ada] = await pair()
    const countsFor = async (page: () => Promise<unknown>) =>
      (await statementsDuring(house, page)).filter((statement) => statement.includes('as unread')).length
    expect(await countsFor(() => ada.get('/settings').set('Accept', 'text/html').expect(200))).toBe(1)
    expect(await countsFor(() => ada.get('/settings/notifications').expect(200))).toBe(0)
    expect(await countsFor(() => house.browser().get('/').expect(200))).toBe(0)
  })

  it('show the words of others as words', async () => {
    const [ada, bob] = await pair()
    await comment(bob, await post(ada), '<script>alert(1)</script> & "so"')
    const { text } = await ada.get('/notifications').set('Accept', 'text/html')
    expect(text).toContain('&lt;script>alert(1)&lt;/script> &amp; &quot;so&quot;')
  })
})
