import { readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { newPicture, picture } from '../../test/pictures.ts'
import { mountSmallDisk } from '../../test/small-disk.ts'
import { unzip } from '../../test/zip.ts'
import { firstRow, rows, sql } from '../db/sql.ts'
import { openQueue } from '../jobs/queue.ts'
import { newMediaKey } from '../media/storage.ts'
import { makeExport, sweepExports } from './make.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

type Client = Awaited<ReturnType<typeof apiPerson>>

async function share(client: Client, files: Buffer[], fields: Record<string, string> = {}) {
  const upload = client.post('/upload')
  for (const [index, file] of files.entries()) upload.attach('file', file, `${index}.jpg`)
  for (const [name, value] of Object.entries(fields)) upload.field(name, value)
  return (await upload.expect(201)).body as { code: string; id: string }
}

/** Asks for an export, waits for it and opens it. */
async function exportOf(client: Client) {
  await client.post('/settings/export').expect(202)
  await house.idle()
  const answer = await client.get('/settings/export/file').buffer(true).parse(collect).expect(200)
  const files = unzip(answer.body as Buffer)
  return { answer, files, data: JSON.parse(files.get('data.json')?.content.toString() ?? '') }
}

/** Takes an answer's body as it comes. */
async function collect(response: unknown, done: (error: Error | null, body: unknown) => void): Promise<void> {
  done(null, await buffer(response as NodeJS.ReadableStream))
}

const idOf = async (username: string) =>
  (await firstRow<{ id: string }>(house.db, sql`select id from users where username = ${username}`))?.id ?? ''
const age = (username: string, hours: number) =>
  house.db.raw(
    `update exports set asked_at = asked_at - make_interval(hours => ?), ready_at = ready_at - make_interval(hours => ?)
    where user_id = (select id from users where username = ?)`,
    [hours, hours, username],
  )

describe('taking everything along', () => {
  it('gives every original as it came, what was said of it, and all that one has done', async () => {
    const [ada, bob] = await Promise.all([apiPerson(house, 'ada'), apiPerson(house, 'bob')])
    const originals = [await newPicture(), await picture('png', 90, 60), await picture('tiff', 80, 60)]
    const post = await share(ada, originals, { caption: 'On <b>the</b> hill & "down" #hills @bob', place: 'Here' })
    await ada
      .post(`/p/${post.code}/edit`)
      .type('form')
      .send({ caption: 'Over the <script>alert(1)</script> hills #hills @bob' })
      .expect((answer) => expect(answer.status).toBeLessThan(400))
    const theirs = await share(bob, [await newPicture()], { caption: 'What Bob says is his' })
    await ada.post(`/p/${theirs.code}/like`).expect(204)
    const said = await ada.post(`/p/${theirs.code}/comments`).type('form').send({ text: 'How lovely' }).expect(201)
    expect(said.body).toBeDefined()
    await bob.post(`/p/${post.code}/comments`).type('form').send({ text: 'What Bob answers is his' }).expect(201)
    await ada.post(`/@bob/follow`).expect((answer) => expect(answer.status).toBeLessThan(300))
    await bob.post(`/@ada/follow`).expect((answer) => expect(answer.status).toBeLessThan(300))
    await ada.post(`/p/${theirs.code}/save`).expect((answer) => expect(answer.status).toBeLessThan(300))

    const { answer, files, data } = await exportOf(ada)
    expect(answer.get('Content-Disposition')).toMatch(/^attachment; filename="?gramstack-ada-\d{4}-\d\d-\d\d\.zip"?$/)

    const photos = await rows<{ media_key: string }>(
      house.db,
      sql`select media_key from photos join posts on posts.id = post_id where author_id = ${await idOf('ada')} order by position`,
    )
    const [exported] = data.posts
    expect(data.posts).toHaveLength(1)
    expect(exported.photos.map(({ file }: { file: string }) => file)).toEqual([
      expect.stringMatching(/^photos\/\d+-1\.jpg$/),
      expect.stringMatching(/^photos\/\d+-2\.png$/),
      expect.stringMatching(/^photos\/\d+-3\.tif$/),
    ])
    for (const [index, { file }] of exported.photos.entries()) {
      const stored = files.get(file)
      expect(stored?.isPacked).toBe(false)
      expect(stored?.content.equals(originals[index] as Buffer)).toBe(true)
      expect(stored?.content.equals(await readFile(house.storage.originalPath(photos[index]?.media_key ?? '')))).toBe(
        true,
      )
    }
    expect(exported).toMatchObject({
      code: post.code,
      caption: 'Over the <script>alert(1)</script> hills #hills @bob',
      place: 'Here',
      visibility: 'public',
      mentions: ['bob'],
      comments: 1,
      earlierVersions: [{ caption: 'On <b>the</b> hill & "down" #hills @bob' }],
    })
    expect(data.account).toMatchObject({ name: 'ada', id: await idOf('ada') })
    expect(data.settings).toMatchObject({ isPrivate: false, commentsFrom: 'everyone' })
    expect(data.comments).toMatchObject([{ text: 'How lovely', postOf: 'bob' }])
    expect(data.likes).toMatchObject([{ postOf: 'bob' }])
    expect(data.following).toMatchObject([{ name: 'bob' }])
    expect(data.followers).toMatchObject([{ name: 'bob' }])
    expect(data.saved).toMatchObject([{ postOf: 'bob' }])
    expect(data.sessions).toHaveLength(1)

    // Of others no more than their names, and no secret of anybody.
    const text = [...files].filter(([name]) => !name.startsWith('photos/')).map(([, { content }]) => content.toString())
    const secrets = await rows<{ secret: string }>(
      house.db,
      sql`select password_hash as secret from users union all select encode(token_hash, 'hex') from sessions
        union all select media_key from photos`,
    )
    for (const hidden of ['Bob says is his', 'Bob answers is his', ...secrets.map(({ secret }) => secret)])
      expect(text.join('\n')).not.toContain(hidden)
  })

  it('can be looked at from a folder, without a script, and whatever was written stays text', async () => {
    const eve = await apiPerson(house, 'eve')
    for (let index = 0; index < 21; index += 1)
      await share(eve, [await newPicture()], { caption: `<script>alert(${index})</script>`, newAnyway: '1' })
    await share(eve, [await picture('tiff', 80, 60)])
    const { files, data } = await exportOf(eve)
    expect(data.posts).toHaveLength(22)
    expect(new Set(data.posts.map(({ id }: { id: string }) => id)).size).toBe(22)
    const pages = [...files.keys()].filter((name) => name.endsWith('.html'))
    expect(pages).toEqual(['index.html', 'page-2.html'])
    for (const page of pages) {
      const html = files.get(page)?.content.toString() ?? ''
      expect(html).not.toMatch(/<script|https?:\/\/|href="\/|src="\//)
      for (const [, path = ''] of html.matchAll(/(?:href|src)="([^"]+)"/g)) expect([...files.keys()]).toContain(path)
    }
    const index = files.get('index.html')?.content.toString() ?? ''
    expect(index).toContain('&lt;script>alert(20)&lt;/script>')
    // What browsers do not show stands there as a JPEG.
    expect(index).toMatch(/<a href="photos\/\d+-1\.tif"><img src="pictures\/\d+-1\.jpg"/)
  })

  it('is there for somebody who has nothing', async () => {
    const { data, files } = await exportOf(await apiPerson(house, 'empty'))
    expect(data).toMatchObject({ posts: [], likes: [], comments: [] })
    expect(files.get('index.html')?.content.toString()).toContain('There are no posts')
  })

  it('is nobody else’s, not even to know of', async () => {
    const zoe = await apiPerson(house, 'zoe')
    await exportOf(zoe)
    await house.client().get('/settings/export/file').expect(401)
    await (await apiPerson(house)).get('/settings/export/file').expect(404)
    const key = await firstRow<{ file_key: string }>(house.db, sql`select file_key from exports limit 1`)
    for (const path of [
      `/media/exports/${key?.file_key}`,
      `/exports/${key?.file_key}`,
      `/media/../exports/${key?.file_key}`,
    ])
      await house.client().get(path).expect(404)
  })

  it('shows how far it is by itself, and then where to get it', async () => {
    const pam = await person(house, 'pam')
    expect((await pam.get('/settings/export')).text).toContain('Make it')
    await house.db.raw(
      `insert into exports (user_id, file_key, percent) select id, ?, 40 from users where username = 'pam'`,
      [newMediaKey()],
    )
    const waiting = (await pam.get('/settings/export')).text
    expect(waiting).toMatch(/http-equiv="refresh"/)
    expect(waiting).toMatch(/<progress[^>]*value="40"/)
    await pam.get('/settings/export/file').expect(404)
    await pam.post('/settings/export').expect(303)
    await rows(house.db, sql`delete from exports where user_id = ${await idOf('pam')}`)
    await pam.post('/settings/export').expect(303)
    await house.idle()
    const ready = (await pam.get('/settings/export')).text
    expect(ready).toContain('/settings/export/file')
    expect(ready).not.toContain('http-equiv="refresh"')
  })

  it('is made once, however often it is asked for at once', async () => {
    // Nobody works here, so that it cannot be there before the last has asked.
    const idle = await openHouse({ withWorker: false })
    try {
      const ted = await apiPerson(idle, 'ted')
      await Promise.all(Array.from({ length: 10 }, () => ted.post('/settings/export').expect(202)))
      const made = await rows<{ isOurs: boolean }>(
        idle.db,
        sql`
          select data->>'fileKey' = (select file_key from exports) as "isOurs"
          from jobs.job where name = 'export'`,
      )
      expect(made).toEqual([{ isOurs: true }])
    } finally {
      await idle.close()
    }
  })

  it('is made again a day later, and not before', async () => {
    const ted = await apiPerson(house, 'ted')
    await ted.post('/settings/export').expect(202)
    await house.idle()
    const again = await ted.post('/settings/export').expect(429)
    expect(again.body.error).toContain('once in 24 hours')
    const before = (await house.files()).filter((path) => path.startsWith('exports/'))
    await age('ted', 25)
    await exportOf(ted)
    const after = (await house.files()).filter((path) => path.startsWith('exports/'))
    expect(after).toHaveLength(before.length)
    expect(after.sort()).not.toEqual(before.sort())
  })

  it('is kept for seven days, and then its file is gone', async () => {
    const una = await apiPerson(house, 'una')
    await exportOf(una)
    const key = await firstRow<{ file_key: string }>(
      house.db,
      sql`select file_key from exports where user_id = ${await idOf('una')}`,
    )
    await age('una', 7 * 24 + 1)
    await una.get('/settings/export/file').expect(404)
    // A file of none, that an accident has left.
    const stray = join(house.mediaRoot, 'exports', newMediaKey())
    await writeFile(stray, 'left over')
    await utimes(stray, new Date(0), new Date(0))
    const queue = await openQueue(house.db)
    await sweepExports({ db: house.db, storage: house.storage, queue })
    await queue.stop()
    const files = await house.files()
    expect(files).not.toContain(`exports/${key?.file_key}`)
    expect(files).not.toContain(stray.slice(house.mediaRoot.length + 1))
    expect((await una.get('/settings/export')).body).toEqual({ state: 'none', mayAskAgain: true })
  })

  it('begins anew after its worker was stopped in the middle, and leaves nothing half done', async () => {
    const max = await apiPerson(house, 'max')
    const file = await newPicture()
    await share(max, [file])
    const fileKey = newMediaKey()
    await rows(house.db, sql`insert into exports (user_id, file_key) values (${await idOf('max')}, ${fileKey})`)
    const deps = { db: house.db, storage: house.storage }
    const before = (await house.files()).sort()
    await expect(makeExport({ ...deps, signal: AbortSignal.abort() }, fileKey, true)).rejects.toThrow()
    const stopping = new AbortController()
    const cut = makeExport({ ...deps, signal: stopping.signal }, fileKey, true)
    setTimeout(() => stopping.abort(), 15)
    await cut.catch(() => {})
    if ((await max.get('/settings/export')).body.state === 'working')
      expect((await house.files()).sort()).toEqual(before)
    await makeExport({ ...deps, signal: new AbortController().signal }, fileKey, false)
    const answer = await max.get('/settings/export/file').buffer(true).parse(collect).expect(200)
    expect([...unzip(answer.body as Buffer).values()].some(({ content }) => content.equals(file))).toBe(true)
    // A job that comes twice changes nothing.
    await makeExport({ ...deps, signal: new AbortController().signal }, fileKey, false)
    await max.get('/settings/export/file').expect(200)
  })

  it('is taken up again where its job has gone', async () => {
    const lou = await apiPerson(house, 'lou')
    await rows(
      house.db,
      sql`
        insert into exports (user_id, file_key, asked_at)
        values (${await idOf('lou')}, ${newMediaKey()}, now() - interval '11 minutes')`,
    )
    const queue = await openQueue(house.db)
    await sweepExports({ db: house.db, storage: house.storage, queue })
    await queue.stop()
    await house.idle()
    await lou.get('/settings/export/file').expect(200)
  })

  it('goes on without a photo whose file only a backup has', async () => {
    const kim = await apiPerson(house, 'kim')
    await share(kim, [await newPicture()])
    const photo = await firstRow<{ media_key: string }>(
      house.db,
      sql`select media_key from photos join posts on posts.id = post_id where author_id = ${await idOf('kim')}`,
    )
    await house.storage.removeOriginal(photo?.media_key ?? '')
    expect((await exportOf(kim)).data.posts).toMatchObject([{ photos: [] }])
  })
})

const disk = mountSmallDisk(10)
// Only root may mount a disk.
const whereAllowed = disk ? describe : describe.skip

whereAllowed('on a disk that is full', () => {
  it('fails with a clear sentence, leaves nothing, and can be asked for again', async () => {
    const small = await openHouse({ ownMediaRoot: disk?.path ?? '' })
    try {
      const client = await apiPerson(small)
      const upload = await client.post('/upload').attach('file', await newPicture(700, 700), 'a.jpg')
      expect(upload.status).toBe(201)
      await small.idle()
      const before = (await small.files()).sort()
      const ballast = join(small.mediaRoot, 'ballast')
      await writeFile(ballast, Buffer.alloc(20e6)).catch(() => {})
      await client.post('/settings/export').expect(202)
      await small.idle()
      expect((await client.get('/settings/export')).body).toMatchObject({
        state: 'failed',
        failure: expect.stringContaining('not enough room'),
      })
      expect((await small.files()).sort()).toEqual([...before, 'ballast'].sort())
      await writeFile(ballast, '')
      await client.post('/settings/export').expect(202)
      await small.idle()
      await client.get('/settings/export/file').expect(200)
    } finally {
      await small.close()
      disk?.remove()
    }
  })
})
