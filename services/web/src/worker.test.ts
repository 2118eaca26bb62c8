import { type ChildProcess, spawn } from 'node:child_process'
import { readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { testEnvironment } from '../test/database.ts'
import { apiPerson, type House, openHouse } from '../test/house.ts'
import { firstRow, rows, sql } from './db/sql.ts'
import { openQueue } from './jobs/queue.ts'
import { renditionUrl } from './media/renditions.ts'
import { tidyFiles, tidyPhotos } from './photos/tidy.ts'
import { verifyMedia } from './photos/verify.ts'

let house: House
const workers: ChildProcess[] = []
beforeAll(async () => {
  house = await openHouse({ withWorker: false })
})
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL')
  await house.close()
})

/** A worker as a process of its own. */
async function startWorker(): Promise<ChildProcess> {
  const env = {
    PATH: process.env.PATH ?? '',
    ...testEnvironment(house.config.database.database, house.mediaRoot),
    // As fast as AVIF gets.
    AVIF_EFFORT: '0',
  }
  const worker = spawn('node', ['dist/worker.js'], {
    env: { ...env, PORT: String(20_000 + (process.pid % 20_000) + workers.length) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  workers.push(worker)
  await new Promise<void>((resolve, reject) => {
    worker.once('exit', () => reject(new Error('the worker ended')))
    worker.stdout?.on('data', (text) => String(text).includes('worker ready') && resolve())
  })
  return worker
}

function kill(worker: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve())
    worker.kill('SIGKILL')
  })
}

async function until(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 2))
}

/** Everything below a folder, by its path in it. */
async function below(folder: string): Promise<string[]> {
  const entries = await readdir(join(house.mediaRoot, folder), { recursive: true }).catch(() => [])
  return entries.map(String)
}

/** How far a photo may have got when its worker dies. */
const stages: [string, (photoId: string) => Promise<boolean>][] = [
  [
    'has taken the job',
    async (id) =>
      (await rows(house.db, sql`select from jobs.job where state = 'active' and data->>'photoId' = ${id}`)).length > 0,
  ],
  ['is writing what a feed needs', async () => (await below('incoming')).some((path) => path.includes('/'))],
  [
    'has moved it to its place',
    async (id) => {
      const known = await rows<{ key: string }>(
        house.db,
        sql`select rendition_key as key from photos where id <> ${id}`,
      )
      const there = [...(await below('restricted')), ...(await below('renditions'))].filter(
        (path) => path.length === 35,
      )
      return there.some((path) => !known.some(({ key }) => path.endsWith(key)))
    },
  ],
  [
    'has said that it is ready',
    async (id) => (await rows(house.db, sql`select from photos where id = ${id} and state = 'ready'`)).length > 0,
  ],
  [
    'has published the post',
    async (id) =>
      (
        await rows(
          house.db,
          sql`
            select from posts
            where published_at is not null and id = (select post_id from photos where photos.id = ${id})`,
        )
      ).length > 0,
  ],
  ['is writing what large screens need', async () => (await below('incoming')).some((path) => /\/2048\./.test(path))],
  [
    'has added it',
    async (id) =>
      (await rows(house.db, sql`select from photos where id = ${id} and 2048 = any(rendition_widths)`)).length > 0,
  ],
  ['is writing AVIF', async () => (await below('incoming')).some((path) => path.endsWith('.avif'))],
  ['is adding AVIF', async () => (await below('renditions')).some((path) => path.endsWith('.avif'))],
]

/** A picture that takes some time, and no two of which are the same. */
function largePicture(): Promise<Buffer> {
  return sharp({
    create: {
      width: 2400,
      height: 1600,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
    .jpeg({ quality: 80 })
    .toBuffer()
}

describe('a worker', () => {
  it('that is killed at any moment leaves a finished photo, or a job that the next one takes up', async () => {
    const alice = await apiPerson(house)
    const uploads: Promise<unknown>[] = []
    const halves: string[] = []
    let isOver = false
    // Somebody who looks at everything that there is, all the while.
    const looking = (async () => {
      while (!isOver) {
        const shown = await rows<{ key: string; width: number }>(
          house.db,
          sql`select rendition_key as key, unnest(rendition_widths) as width from photos where state = 'ready'`,
        )
        for (const { key, width } of shown) {
          for (const extension of ['jpg', 'webp']) {
            const url = renditionUrl(key, `${width}.${extension}`)
            const { status, body } = await alice.get(url).buffer(true)
            const seen = await sharp(body)
              .stats()
              .catch(() => undefined)
            if (status !== 200 || !seen) halves.push(`${url} ${status}`)
          }
        }
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    })()

    for (const [, hasComeTo] of stages) {
      const worker = await startWorker()
      const file = await largePicture()
      const before = await firstRow<{ id: string }>(house.db, sql`select coalesce(max(id), 0) as id from photos`)
      uploads.push(
        alice
          .post('/upload')
          .attach('file', file, 'a.jpg')
          .then(({ status }) => status),
      )
      let photoId = ''
      await until(async () => {
        const found = await firstRow<{ id: string }>(
          house.db,
          sql`select id from photos where id > ${before?.id ?? '0'}`,
        )
        photoId = found?.id ?? ''
        return photoId !== ''
      })
      await until(() => hasComeTo(photoId))
      await kill(worker)
    }

    await startWorker()
    await until(async () => {
      const unfinished = await rows(house.db, sql`select from photos where state <> 'ready' or not avif_done`)
      return unfinished.length === 0
    })
    await house.idle()
    isOver = true
    await looking
    expect(await Promise.all(uploads)).toEqual(stages.map(() => 201))
    expect(halves).toEqual([])
    expect(await rows(house.db, sql`select from posts where published_at is not null`)).toHaveLength(stages.length)
    expect(await rows(house.db, sql`select distinct rendition_widths from photos`)).toEqual([
      { rendition_widths: [320, 640, 1080, 2048] },
    ])

    // Grown old, what was left over is tidied up, and nothing else.
    const long = new Date(Date.now() - 2 * 3_600_000)
    for (const folder of ['incoming', 'restricted', 'renditions', 'originals'])
      for (const path of await below(folder)) await utimes(join(house.mediaRoot, folder, path), long, long)
    const queue = await openQueue(house.db)
    await tidyPhotos({ db: house.db, storage: house.storage, queue })
    await tidyFiles(house)
    const problems: unknown[] = []
    const deps = { db: house.db, storage: house.storage, queue }
    for await (const problem of verifyMedia(deps, { isRepairing: false, isHashing: true })) problems.push(problem)
    await queue.stop()
    expect(problems).toEqual([])
    // For each: the original, and four widths and two squares in three formats.
    expect(await house.files()).toHaveLength(stages.length * 19)
  }, 180_000)

  it('ends in order when it is asked to', async () => {
    const worker = await startWorker()
    const ended = new Promise((resolve) => worker.once('exit', (code) => resolve(code)))
    worker.kill('SIGTERM')
    expect(await ended).toBe(0)
  })
})
