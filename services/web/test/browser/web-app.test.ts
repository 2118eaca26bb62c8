import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { type House, openHouse } from '../house.ts'
import { newPicture } from '../pictures.ts'
import { openBrowser } from './browser.ts'
import { type Network, networkTo } from './network.ts'

let house: House
let network: Network
let chromium: Awaited<ReturnType<typeof openBrowser>>
beforeAll(async () => {
  chromium = await openBrowser()
  house = await openHouse()
})
beforeEach(async () => {
  // Of its own for each test, and so an origin of its own, with a service worker and caches of its own.
  network = await networkTo(house.url)
})
afterEach(() => network.cut())
afterAll(async () => {
  await house.close()
  await chromium.close()
})

async function enter(page: Page, way: 'Sign up' | 'Sign in', username: string): Promise<void> {
  await page.goto(`${network.url}/${way === 'Sign up' ? 'sign-up' : 'sign-in'}`)
  await page.getByLabel('Name').fill(username)
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
  await page.locator('main').getByRole('button', { name: way, exact: true }).click()
  await page.waitForURL(`${network.url}/`)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
}

async function share(page: Page, caption: string): Promise<void> {
  await page.goto(`${network.url}/upload`)
  const buffer = await newPicture(700, 500)
  await page.getByLabel('Photos').setInputFiles([{ name: 'photo.jpg', mimeType: 'image/jpeg', buffer }])
  await page.getByLabel('Caption').fill(caption)
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await page.getByRole('button', { name: 'Share anyway' }).click()
  await page.waitForURL(/\/p\/[\w-]{11}$/)
}

/** What is kept of feeds in this browser: the paths in each cache. */
function keptFeeds(page: Page): Promise<string[][]> {
  return page.evaluate(async () => {
    const names = (await caches.keys()).filter((name) => name.includes(':feed:'))
    return Promise.all(
      names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)),
    )
  })
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`it did not come about: ${isSo}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Opens the feed, and waits until it is kept, with so many photos. */
async function readFeed(page: Page, photos: number): Promise<void> {
  await page.goto(`${network.url}/`)
  await until(async () => {
    const [feed] = await keptFeeds(page)
    return feed?.filter((path) => path.startsWith('/media/')).length === photos
  })
}

const isOfflinePage = (page: Page) => page.getByRole('heading', { name: 'You are offline' }).waitFor()

describe('without a network', () => {
  it('the last feed can be read, with its photos, and says that it is not of now; other pages say that they need the network', async () => {
    const { page, context } = await chromium.visitor({ screen: 'phone' })
    await enter(page, 'Sign up', 'reader')
    await share(page, 'First light')
    await readFeed(page, 1)
    expect(await page.getByText('You are offline.').isVisible()).toBe(false)

    await network.cut()
    await page.goto(`${network.url}/`)
    await page.getByText('First light').waitFor()
    await page.getByText('You are offline. This is your feed').waitFor()
    const photo = page.locator('article picture img').first()
    await photo.scrollIntoViewIfNeeded()
    await until(() => photo.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 100))
    // The style sheet is there as well.
    expect(
      await page
        .locator('.visually-hidden')
        .first()
        .evaluate((one) => getComputedStyle(one).position),
    ).toBe('absolute')

    await page.goto(`${network.url}/settings`)
    await isOfflinePage(page)
    await page.getByRole('link', { name: 'Your last feed' }).click()
    await page.getByText('First light').waitFor()

    // As soon as there is a network again, nothing but what is there now is shown.
    await network.mend()
    await house.db.raw('delete from likes')
    await house.db.raw("update posts set deleted_at = now() where caption = 'First light'")
    await page.goto(`${network.url}/`)
    expect(await page.getByText('First light').count()).toBe(0)
    expect(await page.getByText('You are offline.').isVisible()).toBe(false)
    await until(async () => (await keptFeeds(page))[0]?.join() === '/')
    await context.close()
  })

  it('nothing is left of the feed of somebody who has signed out', async () => {
    const { page, context } = await chromium.visitor()
    await enter(page, 'Sign up', 'leaver')
    await share(page, 'Not for you')
    await readFeed(page, 1)
    await page.goto(`${network.url}/settings`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('navigation').getByRole('link', { name: 'Sign in' }).waitFor()
    await until(async () => (await keptFeeds(page)).length === 0)
    await network.cut()
    await page.goto(`${network.url}/`)
    await isOfflinePage(page)
    await context.close()
  })

  it('nothing is left of it once another person is signed in, in whichever way', async () => {
    const { page, context } = await chromium.visitor()
    await enter(page, 'Sign up', 'lender')
    await share(page, 'Mine alone')
    await readFeed(page, 1)
    const [before] = await keptFeeds(page)
    // Past the service worker: the cookie alone is another one.
    const answer = await fetch(`${house.url}/sign-up`, {
      method: 'POST',
      body: new URLSearchParams({ username: 'borrower', password: 'correct horse battery' }),
    })
    const [name = '', value = ''] = (answer.headers.get('set-cookie')?.split(';')[0] ?? '').split('=')
    await context.addCookies([{ name, value, url: network.url }])
    await page.goto(`${network.url}/settings`)
    await until(async () => (await keptFeeds(page)).length === 0)
    await page.goto(`${network.url}/`)
    await until(async () => (await keptFeeds(page)).length === 1)
    expect((await keptFeeds(page))[0]).not.toEqual(before)
    await network.cut()
    await page.goto(`${network.url}/`)
    await page.getByText('You are offline. This is your feed').waitFor()
    expect(await page.getByText('Mine alone').count()).toBe(0)
    await context.close()
  })

  it('nothing is left of it once the session was ended elsewhere, and an open page has heard of it', async () => {
    const { page, context } = await chromium.visitor()
    await enter(page, 'Sign up', 'elsewhere')
    const stream = page.waitForEvent('response', (response) => response.url().endsWith('/notifications/stream'))
    await readFeed(page, 0)
    await stream
    await house.db.raw("delete from sessions using users where users.id = user_id and username = 'elsewhere'")
    await until(async () => (await keptFeeds(page)).length === 0)
    await context.close()
  })
})

describe('with a network', () => {
  it('an answer with an error is neither kept nor replaced by what is kept', async () => {
    const { page, context } = await chromium.visitor()
    await enter(page, 'Sign up', 'steady')
    await share(page, 'Still there')
    await readFeed(page, 1)
    await page.goto(`${network.url}/p/nothing-here`)
    await page.getByText('There is nothing at this address.').waitFor()
    const paths = await page.evaluate(async () => {
      const found: string[] = []
      for (const name of await caches.keys())
        for (const { url } of await (await caches.open(name)).keys()) found.push(url)
      return found.map((url) => new URL(url)).map(({ pathname, search }) => pathname + search)
    })
    expect(paths.filter((path) => !/^\/(static|client|media)\//.test(path)).sort()).toEqual(['/', '/offline'])
    await context.close()
  })
})

describe('a share sheet', () => {
  it('brings photos to the composer, where nobody sees them until they are shared there', async () => {
    const { page, context } = await chromium.visitor({ screen: 'phone' })
    await enter(page, 'Sign up', 'sharer')
    // As the system does it: a form with files, posted from no page of ours. Any site could do the same.
    const elsewhere = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html; charset=utf-8').end('<!doctype html><body>')
    })
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
    const bytes = [...(await newPicture(300, 200))]
    await page.goto(`http://localhost:${(elsewhere.address() as AddressInfo).port}/`)
    await page.evaluate(
      ([action, content]) => {
        const form = document.createElement('form')
        Object.assign(form, { method: 'post', enctype: 'multipart/form-data', action })
        const field = document.createElement('input')
        Object.assign(field, { type: 'file', name: 'file' })
        const files = new DataTransfer()
        files.items.add(new File([new Uint8Array(content)], 'phöto.jpg', { type: 'image/jpeg' }))
        field.files = files.files
        form.append(field)
        document.body.append(form)
        form.submit()
      },
      [`${network.url}/share-target`, bytes] as const,
    )
    await page.getByText('The photos that were shared from outside are chosen below.').waitFor()
    expect(await page.getByLabel('Photos').evaluate((field: HTMLInputElement) => field.files?.[0]?.name)).toBe(
      'phöto.jpg',
    )
    const photos = await house.db.raw(
      "select from photos join posts on posts.id = post_id join users on users.id = author_id where username = 'sharer'",
    )
    expect(photos.rows).toEqual([])
    await page.getByRole('button', { name: 'Describe each photo first' }).click()
    await page.waitForURL(/\/p\/[\w-]{11}\/edit$/)
    // They are held no more.
    await page.goto(`${network.url}/upload?shared`)
    await page.waitForURL(`${network.url}/upload`)
    expect(await page.getByLabel('Photos').evaluate((field: HTMLInputElement) => field.files?.length)).toBe(0)
    elsewhere.closeAllConnections()
    elsewhere.close()
    await context.close()
  })
})
