import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import {
  expectEmpty,
  goodFile,
  type HostileFile,
  hostileFiles,
  sentence,
  watchDecoders,
} from '../../test/hostile-files.ts'
import { apiPerson, type House, openHouse } from '../../test/house.ts'
import { picture } from '../../test/pictures.ts'
import { rows, sql } from '../db/sql.ts'
import { sweepPosts } from './editing.ts'

const decoders = watchDecoders()

let house: House
let mallory: Awaited<ReturnType<typeof apiPerson>>
beforeAll(async () => {
  // About what the worker's container has for it in production.
  house = await openHouse({ decodingBytes: 1_500_000_000 })
  mallory = await apiPerson(house, 'mallory')
})
afterAll(() => house.close())
afterEach(() => expectEmpty(house))

interface Tried {
  row: HostileFile
  file: Buffer
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: JSON from outside, looked at by matchers
  body: any
  seconds: number
}

interface PhotoRow {
  post_id: string
  media_key: string
  rendition_key: string | null
}

/**
 * Uploads files, some at a time, looks at what came of each, and deletes what was accepted.
 * @returns what is wrong, with the file's name
 */
async function tryAll(files: readonly HostileFile[], atOnce = 4): Promise<string[]> {
  const tried = await inTurns(atOnce, files, async (row): Promise<Tried> => {
    const file = await row.make()
    const began = performance.now()
    const { status, body } = await mallory.post('/upload').attach('file', file, 'photo.jpg')
    return { row, file, status, body, seconds: (performance.now() - began) / 1000 }
  })
  await house.idle()
  const complaints = [...tried.flatMap(complaintsOfAnswer), ...(await complaintsOfVolume(tried))]
  for (const { status, body } of tried) if (status === 201) await mallory.post(`/p/${body.code}/delete`).expect(204)
  // As it is done some days later.
  await sweepPosts(house, 0)
  return complaints
}

async function inTurns<In, Out>(atOnce: number, all: readonly In[], handle: (one: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = []
  const waiting = all.entries()
  const work = async () => {
    for (const [index, one] of waiting) results[index] = await handle(one)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return results
}

function complaintsOfAnswer({ row, status, body, seconds }: Tried): string[] {
  const isRefused = [413, 415, 422].includes(status) && sentence.test(body.error)
  const isFine =
    row.expect === 'refused'
      ? isRefused && status === row.status
      : status === 201 || (row.expect === 'either' && isRefused)
  return [
    ...(isFine ? [] : [`${row.name}: ${row.status ?? row.expect} was expected, not ${status} ${JSON.stringify(body)}`]),
    // An upload is answered after ten seconds, whatever has come of it.
    ...(seconds < 15 ? [] : [`${row.name}: it took ${Math.round(seconds)} s`]),
  ]
}

/** What was accepted has its original and renditions that tell nothing; nothing else is there. */
async function complaintsOfVolume(tried: readonly Tried[]): Promise<string[]> {
  const photos = await rows<PhotoRow>(house.db, sql`select post_id, media_key, rendition_key from photos`)
  const complaints: string[] = []
  const owners = new Map<string | null, Tried>()
  for (const { post_id, media_key, rendition_key } of photos) {
    const owner = tried.find(({ status, body }) => status === 201 && body.id === post_id)
    if (!owner) complaints.push(`a photo of a post that was refused is kept: ${media_key}`)
    else owners.set(media_key, owner).set(rendition_key, owner)
  }
  const shown = new Map<Tried, string>()
  for (const path of await house.files()) {
    const [folder, , key = ''] = path.split('/')
    const bytes = await readFile(join(house.mediaRoot, path))
    const owner = owners.get(key)
    if (!owner) complaints.push(`${tried.find(({ file }) => file.equals(bytes))?.row.name}: it has left ${path}`)
    else if (folder === 'originals' && !bytes.equals(owner.file))
      complaints.push(`${owner.row.name}: its original is another`)
    else if (folder !== 'originals') {
      shown.set(owner, path)
      complaints.push(...(await secretsOf(bytes, owner)).map((secret) => `${owner.row.name}: ${secret} in ${path}`))
    }
  }
  for (const one of tried.filter(({ row, status }) => status === 201 && row.expect === 'accepted')) {
    const { status } = await house.client().get(`/media/${shown.get(one)?.replace('renditions/', '')}`)
    if (status !== 200) complaints.push(`${one.row.name}: accepted, and not shown`)
  }
  return complaints
}

/** What a rendition tells beside its picture. */
async function secretsOf(rendition: Buffer, { row }: Tried): Promise<string[]> {
  const text = rendition.toString('latin1')
  const words = [row.marker ?? 'Secret', 'Secret', 'Payload', '<script', 'alert('].filter((word) => text.includes(word))
  const { exif, xmp, iptc, icc, comments } = await sharp(rendition).metadata()
  const parts = Object.entries({ exif, xmp, iptc, comments }).flatMap(([name, value]) => (value ? [name] : []))
  // Display P3, of sharp's own making.
  if (icc && icc.length !== 480) parts.push('a foreign profile')
  return [...words, ...parts]
}

const groups = Map.groupBy(hostileFiles(), ({ group }) => group)
const { bombs, others } = { bombs: groups.get('bomb') ?? [], others: [...groups].filter(([name]) => name !== 'bomb') }

describe('hostile files', () => {
  it.each(others)(
    'of the kind "%s" are each refused with a sentence, or shown and nothing but shown',
    async (_kind, files) => {
      expect(files.length).toBeGreaterThan(4)
      const [living, ended] = [decoders.living(), decoders.ended()]
      expect(await tryAll(files)).toEqual([])
      expect(decoders.living()).toEqual(expect.arrayContaining(living))
      expect(decoders.ended()).toEqual(ended)
    },
  )

  it('that say that they are huge are refused by that alone', async () => {
    const [living, ended] = [decoders.living(), decoders.ended()]
    expect(await tryAll(bombs.filter(({ status }) => status === 413))).toEqual([])
    expect(decoders.living()).toEqual(expect.arrayContaining(living))
    expect(decoders.ended()).toEqual(ended)
  })

  it('that are small on the wire and large in memory cost at most the process that decodes them', async () => {
    expect(await tryAll(bombs.filter(({ status }) => status === 422))).toEqual([])
    expect(decoders.crashed()).toEqual([])
  })

  it('that are huge, and allowed, do so too', async () => {
    const allowed = bombs.filter(({ expect: what }) => what !== 'refused')
    // As many at once as are developed at once: each is answered without waiting for another.
    expect(await tryAll(allowed, 2)).toEqual([])
    expect(decoders.crashed()).toEqual([])
  })

  it('are no burden to the photo that comes after them', async () => {
    const answer = await mallory
      .post('/upload')
      .attach('file', await picture(), 'photo.jpg')
      .expect(201)
    await house.idle()
    await mallory.post(`/p/${answer.body.code}/delete`).expect(204)
    await sweepPosts(house, 0)
  })
})

describe('what a file calls its camera', () => {
  it('is text and nothing else on the page of its post', async () => {
    const script = hostileFiles().find(({ name }) => name === 'EXIF with scripts in its names')
    await mallory.post('/settings').type('form').send({ showsCamera: 'on' }).expect(200)
    const { body } = await mallory
      .post('/upload')
      .attach('file', (await script?.make()) as Buffer, 'photo.jpg')
      .expect(201)
    const { text } = await house.browser().get(`/p/${body.code}`).expect(200)
    expect(text).toContain('&lt;script>alert')
    expect(text).not.toMatch(/<script[^>]*>[^<]*alert/)
    await house.idle()
    await mallory.post(`/p/${body.code}/delete`).expect(204)
    await sweepPosts(house, 0)
  })
})

describe('with little memory', () => {
  let small: House
  let sender: Awaited<ReturnType<typeof apiPerson>>
  beforeAll(async () => {
    small = await openHouse({ decodingBytes: 300 * 1024 * 1024 })
    sender = await apiPerson(small)
  })
  afterAll(() => small.close())

  it.each(['an AVIF of 9,900 × 9,900, which is allowed', 'a progressive JPEG that says 9,900 × 9,900'])(
    '%s is refused at once, with a sentence',
    async (name) => {
      const file = await bombs.find((bomb) => bomb.name === name)?.make()
      const began = performance.now()
      const { status, body } = await sender.post('/upload').attach('file', file as Buffer, 'photo.jpg')
      expect([status, body.error]).toEqual([422, expect.stringMatching(/^That picture takes too much time or memory/)])
      expect(performance.now() - began).toBeLessThan(5000)
      expect(decoders.crashed()).toEqual([])
      await expectEmpty(small)
    },
  )

  it('photos as people take them are welcome', async () => {
    const photos = [
      await picture('jpeg', 4000, 3000),
      await picture('avif'),
      await picture('png'),
      await goodFile('progressive jpeg'),
    ]
    for (const photo of photos) {
      const { body } = await sender.post('/upload').attach('file', photo, 'photo.jpg').expect(201)
      expect(body.photos).toMatchObject([{ state: 'ready' }])
    }
  })
})
