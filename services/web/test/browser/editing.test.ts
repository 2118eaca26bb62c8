import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { drawScene } from '../../src/demo/scenes.ts'
import { type House, openHouse } from '../house.ts'
import { deltaE2000, labOf, type Space } from '../odd-pictures.ts'
import { newPicture, picture } from '../pictures.ts'
import { type Look, openBrowser } from './browser.ts'

/** Photos are edited before they are shared; and what was seen is what is posted. */

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

let people = 0

/** Signs somebody up, and opens the composer. */
async function compose(look: Look = {}) {
  const { page, context } = await chromium.visitor(look)
  await page.goto(`${house.url}/sign-up`)
  await page.getByLabel('Name').fill(`editor_${++people}`)
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByRole('button', { name: 'Sign up' }).click()
  await page.waitForURL(`${house.url}/`)
  await page.goto(`${house.url}/upload`)
  return { page, context }
}

const file = (buffer: Buffer, name = 'photo.jpg', mimeType = 'image/jpeg') => ({ name, mimeType, buffer })
const choose = async (page: Page, ...buffers: Buffer[]) => {
  await page.getByLabel('Photos').setInputFiles(buffers.map((buffer) => file(buffer)))
  for (let number = 1; number <= buffers.length; number += 1)
    await photo(page, number, buffers.length).getByText('Has arrived').waitFor()
}
const photo = (page: Page, number: number, of: number) =>
  page.getByRole('group', { name: `Photo ${number} of ${of}`, exact: true })
const editor = (page: Page) => page.getByRole('dialog', { name: 'Edit photo' })
const tab = (page: Page, name: string) => editor(page).getByRole('tab', { name })
const slider = (page: Page, name: string) => editor(page).getByRole('slider', { name, exact: true })
const done = async (page: Page) => {
  await editor(page).getByRole('button', { name: 'Done' }).click()
  await editor(page).waitFor({ state: 'hidden' })
  // The window is gone before the composer has heard of it.
  await page.waitForTimeout(100)
}
const edits = (page: Page) =>
  page.locator('[data-edits]').evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value))
const editsOf = async (page: Page) => JSON.parse((await edits(page))[0] || 'null')

async function open(page: Page, of: Locator = photo(page, 1, 1)): Promise<void> {
  await of.getByRole('button', { name: 'Edit', exact: true }).click()
  await tab(page, 'Crop').and(page.locator(':focus')).waitFor()
}

const set = async (page: Page, figures: Readonly<Record<string, number>>) => {
  for (const [name, value] of Object.entries(figures)) await slider(page, name).fill(String(value))
}

const shape = (page: Page, name: string) => editor(page).getByText(name, { exact: true }).click()
const filter = (page: Page, name: string) => editor(page).getByText(name, { exact: true }).click()

/** The pixels of the preview, once nothing moves. */
async function seen(page: Page): Promise<{ data: Uint8ClampedArray; width: number; height: number }> {
  await page.waitForTimeout(500)
  const { width, height, base64 } = await editor(page)
    .locator('[data-picture]')
    .evaluate((element) => {
      const canvas = element as HTMLCanvasElement
      const colorSpace = canvas.getContext('2d')?.getContextAttributes().colorSpace ?? 'srgb'
      const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height, { colorSpace }).data
      let binary = ''
      for (const byte of data ?? []) binary += String.fromCharCode(byte)
      return { width: canvas.width, height: canvas.height, base64: btoa(binary) }
    })
  return { data: new Uint8ClampedArray(Buffer.from(base64, 'base64')), width, height }
}

async function share(page: Page): Promise<Buffer> {
  for (const field of await page.getByLabel('Description').all()) await field.fill('A place')
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await page.waitForURL(/\/p\/[\w-]{11}$/)
  return posted(page)
}

/** The first photo of the post that is open, as large as it gets. */
async function posted(page: Page): Promise<Buffer> {
  await house.idle()
  const answer = await page.request.get(page.url(), { headers: { Accept: 'application/json' } })
  const [first] = (await answer.json()).photos
  return (await page.request.get(house.url + first.url)).body()
}

/** How much what was seen differs from what is posted, as an eye sees it, for each pixel. */
async function differences(
  was: Awaited<ReturnType<typeof seen>>,
  jpeg: Buffer,
  space: Space = 'srgb',
): Promise<number[]> {
  const { width, height } = was
  const is = await sharp(jpeg, { ignoreIcc: true })
    .resize({ width, height, fit: 'fill' })
    .removeAlpha()
    .raw()
    .toBuffer()
  const found: number[] = []
  // Every third of them, which is enough.
  for (let pixel = 0; pixel < width * height; pixel += 3) {
    const [one, other] = [4 * pixel, 3 * pixel]
    const level = (pixels: Uint8Array | Uint8ClampedArray, at: number) => pixels[at] ?? 0
    found.push(
      deltaE2000(
        labOf([level(was.data, one), level(was.data, one + 1), level(was.data, one + 2)], space),
        labOf([level(is, other), level(is, other + 1), level(is, other + 2)], space),
      ),
    )
  }
  return found.sort((some, more) => some - more)
}

async function expectSeenIsPosted(was: Awaited<ReturnType<typeof seen>>, jpeg: Buffer, space?: Space): Promise<void> {
  const { width = 0, height = 1 } = await sharp(jpeg).metadata()
  expect(was.width / was.height / (width / height)).toBeCloseTo(1, 1)
  const all = await differences(was, jpeg, space)
  const mean = all.reduce((sum, one) => sum + one, 0) / all.length
  // One is about the least that an eye sees. What is measured is 0.8 to 1.2 and 1.5 to 2.7, and a good part of it is the JPEG's.
  expect(mean).toBeLessThan(1.5)
  expect(all[Math.floor(all.length * 0.95)]).toBeLessThan(6)
}

const looks: [string, Look][] = [
  ['a desktop', { screen: 'desktop' }],
  ['a phone', { screen: 'phone', pixels: 2, theme: 'dark', hasTouch: true }],
]

describe.each(looks)('on %s, what is seen is what is posted', (_name, look) => {
  it.each<[string, (page: Page) => Promise<void>]>([
    [
      'turned, cropped and filtered',
      async (page) => {
        await editor(page).getByRole('button', { name: 'Turn it right' }).click()
        await shape(page, 'Upright, 4:5')
        await tab(page, 'Filters').click()
        await filter(page, 'Ember')
      },
    ],
    [
      'straightened and adjusted',
      async (page) => {
        await set(page, { Straighten: -7.5 })
        await tab(page, 'Adjust').click()
        await set(page, { Brightness: 25, Contrast: -30, Warmth: 40, Saturation: 35 })
      },
    ],
    [
      'with everything at once',
      async (page) => {
        await shape(page, 'Free')
        await editor(page).getByRole('button', { name: 'Turn it left' }).click()
        await set(page, { Straighten: 4.2 })
        for (const corner of ['Corner at the top left', 'Corner at the bottom right']) {
          await editor(page).getByRole('button', { name: corner }).focus()
          for (const key of ['ArrowLeft', 'ArrowUp', 'ArrowUp'])
            await page.keyboard.press(
              `Shift+${corner.endsWith('right') ? key : key.replace('Left', 'Right').replace('Up', 'Down')}`,
            )
        }
        await tab(page, 'Filters').click()
        await filter(page, 'Postcard')
        await slider(page, 'Strength of the filter').fill('70')
        await tab(page, 'Adjust').click()
        await set(page, {
          ...{ Brightness: -15, Contrast: 20, Warmth: -25, Saturation: 30 },
          ...{ Fade: 25, Vignette: 50, Sharpen: 60 },
        })
      },
    ],
  ])('%s', async (_kind, edit) => {
    const { page, context } = await compose(look)
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    await choose(page, await drawScene('lake', 'landscape', people))
    await open(page)
    await edit(page)
    const was = await seen(page)
    await done(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    await expectSeenIsPosted(was, await share(page))
    expect(complaints).toEqual([])
    await context.close()
  })
})

describe('the editor', () => {
  it('has as many colours as a photo of a phone', async () => {
    const { page, context } = await compose()
    const scene = await sharp(await drawScene('sea', 'square', 3))
      .withIccProfile('p3')
      .jpeg({ quality: 92 })
      .toBuffer()
    await choose(page, scene)
    await open(page)
    await tab(page, 'Filters').click()
    await filter(page, 'Parade')
    const was = await seen(page)
    await done(page)
    await expectSeenIsPosted(was, await share(page), 'display-p3')
    await context.close()
  })

  it('goes by keyboard alone', async () => {
    const { page, context } = await compose()
    await choose(page, await picture('jpeg', 800, 600))
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    await photo(page, 1, 1).getByRole('button', { name: 'Edit', exact: true }).focus()
    await press('Enter')
    await tab(page, 'Crop').and(page.locator(':focus')).waitFor()
    // The shapes are behind the tabs.
    await press('Tab', 'ArrowRight')
    expect(await editor(page).getByRole('radio', { name: 'Square, 1:1' }).isChecked()).toBe(true)
    await editor(page).getByText('600 × 600 pixels').waitFor()
    await editor(page).getByRole('button', { name: 'Move the crop' }).focus()
    await press('ArrowRight', 'ArrowRight', '-')
    await press('Shift+Tab')
    expect(await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle !== 'none')).toBe(
      true,
    )
    await tab(page, 'Crop').focus()
    await press('ArrowRight')
    expect(await tab(page, 'Filters').getAttribute('aria-selected')).toBe('true')
    await press('Tab', 'ArrowRight', 'ArrowRight')
    expect(await editor(page).getByRole('radio', { name: 'Honey' }).isChecked()).toBe(true)
    await tab(page, 'Filters').focus()
    await press('ArrowRight', 'Tab', 'ArrowRight', 'ArrowRight')
    // Enter is Done.
    await press('Enter')
    await editor(page).waitFor({ state: 'hidden' })
    // One is where one was.
    expect(await page.evaluate(() => document.activeElement?.hasAttribute('data-edit'))).toBe(true)
    const { width, height, ...others } = await editsOf(page)
    expect(others).toMatchObject({ filter: 'honey', brightness: 2, turns: 0 })
    expect((width * 800) / (height * 600)).toBeCloseTo(1, 3)
    expect(others.left).toBeGreaterThan(0.125)
    await context.close()
  })

  it('changes nothing at Escape or Cancel, and undoes all', async () => {
    const { page, context } = await compose()
    await choose(page, await picture('jpeg', 800, 600))
    await open(page)
    await shape(page, 'Square, 1:1')
    await page.keyboard.press('Escape')
    await editor(page).waitFor({ state: 'hidden' })
    expect(await edits(page)).toEqual([''])
    await open(page)
    expect(await editor(page).getByRole('radio', { name: 'As it came' }).isChecked()).toBe(true)
    await tab(page, 'Adjust').click()
    await set(page, { Brightness: 40 })
    await done(page)
    expect(await editsOf(page)).toMatchObject({ brightness: 40 })
    await open(page)
    await tab(page, 'Adjust').click()
    expect(await slider(page, 'Brightness').inputValue()).toBe('40')
    await set(page, { Contrast: 40 })
    await editor(page).getByRole('button', { name: 'Cancel' }).click()
    expect(await editsOf(page)).toMatchObject({ brightness: 40, contrast: 0 })
    await open(page)
    await tab(page, 'Adjust').click()
    // A slider is set back by itself, and all of them at once.
    await set(page, { Contrast: 40 })
    await slider(page, 'Contrast').press('Delete')
    expect(await slider(page, 'Contrast').inputValue()).toBe('0')
    await set(page, { Fade: 40 })
    await slider(page, 'Fade').dblclick({ position: { x: 3, y: 3 } })
    expect(await slider(page, 'Fade').inputValue()).toBe('0')
    await editor(page).getByRole('button', { name: 'Undo all' }).click()
    expect(await slider(page, 'Brightness').inputValue()).toBe('0')
    await done(page)
    expect(await edits(page)).toEqual([''])
    await context.close()
  })

  it('shows the original as long as the photo is held', async () => {
    const { page, context } = await compose()
    await choose(page, await picture('jpeg', 800, 600))
    await open(page)
    await tab(page, 'Filters').click()
    await filter(page, 'Silver')
    const grey = ({ data }: { data: Uint8ClampedArray }) => Math.abs((data[0] ?? 0) - (data[1] ?? 0)) < 8
    expect(grey(await seen(page))).toBe(true)
    await editor(page).locator('[data-picture]').hover()
    await page.mouse.down()
    expect(grey(await seen(page))).toBe(false)
    await page.mouse.up()
    expect(grey(await seen(page))).toBe(true)
    await editor(page).getByRole('button', { name: 'Show the original' }).click()
    expect(grey(await seen(page))).toBe(false)
    await context.close()
  })

  it.each([
    ['Square, 1:1', 1],
    ['Upright, 4:5', 0.8],
    ['Wide, 1.91:1', 1.91],
    ['As it came', 4 / 3],
  ])('cuts a photo to %s, by fingers too', async (name, ratio) => {
    const { page, context } = await compose({ screen: 'phone', hasTouch: true })
    await choose(page, await newPicture(800, 600))
    await open(page)
    await shape(page, name)
    const corner = editor(page).getByRole('button', { name: 'Corner at the bottom right' })
    const from = await corner.boundingBox()
    if (!from) throw new Error('not seen')
    const [x, y] = [from.x + from.width / 2, from.y + from.height / 2]
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x - 60, y - 60, { steps: 6 })
    await page.mouse.up()
    await editor(page).locator('[data-crop]').hover()
    await page.mouse.wheel(0, -200)
    await done(page)
    const { width, height } = await editsOf(page)
    expect(width).toBeLessThan(1)
    expect((width * 800) / (height * 600)).toBeCloseTo(ratio, 2)
    const shown = await sharp(await share(page)).metadata()
    expect((shown.width ?? 0) / (shown.height ?? 1)).toBeCloseTo(ratio, 1)
    await context.close()
  })

  it('takes any shape when it is free, and never more than there is', async () => {
    const { page, context } = await compose()
    await choose(page, await newPicture(800, 600))
    await open(page)
    await shape(page, 'Free')
    await set(page, { Straighten: 10 })
    const corner = editor(page).getByRole('button', { name: 'Corner at the top left' })
    const from = await corner.boundingBox()
    if (!from) throw new Error('not seen')
    await page.mouse.move(from.x + 22, from.y + 22)
    await page.mouse.down()
    await page.mouse.move(from.x + 122, from.y + 42, { steps: 6 })
    await page.mouse.move(from.x - 400, from.y + 42, { steps: 6 })
    await page.mouse.up()
    await tab(page, 'Adjust').click()
    const { data } = await seen(page)
    // Nothing that is not the photo is in it.
    expect(data.slice(0, 3).some((level) => level > 60)).toBe(true)
    await done(page)
    const { left, width, height } = await editsOf(page)
    expect(left).toBeGreaterThanOrEqual(0)
    expect(Math.abs((width * 800) / (height * 600) - 4 / 3)).toBeGreaterThan(0.02)
    await context.close()
  })

  it('is opened again on what was done, also in a draft that somebody comes back to', async () => {
    const { page, context } = await compose()
    await choose(page, await drawScene('moon', 'portrait', 5), await newPicture(640, 480))
    await page.getByLabel('Caption').fill('Not today')
    await page.getByText('Kept as a draft').waitFor()
    await open(page, photo(page, 1, 2))
    await shape(page, 'Square, 1:1')
    await tab(page, 'Filters').click()
    await filter(page, 'Frost')
    await done(page)
    await page.getByText('Kept as a draft').waitFor()
    await house.idle()

    await page.goto(`${house.url}/upload`)
    await page.getByRole('navigation', { name: 'Drafts' }).getByRole('link', { name: 'Not today' }).click()
    await page.waitForURL(/\/edit$/)
    expect(await page.getByLabel('Caption').inputValue()).toBe('Not today')
    await photo(page, 1, 2).getByText('Has arrived').waitFor()
    // All of the composer is there: order, more photos, descriptions.
    await photo(page, 1, 2).getByRole('button', { name: 'Move it down' }).click()
    await choose3rd(page)
    await open(page, photo(page, 2, 3))
    // The window is there before the photo, which the server has.
    await editor(page).getByRole('radio', { name: 'Square, 1:1', checked: true }).waitFor({ state: 'attached' })
    await tab(page, 'Filters').click()
    await editor(page).getByRole('radio', { name: 'Frost', checked: true }).waitFor({ state: 'attached' })
    await tab(page, 'Adjust').click()
    await set(page, { Vignette: 45 })
    const was = await seen(page)
    await done(page)
    await photo(page, 2, 3).getByRole('button', { name: 'Move it up' }).click()
    await expectSeenIsPosted(was, await share(page))
    await context.close()
  })

  it('asks nothing of a draft that has become a post, however long the answer takes', async () => {
    const { page, context } = await compose({ withServiceWorker: false })
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    await choose(page, await newPicture(640, 480))
    await page.route('**/edit', async (route) => {
      if (!route.request().postData()?.includes('share=')) return route.continue()
      const response = await route.fetch()
      // Longer than the composer waits before it asks what has become of the photo.
      await page.waitForTimeout(4_000)
      return route.fulfill({ response })
    })
    await open(page)
    await shape(page, 'Square, 1:1')
    await done(page)
    await share(page)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('may be asked again before the photo is shared: the last word counts', async () => {
    const { page, context } = await compose()
    await choose(page, await drawScene('dunes', 'landscape', 8))
    await open(page)
    await tab(page, 'Filters').click()
    await filter(page, 'Ink')
    await done(page)
    await page.getByText('Kept as a draft').waitFor()
    await open(page)
    await shape(page, 'Upright, 4:5')
    await tab(page, 'Filters').click()
    await filter(page, 'Harbour')
    const was = await seen(page)
    await done(page)
    await expectSeenIsPosted(was, await share(page))
    await context.close()
  })

  it('edits what the browser cannot read once the server has made a picture of it', async () => {
    const { page, context } = await compose()
    const heic = await readFile(new URL('../fixtures/red-and-blue.heic', import.meta.url))
    await page.getByLabel('Photos').setInputFiles([file(heic, 'photo.heic', 'image/heic')])
    await photo(page, 1, 1).locator('img').waitFor()
    await open(page)
    await tab(page, 'Filters').click()
    await filter(page, 'Honey')
    const was = await seen(page)
    await done(page)
    const jpeg = await share(page)
    await expectSeenIsPosted(was, jpeg)
    await context.close()
  })
})

const choose3rd = async (page: Page) => {
  await page.getByLabel('Photos').setInputFiles([file(await newPicture(500, 500))])
  await photo(page, 3, 3).getByText('Has arrived').waitFor()
}

describe('a draft', () => {
  it('is composed further: photos are described, removed and added, and shared', async () => {
    const { page, context } = await compose({ screen: 'phone' })
    await choose(page, await newPicture(640, 480), await newPicture(480, 640))
    await photo(page, 2, 2).getByLabel('Description').fill('The second')
    await page.getByRole('button', { name: 'Describe each photo first' }).click()
    await page.waitForURL(/\/p\/[\w-]{11}\/edit$/)
    await page.waitForLoadState('load')
    expect(await photo(page, 2, 2).getByLabel('Description').inputValue()).toBe('The second')
    await photo(page, 1, 2).getByRole('button', { name: 'Remove' }).click()
    await page.getByLabel('Photos').setInputFiles([file(await newPicture(600, 600))])
    await photo(page, 2, 2).getByText('Has arrived').waitFor()
    await photo(page, 2, 2).getByLabel('Description').fill('A third')
    await page.getByLabel('Caption').fill('Two of them')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Kept as a draft').waitFor()
    await page.reload()
    expect(await page.getByLabel('Caption').inputValue()).toBe('Two of them')
    expect(await photo(page, 2, 2).getByLabel('Description').inputValue()).toBe('A third')
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    await page.waitForURL(/\/p\/[\w-]{11}$/)
    await page.getByText('Two of them').waitFor()
    await context.close()
  })
})

declare const axe: { run(context: Document, options: RunOptions): Promise<AxeResults> }

describe.each(['light', 'dark'] as const)('axe finds nothing in the editor, %s', (theme) => {
  it.each(['phone', 'desktop'] as const)('on a %s', async (screen) => {
    const { page, context } = await compose({ theme, screen })
    await choose(page, await newPicture(640, 480))
    await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
    await open(page)
    for (const name of ['Crop', 'Filters', 'Adjust']) {
      await tab(page, name).click()
      const found = await page.evaluate(async () => {
        const { violations } = await axe.run(document, {
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
          resultTypes: ['violations'],
        })
        return violations.flatMap(({ id, nodes }) =>
          nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`),
        )
      })
      expect(found).toEqual([])
    }
    await context.close()
  })
})
