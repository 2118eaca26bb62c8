import type { Page } from 'playwright-core'
import { type House, openHouse } from '../house.ts'
import { newPicture } from '../pictures.ts'
import { type Look, openBrowser } from './browser.ts'
import { type Network, networkTo } from './network.ts'

/** The composer, where modules run; compose.test.ts has what works without them. */

let house: House
let network: Network
let chromium: Awaited<ReturnType<typeof openBrowser>>
beforeAll(async () => {
  chromium = await openBrowser()
  house = await openHouse()
})
beforeEach(async () => {
  network = await networkTo(house.url)
})
afterEach(() => network.cut())
afterAll(async () => {
  await house.close()
  await chromium.close()
})

let people = 0

/** Signs somebody up, and opens the composer. */
async function compose(look: Look = {}) {
  const { page, context } = await chromium.visitor(look)
  await page.goto(`${network.url}/sign-up`)
  await page.getByLabel('Name').fill(`composer_${++people}`)
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByRole('button', { name: 'Sign up' }).click()
  await page.waitForURL(`${network.url}/`)
  await page.goto(`${network.url}/upload`)
  return { page, context }
}

const file = (buffer: Buffer) => ({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer })
const choose = (page: Page, ...buffers: Buffer[]) => page.getByLabel('Photos').setInputFiles(buffers.map(file))
const photo = (page: Page, number: number, of: number) =>
  page.getByRole('group', { name: `Photo ${number} of ${of}`, exact: true })
const shareButton = (page: Page) => page.getByRole('button', { name: 'Share', exact: true })
const descriptions = (page: Page) =>
  page.getByLabel('Description').evaluateAll((fields) => fields.map((field) => (field as HTMLTextAreaElement).value))

async function arrived(page: Page, photos: number): Promise<void> {
  for (let number = 1; number <= photos; number += 1)
    await photo(page, number, photos).getByText('Has arrived').waitFor()
}

/** What the post that is open shows: the descriptions of its photos, in their order. */
const shownIn = (page: Page) =>
  page
    .getByRole('region', { name: /^\d+ photos$/ })
    .getByRole('img')
    .evaluateAll((images) => images.map((image) => image.getAttribute('alt')))

/** How many photos the server has of whoever has opened the composer last. */
async function photosThere(): Promise<number> {
  const { rows } = await house.db.raw(
    'select count(*)::int as count from photos join posts on posts.id = post_id join users on users.id = author_id where username = ?',
    [`composer_${people}`],
  )
  return rows[0].count
}

const looks: [string, Look][] = [
  ['a desktop', { screen: 'desktop' }],
  ['a phone in the dark', { screen: 'phone', theme: 'dark' }],
]

describe.each(looks)('on %s', (_name, look) => {
  it('photos are sent while they are described, change places by keyboard, and are shared in their order', async () => {
    const { page, context } = await compose(look)
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    await choose(page, await newPicture(700, 900), await newPicture(900, 700))
    await choose(page, await newPicture(800, 800))
    await page.getByLabel('Caption').fill('Three of them')
    for (const [index, text] of ['tall', 'wide', 'square'].entries())
      await photo(page, index + 1, 3)
        .getByLabel('Description')
        .fill(text)
    await arrived(page, 3)
    // Seen at once, from the file.
    expect(
      await page
        .locator('.tiles canvas')
        .evaluateAll((all) =>
          all.map((one) => Math.sign((one as HTMLCanvasElement).width - (one as HTMLCanvasElement).height)),
        ),
    ).toEqual([-1, 1, 0])

    const up = photo(page, 3, 3).getByRole('button', { name: 'Move it up' })
    await up.focus()
    await page.keyboard.press('Enter')
    await page.getByText('This is photo 2 of 3 now.').waitFor({ state: 'attached' })
    // It has kept the focus.
    await page.keyboard.press('ArrowUp')
    await page.getByText('This is photo 1 of 3 now.').waitFor({ state: 'attached' })
    expect(await descriptions(page)).toEqual(['square', 'tall', 'wide'])
    await page.keyboard.press('ArrowUp')
    await photo(page, 2, 3).getByRole('button', { name: 'Move it down' }).click()
    expect(await descriptions(page)).toEqual(['square', 'wide', 'tall'])

    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    for (const button of await page.locator('.tiles').getByRole('button').all()) {
      const box = await button.boundingBox()
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44)
    }

    await shareButton(page).click()
    await page.waitForURL(/\/p\/[\w-]{11}$/)
    await page.getByText('Three of them').waitFor()
    expect((await shownIn(page)).slice(0, 3)).toEqual(['square', 'wide', 'tall'])
    expect(complaints).toEqual([])
    await context.close()
  })

  it('a photo is dragged to its place, and removed', async () => {
    const { page, context } = await compose(look)
    await choose(page, await newPicture(60), await newPicture(61), await newPicture(62))
    await arrived(page, 3)
    for (const [index, text] of ['one', 'two', 'three'].entries())
      await photo(page, index + 1, 3)
        .getByLabel('Description')
        .fill(text)
    const grip = photo(page, 3, 3).locator('.tile-grip')
    await grip.scrollIntoViewIfNeeded()
    const target = photo(page, 2, 3)
    const [from, to] = [await grip.boundingBox(), await target.boundingBox()]
    if (!from || !to) throw new Error('not seen')
    await page.mouse.move(from.x + 10, from.y + 10)
    await page.mouse.down()
    await page.mouse.move(from.x + 10, to.y + to.height / 2 - 5, { steps: 8 })
    await page.mouse.up()
    expect(await descriptions(page)).toEqual(['one', 'three', 'two'])
    await photo(page, 1, 3).getByRole('button', { name: 'Remove' }).click()
    expect(await descriptions(page)).toEqual(['three', 'two'])
    // The focus is where one goes on.
    expect(await page.evaluate(() => document.activeElement?.closest('li')?.querySelector('textarea')?.value)).toBe(
      'three',
    )
    await shareButton(page).click()
    await page.waitForURL(/\/p\/[\w-]{11}$/)
    expect(await shownIn(page)).toEqual(['three', 'two'])
    await context.close()
  })
})

describe('the composer', () => {
  it('takes what is dropped anywhere on the page, and what is pasted; not more than twenty', async () => {
    const { page, context } = await compose()
    const bring = async (event: 'drop' | 'paste', buffer: Buffer) =>
      page.evaluate(
        ([type, bytes]) => {
          const brought = new DataTransfer()
          brought.items.add(new File([new Uint8Array(bytes)], 'photo.jpg', { type: 'image/jpeg' }))
          document.body.dispatchEvent(
            type === 'drop'
              ? new DragEvent('drop', { dataTransfer: brought, bubbles: true, cancelable: true })
              : new ClipboardEvent('paste', { clipboardData: brought, bubbles: true, cancelable: true }),
          )
        },
        [event, [...buffer]] as const,
      )
    await bring('drop', await newPicture())
    await bring('paste', await newPicture())
    await arrived(page, 2)
    await choose(page, ...(await Promise.all(Array.from({ length: 19 }, () => newPicture()))))
    await page.getByRole('alert').getByText('A post has at most 20 photos.').waitFor()
    await arrived(page, 20)
    expect(await photosThere()).toBe(20)
    await context.close()
  })

  it('reminds of a description once, and stops nobody', async () => {
    const { page, context } = await compose()
    await shareButton(page).click()
    await page.getByRole('alert').getByText('Choose a photo to share.').waitFor()
    await choose(page, await newPicture())
    expect(await page.getByText('Not every photo has a description').isVisible()).toBe(false)
    await shareButton(page).click()
    await page.getByRole('alert').getByText('Not every photo has a description').waitFor()
    // Once it has one, nothing is left to be said.
    await page.getByLabel('Description').fill('A colour')
    await page.getByText('Not every photo has a description').waitFor({ state: 'hidden' })
    await page.getByLabel('Description').fill('')
    await page.getByRole('button', { name: 'Share anyway' }).click()
    await page.waitForURL(/\/p\/[\w-]{11}$/)
    await context.close()
  })

  it('says at the photo what is wrong with it, and shares the others without it', async () => {
    const { page, context } = await compose()
    await choose(page, Buffer.from('no photo at all'), await newPicture(), await newPicture())
    await photo(page, 1, 3).getByRole('alert').getByText('not a photo we can show').waitFor()
    for (const number of [2, 3]) await photo(page, number, 3).getByLabel('Description').fill(`${number}`)
    await shareButton(page).click()
    await page.getByRole('alert').getByText('One of the photos cannot be shown').waitFor()
    await photo(page, 1, 3).getByRole('button', { name: 'Remove' }).click()
    await shareButton(page).click()
    await page.waitForURL(/\/p\/[\w-]{11}$/)
    expect(await shownIn(page)).toEqual(['2', '3'])
    await context.close()
  })

  it('has a photo that was removed and is chosen again', async () => {
    const { page, context } = await compose()
    const [one, other] = [await newPicture(), await newPicture()]
    await choose(page, one, other)
    await arrived(page, 2)
    await photo(page, 1, 2).getByRole('button', { name: 'Remove' }).click()
    await choose(page, one)
    await arrived(page, 2)
    for (const number of [1, 2]) await photo(page, number, 2).getByLabel('Description').fill(`${number}`)
    await shareButton(page).click()
    await page.waitForURL(/\/p\/[\w-]{11}$/)
    expect(await shownIn(page)).toEqual(['1', '2'])
    await context.close()
  })

  it('takes the same file once, and tells of one that was shared before', async () => {
    const { page, context } = await compose()
    const same = await newPicture()
    await choose(page, same, same)
    await photo(page, 1, 1).getByText('Has arrived').waitFor()
    await page.getByLabel('Description').fill('Once')
    await shareButton(page).click()
    await page.waitForURL(/\/p\/[\w-]{11}$/)
    const first = new URL(page.url()).pathname
    await page.goto(`${network.url}/upload`)
    await choose(page, same)
    const before = photo(page, 1, 1).getByText('You have shared this one before')
    await before.waitFor()
    expect(await before.getByRole('link').getAttribute('href')).toBe(first)
    await page.getByLabel('Description').fill('Again')
    await shareButton(page).click()
    await page.getByRole('button', { name: 'Share it again' }).click()
    await page.waitForURL((url) => /\/p\/[\w-]{11}$/.test(url.pathname) && url.pathname !== first)
    await context.close()
  })

  it('goes on after a connection that was lost, and shares when all photos are there', async () => {
    const { page, context } = await compose()
    await choose(page, await newPicture())
    await arrived(page, 1)
    await network.cut()
    await choose(page, await newPicture(), await newPicture())
    await page.getByText('The connection is gone.').first().waitFor()
    for (const field of await page.getByLabel('Description').all()) await field.fill('A colour')
    await shareButton(page).click()
    await page.getByText('It goes on as soon as all photos have arrived.').waitFor()
    await network.mend()
    await page.waitForURL(/\/p\/[\w-]{11}$/)
    expect(await shownIn(page)).toHaveLength(3)
    await context.close()
  })

  it('goes on with a photo that broke off in the middle, and has it once though its answer was lost', async () => {
    const { page, context } = await compose({ withServiceWorker: false })
    const session = await context.newCDPSession(page)
    const slowly = (uploadThroughput: number) =>
      session.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput,
      })
    await slowly(20_000)
    // Noise, which is large.
    const large = Buffer.concat([await newPicture(), Buffer.alloc(200_000, 'x')])
    await choose(page, large)
    await page.waitForFunction(() => {
      const sent = document.querySelector('progress')?.value ?? 0
      return sent > 0 && sent < 1
    })
    await network.cut()
    await page.locator('.tiles').getByText('The connection is gone.').waitFor()
    await slowly(-1)
    await network.mend()
    await page.getByRole('button', { name: 'Try again' }).click()
    await photo(page, 1, 1).getByText('Has arrived').waitFor()

    let answers = 0
    await page.route('**/photos', async (route) => {
      answers += 1
      if (answers > 1) return route.continue()
      await route.fetch()
      return route.abort('connectionreset')
    })
    await choose(page, await newPicture())
    await arrived(page, 2)
    expect(answers).toBe(2)
    expect(await photosThere()).toBe(2)
    await context.close()
  })

  it('warns whoever leaves while something is not kept, and has the rest as a draft', async () => {
    const { page, context } = await compose({ screen: 'phone' })
    await choose(page, await newPicture(), await newPicture())
    await arrived(page, 2)
    await photo(page, 2, 2).getByLabel('Description').fill('The second')
    await page.getByLabel('Caption').fill('For tomorrow')
    await page.getByText('Kept as a draft').waitFor()
    await network.cut()
    await choose(page, await newPicture())
    await page.locator('.tiles').getByText('The connection is gone.').waitFor()
    const warned = new Promise<string>((resolve) =>
      page.once('dialog', (dialog) => {
        resolve(dialog.type())
        void dialog.accept()
      }),
    )
    await network.mend()
    await page.goto(`${network.url}/settings`)
    expect(await warned).toBe('beforeunload')
    await page.goto(`${network.url}/upload`)
    await page.getByRole('navigation', { name: 'Drafts' }).getByRole('link', { name: 'For tomorrow' }).click()
    expect(await photo(page, 2, 2).getByLabel('Description').inputValue()).toBe('The second')
    expect(await page.getByLabel('Caption').inputValue()).toBe('For tomorrow')
    await context.close()
  })
})
