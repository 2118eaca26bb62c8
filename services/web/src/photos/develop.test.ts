import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type House, openHouse, person } from '../../test/house.ts'
import { picture } from '../../test/pictures.ts'
import { firstRow, rows, sql } from '../db/sql.ts'
import { openQueue, type Queue } from '../jobs/queue.ts'
import { Budget } from '../media/budget.ts'
import { type Decoder, openDecoder } from '../media/decoder.ts'
import { untouched } from '../media/edits/edits.ts'
import type { Order } from '../media/orders.ts'
import { newMediaKey, type Storage } from '../media/storage.ts'
import { publishIfReady } from '../posts/publishing.ts'
import { type DevelopDeps, developPhoto } from './develop.ts'
import { retryPhoto } from './service.ts'
import { tidyFiles, tidyPhotos } from './tidy.ts'

let house: House
let storage: Storage
let decoder: Decoder
let queue: Queue
let deps: DevelopDeps
beforeEach(async () => {
  house = await openHouse({ withWorker: false })
  storage = house.storage
  decoder = openDecoder({ memory: new Budget(1e9) })
  queue = await openQueue(house.db)
  deps = {
    db: house.db,
    storage,
    queue,
    decoder,
    patientDecoder: decoder,
    maxPixels: 1e8,
    avifEffort: undefined,
    changePost: (postId, change) => publishIfReady({ db: house.db, storage }, postId, change),
  }
  await person(house)
})
afterEach(async () => {
  decoder.stop()
  await queue.stop()
  await house.close()
})

/** A photo that waits for the worker, as an upload leaves it; `hoursAgo` by its id and its file. */
async function received(file: Buffer, hoursAgo = 0): Promise<{ id: string; mediaKey: string }> {
  const mediaKey = newMediaKey()
  const path = storage.incomingPath()
  await writeFile(path, file)
  await storage.keepOriginal(path, mediaKey)
  const time = new Date(Date.now() - hoursAgo * 3_600_000)
  await utimes(storage.originalPath(mediaKey), time, time)
  const [post] = await rows<{ id: string }>(
    house.db,
    sql`insert into posts (author_id) select id from users returning id`,
  )
  const [photo] = await rows<{ id: string }>(
    house.db,
    sql`
      insert into photos (id, post_id, media_key, original_bytes, original_sha256)
      values (next_id() - ((${hoursAgo} * 3600000)::bigint << 23), ${post?.id ?? ''}, ${mediaKey}, 1, '\\x00')
      returning id`,
  )
  return { id: photo?.id ?? '', mediaKey }
}

const turned = { ...untouched, turns: 1 }

const stateOf = (id: string) =>
  firstRow<{ state: string; refusal: string | null }>(house.db, sql`select state, refusal from photos where id = ${id}`)

describe('developing a photo', () => {
  it('never harms what another worker has finished meanwhile', async () => {
    const { id } = await received(Buffer.from('no photo'))
    const slow: Decoder = {
      ...decoder,
      async develop(order, onFeed) {
        const answer = await decoder.develop(order, onFeed)
        await house.db.raw("update photos set state = 'ready', width = 1, height = 1, rendition_widths = '{1}'")
        return answer
      },
    }
    await developPhoto({ ...deps, decoder: slow }, id, true)
    expect(await stateOf(id)).toEqual({ state: 'ready', refusal: null })
    expect(await house.files()).toHaveLength(1)
  })

  it('is tried again when it is the machine that fails, and given up at last without a loss', async () => {
    const { id, mediaKey } = await received(await picture())
    // A disk that cannot be read, as far as the decoder can tell.
    const elsewhere = { ...storage, originalPath: () => '/nowhere/at/all' }
    const broken = { ...deps, storage: elsewhere }
    await expect(developPhoto(broken, id, false)).rejects.toThrow(/input file is missing/i)
    expect(await stateOf(id)).toEqual({ state: 'received', refusal: null })
    await developPhoto(broken, id, true)
    expect(await stateOf(id)).toEqual({ state: 'refused', refusal: 'given-up' })
    expect(await house.files()).toEqual([`originals/${mediaKey.slice(0, 2)}/${mediaKey}`])
  })

  it('begins again when the focal point is moved meanwhile, and leaves nothing of the first try', async () => {
    const { id } = await received(await picture())
    let isMoved = false
    const moving: Decoder = {
      ...decoder,
      async develop(order, onFeed) {
        if (!isMoved) await rows(house.db, sql`update photos set focal_x = 0.25 where id = ${id}`)
        isMoved = true
        return decoder.develop(order, onFeed)
      },
    }
    await developPhoto({ ...deps, decoder: moving }, id, false)
    expect(await stateOf(id)).toEqual({ state: 'ready', refusal: null })
    expect((await house.files()).filter((path) => /^(renditions|restricted)/.test(path))).toHaveLength(12)
  })

  it('publishes a draft that is shared meanwhile, under the id that it gets by that', async () => {
    const { id } = await received(await picture())
    await rows(house.db, sql`update posts set is_draft = true`)
    const shared: Decoder = {
      ...decoder,
      async develop(order, onFeed) {
        await rows(house.db, sql`update posts set id = next_id(), drafted_as = id, is_draft = false`)
        return decoder.develop(order, onFeed)
      },
    }
    await developPhoto({ ...deps, decoder: shared }, id, false)
    expect(await stateOf(id)).toEqual({ state: 'ready', refusal: null })
    expect(await firstRow(house.db, sql`select published_at is not null as is_published from posts`)).toEqual({
      is_published: true,
    })
    // Where everybody may have them.
    expect((await house.files()).filter((path) => path.startsWith('renditions/'))).toHaveLength(12)
  })

  it('begins again when it is edited meanwhile, and shows what was asked for last', async () => {
    const { id } = await received(await picture())
    let tries = 0
    const editing: Decoder = {
      ...decoder,
      async develop(order, onFeed) {
        tries += 1
        if (tries === 1) await rows(house.db, sql`update photos set edits = '{"turns": 1}' where id = ${id}`)
        return decoder.develop(
          { ...order, edits: order.task === 'develop' && order.edits ? turned : null } as Order,
          onFeed,
        )
      },
    }
    await developPhoto({ ...deps, decoder: editing }, id, false)
    expect(tries).toBe(2)
    expect(await firstRow(house.db, sql`select state, width, height, original_width from photos`)).toEqual({
      state: 'ready',
      width: 900,
      height: 1200,
      original_width: 1200,
    })
    expect((await house.files()).filter((path) => /^(renditions|restricted)/.test(path))).toHaveLength(10)
  })

  it('loses nothing where what was done to a photo cannot be carried out, and is tried again when that is undone', async () => {
    const { id, mediaKey } = await received(await picture())
    await developPhoto(deps, id, false)
    await rows(house.db, sql`update photos set state = 'received', edits = ${JSON.stringify(turned)}::jsonb`)
    for (const verdict of ['too-heavy', 'damaged'] as const) {
      const failing: Decoder = { ...decoder, develop: async () => ({ verdict, because: 'a test' }) }
      await rows(house.db, sql`update photos set state = 'received', refusal = null`)
      await developPhoto({ ...deps, decoder: failing }, id, false)
      expect(await stateOf(id)).toEqual({ state: 'refused', refusal: 'edits' })
      // Once more, as a job does that was cut off.
      await developPhoto({ ...deps, decoder: failing }, id, false)
      expect(await house.files()).toContain(`originals/${mediaKey.slice(0, 2)}/${mediaKey}`)
    }
    const { post_id } = (await firstRow<{ post_id: string }>(house.db, sql`select post_id from photos`)) ?? {}
    await retryPhoto(house.db, queue, post_id ?? '', id)
    await developPhoto(deps, id, false)
    expect(await firstRow(house.db, sql`select state, width from photos`)).toEqual({ state: 'ready', width: 900 })
    expect((await house.files()).filter((path) => /^(renditions|restricted)/.test(path))).toHaveLength(10)
  })

  it('refuses an edited photo for good where it is none at all', async () => {
    const { id } = await received(Buffer.from('no photo'))
    await rows(house.db, sql`update photos set edits = ${JSON.stringify(turned)}::jsonb`)
    await developPhoto(deps, id, false)
    expect(await stateOf(id)).toEqual({ state: 'refused', refusal: 'unsupported' })
    expect(await house.files()).toEqual([])
  })

  it('may be done twice at once, and is done once', async () => {
    const { id } = await received(await picture())
    await Promise.all([developPhoto(deps, id, false), developPhoto(deps, id, false)])
    expect(await stateOf(id)).toEqual({ state: 'ready', refusal: null })
    expect((await house.files()).filter((path) => path.startsWith('renditions/'))).toHaveLength(12)
    expect((await house.files()).filter((path) => path.startsWith('incoming/'))).toEqual([])
  })
})

describe('tidying up', () => {
  it('takes up photos whose job is gone, once, and leaves alone those that just came', async () => {
    const old = await received(await picture(), 1)
    await received(await picture())
    await tidyPhotos({ db: house.db, storage, queue })
    await tidyPhotos({ db: house.db, storage, queue })
    expect(await rows(house.db, sql`select data->>'photoId' as id from jobs.job where name = 'develop-photo'`)).toEqual(
      [{ id: old.id }],
    )
  })

  it('removes old files that belong to no photo, and no others', async () => {
    const kept = await received(await picture(), 2)
    const orphan = newMediaKey()
    await mkdir(join(house.mediaRoot, 'originals', orphan.slice(0, 2)), { recursive: true })
    const young = newMediaKey()
    await mkdir(join(house.mediaRoot, 'originals', young.slice(0, 2)), { recursive: true })
    for (const key of [orphan, young]) await writeFile(storage.originalPath(key), 'x')
    const left = storage.incomingPath()
    await writeFile(left, 'x')
    const time = new Date(Date.now() - 7_200_000)
    for (const path of [storage.originalPath(orphan), left]) await utimes(path, time, time)
    await tidyPhotos({ db: house.db, storage, queue })
    await tidyFiles({ db: house.db, storage })
    expect((await house.files()).sort()).toEqual(
      [kept.mediaKey, young].map((key) => `originals/${key.slice(0, 2)}/${key}`).sort(),
    )
  })

  it('leaves everything where it is if nearly nothing belongs to a photo: the database may be the wrong one', async () => {
    const long = new Date(Date.now() - 7_200_000)
    for (let count = 0; count < 120; count += 1) {
      const key = newMediaKey()
      await mkdir(join(house.mediaRoot, 'originals', key.slice(0, 2)), { recursive: true })
      await writeFile(storage.originalPath(key), 'x')
      await utimes(storage.originalPath(key), long, long)
    }
    await tidyFiles({ db: house.db, storage })
    expect(await house.files()).toHaveLength(120)
  })
})
