import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { apiPerson, type House, openHouse } from '../../test/house.ts'
import { mountSmallDisk } from '../../test/small-disk.ts'
import { rows, sql } from '../db/sql.ts'

const disk = mountSmallDisk(12)
let house: House
let alice: Awaited<ReturnType<typeof apiPerson>>

beforeAll(async () => {
  if (!disk) return
  house = await openHouse({ ownMediaRoot: disk.path })
  alice = await apiPerson(house)
})
afterAll(async () => {
  await house?.close()
  disk?.remove()
})

/** Noise: it takes as much room as it has pixels. */
const picture = (width: number, height: number) =>
  sharp({
    create: { width, height, channels: 3, background: '#000', noise: { type: 'gaussian', mean: 128, sigma: 60 } },
  })
    .png()
    .toBuffer()

/** Fills the disk but for so many kilobytes. */
async function fill(kilobytesLeft: number): Promise<() => Promise<void>> {
  const path = join(house.mediaRoot, 'ballast')
  const { statfs } = await import('node:fs/promises')
  const { bavail, bsize } = await statfs(house.mediaRoot)
  await writeFile(path, Buffer.alloc(Math.max(0, bavail * bsize - kilobytesLeft * 1024)))
  return () => rm(path)
}

const photoFiles = async () => (await house.files()).filter((path) => path !== 'ballast')

// Only root may mount a disk.
const whereAllowed = disk ? describe : describe.skip

whereAllowed('a disk that is full', () => {
  it('refuses an upload with a clear sentence, and stores nothing of it', async () => {
    const file = await picture(900, 900)
    expect(file.length).toBeGreaterThan(1_000_000)
    const free = await fill(500)
    const before = await photoFiles()
    const answer = await alice.post('/upload').attach('file', file, 'a.png')
    expect([answer.status, answer.body.error]).toEqual([
      507,
      expect.stringMatching(/^The disk for photos is full.*\.$/),
    ])
    // The second of two as well as the first.
    const small = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#123' } })
      .png()
      .toBuffer()
    const two = await alice.post('/upload').attach('file', small, 'a.png').attach('file', file, 'b.png')
    expect(two.status).toBe(507)
    expect(await photoFiles()).toEqual(before)
    expect(await rows(house.db, sql`select from posts`)).toHaveLength(0)
    await house.client().get('/readyz').expect(200)
    await free()
    await alice.post('/upload').attach('file', small, 'a.png').expect(201)
  })

  it('while a photo is developed keeps the photo, says so, and develops it when there is room again', async () => {
    const file = await picture(1000, 800)
    // Room for the original, and not for what is made of it.
    const free = await fill(Math.ceil(file.length / 1024) + 60)
    const answer = await alice.post('/upload').attach('file', file, 'a.png').expect(201)
    expect(answer.body).toMatchObject({ isPublished: false, photos: [{ state: 'received' }] })
    const state = async () => (await alice.get(answer.body.url).expect(200)).body.photos[0]
    for (;;) {
      const photo = await state()
      if (photo.state === 'refused') {
        expect(photo.reason).toMatch(/could not be developed just now\. It is safe/)
        break
      }
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    const page = await alice.get(`${answer.body.url}/edit`).set('Accept', 'text/html').expect(200)
    expect(page.text).toMatch(/name="retry" value="\d+"/)
    // Nothing half done is left.
    expect((await photoFiles()).filter((path) => /^(incoming|restricted)/.test(path))).toEqual([])
    await free()
    await alice
      .post(`${answer.body.url}/edit`)
      .type('form')
      .send({ retry: (await state()).id })
      .expect(200)
    await house.idle()
    expect((await alice.get(answer.body.url)).body).toMatchObject({ isPublished: true, photos: [{ state: 'ready' }] })
    // Until the last of four tries.
  }, 120_000)
})
