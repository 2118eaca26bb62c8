import { setTimeout } from 'node:timers/promises'
import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'
import { verifyCounts } from '../counts/verify.ts'
import { firstRow, rows, sql } from '../db/sql.ts'
import { openQueue } from '../jobs/queue.ts'
import type { Storage } from '../media/storage.ts'
import { verifyMedia } from '../photos/verify.ts'
import { deleteAccount, removeDeparted, sweepDepartures } from './service.ts'

let house: House
beforeEach(async () => {
  house = await openHouse()
  await apiPerson(house, 'admin')
})
afterEach(() => house.close())

type Client = Awaited<ReturnType<typeof apiPerson>>

const password = 'correct horse battery'

async function share(client: Client, fields: Record<string, string> = {}): Promise<string> {
  const upload = client.post('/upload').attach('file', await newPicture(), 'a.jpg')
  for (const [name, value] of Object.entries(fields)) upload.field(name, value)
  return (await upload.expect(201)).body.code
}

const idOf = async (username: string) =>
  (await firstRow<{ id: string }>(house.db, sql`select id from users where username = ${username}`))?.id ?? ''
const leave = (client: Client, given: Record<string, string> = {}) =>
  client
    .post('/settings/delete')
    .type('form')
    .send({ username: client.username, password, ...given })
const signIn = (client: ReturnType<House['client']>, username: string) =>
  client.post('/sign-in').type('form').send({ username, password })
const comment = async (client: Client, code: string, text: string, answers?: string): Promise<string> => {
  const given = answers ? { text, parent: answers } : { text }
  return (await client.post(`/p/${code}/comments`).type('form').send(given).expect(201)).body.id
}
const deps = () => ({ db: house.db, storage: house.storage })

/** Has the worker do what it does when the time of somebody's account is over. */
async function whenTimeIsOver(username: string): Promise<void> {
  await rows(house.db, sql`update users set leaves_at = now() where username = ${username} and leaves_at is not null`)
  const queue = await openQueue(house.db)
  await sweepDepartures({ db: house.db, queue })
  await queue.stop()
  await house.idle()
}

async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

async function expectNothingWrong(): Promise<void> {
  const queue = await openQueue(house.db)
  expect(await collected(verifyCounts(house.db, false))).toEqual([])
  const chosen = { isRepairing: false, isHashing: true }
  expect(await collected(verifyMedia({ ...deps(), queue }, chosen))).toEqual([])
  await queue.stop()
}

/** How many rows of any table speak of somebody. */
async function rowsThatReferTo(id: string): Promise<Record<string, number>> {
  const columns = await rows<{ table_name: string; column_name: string }>(
    house.db,
    sql`
      select conrelid::regclass::text as table_name, attname as column_name
      from pg_constraint join pg_attribute on attrelid = conrelid and attnum = any(conkey)
      where contype = 'f' and confrelid = 'users'::regclass`,
  )
  expect(columns.length).toBeGreaterThan(20)
  const found: Record<string, number> = {}
  for (const { table_name, column_name } of [...columns, { table_name: 'users', column_name: 'id' }]) {
    const counted = await house.db.raw<{ rows: { count: number }[] }>(
      `select count(*)::int as count from ${table_name} where ${column_name} = ?`,
      [id],
    )
    if (counted.rows[0]?.count) found[`${table_name}.${column_name}`] = counted.rows[0].count
  }
  return found
}

/** Somebody with one of everything, and two others who have to do with them. */
async function crowd() {
  const [lea, bob, cid] = await Promise.all([apiPerson(house, 'lea'), apiPerson(house, 'bob'), apiPerson(house, 'cid')])
  const ofLea = await share(lea, { caption: 'Mine #hills @bob' })
  const closed = await share(lea, { visibility: 'private' })
  const deleted = await share(lea)
  await lea.post(`/p/${deleted}/delete`).expect(204)
  const ofBob = await share(bob, { caption: 'Of @lea #hills' })
  for (const [one, other] of [
    [lea, bob],
    [bob, lea],
    [cid, lea],
  ] as const)
    await one.post(`/@${other.username}/follow`).expect((answer) => expect(answer.status).toBeLessThan(300))
  for (const client of [lea, cid]) await client.post(`/p/${ofBob}/like`).expect(204)
  for (const client of [bob, cid]) await client.post(`/p/${ofLea}/like`).expect(204)
  const first = await comment(cid, ofBob, 'Cid is first @lea')
  const answer = await comment(lea, ofBob, 'Lea answers', first)
  const toLea = await comment(bob, ofBob, 'Bob answers Lea', answer)
  const ofHers = await comment(lea, ofBob, 'Lea says')
  await comment(cid, ofBob, 'Cid answers what Lea says', ofHers)
  await comment(bob, ofLea, 'Bob says')
  await lea.post(`/comments/${first}/like`).expect((got) => expect(got.status).toBeLessThan(300))
  await lea.post(`/p/${ofBob}/save`).expect((got) => expect(got.status).toBeLessThan(300))
  await cid.post(`/p/${ofLea}/save`).expect((got) => expect(got.status).toBeLessThan(300))
  await lea.post('/settings/export').expect(202)
  await lea
    .post('/settings/avatar')
    .attach('file', await newPicture(), 'a.jpg')
    .expect((got) => expect(got.status).toBeLessThan(300))
  const id = await idOf('lea')
  await house.db.raw(
    `insert into reports (reporter_id, person_id, reason) select ?, id, 'spam' from users where username = 'bob'`,
    [id],
  )
  await house.idle()
  return { lea, bob, cid, id, ofLea, ofBob, closed, toLea, ofHers }
}

describe('deleting one’s account', () => {
  it('hides one at once from everybody, with every post, file, comment and number, and signs out everywhere', async () => {
    const { lea, bob, cid, ofLea, ofBob } = await crowd()
    const other = house.client()
    await signIn(other, 'lea').expect(200)
    const pictures = (await house.files()).filter((path) => path.startsWith('renditions/'))
    await leave(lea).expect(200)
    for (const client of [lea, other]) await client.get('/settings').expect(401)

    for (const client of [house.client(), bob, cid]) {
      await client.get('/@lea').expect(404)
      await client.get(`/p/${ofLea}`).expect(404)
      expect((await client.get('/tags/hills')).text).not.toContain(ofLea)
      const page = (await client.get(`/p/${ofBob}`).set('Accept', 'text/html')).text
      expect(page).toContain('Cid is first')
      for (const hidden of ['Lea answers', 'Lea says', '@lea"', 'what Lea says']) expect(page).not.toContain(hidden)
      expect((await client.get(`/p/${ofBob}/likes`)).text).not.toContain('lea')
      expect((await client.get('/@bob/followers')).text).not.toContain('lea')
      const found = await client.get('/search?q=lea').set('Accept', 'text/html')
      expect(found.text).not.toContain('href="/@lea"')
      for (const path of pictures.filter((one) => one.endsWith('.jpg'))) {
        const isBobs = (await house.files()).includes(path)
        await client.get(`/media/${path.slice('renditions/'.length)}`).expect(isBobs ? 200 : 404)
      }
    }
    expect((await bob.get('/')).text).not.toContain(ofLea)
    expect((await house.client().get('/@lea.atom')).status).toBe(404)
    const hers = await rows<{ key: string }>(
      house.db,
      sql`select rendition_key as key from photos join posts on posts.id = post_id where author_id = ${await idOf('lea')}`,
    )
    for (const { key } of hers) expect((await house.storage.describeRenditions(key))?.isOpen).toBe(false)
    await expectNothingWrong()
  })

  it.each([
    ['a wrong password', { password: 'wrong password' }, 'password', 'not your password'],
    ['another name', { username: 'bob' }, 'username', 'your name'],
    ['no name', { username: '' }, 'username', 'Type your name'],
  ])('with %s changes nothing, and says so beside the field', async (_what, given, field, complaint) => {
    const ann = await person(house, 'ann')
    const answer = await leave(ann as Client, given).expect(422)
    expect(answer.text).toMatch(new RegExp(`name="${field}"[^>]*aria-invalid="true"`))
    expect(answer.text).toContain(complaint)
    await house.client().get('/@ann').expect(200)
  })

  it('leads by signing in to one page that takes it back, and to nothing else', async () => {
    const { lea, bob, ofLea } = await crowd()
    await leave(lea).expect(200)
    const browser = house.browser()
    await signIn(browser, 'lea').expect(303).expect('Location', '/come-back')
    await browser.get('/settings').expect(303)
    expect((await browser.get('/settings')).text).not.toContain('Sign out')
    expect((await browser.get('/come-back').expect(200)).text).toContain('Do you want to come back, lea?')
    await bob.get('/@lea').expect(404)
    await bob.get('/come-back').expect(404)
    await bob.post('/come-back').expect(404)

    const clicks = await Promise.all([browser.post('/come-back'), browser.post('/come-back')])
    expect(clicks.map(({ status }) => status).sort()).toEqual([303, 404])
    await house.idle()
    await signIn(house.client(), 'lea').expect(200)
    await bob.get('/@lea').expect(200)
    await house.client().get(`/p/${ofLea}`).expect(200)
    const hers = await rows<{ key: string; visibility: string }>(
      house.db,
      sql`
        select rendition_key as key, visibility from photos join posts on posts.id = post_id
        where author_id = ${await idOf('lea')} and deleted_at is null`,
    )
    for (const { key, visibility } of hers)
      expect((await house.storage.describeRenditions(key))?.isOpen).toBe(visibility === 'public')
    await whenTimeIsOver('lea')
    await bob.get('/@lea').expect(200)
    await expectNothingWrong()
  })

  it('is refused to the last admin, who hears why, also when both of two leave at once', async () => {
    const admin = house.browser()
    await signIn(admin, 'admin').expect(303)
    const answer = await leave(Object.assign(admin, { username: 'admin' }) as Client).expect(409)
    expect(answer.text).toContain('the only admin here')
    const second = await apiPerson(house, 'second')
    await rows(house.db, sql`update users set is_admin = true where username = 'second'`)
    const statuses = await Promise.all([leave(second), leave(admin as Client)])
    expect(statuses.map(({ status }) => (status < 400 ? 'left' : status)).sort()).toEqual([409, 'left'])
  })

  it('removes every row and every file when the time is over, leaves to others what is theirs, and all counts fit', async () => {
    const { lea, bob, id, ofLea, ofBob, toLea } = await crowd()
    const keys = await rows<{ original: string; renditions: string | null }>(
      house.db,
      sql`
        select media_key as original, rendition_key as renditions
        from photos join posts on posts.id = post_id where author_id = ${id}`,
    )
    expect(keys).toHaveLength(3)
    await leave(lea).expect(200)
    await rows(house.db, sql`update users set leaves_at = now() + interval '1 hour' where id = ${id}`)
    const queue = await openQueue(house.db)
    await sweepDepartures({ db: house.db, queue })
    await queue.stop()
    await house.idle()
    expect(await idOf('lea')).toBe(id)

    await whenTimeIsOver('lea')
    expect(await rowsThatReferTo(id)).toEqual({})
    const files = (await house.files()).join('\n')
    for (const { original, renditions } of keys) {
      expect(files).not.toContain(original)
      if (renditions) expect(files).not.toContain(renditions)
    }
    expect(files).not.toContain('exports/')
    await expectNothingWrong()

    // What others said stays, but for answers to what is gone.
    const page = (await bob.get(`/p/${ofBob}`).set('Accept', 'text/html').expect(200)).text
    expect(page).toContain('Cid is first')
    expect(await firstRow(house.db, sql`select text from comments where id = ${toLea}`)).toEqual({
      text: 'Bob answers Lea',
    })
    expect(await rows(house.db, sql`select from comments where text = 'Cid answers what Lea says'`)).toEqual([])
    expect(await rows(house.db, sql`select reporter_id from reports`)).toEqual([{ reporter_id: null }])
    expect((await bob.get(`/p/${ofBob}`)).body).toMatchObject({ likes: 1 })
    await bob.get(`/p/${ofLea}`).expect(404)
    await signIn(house.client(), 'lea').expect(422)
  })

  it('keeps the name from others for 90 days after that', async () => {
    const lea = await apiPerson(house, 'lea')
    await leave(lea).expect(200)
    await whenTimeIsOver('lea')
    const again = () => house.client().post('/sign-up').type('form').send({ username: 'lea', password })
    expect((await again().expect(409)).body.error).toContain('is taken')
    await house.db.raw(`update departed_names set free_at = free_at - interval '90 days'`)
    await again().expect(201)
  })

  it('is done to the end when it was cut off anywhere', async () => {
    const { lea, id } = await crowd()
    await leave(lea).expect(200)
    await rows(house.db, sql`update users set leaves_at = now() where id = ${id}`)
    for (let steps = 0; ; steps += 1) {
      const isCut = await removeDeparted({ db: house.db, storage: dyingAfter(steps) }, id).then(
        () => false,
        (error: Error) => error.message === 'cut off',
      )
      if (!isCut) break
      expect(steps).toBeLessThan(20)
      // It cannot be taken back any more.
      await signIn(house.client(), 'lea').expect(403, /being removed/)
    }
    expect(await rowsThatReferTo(id)).toEqual({})
    await expectNothingWrong()
    await removeDeparted(deps(), id)
  })

  it('is no error to whoever follows, likes, answers or writes to somebody at that moment', async () => {
    const { lea, bob, cid, id, ofLea, ofBob, ofHers } = await crowd()
    const eve = await apiPerson(house, 'eve')
    const queue = await openQueue(house.db)
    const statuses: number[] = []
    let isOver = false
    const actions: (() => Promise<{ status: number; text: string }>)[] = [
      async () => eve.post('/@lea/follow'),
      async () => eve.post('/@lea/unfollow'),
      async () => cid.post(`/p/${ofLea}/like`),
      async () => cid.post(`/p/${ofLea}/unlike`),
      async () => bob.post(`/p/${ofLea}/comments`).type('form').send({ text: 'Still there?' }),
      async () => bob.post(`/p/${ofBob}/comments`).type('form').send({ text: 'And here?', parent: ofHers }),
      async () => eve.post(`/p/${ofLea}/save`),
      async () => eve.post('/@lea/mute'),
      async () => lea.post(`/p/${ofBob}/like`),
      async () => lea.post('/@eve/follow'),
      async () => lea.post(`/p/${ofBob}/comments`).type('form').send({ text: 'Not gone yet' }),
      async () => lea.post('/settings/export'),
    ]
    const crowding = actions.map(async (act) => {
      while (!isOver) {
        statuses.push((await act()).status)
        await setTimeout(20)
      }
    })
    await setTimeout(300)
    await deleteAccount({ ...deps(), queue }, id, { isAtOnce: true })
    while (await idOf('lea')) await setTimeout(20)
    isOver = true
    await Promise.all(crowding)
    await queue.stop()
    await house.idle()
    expect(statuses.filter((status) => status >= 500)).toEqual([])
    expect(statuses).toContain(404)
    expect(await rowsThatReferTo(id)).toEqual({})
    await expectNothingWrong()
  })

  it('is not there for whoever comes as it goes, whatever they want of it', async () => {
    const { lea, bob, cid, id, ofLea, ofBob, ofHers } = await crowd()
    const eve = await apiPerson(house, 'eve')
    const asked: PromiseLike<{ status: number }>[] = []
    await house.db.transaction(async (tx) => {
      await tx.raw('delete from users where id = ?', [id])
      asked.push(
        eve.post('/@lea/follow'),
        cid.post('/@lea/block'),
        cid.post('/@lea/mute'),
        eve.post(`/p/${ofLea}/like`),
        eve.post(`/p/${ofLea}/save`),
        bob.post(`/p/${ofLea}/comments`).type('form').send({ text: 'Still there?' }),
        bob.post(`/p/${ofBob}/comments`).type('form').send({ text: 'And here?', parent: ofHers }),
        bob.post(`/comments/${ofHers}/like`),
        lea.post('/@eve/follow'),
        lea.post('/settings/export'),
      )
      // A request goes out when somebody waits for its answer.
      for (const answer of asked) answer.then(() => {})
      await setTimeout(700)
    })
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    expect(statuses.filter((status) => ![401, 404].includes(status))).toEqual([])
    expect(await rowsThatReferTo(id)).toEqual({})
  })

  it('can be done by the operator, who may have it at once', async () => {
    const lea = await apiPerson(house, 'lea')
    await share(lea)
    const id = await idOf('lea')
    const queue = await openQueue(house.db)
    const leavesAt = await deleteAccount({ ...deps(), queue }, id, { isAtOnce: false })
    expect(leavesAt.getTime()).toBeGreaterThan(Date.now() + 13 * 24 * 60 * 60 * 1000)
    await lea.get('/settings').expect(401)
    await deleteAccount({ ...deps(), queue }, id, { isAtOnce: true })
    await queue.stop()
    await house.idle()
    expect(await rowsThatReferTo(id)).toEqual({})
    await expectNothingWrong()
  })
})

/** The storage of somebody who is killed after so many steps. */
function dyingAfter(steps: number): Storage {
  let left = steps
  const step = (remove: (key: string) => Promise<void>) => async (key: string) => {
    if (left-- <= 0) throw new Error('cut off')
    await remove(key)
  }
  const { removeOriginal, removeRenditions, removeExport } = house.storage
  return {
    ...house.storage,
    removeOriginal: step(removeOriginal),
    removeRenditions: step(removeRenditions),
    removeExport: step(removeExport),
  }
}
