import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { type House, openHouse, person } from '../../test/house.ts'
import { newPicture, picture, pictureWithSecrets } from '../../test/pictures.ts'
import { firstRow, rows, sql } from '../db/sql.ts'
import { openQueue, type Queue } from '../jobs/queue.ts'
import { orphans } from '../photos/tidy.ts'
import { closeAvatar, placeAvatar, removeAvatar, tidyAvatars } from './avatars.ts'
import { rerenderAvatars } from './rerender.ts'
import { verifyAvatars } from './verify.ts'

let house: House
let queue: Queue
beforeAll(async () => {
  house = await openHouse()
  queue = await openQueue(house.db)
})
afterEach(async () => {
  await house.idle()
  // Whatever a test did: every file is somebody's, and everybody's files are there.
  expect(await verify()).toEqual([])
  for await (const orphan of orphans(house, 0)) throw new Error(`left over: ${JSON.stringify(orphan)}`)
  expect((await house.files()).filter((file) => file.startsWith('incoming/'))).toEqual([])
})
afterAll(async () => {
  await queue.stop()
  await house.close()
})

async function verify(isRepairing = false): Promise<string[]> {
  const found: string[] = []
  const deps = { db: house.db, storage: house.storage, queue }
  for await (const { what, remedy } of verifyAvatars(deps, { isRepairing, isHashing: true }))
    found.push(`${what} → ${remedy ?? 'lost'}`)
  await house.idle()
  return found
}

type Browser = Awaited<ReturnType<typeof person>>

const send = (browser: ReturnType<House['browser']>, file: Buffer, fields: Record<string, string> = {}) =>
  Object.entries(fields).reduce(
    (form, [name, value]) => form.field(name, value),
    browser.post('/settings/avatar').attach('file', file, 'a.jpg'),
  )

/** The address of somebody's picture, as others see it. */
async function shownOf({ username }: Browser): Promise<string | undefined> {
  const { text } = await house.browser().get(`/@${username}`).expect(200)
  return /<picture class="avatar large">.*?<img src="([^"]+)"/.exec(text)?.[1]
}

const filesOf = async (url: string) => {
  const key = url.split('/')[3]
  return (await house.files()).filter((file) => file.includes(String(key))).sort()
}

/** The colours of the left and right edge, as red, green and blue. */
async function edges(url: string): Promise<number[][]> {
  const { body } = await house.client().get(url).expect(200)
  const { data, info } = await sharp(body).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (x: number) => [...data.subarray((info.width * 50 + x) * 3, (info.width * 50 + x) * 3 + 3)]
  return [at(2), at(info.width - 3)]
}
const isRed = ([r = 0, , b = 0]: number[] = []) => r > 200 && b < 60
const isBlue = ([r = 0, , b = 0]: number[] = []) => b > 200 && r < 60

describe('the picture of a person', () => {
  it('is a letter until there is one, and then three squares in two formats, open to all', async () => {
    const ada = await person(house)
    expect((await house.browser().get(`/@${ada.username}`)).text).toContain(
      '<span class="avatar large" aria-hidden="true">P</span>',
    )
    await send(ada, await picture())
      .expect(303)
      .expect('Location', '/settings/avatar')
    const url = String(await shownOf(ada))
    expect(await filesOf(url)).toEqual(
      ['s192.jpg', 's192.webp', 's384.jpg', 's384.webp', 's96.jpg', 's96.webp'].map((file) =>
        join('renditions', url.slice('/media/'.length).replace('s192.jpg', file)),
      ),
    )
    const { body } = await house.client().get(url).expect(200).expect('Content-Type', 'image/jpeg')
    expect(await sharp(body).metadata()).toMatchObject({ width: 192, height: 192, format: 'jpeg' })
  })

  it.each(['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const)('may be a %s', async (format) => {
    const ada = await person(house)
    await send(ada, await picture(format, 300, 200)).expect(303)
    expect(await shownOf(ada)).toBeDefined()
  })

  it('may be a HEIC, or smaller than what is shown', async () => {
    const ada = await person(house)
    await send(ada, await readFile(new URL('../../test/fixtures/red-and-blue.heic', import.meta.url))).expect(303)
    const first = await shownOf(ada)
    await send(ada, await newPicture(1, 1)).expect(303)
    expect(await shownOf(ada)).not.toBe(first)
  })

  it('tells nothing of where and by whom it was taken', async () => {
    const ada = await person(house)
    await send(ada, await pictureWithSecrets()).expect(303)
    const url = String(await shownOf(ada))
    for (const file of await filesOf(url))
      expect((await readFile(join(house.mediaRoot, file))).toString('latin1')).not.toMatch(/Secret|GPS|Exif/)
  })

  it('shows the part that is chosen, when it is sent or later', async () => {
    const ada = await person(house)
    await send(ada, await picture(), { focal: '0,0.5', zoom: '2' }).expect(303)
    const left = String(await shownOf(ada))
    expect((await edges(left)).every(isRed)).toBe(true)
    const crop = (fields: object) => ada.post('/settings/avatar/crop').type('form').send(fields)
    await crop({ focal: '1,0.5', zoom: '2' }).expect(303)
    const right = String(await shownOf(ada))
    expect((await edges(right)).every(isBlue)).toBe(true)
    await crop({ focal: '0.5,0.5', zoom: '1' }).expect(303)
    const [red, blue] = await edges(String(await shownOf(ada)))
    expect([isRed(red), isBlue(blue)]).toEqual([true, true])
    for (const gone of [left, right]) await house.client().get(gone).expect(404)
    // What is no crop is the middle of the whole.
    await crop({ focal: 'x', zoom: '900' }).expect(303)
    expect((await house.client().post('/settings/avatar/crop')).status).toBe(401)
  })

  it('is replaced at once, and nothing is left of the one before', async () => {
    const ada = await person(house)
    await send(ada, await newPicture()).expect(303)
    const before = String(await shownOf(ada))
    await send(ada, await newPicture()).expect(303)
    expect(await shownOf(ada)).not.toBe(before)
    await house.idle()
    expect(await filesOf(before)).toEqual([])
    expect(
      await firstRow(
        house.db,
        sql`
      select count(*)::int from avatars join users on users.id = user_id where username = ${ada.username}`,
      ),
    ).toEqual({
      count: 1,
    })
    await house.client().get(before).expect(404)
  })

  it('is the last of many that are sent at once, or another whole one', async () => {
    const ada = await person(house)
    const files = await Promise.all(Array.from({ length: 4 }, () => newPicture()))
    const answers = await Promise.all(files.map((file) => send(ada, file)))
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303])
    await house.idle()
    const url = String(await shownOf(ada))
    await house.client().get(url).expect(200)
  })

  it.each<[string, Buffer, number, string]>([
    ['no photo', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 415, 'not a photo we can show'],
    ['an empty file', Buffer.alloc(0), 422, 'empty'],
    ['half a photo', Buffer.from('ffd8ffe000104a4649460001', 'hex'), 422, 'damaged'],
  ])('is not %s; the one before stays', async (_what, file, status, complaint) => {
    const ada = await person(house)
    await send(ada, await newPicture()).expect(303)
    const before = await shownOf(ada)
    const { text } = await send(ada, file).expect(status)
    expect(text).toContain(complaint)
    expect(text).toMatch(/<input[^>]*name="file"[^>]*aria-invalid="true"/)
    expect(await shownOf(ada)).toBe(before)
    // And it goes on as if nothing had been.
    await ada.post('/settings/avatar/crop').type('form').send({ focal: '0,0', zoom: '1' }).expect(303)
    await send(ada, await newPicture()).expect(303)
  })

  it('is one file that is there, and not too large', async () => {
    const ada = await person(house)
    expect((await ada.post('/settings/avatar').field('zoom', '1').expect(422)).text).toContain('Choose a photo.')
    const two = ada.post('/settings/avatar').attach('file', await newPicture(), 'a.jpg')
    expect((await two.attach('file', await newPicture(), 'b.jpg').expect(422)).text).toContain('Send one photo.')
    const large = Buffer.alloc(house.config.maxUploadBytes + 1)
    expect((await send(ada, large).expect(413)).text).toContain('too large')
    expect((await ada.post('/settings/avatar/crop').type('form').send({}).expect(422)).text).toContain('no picture yet')
    await house
      .client()
      .post('/settings/avatar')
      .attach('file', await newPicture(), 'a.jpg')
      .expect(401)
  })

  it('is gone with all its files when it is removed', async () => {
    const ada = await person(house)
    await send(ada, await newPicture()).expect(303)
    const url = String(await shownOf(ada))
    const original = await firstRow<{ media_key: string }>(
      house.db,
      sql`
      select media_key from avatars join users on users.id = user_id where username = ${ada.username}`,
    )
    await ada.post('/settings/avatar/remove').expect(303)
    await ada.post('/settings/avatar/remove').expect(303)
    expect(await shownOf(ada)).toBeUndefined()
    expect(await filesOf(url)).toEqual([])
    expect((await house.files()).filter((file) => file.includes(String(original?.media_key)))).toEqual([])
    await house.client().get(url).expect(404)
  })

  it('is gone, whatever is done at once', async () => {
    const ada = await person(house)
    await send(ada, await newPicture()).expect(303)
    await Promise.all([
      send(ada, await newPicture()),
      ada.post('/settings/avatar/crop').type('form').send({ focal: '0,0', zoom: '2' }),
      ada.post('/settings/avatar/remove'),
    ])
    await house.idle()
    await ada.post('/settings/avatar/remove').expect(303)
    expect(await shownOf(ada)).toBeUndefined()
  })

  it('is shown also of a private account, and not of somebody suspended', async () => {
    const ada = await person(house)
    await send(ada, await newPicture()).expect(303)
    await ada.post('/settings').type('form').send({ whole: 'yes', isPrivate: 'on' }).expect(303)
    const url = String(await shownOf(ada))
    await house.client().get(url).expect(200)
    const { id = '' } =
      (await firstRow<{ id: string }>(house.db, sql`select id from users where username = ${ada.username}`)) ?? {}
    await house.db.transaction(async (tx) => {
      await rows(tx, sql`update users set suspended_at = now() where id = ${id}`)
      await closeAvatar(tx, house.storage, id)
    })
    await house.client().get(url).expect(404)
    expect((await filesOf(url)).every((file) => file.startsWith('renditions/'))).toBe(false)
    await rows(house.db, sql`update users set suspended_at = null where id = ${id}`)
    await placeAvatar(house, id)
    await house.client().get(url).expect(200)
    expect((await filesOf(url)).every((file) => file.startsWith('renditions/'))).toBe(true)
    await removeAvatar(house, id)
    expect(await filesOf(url)).toEqual([])
  })

  it('is developed after all where its job is lost', async () => {
    const ada = await person(house)
    await send(ada, await newPicture()).expect(303)
    await house.idle()
    const before = await shownOf(ada)
    await rows(
      house.db,
      sql`
      update avatars set state = 'received', changed_at = now() - interval '1 hour'
      from users where users.id = user_id and username = ${ada.username}`,
    )
    await tidyAvatars({ db: house.db, queue })
    await house.idle()
    expect(await shownOf(ada)).not.toBe(before)
  })

  it('is looked after by media verify', async () => {
    const ada = await person(house)
    await send(ada, await newPicture()).expect(303)
    const url = String(await shownOf(ada))
    const key = String(url.split('/')[3])
    await rm(join(house.mediaRoot, 'renditions', url.slice('/media/'.length)))
    expect(await verify(true)).toEqual([
      expect.stringMatching(`renditions ${key} of person \\d+ lack s192.jpg → to be made anew by the worker`),
    ])
    const anew = String(await shownOf(ada))
    expect(anew).not.toBe(url)
    const anewKey = String(anew.split('/')[3])
    await house.storage.setOpen([anewKey], false)
    expect(await verify(true)).toEqual([
      expect.stringMatching(`renditions ${anewKey} of person \\d+ are closed, and could be open → opened`),
    ])
    const { media_key = '' } =
      (await firstRow<{ media_key: string }>(
        house.db,
        sql`
        select media_key from avatars join users on users.id = user_id where username = ${ada.username}`,
      )) ?? {}
    const path = house.storage.originalPath(media_key)
    const bytes = await readFile(path)
    await rm(path)
    expect(await verify(true)).toEqual([
      expect.stringMatching(`original ${media_key} of person \\d+ is missing → lost`),
    ])
    await writeFile(path, bytes)
  })
})

describe('media rerender, for pictures of people', () => {
  const run = (isForAll: boolean, progress: number[] = []) =>
    rerenderAvatars(
      { db: house.db, storage: house.storage, queue, onProgress: (left) => progress.push(left) },
      isForAll,
    )
  const outdate = ({ username }: Browser) =>
    rows(
      house.db,
      sql`
        update avatars set recipe = 'of another release' from users
        where users.id = user_id and username = ${username}`,
    )
  async function shown(): Promise<Browser> {
    const browser = await person(house)
    await send(browser, await newPicture()).expect(303)
    await house.idle()
    return browser
  }

  it('makes anew what other settings made, shows it, and leaves the rest', async () => {
    const [old, current] = [await shown(), await shown()]
    const [before, kept] = [String(await shownOf(old)), await shownOf(current)]
    await outdate(old)
    const progress: number[] = []
    expect(await run(false, progress)).toBe(0)
    expect([progress[0], progress.at(-1)]).toEqual([1, 0])
    await house.idle()
    const after = String(await shownOf(old))
    expect(after).not.toBe(before)
    await house.client().get(after).expect(200)
    expect(await filesOf(before)).toEqual([])
    expect(await shownOf(current)).toBe(kept)
    expect(await run(false)).toBe(0)
  })

  it('makes all anew where that is asked for, and goes on where it was stopped', async () => {
    const people = [await shown(), await shown()]
    const before = await Promise.all(people.map(shownOf))
    // As a run leaves it that was stopped before it had asked for the first.
    await rows(house.db, sql`update avatars set recipe = null where state = 'ready'`)
    expect(await run(false)).toBe(0)
    await house.idle()
    const between = await Promise.all(people.map(shownOf))
    expect(await run(true)).toBe(0)
    await house.idle()
    const after = await Promise.all(people.map(shownOf))
    expect(new Set([...before, ...between, ...after]).size).toBe(6)
  })

  it('gives way to what somebody chooses meanwhile', async () => {
    const ada = await shown()
    await outdate(ada)
    await Promise.all([
      run(false),
      ada.post('/settings/avatar/crop').type('form').send({ focal: '1,0.5', zoom: '2' }).expect(303),
    ])
    await house.idle()
    expect(await firstRow(house.db, sql`select count(*)::int from avatars where state = 'received'`)).toEqual({
      count: 0,
    })
    await house
      .client()
      .get(String(await shownOf(ada)))
      .expect(200)
  })

  it('says how many it could not do, and harms none of them', async () => {
    const [lost, broken] = [await shown(), await shown()]
    const urls = await Promise.all([lost, broken].map(shownOf))
    const paths: string[] = []
    for (const { username } of [lost, broken]) {
      const row = await firstRow<{ key: string }>(
        house.db,
        sql`select media_key as key from avatars join users on users.id = user_id where username = ${username}`,
      )
      paths.push(house.storage.originalPath(String(row?.key)))
    }
    const originals = await Promise.all(paths.map((path) => readFile(path)))
    await rm(String(paths[0]))
    await writeFile(String(paths[1]), 'no photo')
    await Promise.all([lost, broken].map(outdate))
    expect(await run(false)).toBe(2)
    await house.idle()
    expect(await Promise.all([lost, broken].map(shownOf))).toEqual(urls)
    for (const url of urls) await house.client().get(String(url)).expect(200)
    expect((await lost.get('/settings/avatar').expect(200)).text).not.toContain('damaged')
    for (const [at, path] of paths.entries()) await writeFile(path, originals[at] ?? '')
    expect(await run(false)).toBe(0)
  })
})

describe('pictures beside names', () => {
  it('stand on posts, comments, lists and notifications, without another query', async () => {
    const [ada, bob] = [await person(house), await person(house)]
    for (const browser of [ada, bob]) await send(browser, await newPicture()).expect(303)
    const adas = String(await shownOf(ada)).replace('s192', 's96')
    const post = (
      await bob
        .post('/upload')
        .attach('file', await newPicture(), 'a.jpg')
        .expect(303)
    ).get('Location')
    await house.idle()
    await ada.post(`${post}/comments`).type('form').send({ text: 'Lovely' }).expect(303)
    await ada.post(`${post}/like`).expect(303)
    await ada.post(`/@${bob.username}/follow`).expect(303)
    const paths = [
      `${post}/likes`,
      `/@${bob.username}/followers`,
      '/notifications',
      `/search?q=${ada.username}`,
      String(post),
    ]
    for (const path of paths) {
      const { text } = await bob.get(path).expect(200)
      expect({ path, isShown: text.includes(`src="${adas}" srcset`) }).toEqual({ path, isShown: true })
    }
    expect((await ada.get('/')).text).toContain(`${adas}`)
  })
})
