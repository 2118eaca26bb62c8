import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { apiPerson, type House, openHouse } from '../house.ts'
import { newPicture } from '../pictures.ts'
import { type Look, openBrowser } from './browser.ts'
import { follower } from './follower.ts'

/** What is offered while somebody types: where to go to, and whom and what to write. */

let house: House
let chromium: Awaited<ReturnType<typeof openBrowser>>
let code: string

beforeAll(async () => {
  chromium = await openBrowser()
  house = await openHouse()
  const author = await apiPerson(house, 'marta')
  for (const username of ['marius', 'marlene', 'quirin']) await apiPerson(house, username)
  const share = async () =>
    author
      .post('/upload')
      .field('caption', '#marathon #market')
      .attach('file', await newPicture(), 'a.jpg')
      .expect(201)
  await share()
  code = (await share()).body.code
  await house.idle()
})
afterAll(async () => {
  await house.close()
  await chromium.close()
})

const reader = (look: Look) => follower(house, chromium, { ...look, follows: 'marta' })

const list = (page: Page) => page.getByRole('listbox', { name: 'Suggestions' })
const option = (page: Page, name: string | RegExp) => list(page).getByRole('option', { name })
/** The option that the field says is meant. */
const meant = (page: Page) =>
  page.evaluate(() => {
    const id = document.activeElement?.getAttribute('aria-activedescendant')
    return id ? document.getElementById(id)?.dataset.written : undefined
  })

/** The field for searches of a screen: on a phone it has a page of its own. */
async function searchField(page: Page, { screen }: Look) {
  if (screen === 'desktop') await page.goto(house.url)
  else await page.goto(`${house.url}/search`)
  return page.getByRole('combobox').filter({ visible: true }).first()
}

const screens: Look[] = [{ screen: 'phone' }, { screen: 'desktop' }]

describe.each(screens)('on a $screen', (look) => {
  it('whoever searches is offered people and hashtags, and goes there by keys', async () => {
    const { page, context, complaints } = await reader(look)
    const field = await searchField(page, look)
    expect(await field.getAttribute('aria-expanded')).toBe('false')
    const whereThingsStand = () =>
      page
        .locator('main')
        .evaluate((main) =>
          [...main.querySelectorAll(':not([popover], [popover] *)')].map((one) => one.getBoundingClientRect().y),
        )
    const before = await whereThingsStand()
    await field.pressSequentially('mar')
    await option(page, 'marta @marta').waitFor()
    expect(await whereThingsStand()).toEqual(before)
    expect(await field.getAttribute('aria-expanded')).toBe('true')
    expect(await field.getAttribute('aria-controls')).toBe(await list(page).getAttribute('id'))
    expect(await option(page, '').count()).toBe(5)
    await page.getByRole('status').getByText('5 suggestions').waitFor({ state: 'attached' })
    expect(await option(page, '#marathon 2 posts').count()).toBe(1)
    // All of it is on the screen, and nothing of the page lies above it.
    const box = await list(page).boundingBox()
    const { width, height } = page.viewportSize() ?? { width: 0, height: 0 }
    expect(box && box.x >= 0 && box.x + box.width <= width && box.y >= 0 && box.y + box.height <= height).toBe(true)

    // Whom one follows stands first. Behind the last option, and before the first, is what was typed.
    expect(await meant(page)).toBeUndefined()
    await field.press('ArrowDown')
    expect(await meant(page)).toBe('@marta')
    await field.press('ArrowUp')
    expect(await meant(page)).toBeUndefined()
    await field.press('ArrowUp')
    expect(await meant(page)).toMatch(/^#mar/)
    await field.press('Escape')
    await list(page).waitFor({ state: 'hidden' })
    expect(await field.inputValue()).toBe('mar')
    expect(await field.getAttribute('aria-expanded')).toBe('false')
    await field.press('t')
    await option(page, 'marta @marta').waitFor()
    await field.press('ArrowDown')
    await field.press('Enter')
    await page.waitForURL(`${house.url}/@marta`)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('Enter searches where no option is marked', async () => {
    const { page, context } = await reader(look)
    const field = await searchField(page, look)
    await field.pressSequentially('mar')
    await option(page, 'marta @marta').waitFor()
    await field.press('Enter')
    await page.waitForURL(/\/search\?q=mar$/)
    await context.close()
  })

  it('an answer that comes late is not shown, and one that fails changes nothing', async () => {
    const { page, context } = await reader({ ...look, withServiceWorker: false })
    const field = await searchField(page, look)
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    await page.route('**/search/suggest?q=mar', async (route) => {
      await released
      await route.continue().catch(() => undefined)
    })
    const isAsked = page.waitForRequest('**/search/suggest?q=mar')
    await field.pressSequentially('mar')
    await isAsked
    await field.fill('qui')
    await option(page, 'quirin @quirin').waitFor()
    release()
    await page.waitForTimeout(300)
    expect(await option(page, '').count()).toBe(1)
    await page.route('**/search/suggest?q=quir', (route) => route.abort())
    await field.press('r')
    await page.waitForTimeout(300)
    expect(await option(page, 'quirin @quirin').isVisible()).toBe(true)
    await field.fill('')
    await list(page).waitFor({ state: 'hidden' })
    await context.close()
  })

  it.each([
    ['a caption', () => '/upload', 'Caption'],
    ['a comment', () => `/p/${code}`, 'Add a comment'],
    ['a comment in the feed', () => '/', 'Add a comment'],
    ['what one says of oneself', () => '/settings/profile', 'About you'],
  ])('%s is offered names and hashtags where the caret is', async (_name, path, label) => {
    const { page, context, complaints } = await reader(look)
    await page.goto(house.url + path())
    const field = page.getByLabel(label).first()
    await field.pressSequentially('With @mar')
    await option(page, 'marta @marta').waitFor()
    expect(await option(page, '').count()).toBe(3)
    await field.press('ArrowDown')
    await field.press('Enter')
    expect(await field.inputValue()).toBe('With @marta ')
    await list(page).waitFor({ state: 'hidden' })
    await field.pressSequentially('at #mark')
    await option(page, '#market 2 posts').click()
    expect(await field.inputValue()).toBe('With @marta at #market ')
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(true)
    // In the middle as well; a word that goes on there is replaced, and an address is none.
    await field.fill('to @marry and ada@mar.example')
    await field.evaluate((element: HTMLInputElement) => element.setSelectionRange(7, 7))
    await field.press('i')
    await option(page, 'marius @marius').click()
    expect(await field.inputValue()).toBe('to @marius and ada@mar.example')
    await field.press('End')
    await field.press('s')
    await page.waitForTimeout(300)
    expect(await list(page).isVisible()).toBe(false)
    await field.pressSequentially(' @quir')
    await option(page, 'quirin @quirin').waitFor()
    await field.press('ArrowLeft')
    await field.press('Home')
    await list(page).waitFor({ state: 'hidden' })
    expect(page.url()).toBe(house.url + path())
    expect(complaints).toEqual([])
    await context.close()
  })

  it('keys that compose a character are not taken from the composer', async () => {
    const { page, context } = await reader(look)
    await page.goto(`${house.url}/upload`)
    const field = page.getByLabel('Caption')
    await field.focus()
    await page.keyboard.type('@m')
    const devtools = await context.newCDPSession(page)
    await devtools.send('Input.imeSetComposition', { text: 'ar', selectionStart: 2, selectionEnd: 2 })
    await option(page, 'marta @marta').waitFor()
    const key = { key: 'ArrowDown', code: 'ArrowDown', windowsVirtualKeyCode: 229, type: 'rawKeyDown' } as const
    await devtools.send('Input.dispatchKeyEvent', key)
    await devtools.send('Input.dispatchKeyEvent', { ...key, key: 'Enter', code: 'Enter' })
    expect(await meant(page)).toBeUndefined()
    await devtools.send('Input.insertText', { text: 'ar' })
    expect(await field.inputValue()).toBe('@mar')
    await field.press('ArrowDown')
    await field.press('Enter')
    expect(await field.inputValue()).toBe('@marta ')
    await context.close()
  })

  it('the list is one that others can read', async () => {
    const { page, context } = await reader(look)
    const field = await searchField(page, look)
    await field.pressSequentially('mar')
    await option(page, 'marta @marta').waitFor()
    await field.press('ArrowDown')
    await page.evaluate(createRequire(import.meta.url)('axe-core').source)
    const { violations } = await page.evaluate(() =>
      (
        window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
      ).axe.run(),
    )
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    await context.close()
  })

  it('without JavaScript the form searches', async () => {
    const { page, context } = await reader({ ...look, withScripts: false })
    await page.goto(`${house.url}/search`)
    const field = page.locator('#field-q')
    expect(await field.getAttribute('role')).toBeNull()
    await field.fill('mar')
    await field.press('Enter')
    await page.waitForURL(/\/search\?q=mar$/)
    await page.getByRole('link', { name: 'marta' }).first().waitFor()
    await context.close()
  })
})

it('a finger chooses, in a list that begins at the right in Arabic', async () => {
  const { page, context } = await chromium.visitor({ screen: 'phone', language: 'ar', hasTouch: true })
  await page.goto(`${house.url}/search`)
  await page.locator('#field-q').tap()
  await page.keyboard.type('marl')
  await page.getByRole('option').tap()
  await page.waitForURL(`${house.url}/@marlene`)
  await context.close()
})
