/**
 * What pages weigh and how soon they are there, in a real Chromium: npm run bench:pages [rounds]
 * Beside each figure stands its budget. Not a test: machines differ, and are noisy; medians of several loads.
 *
 * The pages come straight from the web process, without nginx: what is loaded is not compressed, so the times are rather too long.
 * Weights are of what nginx would send: gzip, level 5.
 */
import { gzipSync } from 'node:zlib'
import { type BrowserContext, type CDPSession, chromium, type Page, type Response } from 'playwright-core'
import { drawScene } from '../services/web/src/demo/scenes.ts'
import { findChromium } from '../services/web/test/chromium.js'
import { type Running, startGramstack } from './gramstack.ts'

const rounds = Number(process.argv[2] ?? 5)

// As Chromium's developer tools and Lighthouse have "Fast 4G".
const fast4G = { offline: false, downloadThroughput: 1_012_500, uploadThroughput: 168_750, latency: 165 }
const cpuSlowdown = 4

const screens = {
  'phone, 2-fold': { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  'phone, 3-fold': { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1 },
  'desktop, 2-fold': { viewport: { width: 1280, height: 900 }, deviceScaleFactor: 2 },
} as const

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`
const compressed = (content: Buffer | string): number => gzipSync(content, { level: 5 }).length

let misses = 0
function row(what: string, measured: string, budget: string, isMet: boolean): void {
  if (!isMet) misses += 1
  say(`| ${what} | ${measured} | ${budget} | ${isMet ? 'yes' : '**no**'} |`)
}

const gramstack = await startGramstack()
let worker: Running | undefined
const browser = await chromium.launch({
  executablePath: findChromium() ?? '',
  args: ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
})
try {
  await fill()
  const cookie = await someone('reader', await everybody())
  // Explore shows those whom one does not follow.
  const stranger = await someone('stranger', [])
  say(`Chromium ${browser.version()}, medians of ${rounds} loads without a cache.\n`)
  say('| | measured | budget | met |')
  say('|---|---|---|---|')
  await weigh(cookie)
  await time('home, signed in', '/', cookie)
  await time('home, signed out', '/', undefined)
  await time('profile', '/@ada', cookie)
  await time('explore', '/explore', stranger)
  for (const [screen, options] of Object.entries(screens)) {
    for (const path of ['/', '/@ada']) await compareWidths(screen, options, path, cookie)
    await compareWidths(screen, options, '/explore', stranger)
  }
  for (const slowdown of [1, cpuSlowdown]) await countFrames(slowdown, cookie)
  say(misses ? `\n${misses} budgets are not met.` : '\nAll budgets are met.')
} finally {
  await browser.close()
  await worker?.stop()
  await gramstack.stop()
}

/** The demo people and their posts, every rendition of them, and what is popular. */
async function fill(): Promise<void> {
  gramstack.command('seed')
  worker = await gramstack.startWorker({ AVIF_EFFORT: '2' })
  for (;;) {
    const [left] = await gramstack.sql<{ count: string }>(
      "select count(*) from jobs.job where name like 'develop-%' and state in ('created', 'retry', 'active')",
    )
    if (left?.count === '0') break
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  await worker.stop()
  // The next one looks first for what is popular.
  worker = await gramstack.startWorker()
}

async function everybody(): Promise<string[]> {
  const people = await gramstack.sql<{ username: string }>('select username from users')
  return people.map(({ username }) => username)
}

/** Somebody who follows those people. @returns their cookie */
async function someone(username: string, follows: readonly string[]): Promise<string> {
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${gramstack.url}${path}`, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' })
  const answer = await post('/sign-up', { username, password: 'correct horse battery' })
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  for (const other of follows) await post(`/@${other}/follow`, {}, { Cookie: cookie })
  return cookie
}

async function newPage(options: object, cookie: string | undefined): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ ...options, serviceWorkers: 'block' })
  if (cookie) {
    const [name = '', value = ''] = cookie.split('=')
    await context.addCookies([{ name, value, url: gramstack.url }])
  }
  return { context, page: await context.newPage() }
}

/** What the home page consists of. */
async function weigh(cookie: string): Promise<void> {
  const { context, page } = await newPage(screens['phone, 2-fold'], cookie)
  const weights = { document: 0, script: 0, stylesheet: 0 }
  const bodies: Promise<unknown>[] = []
  const strangers = new Set<string>()
  page.on('request', (request) => {
    if (request.url().startsWith('http') && !request.url().startsWith(gramstack.url)) strangers.add(request.url())
  })
  page.on('response', (response) => {
    const kind = response.request().resourceType() as keyof typeof weights
    if (kind in weights) bodies.push(weighInto(weights, kind, response))
  })
  // Not for the network to be idle: a stream stays open.
  await page.goto(gramstack.url, { waitUntil: 'load' })
  await page.waitForTimeout(1000)
  await Promise.all(bodies)
  const posts = await page.locator('article.post').count()
  row(`HTML of a feed of ${posts} posts`, kilobytes(weights.document), '30 kB', weights.document <= 30_000)
  row('JavaScript of the home page', kilobytes(weights.script), '40 kB', weights.script <= 40_000)
  row('CSS', kilobytes(weights.stylesheet), '20 kB', weights.stylesheet <= 20_000)
  row('requests to others', String(strangers.size), '0', strangers.size === 0)
  await context.close()
}

async function weighInto<Kind extends string>(weights: Record<Kind, number>, kind: Kind, response: Response) {
  const weight = compressed(await response.body())
  weights[kind] += weight
}

interface Timings {
  paint: number
  shift: number
  interaction: number
  /** What somebody did that was answered last of all. */
  slowest: string
}

/** How soon a page is there on a phone of the middle class, whether anything moves, and how soon it answers. */
async function time(name: string, path: string, cookie: string | undefined): Promise<void> {
  const all: Timings[] = []
  for (let round = 0; round < rounds; round += 1) all.push(await timeOnce(path, cookie))
  const of = (what: 'paint' | 'shift' | 'interaction') => median(all.map((one) => one[what]))
  row(`${name}: largest paint`, `${(of('paint') / 1000).toFixed(2)} s`, '1.2 s', of('paint') <= 1200)
  row(`${name}: layout shift`, of('shift').toFixed(3), '0.02', of('shift') <= 0.02)
  const slowest = all.find(({ interaction }) => interaction === of('interaction'))?.slowest ?? ''
  row(`${name}: slowest answer ${slowest}`, `${of('interaction').toFixed(0)} ms`, '100 ms', of('interaction') <= 100)
}

async function timeOnce(path: string, cookie: string | undefined): Promise<Timings> {
  const { context, page } = await newPage(screens['phone, 2-fold'], cookie)
  const session: CDPSession = await context.newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', fast4G)
  await session.send('Emulation.setCPUThrottlingRate', { rate: cpuSlowdown })
  await page.addInitScript(observe)
  await page.goto(`${gramstack.url}${path}`, { waitUntil: 'load' })
  await page.waitForTimeout(1500)
  // The largest paint ends with the first touch.
  const paint = await page.evaluate(() => (window as unknown as Observed).observed.paint)
  await interact(page)
  const { shift, interaction, slowest } = await page.evaluate(() => (window as unknown as Observed).observed)
  await context.close()
  return { paint, shift, interaction, slowest }
}

interface Observed {
  observed: Timings
}

/** Runs in the page, before anything of it. */
function observe(): void {
  const observed = { paint: 0, shift: 0, interaction: 0, slowest: '' }
  ;(window as unknown as Observed).observed = observed
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) observed.paint = entry.startTime
  }).observe({ type: 'largest-contentful-paint', buffered: true })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
      if (!entry.hadRecentInput) observed.shift += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceEventTiming[])
      if (entry.interactionId && entry.duration > observed.interaction) {
        observed.interaction = entry.duration
        const { startTime, processingStart, processingEnd } = entry
        const parts = [
          processingStart - startTime,
          processingEnd - processingStart,
          startTime + entry.duration - processingEnd,
        ]
        observed.slowest = `(${entry.name} of ${(entry.target as Element | null)?.className}: ${parts.map(Math.round).join('+')})`
      }
  }).observe({ type: 'event', buffered: true, durationThreshold: 16 } as PerformanceObserverInit)
}

/** Likes, saves, types: what there is of it on the page. Scrolls, for what moves by then. */
async function interact(page: Page): Promise<void> {
  for (const selector of ['.post button[aria-pressed]', '.post .actions button >> nth=1', 'nav a >> nth=0']) {
    const button = page.locator(selector).first()
    // A way to another page would end what is measured.
    if ((await button.count()) && (await button.evaluate((element) => element.tagName)) === 'BUTTON')
      await button.click({ timeout: 2000 }).catch(() => {})
  }
  const field = page.locator('textarea:visible, input[type=search]:visible').first()
  if (await field.count()) await field.pressSequentially('hello', { delay: 30, timeout: 3000 }).catch(() => {})
  await page.mouse.wheel(0, 2000)
  await page.waitForTimeout(1000)
}

/** Whether photos are as large as the screen can use, and no larger. */
async function compareWidths(screen: string, options: object, path: string, cookie: string): Promise<void> {
  const { context, page } = await newPage(options, cookie)
  await page.goto(`${gramstack.url}${path}`, { waitUntil: 'load' })
  for (let turn = 0; turn < 8; turn += 1) {
    await page.mouse.wheel(0, 900)
    await page.waitForTimeout(150)
  }
  const ratios = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLImageElement>('main picture img, main .avatar img')]
      .filter(({ complete, naturalWidth, currentSrc }) => complete && naturalWidth && currentSrc.includes('/media/'))
      // The smallest that there is of it cannot be too large.
      .filter(({ currentSrc }) => !/\/s?(?:320|96)\.\w+$/.test(currentSrc))
      .map(({ currentSrc, clientWidth }) => {
        const width = Number(/(\d+)\.\w+$/.exec(currentSrc)?.[1])
        return width / (clientWidth * devicePixelRatio)
      }),
  )
  const most = Math.max(0, ...ratios)
  row(`${screen}, ${path}: widest photo, as shown`, `${most.toFixed(2)} × (${ratios.length})`, '1.5 ×', most <= 1.5)
  await context.close()
}

/** How smoothly the editor follows a slider. */
async function countFrames(slowdown: number, cookie: string): Promise<void> {
  const { context, page } = await newPage(screens['phone, 2-fold'], cookie)
  await page.goto(`${gramstack.url}/upload`, { waitUntil: 'load' })
  const buffer = await drawScene('mountains', 'portrait', 1)
  await page.locator('input[type=file]').setInputFiles([{ name: 'photo.jpg', mimeType: 'image/jpeg', buffer }])
  await page.locator('[data-edit]').click()
  await page.locator('[data-tab=adjust]').click()
  const session: CDPSession = await context.newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
  for (const figure of ['contrast', 'sharpen']) {
    const all: number[] = []
    for (let round = 0; round < rounds; round += 1) all.push(await page.evaluate(moveSlider, figure))
    // A count of two seconds may miss the one that begins it.
    const frames = median(all)
    const measured = `${frames.toFixed(1)} frames/s`
    // Here nothing draws but the processor, so a slower one says how it would be without, not how it is on a phone.
    if (slowdown === 1) row(`editor: ${figure} moves`, measured, '60 frames/s', frames >= 59)
    else say(`| editor, ${slowdown} × slower: ${figure} moves | ${measured} | | |`)
  }
  await context.close()
}

/** Runs in the page. @returns how many frames there were in a second in which the slider moved with each of them */
async function moveSlider(figure: string): Promise<number> {
  const slider = document.querySelector(`[data-figure=${figure}]`) as HTMLInputElement
  const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
  const move = async (milliseconds: number): Promise<number> => {
    const began = await frame()
    for (let frames = 1; ; frames += 1) {
      slider.value = String(20 + (frames % 60))
      slider.dispatchEvent(new Event('input', { bubbles: true }))
      const now = await frame()
      if (now - began >= milliseconds) return (frames * 1000) / (now - began)
    }
  }
  // So long it takes to find its pace.
  await move(1000)
  return move(2000)
}
