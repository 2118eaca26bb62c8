import { gzipSync } from 'node:zlib'
import { eventually, expectEmpty, goodFile, hostileFiles, sentence, watchDecoders } from '../../test/hostile-files.ts'
import { apiPerson, type House, openHouse } from '../../test/house.ts'
import { picture } from '../../test/pictures.ts'
import { rows, sql } from '../db/sql.ts'
import { toCode } from '../http/code.ts'
import { sweepPosts } from './editing.ts'

/** Forms that no page of ours sends: what is wrong here is not the photo, but all around it. */

const decoders = watchDecoders()

let house: House
let mallory: Awaited<ReturnType<typeof apiPerson>>
let photo: Buffer
beforeAll(async () => {
  house = await openHouse()
  mallory = await apiPerson(house, 'mallory')
  photo = await goodFile('jpeg')
})
afterAll(() => house.close())

// Whatever was tried: what was kept can be deleted, nothing else is there, and no process has died.
afterEach(async () => {
  await house.idle()
  for (const { id } of await posts()) await mallory.post(`/p/${toCode(id)}/delete`).expect(204)
  await sweepPosts(house, 0)
  await expectEmpty(house)
  expect(decoders.ended()).toEqual([])
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

const posts = () => rows<{ id: string }>(house.db, sql`select id from posts where deleted_at is null order by id`)

const originals = async () => (await house.files()).filter((path) => path.startsWith('originals/'))

const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>')
const pdf = Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>')

interface Part {
  name?: string
  filename?: string
  type?: string
  content?: Buffer | string
}

/** A form by hand, with the boundary x: what it holds is not made decent by anybody. */
function form(...parts: Part[]): Buffer {
  return Buffer.concat([
    ...parts.map(({ name = 'file', filename, type, content = '' }) =>
      Buffer.concat([
        Buffer.from(
          `--x\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n`,
        ),
        Buffer.from(type ? `Content-Type: ${type}\r\n\r\n` : '\r\n'),
        Buffer.from(content as string),
        Buffer.from('\r\n'),
      ]),
    ),
    Buffer.from('--x--\r\n'),
  ])
}

const send = (body: Buffer | string, contentType = 'multipart/form-data; boundary=x') =>
  mallory.post('/upload').set('Content-Type', contentType).send(body)

const good = (): Part => ({ filename: 'photo.jpg', type: 'image/jpeg', content: photo })

function expectRefused({ status, body }: { status: number; body: unknown }, expected: number | readonly number[]) {
  const isExpected = [expected].flat().includes(status)
  expect({ status, body }).toEqual({
    status: isExpected ? status : expected,
    body: expect.objectContaining({ error: expect.stringMatching(sentence) }),
  })
}

describe('an upload', () => {
  it('is judged by what is in it, not by what it says it is', async () => {
    for (const filename of ['photo.jpg', 'photo.png', 'photo.svg', 'photo.pdf', 'photo'])
      for (const type of ['image/jpeg', 'image/svg+xml', 'application/pdf', 'application/octet-stream'])
        for (const content of [svg, pdf]) expectRefused(await send(form({ filename, type, content })), 415)
  })

  it('of a photo that says it is a page is a photo', async () => {
    const { status, body } = await send(form({ filename: 'page.html', type: 'text/html', content: photo }))
    expect([status, body.photos[0].state]).toEqual([201, 'ready'])
    await house.client().get(body.media).expect(200).expect('Content-Type', 'image/jpeg')
  })

  it.each([
    ['with slashes', '../../../../etc/passwd'],
    ['with a slash before it', '/etc/cron.d/photo.jpg'],
    ['with backslashes', '..\\..\\windows\\photo.jpg'],
    ['with escaped slashes', '..%2f..%2fphoto.jpg'],
    ['of 1,000 characters', `${'x'.repeat(996)}.jpg`],
    ['of 10,000 characters', `${'x'.repeat(9996)}.jpg`],
    ['that is turned around', 'right-to-left \u202egpj.exe'],
    ['of marks and no letters', '\u202e\u200f\ufeff\u0301'],
    ['with half a character', 'half \ud800.jpg'],
    ['with escaped quotes and lines', 'a%22%0D%0AX-Evil: 1.jpg'],
    ['with a script', '<script>alert(1)</script>.jpg'],
    ['that is a command', '$(touch /tmp/evil);`id`|sh .jpg'],
    ['of a device', 'CON'],
    ['with an escaped NUL', 'photo.php\\0.jpg'],
    ['that is an object’s', '__proto__'],
  ])('has a name %s for nothing', async (_what, filename) => {
    expectRefused(await send(form({ filename, content: svg })), 415)
    await expectEmpty(house)

    const { status, body } = await send(form({ filename, content: photo }))
    expect([status, body.photos?.[0].state]).toEqual([201, 'ready'])
    await house.idle()
    for (const path of await house.files())
      expect(path).toMatch(
        /^(originals\/[0-9a-f]{2}\/[0-9a-f]{32}|renditions\/[0-9a-f]{2}\/[0-9a-f]{32}\/s?\d+\.(jpg|webp))$/,
      )
    expect(JSON.stringify(body)).not.toMatch(/etc|evil|alert|xxx|exe|windows/i)
    const original = await mallory.get(`${body.url}/photos/${body.photos[0].id}/original`).expect(200)
    expect(original.headers['content-disposition']).toBe(`attachment; filename=mallory-${body.code}-1.jpg`)
  })

  it.each(['', '.', '..', '/', '\0', 'photo\0.jpg', '\0.php'])(
    'with a name of which nothing is left, or with a NUL in it (%j), is taken or refused, and harms nobody',
    async (filename) => {
      const answer = await send(form({ filename, content: photo }))
      if (answer.status !== 201) expectRefused(answer, [400, 422])
    },
  )

  it('of nothing, or of too much, is refused', async () => {
    expectRefused(await send(form({ ...good(), content: '' })), 422)
    const { status, body } = await send(form({ ...good(), content: Buffer.alloc(26_000_000, 1) }))
    expect([status, body.error]).toEqual([413, 'That photo is too large: up to 25 MB are welcome.'])
    // Also where good ones came before it.
    expectRefused(await send(form(good(), good(), { ...good(), content: Buffer.alloc(26_000_000, 1) })), 413)
  })

  it('is refused from another site, before any of it is read', async () => {
    const answer = await mallory.post('/upload').set('Sec-Fetch-Site', 'cross-site').attach('file', photo, 'a.jpg')
    expectRefused(answer, 403)
  })

  it('is refused from nobody', async () => {
    expectRefused(await house.client().post('/upload').attach('file', photo, 'a.jpg'), 401)
  })
})

describe('a form', () => {
  it('without a photo says what is missing', async () => {
    for (const answer of [
      await mallory.post('/upload').field('caption', 'no file'),
      await mallory.post('/upload'),
      await mallory.post('/upload').type('form').send('caption=x'),
      // A text of that name is no file.
      await mallory.post('/upload').field('file', 'photo.jpg'),
      await send(form()),
    ]) {
      expectRefused(answer, 422)
      expect(answer.body.error).toBe('Choose a photo to share.')
    }
  })

  it.each(['picture', 'file[]', 'file[0]', 'FILE', 'file ', '__proto__', 'constructor', ''])(
    'with its photo in the field "%s" says where it belongs',
    async (name) => {
      expectRefused(await send(form({ ...good(), name })), [400, 422])
      expectRefused(await send(form(good(), { ...good(), name })), [400, 422])
    },
  )

  it.each([
    ['JSON', '{"file":"x"}', 'application/json'],
    ['JSON that is none', '{"file":', 'application/json'],
    ['text', 'hello', 'text/plain'],
    ['XML', '<file/>', 'application/xml'],
    ['no type known', 'x', 'no/such; type'],
    ['no type at all', 'x', ';;;'],
    ['a form of another kind', '--x\r\n\r\nabc\r\n--x--', 'multipart/mixed; boundary=x'],
    ['a form that shouts', '--x\r\n\r\nabc\r\n--x--', 'MULTIPART/MIXED; boundary=x'],
    ['related parts', '--x\r\n\r\nabc\r\n--x--', 'multipart/related; boundary=x'],
    ['a form without a boundary', 'x', 'multipart/form-data'],
    ['a form with an empty boundary', 'x', 'multipart/form-data; boundary='],
    ['a form with a boundary of 5,000 characters', 'x', `multipart/form-data; boundary=${'y'.repeat(5000)}`],
    ['a form with another boundary', '--x\r\n\r\nabc\r\n--x--', 'multipart/form-data; boundary=z'],
  ])('of %s is refused', async (_what, body, contentType) => {
    expectRefused(await send(body, contentType), [400, 415, 422])
  })

  it.each(['image/jpeg', 'application/octet-stream', 'application/x-www-form-urlencoded', 'text/html'])(
    'that is the photo itself, as %s, is refused',
    async (contentType) => {
      expectRefused(await send(photo, contentType), [400, 413, 415, 422])
    },
  )

  it('that is packed is refused', async () => {
    for (const encoding of ['gzip', 'br', 'deflate', 'nonsense']) {
      const answer = await mallory
        .post('/upload')
        .set({ 'Content-Type': 'multipart/form-data; boundary=x', 'Content-Encoding': encoding })
        .send(gzipSync(form(good())))
      expectRefused(answer, [400, 415, 422])
    }
  })

  const fileHead = 'Content-Disposition: form-data; name="file"; filename="a.jpg"'
  it.each([
    ['no end', `--x\r\n${fileHead}\r\n\r\nabc`],
    ['an end within its boundary', `--x\r\n${fileHead}\r\n\r\nabc\r\n--`],
    ['a part without headers', '--x\r\n\r\nabc\r\n--x--'],
    ['a part without a name', '--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--x--'],
    ['a part of headers alone', `--x\r\n${fileHead}`],
    ['nothing', ''],
    ['garbage', '\0\0\0--x--x--\r\n\r\n'],
    ['line feeds alone', `--x\n${fileHead}\n\nabc\n--x--\n`],
    ['a broken header', '--x\r\nContent-Disposition form-data name=file\r\n\r\nabc\r\n--x--'],
    ['a header with a NUL', `--x\r\n${fileHead}\0\r\n\r\nabc\r\n--x--`],
    ['a header of 100 kB', `--x\r\nX-Long: ${'y'.repeat(100_000)}\r\n${fileHead}\r\n\r\nabc\r\n--x--`],
    ['a thousand headers', `--x\r\n${'X-More: y\r\n'.repeat(1000)}${fileHead}\r\n\r\nabc\r\n--x--`],
    ['a thousand boundaries', `${'--x\r\n'.repeat(1000)}--x--`],
  ])('with %s is refused', async (_what, body) => {
    expectRefused(await send(body), [400, 415, 422])
  })

  it.each([
    ['a thousand parts', form(...Array.from({ length: 1000 }, (_, at) => ({ name: `f${at}`, content: '1' })))],
    ['a hundred empty parts', form(...Array.from({ length: 100 }, () => ({ name: 'caption' })))],
    ['a field’s name of 10,000 characters', form({ name: 'n'.repeat(10_000), content: '1' })],
    ['a caption of 21,000 characters', form({ name: 'caption', content: 'c'.repeat(21_000) })],
    ['a caption of 5 MB', form({ name: 'caption', content: Buffer.alloc(5_000_000, 'c') })],
    ['a caption with a NUL', form({ name: 'caption', content: 'a\0b' })],
    ['a place with a NUL', form({ name: 'place', content: 'a\0b' })],
    ['a warning with a NUL', form({ name: 'contentWarning', content: 'a\0b' })],
    ['a key with a NUL', form({ name: 'idempotencyKey', content: 'a\0b' })],
    ['a key of 201 characters', form({ name: 'idempotencyKey', content: 'k'.repeat(201) })],
    ['an audience that there is not', form({ name: 'visibility', content: 'everyone' })],
    ['two captions', form({ name: 'caption', content: 'a' }, { name: 'caption', content: 'b' })],
    ['a caption that is a list', form({ name: 'caption[]', content: 'a' })],
    ['a caption with ten million entries', form({ name: 'caption[9999999]', content: 'a' })],
    ['a caption that is an object', form({ name: 'caption[toString]', content: 'a' })],
    ['a key that is a list', form({ name: 'idempotencyKey[]', content: 'a' })],
  ])('with %s is refused, good as its photo is', async (_what, fields) => {
    const both = Buffer.concat([form(good()).subarray(0, -'--x--\r\n'.length), fields])
    expectRefused(await send(both), [400, 413, 422])
    // A browser is given the form again, or a page with a sentence.
    const page = await mallory
      .post('/upload')
      .set({ 'Content-Type': 'multipart/form-data; boundary=x', Accept: 'text/html' })
      .send(both)
    expect([400, 413, 422]).toContain(page.status)
    expect(page.type).toBe('text/html')
  })

  it.each([
    ['__proto__', '__proto__[polluted]'],
    ['a constructor', 'constructor[prototype][polluted]'],
    ['a name that every object has', 'hasOwnProperty'],
    ['a deep name', `a${'[b]'.repeat(30)}`],
    ['a broken name', 'a[b'],
    ['a name in other letters', 'capti\u043en'],
    ['an index of ten million', 'a[9999999]'],
  ])('with %s among its fields is taken or refused, and harms nobody', async (_what, name) => {
    const answer = await send(form({ name, content: '1' }, good(), { name, content: '1' }))
    if (answer.status !== 201) expectRefused(answer, [400, 422])
  })

  it('with text that is no UTF-8 is taken, and shown as it can be', async () => {
    const { status, body } = await send(
      form({ name: 'caption', content: Buffer.from([0x61, 0xff, 0xfe, 0x62]) }, good()),
    )
    expect([status, body.caption]).toEqual([201, 'a\ufffd\ufffdb'])
  })
})

describe('a post of many photos', () => {
  /** As many photos, each of another width. */
  const many = (count: number) => Promise.all(Array.from({ length: count }, (_, at) => picture('jpeg', 40 + at, 30)))

  function share(files: readonly Buffer[], fields: Record<string, string> = {}) {
    const sending = mallory.post('/upload').field(fields)
    for (const file of files) sending.attach('file', file, 'photo.jpg')
    return sending
  }

  it('takes twenty, in the order in which they were sent', async () => {
    const { status, body } = await share(await many(20))
    expect([status, body.photos.length]).toEqual([201, 20])
    await house.idle()
    // Saying nothing new is a way of asking how far they have got.
    const { photos } = (await mallory.post(`/p/${body.code}/edit`).expect(200)).body
    expect(photos).toMatchObject(Array.from({ length: 20 }, (_, at) => ({ state: 'ready', width: 40 + at })))
  })

  it('does not take twenty-one, and keeps none of them', async () => {
    const { status, body } = await share(await many(21))
    expect([status, body.error]).toEqual([422, 'A post has at most 20 photos.'])
    await expectEmpty(house)
    expectRefused(await share(await many(60)), 422)
  })

  it('does not take more into a draft that has some, and keeps none of these', async () => {
    const draft = (await share(await many(15), { draft: 'on' }).expect(201)).body
    const adding = mallory.post(`/p/${draft.code}/photos`)
    // Others than those: the same would not be added again.
    for (const file of (await many(21)).slice(15)) adding.attach('file', file, 'photo.jpg')
    const { status, body } = await adding
    expect([status, body.error]).toEqual([422, 'A post has at most 20 photos.'])
    await eventually(async () => expect(await originals()).toHaveLength(15))
  })

  it('waits for its author where one of them cannot be shown, and loses nothing of the others', async () => {
    const files = await many(3)
    const { status, body } = await share([files[0] as Buffer, svg, files[1] as Buffer, photo.subarray(0, 3000)], {
      caption: 'Two of four',
    })
    expect(status).toBe(422)
    expect(body).toMatchObject({
      error: expect.stringMatching(sentence),
      caption: 'Two of four',
      isPublished: false,
      photos: [
        { state: 'ready', width: 40 },
        { state: 'refused', reason: expect.stringMatching(/^That file is not a photo we can show/) },
        { state: 'ready', width: 41 },
        { state: 'refused', reason: expect.stringMatching(/^That photo is damaged/) },
      ],
    })
    await house.idle()
    expect(await originals()).toHaveLength(2)
    await house.client().get(`/p/${body.code}`).expect(404)

    const remove = (at: number) =>
      mallory.post(`/p/${body.code}/edit`).type('form').send({ caption: 'Two of two', remove: body.photos[at].id })
    expect((await remove(1).expect(200)).body).toMatchObject({ isPublished: false })
    expect((await remove(3).expect(200)).body).toMatchObject({ isPublished: true, caption: 'Two of two' })
    await house
      .client()
      .get(`/p/${body.code}`)
      .expect(200, /Two of two/)
    for (const { url } of [body.photos[0], body.photos[2]]) await house.client().get(url).expect(200)
    // What others have seen stays as it is.
    expectRefused(await remove(0), 422)
  })

  it('is not kept where none of them can be shown, and says what was wrong with the first', async () => {
    const huge = (await hostileFiles()
      .find(({ name }) => name === 'a PNG of 30,000 × 30,000')
      ?.make()) as Buffer
    for (const [files, status] of [
      [[svg, pdf, photo.subarray(0, 3000)], 415],
      [[photo.subarray(0, 3000), svg, pdf], 422],
      [[huge, svg, svg, svg, svg, svg, svg], 413],
      [Array.from({ length: 20 }, (_, at) => (at ? svg : photo.subarray(0, 5000))), 422],
    ] as const) {
      expectRefused(await share(files), status)
      await expectEmpty(house)
    }
  })

  it('is not kept where one of them is empty', async () => {
    expectRefused(await share([...(await many(2)), Buffer.alloc(0)]), 422)
  })
})

describe('a key', () => {
  const withKey = (key: string, file: Buffer) =>
    mallory.post('/upload').set('Idempotency-Key', key).attach('file', file, 'photo.jpg')
  const ten = <Out>(make: (at: number) => Out) => Promise.all(Array.from({ length: 10 }, (_, at) => make(at)))

  it('that ten bring at once makes one post, and one file', async () => {
    const answers = await ten(() => withKey('the same', photo))
    expect(answers.map(({ status, body }) => [status, body.isPublished])).toEqual(answers.map(() => [201, true]))
    expect(new Set(answers.map(({ body }) => body.code)).size).toBe(1)
    expect(await posts()).toHaveLength(1)
    await eventually(async () => expect(await originals()).toHaveLength(1))
  })

  it('of each of ten makes ten', async () => {
    const answers = await ten((at) => withKey(`key ${at}`, photo))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201))
    expect(new Set(answers.map(({ body }) => body.code)).size).toBe(10)
    await eventually(async () => expect(await originals()).toHaveLength(10))
  })

  it('that ten bring with a file that is no photo makes nothing, and says so to each', async () => {
    for (const answer of await ten(() => withKey('no photo', svg))) expectRefused(answer, 415)
  })

  it('is nobody else’s', async () => {
    const other = await apiPerson(house)
    const mine = await withKey('shared', photo).expect(201)
    const theirs = await other
      .post('/upload')
      .set('Idempotency-Key', 'shared')
      .attach('file', photo, 'a.jpg')
      .expect(201)
    expect(theirs.body.code).not.toBe(mine.body.code)
    await other.post(`/p/${theirs.body.code}/delete`).expect(204)
  })

  it.each(['k'.repeat(5000), 'ключ', '\u00e9', "'; drop table posts; --", '%00', '   '])(
    'of any kind is only a key (%.20s)',
    async (key) => {
      const answers = [
        await withKey(Buffer.from(key).toString('latin1'), photo),
        await withKey(Buffer.from(key).toString('latin1'), photo),
      ]
      expect(answers.map(({ status }) => status)).toEqual([201, 201])
    },
  )
})
