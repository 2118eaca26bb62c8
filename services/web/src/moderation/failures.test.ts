import { apiPerson, type House, openHouse } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'
import { rows, sql } from '../db/sql.ts'
import { type JobName, type Jobs, openQueue, openWorkingQueue, type Queue } from '../jobs/queue.ts'
import { withoutSecrets } from './failures.ts'

let house: House
let queue: Queue
type Client = Awaited<ReturnType<typeof apiPerson>>
let admin: Client
let mod: Client
let stranger: Client

beforeAll(async () => {
  house = await openHouse()
  queue = await openQueue(house.db)
  admin = await apiPerson(house, 'admin')
  mod = await apiPerson(house, 'marshal')
  stranger = await apiPerson(house, 'stranger')
  await admin.post('/admin/people/marshal/rank').type('form').send({ rank: 'moderator' }).expect(204)
})
afterEach(() => rows(house.db, sql`delete from jobs.job`))
afterAll(async () => {
  await queue.stop()
  await house.close()
})

const asPage = async (by: Client) => (await by.get('/admin/errors').set('Accept', 'text/html').expect(200)).text
const idOf = async (username: string) =>
  (await rows<{ id: string }>(house.db, sql`select id from users where username = ${username}`))[0]?.id ?? ''

/** A job that has failed for good. @returns its id */
async function failed<Name extends JobName>(
  name: Name,
  data: Jobs[Name],
  output: Record<string, unknown> = { message: 'It would not' },
): Promise<string> {
  return house.db.transaction(async (tx) => {
    // In the transaction that puts it in: the worker never sees it wait.
    await queue.add(tx, name, data)
    const [row] = await rows<{ id: string }>(
      tx,
      sql`
        update jobs.job set state = 'failed', completed_on = now(), retry_count = 3, retry_limit = 3,
          output = ${JSON.stringify(output)}::jsonb
        where name = ${name} and state = 'created' returning id`,
    )
    return row?.id ?? ''
  })
}

const decide = (by: Client, id: string, decision: 'try-again' | 'let-be') => by.post(`/admin/errors/${id}/${decision}`)

describe('what failed in the background', () => {
  it('is told to admins, and is not there for anybody else', async () => {
    const id = await failed('remove-account', { personId: '1' })
    for (const other of [mod, stranger, house.client() as Client]) {
      await other.get('/admin/errors').expect(404)
      for (const decision of ['try-again', 'let-be'] as const) await decide(other, id, decision).expect(404)
    }
    expect((await admin.get('/admin').set('Accept', 'text/html')).text).toContain('<a href="/admin/errors">1</a>')
    const overview = (await mod.get('/admin').set('Accept', 'text/html')).text
    expect(overview).not.toContain('/admin/errors')
    expect((await mod.get('/admin')).body.jobsFailed).toBe(1)
    expect(await asPage(admin)).toContain('Removing an account')
  })

  it('stands there with what it was, when, how often it was tried, why, and whose it is', async () => {
    const { code } = (
      await stranger
        .post('/upload')
        .attach('file', await newPicture(), 'a.jpg')
        .expect(201)
    ).body
    const hidden = stranger
      .post('/upload')
      .field('visibility', 'private')
      .attach('file', await newPicture(), 'b.jpg')
    const closed = (await hidden.expect(201)).body.code
    await house.idle()
    const photos = await rows<{ id: string }>(house.db, sql`select id from photos order by id`)
    const [open = '', shut = ''] = photos.map(({ id }) => id)
    await failed('develop-avif', { photoId: open }, { message: 'no room in /data/incoming/abc for it\nat line 3' })
    await failed('develop-photo', { photoId: shut })
    await failed('export', { fileKey: 'gone' }, { value: { message: 'job timed out' } })
    await failed('push', { subscriptionId: '12' })
    await failed('send-mail', { what: 'news', personId: await idOf('stranger'), since: '2026-01-01' })
    await failed('send-mail', { what: 'notice', to: 'x@mail.example', mail: { subject: 'A', paragraphs: [] } })
    const { errors } = (await admin.get('/admin/errors').expect(200)).body
    const byMoment = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name)
    expect(errors.sort(byMoment)).toMatchObject([
      { name: 'develop-avif', message: 'no room in … for it', username: 'stranger', postCode: code, tries: 4 },
      { name: 'develop-photo', username: 'stranger' },
      { name: 'export', message: 'job timed out' },
      { name: 'push', message: 'It would not' },
      { name: 'send-mail' },
      { name: 'send-mail' },
    ])
    const page = await asPage(admin)
    expect(page).toContain('tried 4 times')
    expect(page).toContain(`href="/p/${code}"`)
    // Its author is named, but what the admin may not see has no link.
    expect(page).not.toContain(closed)
    expect(page).not.toContain('mail.example')
    expect(page).toContain('href="/admin/people/stranger"')
  })

  it('is tried again, once, and noted', async () => {
    const personId = await idOf('stranger')
    const id = await failed('open-photos', { personId })
    const browser = () => decide(admin, id, 'try-again').set('Accept', 'text/html')
    const answers = await Promise.all([browser(), browser()])
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 404])
    await house.idle()
    expect(await rows(house.db, sql`select state::text from jobs.job where id = ${id}`)).toEqual([
      { state: 'completed' },
    ])
    expect((await admin.get('/admin/log').set('Accept', 'text/html')).text).toMatch(
      /had failed work tried again.*Opening somebody’s photos/s,
    )
  })

  it('is tried once more where it fails again, and stands there again', async () => {
    const quiet = await openHouse({ withWorker: false })
    const working = await openWorkingQueue(quiet.db, quiet.config.directDatabase)
    const [boss, tries] = [await apiPerson(quiet, 'boss'), [] as boolean[]]
    await working.add(quiet.db, 'open-photos', { personId: '1' })
    const [{ id } = { id: '' }] = await rows<{ id: string }>(
      quiet.db,
      sql`update jobs.job set retry_limit = 0 where name = 'open-photos' returning id`,
    )
    await working.work('open-photos', 1, async (_data, isLastTry) => {
      tries.push(isLastTry)
      throw new Error('Never')
    })
    const isThere = async () => (await boss.get('/admin/errors')).body.errors.length === 1
    while (!(await isThere())) await new Promise((resolve) => setTimeout(resolve, 50))
    await decide(boss, id, 'try-again').expect(204)
    while (tries.length < 2 || !(await isThere())) await new Promise((resolve) => setTimeout(resolve, 50))
    expect(tries).toEqual([true, true])
    await working.stop()
    await quiet.close()
  }, 30_000)

  it('is forgotten if it is let be, once, and noted', async () => {
    const id = await failed('export', { fileKey: 'gone' })
    await decide(admin, id, 'let-be').expect(204)
    await decide(admin, id, 'let-be').expect(404)
    await decide(admin, id, 'try-again').expect(404)
    expect((await admin.get('/admin/errors')).body).toEqual({ errors: [], hasMore: false })
    expect(await asPage(admin)).toContain('Nothing has failed. All is well.')
  })

  it('is nothing else: what waits or works is not touched', async () => {
    await queue.addOnce(house.db, 'push', { subscriptionId: '1' }, { key: '1', afterSeconds: 3600 })
    const [{ id } = { id: '' }] = await rows<{ id: string }>(house.db, sql`select id from jobs.job`)
    for (const decision of ['let-be', 'try-again'] as const) await decide(admin, id, decision).expect(404)
    expect(await rows(house.db, sql`select state::text from jobs.job`)).toEqual([{ state: 'created' }])
  })

  it('are the last fifty, and it is said that there are more', async () => {
    const [first, ...others] = [await failed('export', { fileKey: 'first' })]
    expect(others).toEqual([])
    for (let index = 0; index < 50; index += 1) await failed('export', { fileKey: `number ${index}` })
    const { errors, hasMore } = (await admin.get('/admin/errors')).body
    expect(hasMore).toBe(true)
    expect(errors).toHaveLength(50)
    expect(errors.map(({ id }: { id: string }) => id)).not.toContain(first)
    expect(await asPage(admin)).toContain('There are more')
  })
})

describe('what a machine says', () => {
  it.each([
    ['connect ECONNREFUSED 10.0.0.3:25', 'connect ECONNREFUSED 10.0.0.3:25'],
    [
      "ENOENT: no such file or directory, open '/media/originals/ab/abcdef'",
      "ENOENT: no such file or directory, open '…'",
    ],
    ['C:\\data\\photos\\a.jpg is gone', '… is gone'],
    ['550 5.1.1 <ada@mail.example>: no such user', '550 5.1.1 <…>: no such user'],
    ['push to https://user:pw@push.example/v1/abc?token=1 failed', 'push to push.example failed'],
    ['password=hunter2 refused', 'password=… refused'],
    ['bad key f00dfacef00dfacef00dfacef00dface1', 'bad key …'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['first line\n    at Object.run (/app/dist/work.js:3:1)', 'first line'],
    ['x'.repeat(400), `${'x'.repeat(299)}…`],
    ['', ''],
  ])('is shown without what is nobody’s business: %j', (said, shown) => {
    expect(withoutSecrets(said)).toBe(shown)
  })
})
