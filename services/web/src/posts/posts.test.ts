import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { type Format, picture, pictureWithSecrets } from '../../test/pictures.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

interface Shared {
  id: string
  url: string
  media: string
}

async function share(
  client: Awaited<ReturnType<typeof apiPerson>>,
  file: Buffer,
  name = 'photo.jpg',
  caption = '',
): Promise<Shared> {
  const answer = await client.post('/upload').field('caption', caption).attach('file', file, name).expect(201)
  return answer.body as Shared
}

const fileOf = (media: string) => join(house.mediaRoot, 'renditions', media.replace('/media/', ''))

describe('a shared photo', () => {
  it('is seen on the home page, on its own page and on its author’s, by everybody', async () => {
    const alice = await person(house, 'alice')
    const answer = await alice
      .post('/upload')
      .field('caption', 'First light')
      .attach('file', await picture(), 'photo.jpg')
      .expect(303)
    expect(answer.headers.location).toMatch(/^\/p\/[\w-]{11}$/)
    for (const visitor of [alice, house.browser()]) {
      for (const path of ['/', answer.headers.location ?? '', '/@alice']) {
        const page = await visitor.get(path).expect(200)
        expect(page.text).toContain('First light')
        expect(page.text).toMatch(/<img src="\/media\/[0-9a-f]{2}\/[0-9a-f]{32}\/s?\d+\.jpg"/)
      }
    }
  })

  it.each<Format>(['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'])(
    'may be %s, and is shown in four widths and two formats',
    async (format) => {
      const alice = await apiPerson(house)
      const { url } = await share(alice, await picture(format), `photo.${format}`)
      // The widths that a feed does not need come after the answer.
      await house.idle()
      const page = (await house.browser().get(url)).text
      for (const extension of ['webp', 'jpg']) {
        for (const width of [320, 640, 1080, 1200]) {
          const path = new RegExp(`/media/[0-9a-f]{2}/[0-9a-f]{32}/${width}\\.${extension}`).exec(page)?.[0] ?? 'none'
          const { body } = await house
            .client()
            .get(path)
            .expect(200)
            .expect('Content-Type', extension === 'jpg' ? 'image/jpeg' : 'image/webp')
          expect(await sharp(body).metadata()).toMatchObject({ width })
        }
      }
      expect(page).toMatch(/width="1200" height="900"/)
    },
  )

  it('is never made larger than it came', async () => {
    const alice = await apiPerson(house)
    const { media } = await share(alice, await picture('png', 200, 100), 'small.png')
    expect(media).toMatch(/\/200\.jpg$/)
  })

  it('stands upright, whichever way the camera was held', async () => {
    const alice = await apiPerson(house)
    const { media, url } = await share(alice, await pictureWithSecrets())
    // Red was left; turned to the right it is above.
    const { data, info } = await sharp(fileOf(media)).raw().toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: 900, height: 1200 })
    const pixel = (y: number) => [...data.subarray(y * info.width * 3, y * info.width * 3 + 3)]
    expect(pixel(100)[0]).toBeGreaterThan(200)
    expect(pixel(1100)[2]).toBeGreaterThan(200)
    expect((await house.browser().get(url)).text).toMatch(/width="900" height="1200"/)
  })

  it('carries no place, name or camera in any rendition, and its original stays as it came, closed to others', async () => {
    const alice = await apiPerson(house)
    const original = await pictureWithSecrets()
    expect(original.toString('latin1')).toMatch(/SecretCamera.*|GPS/s)
    const before = await house.files()
    const { media } = await share(alice, original)
    await house.idle()
    const files = (await house.files()).filter((path) => !before.includes(path))
    const renditions = files.filter((path) => path.startsWith('renditions/'))
    expect(renditions).toHaveLength(10)
    for (const path of renditions) {
      const bytes = await readFile(join(house.mediaRoot, path))
      expect(bytes.toString('latin1')).not.toMatch(/Secret/)
      const { exif, xmp, iptc, orientation } = await sharp(bytes).metadata()
      expect({ exif, xmp, iptc, orientation }).toEqual({})
    }
    const [kept = ''] = files.filter((path) => path.startsWith('originals/'))
    expect((await readFile(join(house.mediaRoot, kept))).equals(original)).toBe(true)
    expect((await stat(join(house.mediaRoot, 'originals'))).mode & 0o077).toBe(0)
    await house.client().get(`/media/${kept}`).expect(404)
    await house
      .client()
      .get(media.slice(0, media.lastIndexOf('/')))
      .expect(404)
  })

  it('is paged through without gaps and doubles', async () => {
    const alice = await apiPerson(house, 'pager')
    const small = await picture('jpeg', 64, 64)
    const shared: string[] = []
    for (let index = 0; index < 25; index += 1) shared.unshift((await share(alice, small)).url)
    const seen: string[] = []
    for (let path: string | undefined = '/@pager'; path; ) {
      const { text }: { text: string } = await house.browser().get(path).expect(200)
      seen.push(...[...text.matchAll(/<a href="(\/p\/[\w-]{11})"/g)].map(([, url]) => url ?? ''))
      path = /rel="next" href="([^"]+)"/.exec(text)?.[1]
    }
    expect(seen).toEqual(shared)
  })

  it('has a caption that is shown as it was written, and as nothing else', async () => {
    const alice = await apiPerson(house)
    const caption = '<script>alert("x")</script> & \' "quoted" 👩‍👩‍👧 مرحبا ? $1 %s'
    const { url } = await share(alice, await picture('jpeg', 64, 64), 'a.jpg', caption)
    const page = (await house.browser().get(url)).text
    expect(page).not.toContain('<script>alert')
    expect(page).toContain(
      "&lt;script>alert(&quot;x&quot;)&lt;/script> &amp; ' &quot;quoted&quot; 👩‍👩‍👧 مرحبا ? $1 %s</p>",
    )
  })
})

describe('an address of a post', () => {
  it.each(['/p/nope', '/p/AAAAAAAAAAA', '/p/___________', '/p/JX_VXAAAAAB', '/@nobody', '/p/%00', '/@..%2f'])(
    'that leads nowhere (%s) is a 404',
    async (path) => {
      await house.browser().get(path).expect(404)
    },
  )

  it.each(['abc', '-1', '99999999999999999999', '0', '1e3'])('takes max_id=%s for no error', async (maxId) => {
    await house.browser().get(`/?max_id=${maxId}`).expect(200)
  })
})

describe('the upload form', () => {
  it('is for signed-in people: a browser goes to the sign-in page, others hear 401', async () => {
    await house.browser().get('/upload').expect(303).expect('Location', '/sign-in?next=%2Fupload')
    await house
      .browser()
      .post('/upload')
      .attach('file', await picture(), 'a.jpg')
      .expect(303)
    await house
      .client()
      .post('/upload')
      .attach('file', await picture(), 'a.jpg')
      .expect(401)
  })

  it('has a file field named file in a multipart form', async () => {
    const alice = await person(house)
    const page = (await alice.get('/upload').expect(200)).text
    expect(page).toMatch(/<form[^>]*method="post"[^>]*enctype="multipart\/form-data"/)
    expect(page).toMatch(/<input[^>]*name="file"[^>]*type="file"/)
  })

  it('comes back with the caption and the complaint when the photo is refused', async () => {
    const alice = await person(house)
    const answer = await alice
      .post('/upload')
      .field('caption', 'Keep me')
      .attach('file', Buffer.from('hello'), 'a.jpg')
      .expect(415)
    expect(answer.text).toContain('Keep me</textarea>')
    expect(answer.text).toContain('not a photo we can show')
  })

  it('chooses no audience for somebody whose form broke off before it said one', async () => {
    const alice = await person(house)
    // As browsers send it: fields in the order of the page, and what stands behind a photo that is too large is lost.
    const page = await alice
      .post('/upload')
      .attach('file', Buffer.alloc(25_000_001), 'a.jpg')
      .attach('file', await picture('jpeg', 64, 64), 'b.jpg')
      .field('visibility', 'direct')
      .expect(413)
    const radios = [...page.text.matchAll(/<input type="radio"[^>]*>/g)].map(([tag]) => tag)
    expect(radios).toHaveLength(4)
    const checked = radios.filter((tag) => / checked/.test(tag))
    for (const tag of checked) expect(tag).toContain('value="direct"')
    for (const tag of radios) expect(tag).toContain('required')
  })

  it('takes a caption of 2,200 characters and refuses one more', async () => {
    const alice = await apiPerson(house)
    const small = await picture('jpeg', 64, 64)
    await alice.post('/upload').field('caption', '👍'.repeat(2200)).attach('file', small, 'a.jpg').expect(201)
    await alice.post('/upload').field('caption', '👍'.repeat(2201)).attach('file', small, 'a.jpg').expect(422)
    await alice.post('/upload').field('caption', 'a\0b').attach('file', small, 'a.jpg').expect(422)
  })
})
