import sharp from 'sharp'
import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { picture } from '../../test/pictures.ts'
import { rows, sql } from '../db/sql.ts'
import { untouched } from '../media/edits/edits.ts'
import { cropFieldsOf, readEditsForm } from './edits-form.ts'

/** What authors do to the photos of posts that nobody else has seen. */

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

interface PhotoJson {
  id: string
  state: string
  url: string | null
  width: number
  height: number
  edits?: object | null
  original?: { width: number; height: number }
}
interface PostJson {
  url: string
  isDraft: boolean
  isPublished: boolean
  photos: [PhotoJson, ...PhotoJson[]]
}
type Client = Awaited<ReturnType<typeof apiPerson>>

/** With all its renditions: the address of a photo is that of the widest that there is. */
async function drafted(client: Client): Promise<PostJson> {
  const form = client
    .post('/upload')
    .field('draft', 'yes')
    .attach('file', await picture(), 'a.jpg')
  return look(client, (await form.expect(201)).body)
}

async function edit(client: Client, post: PostJson, fields: Record<string, string>, status = 200) {
  return (await client.post(`${post.url}/edit`).type('form').send(fields).expect(status)).body
}

async function look(client: Client, post: PostJson): Promise<PostJson> {
  await house.idle()
  return (await client.get(post.url).expect(200)).body
}

const turned = { ...untouched, turns: 1 }

describe('edits of a photo', () => {
  it('are carried out when its draft is kept, on new files, and can be changed and undone', async () => {
    const alice = await apiPerson(house)
    const draft = await drafted(alice)
    const [photo] = draft.photos
    expect(photo).toMatchObject({ edits: null, original: { width: 1200, height: 900 } })
    const field = `edits-${photo.id}`
    const before = (await house.files()).length

    expect((await edit(alice, draft, { [field]: '{"turns":1,"filter":"ink"}' })).photos[0].state).toBe('received')
    const first = (await look(alice, draft)).photos[0]
    expect(first).toMatchObject({
      state: 'ready',
      width: 900,
      height: 1200,
      edits: { ...turned, filter: 'ink' },
      original: { width: 1200, height: 900 },
    })
    expect(first.url).not.toBe(photo.url)
    await alice.get(photo.url ?? '').expect(404)
    const { body } = await alice
      .get(first.url ?? '')
      .buffer(true)
      .parse(binary)
      .expect(200)
    expect((await sharp(body).stats()).channels.map(({ stdev }) => stdev > 10)).toEqual([true, true, true])

    // The same again changes nothing.
    expect((await edit(alice, draft, { [field]: JSON.stringify(first.edits) })).photos[0].url).toBe(first.url)
    expect((await edit(alice, draft, { caption: 'Words' })).photos[0].url).toBe(first.url)

    await edit(alice, draft, { [field]: '' })
    expect((await look(alice, draft)).photos[0]).toMatchObject({ state: 'ready', width: 1200, edits: null })
    expect(await house.files()).toHaveLength(before)
  })

  it('that come with the click on Share are what everybody sees, and what nobody sees otherwise', async () => {
    const alice = await apiPerson(house)
    const draft = await drafted(alice)
    const post: PostJson = await edit(alice, draft, {
      [`edits-${draft.photos[0].id}`]: JSON.stringify(turned),
      share: 'yes',
    })
    expect(post).toMatchObject({ isDraft: false, isPublished: true })
    const { body } = await house.client().get(post.url).expect(200)
    expect(body.photos[0]).toMatchObject({ width: 900, height: 1200 })
    expect(body.photos[0]).not.toHaveProperty('edits')
    // The original is what it was.
    const original = await alice
      .get(`${post.url}/photos/${draft.photos[0].id}/original`)
      .buffer(true)
      .parse(binary)
      .expect(200)
    expect(original.body.equals(await picture())).toBe(true)
  })

  it('are complained of beside the photo where they are none, and then change nothing', async () => {
    const alice = await apiPerson(house)
    const draft = await drafted(alice)
    const field = `edits-${draft.photos[0].id}`
    for (const given of [
      '{"turns":4}',
      '{"angle":-25.1}',
      '{"width":1.1}',
      '{"filter":"x"}',
      '{"fade":-1}',
      '{"sharpen":"much"}',
      '{"warmth":null}',
      '{"left":""}',
      '[]',
      '3',
      '"x"',
      'null',
      '{',
      '{"contrast":1e999}',
    ]) {
      const { error, fields } = await edit(alice, draft, { [field]: given, caption: 'Not kept' }, 422)
      expect([given, Object.keys(fields)]).toEqual([given, [field]])
      expect(error).not.toMatch(/undefined|expected/i)
    }
    expect(await look(alice, draft)).toMatchObject({ caption: '', photos: [{ edits: null, url: draft.photos[0].url }] })
  })

  it('are never changed once others have seen the photo', async () => {
    const alice = await apiPerson(house)
    const form = alice.post('/upload').attach('file', await picture('png'), 'a.png')
    const post = await look(alice, (await form.expect(201)).body)
    const [photo] = post.photos
    const { fields } = await edit(alice, post, { [`edits-${photo.id}`]: JSON.stringify(turned) }, 422)
    expect(Object.keys(fields)).toEqual([`edits-${photo.id}`])
    await edit(alice, post, { [`edits-${photo.id}`]: JSON.stringify(untouched), caption: 'Words' })
    await alice.get(`${post.url}/photos/${photo.id}/edits`).expect(404)
    await alice.post(`${post.url}/photos/${photo.id}/edits`).type('form').send({ turns: '1' }).expect(404)
    expect((await look(alice, post)).photos[0]).toMatchObject({ width: 1200, url: photo.url })
  })

  it('are their author’s alone', async () => {
    const [alice, bob] = [await apiPerson(house), await apiPerson(house)]
    const [draft, other] = [await drafted(alice), await drafted(bob)]
    const address = `${draft.url}/photos/${draft.photos[0].id}/edits`
    await bob.get(address).expect(404)
    await bob.post(address).type('form').send({ turns: '1' }).expect(404)
    await bob.post(`${other.url}/photos/${draft.photos[0].id}/edits`).type('form').send({ turns: '1' }).expect(404)
    await edit(bob, other, { [`edits-${draft.photos[0].id}`]: JSON.stringify(turned) })
    await house.client().post(address).type('form').send({ turns: '1' }).expect(401)
    expect((await look(alice, draft)).photos[0]).toMatchObject({ edits: null, url: draft.photos[0].url })
  })

  it('of a post that waits for them are published with it', async () => {
    const alice = await apiPerson(house)
    const draft = await drafted(alice)
    const [photo] = draft.photos
    await rows(
      house.db,
      sql`update photos set state = 'refused', refusal = 'edits', edits = '{"turns": 1}' where id = ${photo.id}`,
    )
    await edit(alice, draft, { share: 'yes' }, 422)
    await rows(
      house.db,
      sql`update posts set is_draft = false where id = (select post_id from photos where id = ${photo.id})`,
    )
    expect(await look(alice, draft)).toMatchObject({ photos: [{ state: 'refused', mayRetry: true }] })
    await alice.post(`${draft.url}/photos/${photo.id}/edits`).type('form').send({ undo: 'yes' }).expect(200)
    expect(await look(alice, draft)).toMatchObject({ isPublished: true, photos: [{ state: 'ready', width: 1200 }] })
  })
})

describe('the page on which a photo is edited without scripts', () => {
  it('does what its form says, shows it, and undoes it', async () => {
    const alice = await person(house)
    const upload = await alice
      .post('/upload')
      .field('draft', 'yes')
      .attach('file', await picture(), 'a.jpg')
      .expect(303)
    const draft = upload.headers.location?.replace('/edit', '') ?? ''
    const { text } = await alice.get(`${draft}/edit`).expect(200)
    const id = /name="edit" value="(\d+)"/.exec(text)?.[1] ?? ''
    const there = await alice.post(`${draft}/edit`).type('form').send({ edit: id, caption: 'Typed' }).expect(303)
    expect(there.headers.location).toBe(`${draft}/photos/${id}/edits`)
    const address = there.headers.location ?? ''

    const page = await alice.get(address).expect(200)
    expect(page.text).not.toContain('Undo all edits')
    const fields = fieldsIn(page.text)
    expect(fields).toMatchObject({
      turns: '0',
      shape: 'free',
      size: '100',
      x: '50',
      y: '50',
      filter: 'none',
      strength: '100',
    })
    // As it stands there it changes nothing.
    await alice.post(address).type('form').send(fields).expect(303)
    expect(await editsIn(id)).toBeNull()

    const wished = { ...fields, turns: '1', shape: '1:1', filter: 'chalk', warmth: '-20' }
    await alice.post(address).type('form').send(wished).expect(303)
    expect(await editsIn(id)).toMatchObject({
      turns: 1,
      width: 1,
      height: 0.75,
      top: 0.125,
      filter: 'chalk',
      warmth: -20,
    })
    const edited = await alice.get(address).expect(200)
    expect(edited.text).toMatch(/<img[^>]* width="900" height="900"/)
    expect(fieldsIn(edited.text)).toMatchObject({
      turns: '1',
      size: '100',
      x: '50',
      y: '50',
      filter: 'chalk',
      warmth: '-20',
    })

    await alice
      .post(address)
      .type('form')
      .send({ ...fieldsIn(edited.text), size: '50', y: '0' })
      .expect(303)
    expect(await editsIn(id)).toMatchObject({ width: 0.5, height: 0.375, left: 0.25, top: 0 })
    await alice.post(address).type('form').send({ undo: 'yes' }).expect(303)
    expect(await editsIn(id)).toBeNull()
    expect((await alice.get(`${draft}/edit`).expect(200)).text).toContain('Typed')
  })

  it('complains beside the field, and keeps what was typed', async () => {
    const alice = await person(house)
    const upload = await alice
      .post('/upload')
      .field('draft', 'yes')
      .attach('file', await picture('png'), 'a.png')
      .expect(303)
    const draft = upload.headers.location?.replace('/edit', '') ?? ''
    const id = /name="edit" value="(\d+)"/.exec((await alice.get(`${draft}/edit`)).text)?.[1] ?? ''
    const address = `${draft}/photos/${id}/edits`
    const { text } = await alice.post(address).type('form').send({ warmth: '101', size: '1', fade: '7' }).expect(422)
    expect(text).toContain('Warmth is a number from -100 to 100.')
    expect(text).toContain('How much of it is shown is a number from 5 to 100.')
    expect(text).toMatch(/name="fade"[^>]*value="7"/)
    expect(await editsIn(id)).toBeNull()
  })

  it('cuts again what was cut before, in the shape that it has', () => {
    const original = { width: 4000, height: 3000 }
    const free = { ...untouched, left: 0.123456, top: 0.2, width: 0.3, height: 0.5 }
    const shown = cropFieldsOf(free, original)
    const form = Object.fromEntries(Object.entries(shown).map(([name, value]) => [name, String(value)]))
    expect(readEditsForm(free, original, form)).toEqual(free)
    const moved = readEditsForm(free, original, { ...form, x: '90' })
    expect(moved.width / moved.height).toBeCloseTo(0.6)
    expect(moved.left + moved.width).toBeLessThanOrEqual(1)
    // Turned, it shows the same part.
    expect(readEditsForm(free, original, { ...form, turns: '2' })).toMatchObject({
      left: expect.closeTo(1 - free.left - free.width),
      top: expect.closeTo(0.3),
      width: free.width,
    })
  })
})

async function editsIn(id: string) {
  const [photo] = await rows<{ edits: object | null }>(house.db, sql`select edits from photos where id = ${id}`)
  return photo?.edits
}

/** What a browser sends of the form that a page holds. */
function fieldsIn(page: string): Record<string, string> {
  const form = /<form method="post" action="[^"]*\/edits".*?<\/form>/s.exec(page)?.[0] ?? ''
  const fields: Record<string, string> = {}
  for (const [input] of form.matchAll(/<input[^>]*>/g)) {
    const [name, value] = [/name="([^"]*)"/, /value="([^"]*)"/].map((pattern) => pattern.exec(input)?.[1] ?? '')
    if (name && (!input.includes('type="radio"') || / checked/.test(input))) fields[name] = value ?? ''
  }
  for (const [, name = '', options = ''] of form.matchAll(/<select[^>]*name="([^"]*)".*?>(.*?)<\/select>/gs))
    fields[name] = /<option(?=[^>]* selected)[^>]*value="([^"]*)"/.exec(options)?.[1] ?? ''
  return fields
}

type Parser = Parameters<ReturnType<Client['get']>['parse']>[0]
const binary: Parser = (response, done) => {
  const chunks: Buffer[] = []
  response.on('data', (chunk: Buffer) => chunks.push(chunk))
  response.on('end', () => done(null, Buffer.concat(chunks)))
}
