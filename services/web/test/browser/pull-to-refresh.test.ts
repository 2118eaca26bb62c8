import type { Page } from 'playwright-core'
import { apiPerson, type House, openHouse } from '../house.ts'
import { newPicture } from '../pictures.ts'
import { openBrowser } from './browser.ts'

/** A page is pulled down at its top to have it made anew, where it is installed as an app. */

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

/** Somebody with three posts of their own, in a browser, or in the app that they have made of it. */
async function phone({ isInstalled }: { isInstalled: boolean }) {
  const { page, context } = await chromium.visitor({ screen: 'phone', hasTouch: true })
  // No browser of tests can be told that it is one.
  if (isInstalled)
    await page.addInitScript(() => {
      const ask = window.matchMedia.bind(window)
      window.matchMedia = (query) => ask(query === '(display-mode: standalone)' ? 'all' : query)
    })
  const person = await apiPerson(house)
  const share = async (caption: string) => {
    await person
      .post('/upload')
      .field('caption', caption)
      .attach('file', await newPicture(600, 800), 'a.jpg')
      .expect(201)
  }
  for (const caption of ['lowest', 'middle', 'highest']) await share(caption)
  const form = { name: person.username, username: person.username, password: 'correct horse battery' }
  await context.request.post(`${house.url}/sign-in`, { form, headers: { Accept: 'application/json' } })
  const devtools = await context.newCDPSession(page)
  /** A finger that comes down, moves and is still there. */
  const drag = async (along: number, down: number) => {
    const [x, y] = [180, 200]
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] })
    for (let step = 1; step <= 10; step += 1)
      await devtools.send('Input.dispatchTouchEvent', {
        type: 'touchMove',
        touchPoints: [{ x: x + (along * step) / 10, y: y + (down * step) / 10 }],
      })
  }
  const lift = () => devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  return { page, context, share, drag, lift }
}

const sign = (page: Page) => page.locator('.pull')

it.each(['/', '/notifications'])('%s is asked for again, and a short pull changes nothing', async (path) => {
  const { page, context, share, drag, lift } = await phone({ isInstalled: true })
  await page.goto(house.url + path)
  await share('Since then')
  await drag(0, 60)
  expect(await sign(page).isVisible()).toBe(true)
  expect(await sign(page).getAttribute('class')).toBe('pull')
  await lift()
  expect(await sign(page).isVisible()).toBe(false)
  await drag(0, 200)
  expect(await sign(page).getAttribute('class')).toBe('pull enough')
  const isAsked = page.waitForRequest((request) => request.isNavigationRequest() && request.url() === house.url + path)
  await lift()
  await isAsked
  if (path === '/') await page.getByText('Since then').waitFor()
  await context.close()
})

it('scrolling, swiping and pulling further down on the page are what they were', async () => {
  const { page, context, drag, lift } = await phone({ isInstalled: true })
  await page.goto(house.url)
  await drag(-150, 20)
  expect(await sign(page).isVisible()).toBe(false)
  await lift()
  await drag(0, -150)
  await lift()
  await page.waitForFunction(() => scrollY > 50)
  await drag(0, 100)
  expect(await sign(page).isVisible()).toBe(false)
  await lift()
  await context.close()
})

it('in a browser the pull is the browser’s own', async () => {
  const { page, context, drag, lift } = await phone({ isInstalled: false })
  await page.goto(house.url)
  await drag(0, 200)
  expect(await sign(page).isVisible()).toBe(false)
  await lift()
  expect(await page.locator('html').evaluate((html) => getComputedStyle(html).overscrollBehaviorY)).toBe('auto')
  await context.close()
})
