import { mkdir, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { apiPerson, type House, openHouse } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'
import { firstRow, rows, sql } from '../db/sql.ts'
import { openQueue, type Queue } from '../jobs/queue.ts'
import { newMediaKey } from '../media/storage.ts'
import { rerender } from './rerender.ts'
import { verifyMedia } from './verify.ts'

let house: House
let queue: Queue
let alice: Awaited<ReturnType<typeof apiPerson>>
beforeAll(async () => {
  house = await openHouse({ avifEffort: 0 })
  queue = await openQueue(house.db)
  alice = await apiPerson(house)
})
afterAll(async () => {
  await queue.stop()
  await house.close()
})

interface Known {
  id: string
  mediaKey: string
  renditionKey: string
  url: string
}

async function share(fields: Record<string, string> = {}): Promise<Known> {
  let form = alice.post('/upload').attach('file', await newPicture(400, 300), 'a.jpg')
  for (const [name, value] of Object.entries(fields)) form = form.field(name, value)
  const { body } = await form.expect(201)
  await house.idle()
  const id = body.photos[0].id as string
  const row = await firstRow<{ media_key: string; rendition_key: string }>(
    house.db,
    sql`select media_key, rendition_key from photos where id = ${id}`,
  )
  return { id, mediaKey: row?.media_key ?? '', renditionKey: row?.rendition_key ?? '', url: body.url }
}

async function verify(isRepairing = false, isHashing = true): Promise<string[]> {
  const found: string[] = []
  const deps = { db: house.db, storage: house.storage, queue }
  for await (const { what, remedy } of verifyMedia(deps, { isRepairing, isHashing }))
    found.push(`${what} → ${remedy ?? 'lost'}`)
  await house.idle()
  return found
}

const at = (folder: string, key: string, file = '') => join(house.mediaRoot, folder, key.slice(0, 2), key, file)

describe('media verify', () => {
  // Whatever a test broke, it has repaired.
  afterEach(async () => expect(await verify()).toEqual([]))

  it('finds nothing where everything fits', async () => {
    await share()
    await share({ visibility: 'private' })
    await share({ draft: 'yes' })
    expect(await verify()).toEqual([])
  })

  it('has missing renditions made anew, one or all', async () => {
    const [one, all] = [await share(), await share()]
    await rm(at('renditions', one.renditionKey, '320.webp'))
    await rm(at('renditions', one.renditionKey, 's300.avif'))
    await rm(at('renditions', all.renditionKey), { recursive: true })
    expect((await verify()).sort()).toEqual(
      [
        `renditions ${one.renditionKey} of photo ${one.id} lack 320.webp, s300.avif → to be made anew by the worker`,
        `renditions ${all.renditionKey} of photo ${all.id} lack every file → to be made anew by the worker`,
      ].sort(),
    )
    expect(await verify(true)).toHaveLength(2)
    for (const { url } of [one, all]) {
      const { body } = await house.client().get(url).expect(200)
      await house.client().get(body.media).expect(200)
    }
  })

  it('closes what lies open and should not, and opens what everybody may have', async () => {
    const [hidden, shown] = [await share({ visibility: 'private' }), await share()]
    const swap = async (from: string, to: string, key: string) => {
      await mkdir(dirname(at(to, key)), { recursive: true })
      await rename(at(from, key), at(to, key))
    }
    await swap('restricted', 'renditions', hidden.renditionKey)
    await swap('renditions', 'restricted', shown.renditionKey)
    expect((await verify()).sort()).toEqual(
      [
        `renditions ${hidden.renditionKey} of photo ${hidden.id} are open to all, and should not be → closed`,
        `renditions ${shown.renditionKey} of photo ${shown.id} are closed, and could be open → opened`,
      ].sort(),
    )
    await verify(true)
  })

  it('removes files of no photo, but none that may just be coming in', async () => {
    const [old, young] = [newMediaKey(), newMediaKey()]
    const path = (key: string) => join(house.mediaRoot, 'originals', key.slice(0, 2), key)
    for (const key of [old, young]) {
      await mkdir(dirname(path(key)), { recursive: true })
      await writeFile(path(key), 'x')
      await mkdir(at('restricted', key), { recursive: true })
    }
    const long = new Date(Date.now() - 2 * 3_600_000)
    for (const file of [path(old), at('restricted', old)]) await utimes(file, long, long)
    expect((await verify()).sort()).toEqual([
      `original ${old} belongs to no photo → removed`,
      `renditions ${old} belongs to no photo → removed`,
    ])
    await verify(true)
    await house.storage.removeOriginal(young)
    await house.storage.removeRenditions(young)
  })

  it('says of an original that is missing, short or changed that only a backup has it', async () => {
    const [missing, short, changed] = [await share(), await share(), await share()]
    const path = (key: string) => join(house.mediaRoot, 'originals', key.slice(0, 2), key)
    const { readFile } = await import('node:fs/promises')
    const kept = await Promise.all([missing, short, changed].map(({ mediaKey }) => readFile(path(mediaKey))))
    await rm(path(missing.mediaKey))
    await truncate(path(short.mediaKey), 10)
    await writeFile(path(changed.mediaKey), Buffer.from(kept[2] ?? '').reverse())
    const complaints = [
      `original ${missing.mediaKey} of photo ${missing.id} is missing → lost`,
      `original ${short.mediaKey} of photo ${short.id} has 10 bytes, and was uploaded with ${kept[1]?.length} → lost`,
      `original ${changed.mediaKey} of photo ${changed.id} is not what was uploaded → lost`,
    ]
    expect((await verify(true)).sort()).toEqual(complaints.sort())
    // A change of the bytes alone is seen only by reading them.
    expect(await verify(false, false)).toHaveLength(2)
    for (const [index, { mediaKey }] of [missing, short, changed].entries())
      await writeFile(path(mediaKey), kept[index] ?? '')
  })
})

describe('media rerender', () => {
  const run = (isForAll: boolean, progress: number[] = []) =>
    rerender(
      { db: house.db, storage: house.storage, queue, makesAvif: true, onProgress: (left) => progress.push(left) },
      isForAll,
    )
  const keys = async () =>
    (await rows<{ key: string }>(house.db, sql`select rendition_key as key from photos order by id`)).map(
      ({ key }) => key,
    )

  it('makes anew what other settings made, and leaves the rest', async () => {
    const [old, current] = [await share(), await share()]
    await rows(house.db, sql`update photos set recipe = 'of another release' where id = ${old.id}`)
    const progress: number[] = []
    expect(await run(false, progress)).toBe(0)
    expect([progress[0], progress.at(-1)]).toEqual([1, 0])
    const [after] = await rows<{ key: string }>(
      house.db,
      sql`select rendition_key as key from photos where id = ${old.id}`,
    )
    expect(after?.key).not.toBe(old.renditionKey)
    expect(await keys()).toContain(current.renditionKey)
    // Nobody has the old ones any more.
    expect((await house.files()).filter((path) => path.includes(old.renditionKey))).toEqual([])
    expect(await verify()).toEqual([])
    expect(await run(false)).toBe(0)
  })

  it('adds AVIF where there is none', async () => {
    const { id, renditionKey } = await share()
    await rm(at('renditions', renditionKey, '400.avif'))
    await rows(house.db, sql`update photos set avif_done = false where id = ${id}`)
    expect(await run(false)).toBe(0)
    expect((await house.files()).filter((path) => path.includes(`${renditionKey}/400.avif`))).toHaveLength(1)
  })

  it('goes on where it was stopped', async () => {
    await Promise.all([share(), share(), share()])
    // As a run leaves it that was stopped before it had asked for the first.
    await rows(house.db, sql`update photos set recipe = null where state = 'ready'`)
    const before = await keys()
    expect(await run(false)).toBe(0)
    for (const key of await keys()) expect(before).not.toContain(key)
    expect(await verify()).toEqual([])
  })

  it('says how many it could not do, and harms none of them', async () => {
    const { id, mediaKey, renditionKey, url } = await share()
    const path = join(house.mediaRoot, 'originals', mediaKey.slice(0, 2), mediaKey)
    await rename(path, `${path}.away`)
    await rows(house.db, sql`update photos set recipe = null where id = ${id}`)
    expect(await run(false)).toBe(1)
    await rename(`${path}.away`, path)
    const { body } = await house.client().get(url).expect(200)
    expect(body.media).toContain(renditionKey)
    await house.client().get(body.media).expect(200)
    expect(await run(false)).toBe(0)
  })
})
