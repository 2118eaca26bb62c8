import { cp, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { Locator, Page } from 'playwright-core'
import { fromCode, toCode } from '../../src/http/code.ts'
import { newMediaKey } from '../../src/media/storage.ts'
import { apiPerson, type House, openHouse } from '../house.ts'
import { newPicture } from '../pictures.ts'
import { type Look, openBrowser } from './browser.ts'
import { follower } from './follower.ts'

/** What reading feels like: at once, in its place, by finger and by key, and without JavaScript as well. */

let house: House
let chromium: Awaited<ReturnType<typeof openBrowser>>
let author: Awaited<ReturnType<typeof apiPerson>>
/** The codes of what the author has shared, newest first. */
let codes: string[]

beforeAll(async () => {
  chromium = await openBrowser()
  house = await openHouse()
  author = await apiPerson(house, 'author')
  codes = await fill()
})
afterAll(async () => {
  await house.close()
  await chromium.close()
})

/** An album, a photo with a long caption, and as many copies of the latter as fill three pages of the feed. */
async function fill(): Promise<string[]> {
  const album = author.post('/upload').field('caption', 'An album')
  for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) album.attach('file', await newPicture(1500, 1000), name)
  await album.expect(201)
  const { body } = await author
    .post('/upload')
    .field('caption', `${'Many words about one evening. '.repeat(20)}`)
    .attach('file', await newPicture(2400, 3000), 'a.jpg')
    .expect(201)
  await house.idle()
  const { id: _id, ...photo } = await house.db('photos').where({ post_id: body.id }).first()
  const { author_id } = await house.db('posts').where({ id: body.id }).first()
  for (let copy = 0; copy < 24; copy += 1) {
    const post = { author_id, caption: `Copy ${copy}`, published_at: new Date() }
    const [{ id }] = await house.db('posts').insert(post).returning('id')
    const keys = { media_key: newMediaKey(), rendition_key: newMediaKey() }
    await house.db('photos').insert({ ...photo, camera: null, ...keys, post_id: id })
    await cp(folderOf(photo.rendition_key), folderOf(keys.rendition_key), { recursive: true })
  }
  await house.db.raw('update users set last_post_id = (select max(id) from posts where author_id = users.id)')
  const rows = await house.db('posts').where({ author_id }).orderBy('id', 'desc').select('id')
  return rows.map(({ id }) => toCode(id))
}

function folderOf(renditionKey: string): string {
  return join(house.mediaRoot, 'renditions', renditionKey.slice(0, 2), renditionKey)
}

const reader = (look: Look) => follower(house, chromium, { ...look, follows: 'author' })

/** Waits until something is so. */
async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await isSo()) return
    await setTimeout(50)
  }
  throw new Error(`It never became so: ${isSo}`)
}

/**
 * Goes to the end of a long page. Posts take their real heights only when they come near (content-visibility), and what is below them moves
 * once more, between the press of a mouse's button and its release if that is done at once.
 */
async function atRest(locator: Locator): Promise<void> {
  await eventually(async () => {
    await locator.scrollIntoViewIfNeeded()
    const before = await locator.boundingBox()
    await setTimeout(200)
    const after = await locator.boundingBox()
    return before?.y === after?.y
  })
}

const first = (page: Page) => page.getByRole('article').first()
const likeButton = (page: Page) => first(page).getByRole('button', { name: /^Like/ })

const screens: Look[] = [{ screen: 'phone' }, { screen: 'desktop' }]

describe.each(screens)('on a $screen', (look) => {
  it('a like is there before the server has answered, and still there afterwards', async () => {
    const { page, context, complaints } = await reader({ ...look, withServiceWorker: false })
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
    await page.route('**/like', async (route) => {
      await answered
      await route.continue()
    })
    await page.goto(house.url)
    const before = await likeButton(page).getAttribute('aria-label')
    await likeButton(page).click()
    expect(await likeButton(page).getAttribute('aria-pressed')).toBe('true')
    expect(await likeButton(page).getAttribute('aria-label')).not.toBe(before)
    expect(
      await first(page)
        .getByRole('link', { name: /\d likes?$/ })
        .isVisible(),
    ).toBe(true)
    // Who changes their mind meanwhile is understood as well.
    await likeButton(page).click()
    expect(await likeButton(page).getAttribute('aria-pressed')).toBe('false')
    await likeButton(page).click()
    answer()
    await page.waitForLoadState('networkidle')
    await page.reload()
    expect(await likeButton(page).getAttribute('aria-pressed')).toBe('true')
    expect(complaints).toEqual([])
    await context.close()
  })

  it('what the server refuses is taken back, and said', async () => {
    const { page, context } = await reader({ ...look, withServiceWorker: false })
    await page.goto(house.url)
    await page.route('**/like', (route) =>
      route.fulfill({ status: 429, json: { error: 'That was too much at once.', requestId: '' } }),
    )
    await likeButton(page).click()
    await page.getByRole('status').getByText('That was too much at once.').waitFor()
    expect(await likeButton(page).getAttribute('aria-pressed')).toBe('false')

    await page.route('**/save', (route) => route.abort())
    await first(page).getByRole('button', { name: 'Save' }).click()
    await page.getByRole('status').getByText('Look at your connection').waitFor()
    expect(await first(page).getByRole('button', { name: 'Save' }).getAttribute('aria-pressed')).toBe('false')

    await page.route('**/comments', (route) => route.fulfill({ status: 422, json: { error: 'Not here.' } }))
    await first(page).getByLabel('Add a comment').fill('In vain')
    await first(page).getByLabel('Add a comment').press('Enter')
    await page.getByRole('status').getByText('Not here.').waitFor()
    expect(await first(page).getByLabel('Add a comment').inputValue()).toBe('In vain')
    expect(await first(page).getByRole('listitem').filter({ hasText: 'In vain' }).count()).toBe(0)
    await context.close()
  })

  it('a comment stands below its post at once, and on its page', async () => {
    const { page, context, complaints } = await reader(look)
    await page.goto(house.url)
    const before = Number.parseInt((await first(page).locator('.to-comments').innerText()) || '0', 10)
    await first(page).getByLabel('Add a comment').fill(`Said on a ${look.screen}`)
    await first(page).getByLabel('Add a comment').press('Enter')
    await first(page).getByText(`Said on a ${look.screen}`).waitFor()
    expect(await first(page).getByLabel('Add a comment').inputValue()).toBe('')
    const words = `${before + 1} comment${before ? 's' : ''}`
    await first(page)
      .getByRole('link', { name: words, exact: true })
      .getByText(`${before + 1}`)
      .waitFor()
    await page.waitForLoadState('networkidle')
    await page.goto(`${house.url}/p/${codes[0]}`)
    await page.getByText(`Said on a ${look.screen}`).waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('following is shown at once, and ended again', async () => {
    const { page, context } = await reader(look)
    await page.goto(`${house.url}/@author`)
    const followers = page.getByRole('link', { name: /follower/ })
    const before = Number.parseInt(await followers.innerText(), 10)
    await page.getByRole('button', { name: 'Following · end' }).click()
    await page.getByRole('button', { name: 'Follow', exact: true }).waitFor()
    expect(Number.parseInt(await followers.innerText(), 10)).toBe(before - 1)
    await page.waitForLoadState('networkidle')
    await page.reload()
    await page.getByRole('button', { name: 'Follow', exact: true }).click()
    await page.getByRole('button', { name: 'Following · end' }).waitFor()
    await context.close()
  })

  it('two taps on a photo like it, and two more take nothing back', async () => {
    const { page, context } = await reader(look)
    await page.goto(house.url)
    const photo = first(page).getByRole('img').first()
    for (const _ of ['once', 'again']) {
      await photo.dblclick({ position: { x: 100, y: 100 } })
      expect(await likeButton(page).getAttribute('aria-pressed')).toBe('true')
    }
    await context.close()
  })

  it('an album is turned by buttons and keys, and its dots say where one is', async () => {
    const { page, context } = await reader(look)
    await page.goto(`${house.url}/p/${codes.at(-1)}`)
    const album = page.getByRole('region', { name: '3 photos' })
    const dots = page.locator('.dots li')
    const shown = () => dots.evaluateAll((all) => all.findIndex((dot) => dot.classList.contains('here')))
    await page.getByRole('button', { name: 'Next photo' }).click()
    await eventually(async () => (await shown()) === 1)
    await album.focus()
    await page.keyboard.press('ArrowRight')
    await eventually(async () => (await shown()) === 2)
    expect(await page.getByRole('button', { name: 'Next photo' }).isVisible()).toBe(false)
    await page.keyboard.press('ArrowLeft')
    await eventually(async () => (await shown()) === 1)
    await context.close()
  })

  it('the feed goes on by itself, and the way back leads to where one was', async () => {
    const { page, context, complaints } = await reader(look)
    await page.goto(house.url)
    const articles = page.getByRole('article')
    for (let pages = 0; pages < 40 && (await articles.count()) < 26; pages += 1) {
      await page.mouse.wheel(0, 2_000)
      await page.waitForTimeout(100)
    }
    expect(await articles.count()).toBe(26)
    const post = page.locator(`#p-${codes[22]}`)
    const top = () => post.evaluate((element) => element.getBoundingClientRect().top)
    await post.locator('.when a').hover()
    const was = await top()
    await post.locator('.when a').click()
    await page.waitForURL(`${house.url}/p/${codes[22]}`)
    await page.goBack()
    await post.waitFor()
    await eventually(async () => Math.abs((await top()) - was) < 2)
    await page.waitForTimeout(500)
    expect(Math.abs((await top()) - was)).toBeLessThan(2)
    // None twice.
    const ids = await articles.evaluateAll((all) => all.map(({ id }) => id))
    expect(new Set(ids).size).toBe(ids.length)
    // Whoever has gone to the top is not taken down again.
    await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }))
    await page.reload()
    await page.waitForTimeout(500)
    expect(await page.evaluate(() => scrollY)).toBe(0)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('nothing moves while a page loads', async () => {
    const { page, context } = await reader(look)
    for (const path of ['/', `/p/${codes[0]}`, '/@author', '/explore']) {
      await page.goto(house.url + path, { waitUntil: 'networkidle' })
      const shift = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            let sum = 0
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value
            }).observe({ type: 'layout-shift', buffered: true })
            window.setTimeout(() => resolve(sum), 300)
          }),
      )
      expect([path, shift]).toEqual([path, expect.closeTo(0, 2)])
    }
    await context.close()
  })

  it.each(['light', 'dark'] as const)('pages keep the rules of accessibility (%s)', async (theme) => {
    const { page, context } = await reader({ ...look, theme })
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    const paths = ['/', `/p/${codes[0]}`, `/p/${codes.at(-1)}`, '/@author', '/explore', '/settings', '/nope']
    for (const path of paths) {
      await page.goto(house.url + path)
      await page.evaluate(axe)
      const found = await page.evaluate(async () => {
        const { violations } = await (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run()
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
      })
      expect([path, found]).toEqual([path, []])
    }
    await context.close()
  })
})

interface AxeResults {
  violations: { id: string; nodes: { html: string }[] }[]
}

it('the photo of a grid becomes that of its post', async () => {
  const { page, context } = await reader({ screen: 'phone', withMotion: true })
  await page.goto(`${house.url}/@author`, { waitUntil: 'networkidle' })
  // Behind the page's own listener.
  await page.evaluate(() =>
    addEventListener('pageswap', () => {
      const named = document.querySelector<HTMLElement>('.grid a:first-child picture')
      sessionStorage.setItem('name', named?.style.getPropertyValue('view-transition-name') ?? '')
    }),
  )
  await page.locator('.grid a').first().click()
  await page.waitForURL(/\/p\/[\w-]{11}$/)
  const name = await page
    .locator('.detail .post > picture')
    .evaluate((picture) => getComputedStyle(picture).getPropertyValue('view-transition-name'))
  expect([await page.evaluate(() => sessionStorage.getItem('name')), name]).toEqual(['photo', 'photo'])
  await context.close()
})

it('keys lead through the feed, act on the post that has the focus, and can be turned off', async () => {
  const { page, context } = await reader({ screen: 'desktop' })
  await page.goto(house.url)
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  const second = page.getByRole('article').nth(1)
  expect(await second.evaluate((element) => element === document.activeElement)).toBe(true)
  await page.keyboard.press('l')
  await second.getByRole('button', { name: /^Like/, pressed: true }).waitFor()
  await page.keyboard.press('s')
  await second.getByRole('button', { name: 'Saved · remove', pressed: true }).waitFor()
  await page.keyboard.press('c')
  await page.keyboard.type('l is a letter here')
  expect(await second.getByLabel('Add a comment').inputValue()).toBe('l is a letter here')
  await second.focus()
  await page.keyboard.press('k')
  expect(await first(page).evaluate((element) => element === document.activeElement)).toBe(true)

  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).getByLabel('Keys are on').uncheck()
  await page.getByRole('button', { name: 'Close' }).click()
  await page.keyboard.press('l')
  expect(await likeButton(page).getAttribute('aria-pressed')).toBe('false')
  await context.close()
})

it('a long caption is folded, and unfolds where it stands', async () => {
  const { page, context } = await reader({ screen: 'phone' })
  const long = codes[24]
  await page.goto(`${house.url}/?max_id=${fromCode(codes[23] ?? '')}`)
  const post = page.locator(`#p-${long}`)
  const height = () => post.locator('.caption').evaluate((caption) => caption.clientHeight)
  const folded = await height()
  await post.getByRole('link', { name: 'More' }).click()
  expect(await height()).toBeGreaterThan(2 * folded)
  await context.close()
})

it('new posts are offered, and do not jump in', async () => {
  const { page, context } = await reader({ screen: 'phone' })
  await page.clock.install()
  await page.goto(house.url)
  const other = await apiPerson(house)
  await context.request.post(`${house.url}/@${other.username}/follow`, { headers: { Accept: 'application/json' } })
  await page.clock.runFor(61_000)
  expect(await page.getByRole('link', { name: 'New posts' }).isVisible()).toBe(false)
  await other
    .post('/upload')
    .attach('file', await newPicture(), 'a.jpg')
    .expect(201)
  await page.clock.runFor(61_000)
  await page.getByRole('link', { name: 'New posts' }).click()
  await first(page).getByText(other.username).first().waitFor()
  await context.close()
})

describe('a photo', () => {
  it.each<[string, Look]>([
    ['a desktop', { screen: 'desktop' }],
    ['a sharp desktop', { screen: 'desktop', pixels: 2 }],
    ['a phone', { screen: 'phone', pixels: 2 }],
    ['a sharp phone', { screen: 'phone', pixels: 3 }],
  ])('comes as no more than half again as wide as it is shown (%s)', async (_name, look) => {
    const { page, context } = await reader(look)
    for (const path of ['/', `/p/${codes[0]}`, '/@author']) {
      await page.goto(house.url + path, { waitUntil: 'networkidle' })
      const widths = await page
        .locator('main picture:not(.avatar) img')
        .evaluateAll((images: HTMLImageElement[]) =>
          images
            .filter(({ complete, currentSrc }) => complete && currentSrc)
            .map((image) => Number(/\/s?(\d+)\.\w+$/.exec(image.currentSrc)?.[1]) / image.clientWidth),
        )
      expect(widths.length).toBeGreaterThan(0)
      for (const width of widths) expect([path, width / (look.pixels ?? 1) <= 1.5]).toEqual([path, true])
    }
    await context.close()
  })

  it('is fetched once, in one format', async () => {
    const { page, context } = await reader({ withServiceWorker: false, screen: 'phone' })
    for (const path of ['/', '/@author']) {
      const fetched: string[] = []
      page.on('request', (request) => fetched.push(...(/\/media\/..\/(\w+)\//.exec(request.url())?.slice(1) ?? [])))
      await page.goto(house.url + path, { waitUntil: 'networkidle' })
      expect([path, fetched.length > 0]).toEqual([path, true])
      expect([path, fetched]).toEqual([path, [...new Set(fetched)]])
      page.removeAllListeners('request')
    }
    await context.close()
  })

  it('has its blur before it has come, which the policy allows', async () => {
    const { page, context, complaints } = await reader({ withServiceWorker: false, screen: 'phone' })
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    await page.route('**/media/**', async (route) => {
      await released
      await route.continue()
    })
    await page.goto(house.url, { waitUntil: 'domcontentloaded' })
    const blur = first(page).locator('.until image')
    await blur.waitFor({ state: 'attached' })
    expect(await blur.getAttribute('href')).toMatch(/^data:image\/png;base64,/)
    release()
    await first(page).locator('picture.coming').waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
    await context.close()
  })
})

it('the home page has little to fetch before its photos', async () => {
  const compressed = async (path: string) => gzipSync(await (await fetch(house.url + path)).arrayBuffer()).length
  const scripts = await Promise.all(['/client/page.js', '/client/notifications.js'].map(compressed))
  expect(await compressed('/client/app.css')).toBeLessThan(20_000)
  expect(scripts.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(40_000)
})

describe.each(screens)('without JavaScript, on a $screen', (look) => {
  it('one likes, saves, comments, unfolds and goes on reading', async () => {
    const { page, context } = await reader({ ...look, withScripts: false })
    await page.goto(house.url)
    await likeButton(page).click()
    await first(page).getByRole('button', { name: /^Like/, pressed: true }).waitFor()
    await first(page).getByRole('button', { name: 'Save', exact: true }).click()
    await first(page).getByRole('link', { name: 'Collections' }).waitFor()
    await first(page).getByLabel('Add a comment').fill(`Plainly on a ${look.screen}`)
    await first(page).getByLabel('Add a comment').press('Enter')
    await page.waitForURL(/\/p\/[\w-]{11}#c-\d+$/)
    await page.getByText(`Plainly on a ${look.screen}`).waitFor()
    await page.goto(house.url)
    for (let pages = 0; pages < 2; pages += 1) {
      const was = page.url()
      const older = page.getByRole('link', { name: 'Older photos' })
      await atRest(older)
      await older.click()
      // Or the second click is one on the same page, if the next one takes its time.
      await page.waitForURL(({ href }) => href !== was)
    }
    await page.getByRole('article').filter({ hasText: 'Many words' }).getByRole('link', { name: 'More' }).click()
    await page.waitForURL(/\/p\/[\w-]{11}$/)
    await context.close()
  })
})
