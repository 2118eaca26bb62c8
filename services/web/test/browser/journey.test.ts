import type { Page } from 'playwright-core'
import { type House, openHouse } from '../house.ts'
import { picture } from '../pictures.ts'
import { type Look, openBrowser, screens } from './browser.ts'

let house: House
let chromium: Awaited<ReturnType<typeof openBrowser>>
beforeAll(async () => {
  chromium = await openBrowser()
  house = await openHouse()
})
afterAll(async () => {
  await house.close()
  await chromium.close()
})

/** Whether the picture has really been drawn, and how wide. */
function drawnWidth(page: Page): Promise<number> {
  return page
    .locator('article img')
    .first()
    .evaluate(async (image: HTMLImageElement) => {
      // The text of a page is there before its pictures are.
      await image.decode()
      return image.naturalWidth
    })
}

const looks: [string, Look][] = [
  ['a desktop', { screen: 'desktop' }],
  ['a desktop without JavaScript', { screen: 'desktop', withScripts: false }],
  ['a phone', { screen: 'phone' }],
  ['a phone without JavaScript, in the dark', { screen: 'phone', withScripts: false, theme: 'dark' }],
]

describe.each(looks)('somebody with %s', (name, look) => {
  const username = name
    .replaceAll(/[^a-z]+/gi, '_')
    .toLowerCase()
    .slice(0, 30)
  const complaints: string[] = []

  it('signs up, shares a photo, sees it everywhere, signs out and in again', async () => {
    const { page, context } = await chromium.visitor(look)
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText
      // Going on before everything has arrived is no failure.
      if (why !== 'net::ERR_ABORTED') complaints.push(`${request.url()} ${why}`)
    })

    await page.goto(house.url)
    await page.getByRole('navigation').getByRole('link', { name: 'Sign up' }).click()
    await page.getByLabel('Name').fill(username)
    await page.getByLabel('Password').fill('correct horse battery')
    await page.getByRole('button', { name: 'Sign up' }).click()

    await page.getByRole('navigation').getByRole('link', { name: 'Share photos' }).click()
    await page
      .getByLabel('Photos')
      .setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: await picture('jpeg', 1600, 1200) })
    await page.getByLabel('Caption').fill(`Taken with ${name}`)
    if (look.withScripts !== false) await page.getByLabel('Description').fill('Red and blue')
    await page.getByRole('button', { name: 'Share', exact: true }).click()

    await page.waitForURL(/\/p\/[\w-]{11}$/)
    await page.getByText(`Taken with ${name}`).waitFor()
    expect(await drawnWidth(page)).toBeGreaterThanOrEqual(screens[look.screen ?? 'desktop'].width < 640 ? 320 : 540)

    await page.getByRole('link', { name: 'Gramstack' }).click()
    await page.getByText(`Taken with ${name}`).waitFor()
    expect(await drawnWidth(page)).toBeGreaterThan(0)
    await page.getByRole('link', { name: `@${username}` }).click()
    await page.getByRole('heading', { name: username }).waitFor()
    expect(await page.getByRole('listitem').count()).toBe(1)

    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('navigation').getByRole('link', { name: 'Sign in' }).waitFor()
    await page.goto(`${house.url}/upload`)
    await page.getByLabel('Name').fill(username)
    await page.getByLabel('Password').fill('correct horse battery')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`${house.url}/upload`)

    expect(complaints).toEqual([])
    await context.close()
  })

  it('hears what was wrong with a file, beside its field, and keeps the caption', async () => {
    const { page, context } = await chromium.visitor(look)
    await page.goto(`${house.url}/sign-up`)
    await page.getByLabel('Name').fill(`${username.slice(0, 28)}_2`)
    await page.getByLabel('Password').fill('correct horse battery')
    await page.getByRole('button', { name: 'Sign up' }).click()
    await page.goto(`${house.url}/upload`)
    await page
      .getByLabel('Photos')
      .setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no photo at all') })
    await page.getByLabel('Caption').fill('Still here')
    if (look.withScripts !== false) await page.getByLabel('Description').fill('Nothing')
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    await page.getByRole('alert').getByText('not a photo we can show').waitFor()
    expect(await page.getByLabel('Caption').inputValue()).toBe('Still here')
    await context.close()
  })

  it('never has to scroll sideways', async () => {
    const { page, context } = await chromium.visitor(look)
    for (const path of ['/', '/sign-up', '/sign-in', `/@${username}`, '/nope']) {
      await page.goto(house.url + path)
      const [content, screen] = await page.locator('html').evaluate((html) => [html.scrollWidth, html.clientWidth])
      expect([path, content]).toEqual([path, screen])
    }
    await context.close()
  })
})
