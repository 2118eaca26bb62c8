import sharp from 'sharp'
import { type House, openHouse, person } from '../../test/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ withWorker: false })
})
afterAll(() => house.close())

describe('the app to install', () => {
  it('is described in a manifest that goes by the name of the instance', async () => {
    await house.db.raw("update instance set name = 'Photos of the Lovelaces'")
    const { body, headers, text } = await house.browser().get('/manifest.webmanifest').buffer(true).expect(200)
    expect(headers).toMatchObject({
      'content-type': expect.stringMatching(/^application\/manifest\+json/),
      'cache-control': 'public, max-age=3600',
    })
    expect(headers['set-cookie']).toBeUndefined()
    const manifest = text ? JSON.parse(text) : JSON.parse(body.toString())
    expect(manifest).toMatchObject({
      id: '/',
      name: 'Photos of the Lovelaces',
      short_name: 'Photos of',
      start_url: '/',
      scope: '/',
      display: 'standalone',
    })
    expect(manifest.shortcuts.map(({ url }: { url: string }) => url)).toEqual(['/upload', '/notifications'])
  })

  it('has icons as large as it says', async () => {
    const { text } = await house.browser().get('/manifest.webmanifest').buffer(true)
    const { icons } = JSON.parse(text)
    for (const { src, type, sizes } of icons) {
      const { body, headers } = await house.browser().get(src).buffer(true).expect(200)
      expect(headers['content-type']).toBe(type)
      if (type !== 'image/png') continue
      const { width, height } = await sharp(body).metadata()
      expect(`${width}x${height}`).toBe(sizes)
    }
    expect(icons.map(({ purpose }: { purpose?: string }) => purpose)).toContain('maskable')
  })

  it('is named in the head of every page, with the colours of its theme', async () => {
    const stranger = await house.browser().get('/')
    expect(stranger.text).toContain('<link rel="manifest" href="/manifest.webmanifest"')
    expect(stranger.text.match(/<meta name="theme-color" media="[^"]+"/g)).toHaveLength(2)
    const ada = await person(house)
    await house.db.raw("update users set theme = 'dark' where username = ?", [ada.username])
    expect((await ada.get('/')).text).toContain('<meta name="theme-color" content="#0a0a0b"')
  })

  it('has a service worker at the root, which browsers ask for each time', async () => {
    const { headers } = await house.browser().get('/service-worker.js').expect(200)
    expect(headers).toMatchObject({
      'content-type': expect.stringMatching(/^(text|application)\/javascript/),
      'cache-control': 'no-cache',
    })
    expect(headers['content-security-policy']).toMatch(/worker-src 'self'/)
  })
})

describe('whoever asks', () => {
  it('is told whose session it is, and when there is none any more', async () => {
    const ada = await person(house)
    const { headers } = await ada.get('/')
    expect(headers['gramstack-session']).toMatch(/^\d+$/)
    expect((await ada.get('/')).headers['gramstack-session']).toBe(headers['gramstack-session'])
    await house.db.raw('delete from sessions where id = ?', [String(headers['gramstack-session'])])
    expect((await ada.get('/')).headers['gramstack-session']).toBe('none')
  })

  it('is told nothing where the answer is the same for everybody', async () => {
    const ada = await person(house)
    for (const path of ['/manifest.webmanifest', '/offline', '/robots.txt'])
      expect((await ada.get(path)).headers['gramstack-session']).toBeUndefined()
  })
})

describe('a share sheet', () => {
  it('without a service worker leads to the composer, and takes nothing in, whoever sent it', async () => {
    const ada = await person(house)
    const { headers } = await ada
      .post('/share-target')
      .set('Sec-Fetch-Site', 'cross-site')
      .attach('file', Buffer.from('not read'), 'photo.jpg')
      .expect(303)
    expect(headers.location).toBe('/upload')
    const { rows } = await house.db.raw('select from photos')
    expect(rows).toEqual([])
  })
})
