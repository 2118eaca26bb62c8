import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'
import { createApp } from '../../src/app.ts'
import { openQueue } from '../../src/jobs/queue.ts'
import { type House, openHouse } from '../house.ts'
import { routesOf } from '../routes.ts'
import { openBrowser, screens } from './browser.ts'
import { fillWorld, type Name, password, type World } from './world.ts'

/** WCAG 2.2 AA as far as a machine can tell, on every page there is: on a phone and a desktop, light and dark, and what can be done without a mouse. */

let house: House
let chromium: Awaited<ReturnType<typeof openBrowser>>
let world: World

beforeAll(async () => {
  chromium = await openBrowser()
  house = await openHouse({ mail: { publicUrl: 'http://localhost:1337', smtp: undefined } })
  world = await fillWorld(house, chromium)
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  // Put there by the browser itself, so that the policy of the pages stays what it is.
  for (const browser of Object.values(world.browsers)) await browser.addInitScript({ content: axe })
}, 120_000)
afterAll(async () => {
  await house.close()
  await chromium.close()
})

/** Who looks at which page, and what they do there first. */
type Visit = readonly [
  who: Name,
  path: string | ((paths: World['paths']) => string),
  act?: (page: Page) => Promise<unknown>,
]

/** Sends a form as if it had been filled in so: what stands on the page afterwards is the form with complaints. */
const send =
  (action: string, fields: Record<string, string>) =>
  async (page: Page): Promise<void> => {
    const loaded = page.waitForEvent('load')
    await page.evaluate(
      ([path, entries, isMultipart]) => {
        const form = Object.assign(document.createElement('form'), { method: 'post', action: path })
        if (isMultipart) form.enctype = 'multipart/form-data'
        for (const [name, value] of entries)
          form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }))
        document.body.append(form)
        form.submit()
      },
      [action === '' ? new URL(page.url()).pathname : action, Object.entries(fields), action === '/upload'] as const,
    )
    await loaded
  }

const visits: readonly Visit[] = [
  ['stranger', '/'],
  ['stranger', '/sign-in'],
  ['stranger', '/sign-in', send('', { username: 'ada', password: 'wrong' })],
  ['halfway', '/sign-in/code'],
  ['halfway', '/sign-in/code', send('', { code: '12' })],
  ['stranger', '/sign-up'],
  ['stranger', '/sign-up', send('', { username: 'Ada!', password: '12345678', email: 'x' })],
  ['stranger', '/sign-up/waiting'],
  ['stranger', ({ invitation }) => invitation],
  ['stranger', '/forgot-password'],
  ['stranger', '/forgot-password', send('', { asked: '' })],
  ['stranger', '/forgot-password?sent'],
  ['stranger', ({ resetPassword }) => resetPassword],
  ['stranger', '/reset-password?token=nobody'],
  ['stranger', '/reset-password/done'],
  ['stranger', ({ confirmEmail }) => confirmEmail],
  ['stranger', '/goodbye'],
  ['undecided', '/come-back'],
  ['stranger', '/notifications/stop-mail?token=x'],
  ['stranger', '/about'],
  ['stranger', '/explore'],
  ['stranger', '/explore/people'],
  ['stranger', '/search'],
  ['stranger', '/search?q=ada'],
  ['stranger', '/tags/hills'],
  ['stranger', '/@ada'],
  ['stranger', '/@ada/tagged'],
  ['stranger', '/@ada/followers'],
  ['stranger', '/@nour'],
  ['stranger', ({ post }) => post],
  ['stranger', ({ album }) => album],
  ['stranger', ({ sensitive }) => sensitive],
  ['stranger', ({ post }) => `${post}/likes`],
  ['stranger', ({ post }) => `${post}/comments`],
  ['stranger', ({ comment }) => comment],
  ['stranger', '/offline'],
  ['stranger', '/nope'],
  ['stranger', '/dev/mail'],

  ['newcomer', '/'],
  ['newcomer', '/explore'],
  ['newcomer', '/explore/people'],
  ['newcomer', '/@newcomer'],
  ['newcomer', '/@newcomer/tagged'],
  ['newcomer', '/@newcomer/followers'],
  ['newcomer', '/@newcomer/following'],
  ['newcomer', '/@nour'],
  ['newcomer', ({ hidden }) => hidden],
  ['newcomer', '/search?q=nobodyiscalledso'],
  ['newcomer', '/tags/nothing'],
  ['newcomer', '/notifications'],
  ['newcomer', '/follow-requests'],
  ['newcomer', '/saved'],
  ['newcomer', '/liked'],
  ['newcomer', '/settings/muted'],
  ['newcomer', '/settings/blocked'],
  ['newcomer', '/settings/hashtags'],
  ['newcomer', '/settings/two-factor'],
  ['newcomer', '/settings/two-factor/set-up'],
  ['newcomer', '/settings/two-factor/set-up', send('/settings/two-factor/confirm', { code: '000000' })],
  ['newcomer', '/settings/email'],
  ['newcomer', '/settings/email', send('', { email: 'x', password: '' })],

  ['ada', '/'],
  ['ada', '/', (page) => page.keyboard.press('?')],
  ['ada', '/explore'],
  ['ada', '/explore/people'],
  ['ada', '/@ada'],
  ['ada', '/@ada/tagged'],
  ['ada', '/@ada/followers'],
  ['ada', '/@ada/following'],
  ['ada', '/@bob'],
  ['ada', '/@nour'],
  ['ada', '/@careful'],
  ['ada', '/@bob/mute'],
  ['ada', '/@bob/block'],
  ['ada', '/@bob/report'],
  ['ada', '/@bob/report', send('', { reason: '' })],
  ['ada', ({ post }) => post],
  ['ada', ({ post }) => post, async (page) => send(`${new URL(page.url()).pathname}/comments`, { text: '' })(page)],
  ['ada', ({ album }) => album],
  ['ada', ({ sensitive }) => sensitive],
  ['ada', ({ refused }) => refused],
  ['ada', ({ post }) => `${post}/likes`],
  ['ada', ({ post }) => `${post}/comments`],
  ['ada', ({ post, comment }) => post + comment],
  ['ada', ({ comment }) => comment],
  ['ada', ({ comment }) => `${comment}/report`],
  ['ada', ({ post }) => `${post}/save`],
  ['ada', ({ post }) => `${post}/history`],
  ['ada', ({ sensitive }) => `${sensitive}/report`],
  ['ada', ({ draft }) => draft],
  ['ada', ({ draft }) => `${draft}/edit`],
  ['ada', ({ draft }) => `${draft}/edit`, send('', { caption: 'x'.repeat(2201), visibility: 'public' })],
  ['ada', ({ edits }) => edits],
  ['ada', ({ edits }) => edits, send('', { warmth: '101', size: '1' })],
  ['ada', ({ album }) => `${album}/edit`],
  ['ada', ({ refused }) => `${refused}/edit`],
  ['ada', '/upload'],
  ['ada', '/upload', send('/upload', { caption: 'Without a photo' })],
  ['ada', '/search'],
  ['ada', '/search?q=a'],
  ['ada', '/tags/hills'],
  ['ada', '/notifications'],
  ['nour', '/follow-requests'],
  ['nour', '/notifications'],
  ['ada', '/saved'],
  ['ada', '/saved', send('', { name: '' })],
  ['ada', ({ collection }) => collection],
  ['ada', '/liked'],
  ['ada', '/settings'],
  ['ada', '/settings?saved'],
  ['ada', '/settings/profile'],
  ['ada', '/settings/profile', send('', { displayName: 'x'.repeat(300), website: 'no address' })],
  ['ada', '/settings/username'],
  ['ada', '/settings/username', send('', { username: 'A b', password: '' })],
  ['ada', '/settings/avatar'],
  ['ada', '/settings/password'],
  ['ada', '/settings/password', send('', { currentPassword: 'wrong', password: 'short' })],
  ['ada', '/settings/sessions'],
  ['ada', '/settings/passkeys'],
  ['ada', '/settings/passkeys', send('', { name: '', password: '', credential: '' })],
  ['careful', '/settings/two-factor'],
  ['careful', '/settings/two-factor', send('/settings/two-factor/off', { password: 'wrong' })],
  ['careful', '/settings/two-factor', send('/settings/two-factor/recovery-codes', { password })],
  ['ada', '/settings/notifications'],
  ['bob', '/settings/email'],
  ['ada', '/settings/email?sent'],
  ['ada', '/settings/muted'],
  ['ada', '/settings/blocked'],
  ['ada', '/settings/hashtags'],
  ['ada', '/settings/export'],
  ['ada', '/settings/delete'],
  ['ada', '/settings/delete', send('', { username: 'somebody', password: '' })],
  ['hilda', '/invitations'],
  ['hilda', '/invitations', send('', { uses: '0', days: '0' })],
  ['bob', '/'],
  ['bob', '/admin'],
  ['hilda', '/admin'],
  ['hilda', '/admin/reports'],
  ['hilda', '/admin/log'],
  ['hilda', '/admin/people'],
  ['hilda', '/admin/people?name=nobody'],
  ['hilda', '/admin/people/bob'],
  ['hilda', '/admin/people/banned'],
  ['hilda', '/admin/people/bob', send('/admin/people/bob/suspend', { reason: '' })],
  ['hilda', '/admin/people/careful'],
  ['hilda', '/admin/people/banned', send('/admin/people/banned/delete', { reason: '', password: '' })],
  ['hilda', '/admin/errors'],
  ['hilda', '/admin/approvals'],
  ['hilda', '/admin/settings'],
  ['hilda', '/admin/settings', send('', { name: '', signUpMode: 'open' })],

  ['salma', '/'],
  ['salma', '/@ada'],
  ['salma', '/@salma'],
  ['salma', ({ post }) => post],
  ['salma', ({ album }) => album],
  ['salma', '/explore'],
  ['salma', '/search?q=a'],
  ['salma', '/upload'],
  ['salma', '/notifications'],
  ['salma', '/settings'],
  ['salma', '/settings/profile'],
  ['salma', '/nope'],
]

const rules: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
}
/** All that can differ between light and dark. */
const colours: RunOptions = {
  runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
  resultTypes: ['violations'],
}

declare const axe: { run(context: Document, options: RunOptions): Promise<AxeResults> }

/** What axe finds on a page as it is shown now, in a line each. */
async function findings(page: Page, options: RunOptions): Promise<string[]> {
  return page.evaluate(async (given) => {
    const { violations } = await axe.run(document, given)
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    )
  }, options)
}

/** Pages are widest in the narrowest window that WCAG knows (1.4.10): a larger type does the same. */
async function overflow(page: Page): Promise<string[]> {
  await page.setViewportSize({ width: 320, height: 640 })
  return page.evaluate(() => {
    const excess = document.documentElement.scrollWidth - innerWidth
    if (excess <= 0) return []
    const wide = [...document.body.querySelectorAll('*')].filter((element) => {
      const { left, right } = element.getBoundingClientRect()
      // What is swiped lies beside the window, and does not widen it.
      return (right > innerWidth || left < 0) && !element.closest('.album figure')
    })
    return [
      `${excess} pixels wider than a window of 320: ${wide.map(({ outerHTML }) => outerHTML.slice(0, 60)).join(' ')}`,
    ]
  })
}

async function faultsOf(page: Page): Promise<string[]> {
  const faults: string[] = []
  const look = async (name: string, options: RunOptions) =>
    faults.push(...(await findings(page, options)).map((finding) => `${name}: ${finding}`))
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(screens.phone)
  await look('phone', rules)
  await page.setViewportSize(screens.desktop)
  await look('desktop', rules)
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true
  })
  await look('desktop, unfolded', rules)
  await page.emulateMedia({ colorScheme: 'dark' })
  await look('desktop, dark', colours)
  await page.setViewportSize(screens.phone)
  await look('phone, dark', colours)
  return [...faults, ...(await overflow(page))]
}

const seen = new Set<string>()

const people = [...new Set(visits.map(([who]) => who))]

it.each(people)(
  'axe finds nothing on the pages that %s sees',
  async (name) => {
    const page = await world.browsers[name].newPage()
    const faults: string[] = []
    for (const [who, where, act] of visits) {
      if (who !== name) continue
      const path = typeof where === 'string' ? where : where(world.paths)
      await page.goto(house.url + path)
      await act?.(page)
      seen.add(path)
      for (const fault of await faultsOf(page)) faults.push(`${path}${act ? ' (afterwards)' : ''}: ${fault}`)
    }
    await page.close()
    expect(faults).toEqual([])
  },
  240_000,
)

/** What is for programs, or leads on. */
const noPages = [
  ...['/healthz', '/readyz', '/favicon.ico', '/robots.txt', '/service-worker.js', '/manifest.webmanifest'],
  ...['/client/app.css', '/client/:name.js', '/may-upload', '/oembed', '/sitemap.xml', '/sitemap-:kind-:firstId.xml'],
  ...['/@:username.atom', '/@:username.rss', '/tags/:tag.atom', '/tags/:tag.rss', '/notifications/stream'],
  ...['/feed/newest', '/search/suggest', '/settings/export/file', '/p/:code/photos'],
  '/p/:code/photos/:photoId/original',
]

it('every page is among them', async () => {
  const queue = await openQueue(house.db)
  const visited = [...seen].map((path) => new URL(path, house.url).pathname)
  const isVisited = (route: string) => {
    const pattern = new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`)
    return visited.some((path) => pattern.test(path))
  }
  const missing = routesOf(createApp({ ...house, queue }))
    .filter(({ method, path }) => method === 'get' && !noPages.includes(path) && !isVisited(path))
    .map(({ path }) => path)
  await queue.stop()
  expect(missing).toEqual([])
})

/** What has the focus: its place among all that takes it, in words, and whether one sees that it has it. */
interface Focus {
  index: number
  name: string
  isSeen: boolean
}

/** All that a visitor can do on a page, in the order in which it stands there. */
async function markWays(page: Page): Promise<number> {
  return page.evaluate(() => {
    const all = document.querySelectorAll<HTMLElement>(
      'a[href], button, input, select, textarea, summary, [tabindex="0"]',
    )
    // Of buttons of which one is chosen, the chosen one takes the focus.
    const isOneOfGroup = (element: HTMLElement) =>
      element instanceof HTMLInputElement && element.type === 'radio' && !element.checked
    const ways = [...all].filter((element) => element.checkVisibility() && !element.matches(':disabled'))
    for (const [index, element] of ways.filter((one) => !isOneOfGroup(one)).entries())
      element.dataset.way = String(index)
    return ways.filter((one) => !isOneOfGroup(one)).length
  })
}

async function focus(page: Page): Promise<Focus | undefined> {
  return page.evaluate(() => {
    const element = document.activeElement
    if (!(element instanceof HTMLElement) || element === document.body) return undefined
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    const { top, bottom, left, right } = element.getBoundingClientRect()
    return {
      index: Number(element.dataset.way ?? -1),
      name: `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent?.trim() ?? ''}`.slice(
        0,
        60,
      ),
      isSeen:
        outlineStyle !== 'none' &&
        Number.parseFloat(outlineWidth) > 0 &&
        bottom > 0 &&
        top < innerHeight &&
        right > 0 &&
        left < innerWidth,
    }
  })
}

describe.each(['/', 'post', '/@bob', '/settings', '/settings/profile'])('without a mouse, on %s', (where) => {
  it.each(['phone', 'desktop'] as const)(
    'everything is reached in its order, and is seen to be (%s)',
    async (screen) => {
      const page = await world.browsers.ada.newPage()
      await page.setViewportSize(screens[screen])
      await page.goto(house.url + (where === 'post' ? world.paths.post : where))
      await page.waitForLoadState('networkidle')
      const ways = await markWays(page)
      const reached: Focus[] = []
      for (let tabs = 0; tabs < ways; tabs += 1) {
        await page.keyboard.press('Tab')
        const now = await focus(page)
        if (now) reached.push(now)
      }
      expect(reached.filter(({ isSeen }) => !isSeen)).toEqual([])
      expect(reached.map(({ index }) => index)).toEqual(Array.from({ length: ways }, (_, index) => index))
      // And out again, to the browser itself.
      await page.keyboard.press('Tab')
      expect(await focus(page)).toBeUndefined()
      await page.close()
    },
  )

  it('the first way leads to the content', async () => {
    const page = await world.browsers.ada.newPage()
    await page.goto(house.url + (where === 'post' ? world.paths.post : where))
    await page.keyboard.press('Tab')
    expect((await focus(page))?.name).toContain('Skip to the content')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true)
    await page.close()
  })
})

it('what a photo shows is read on demand, without JavaScript as well', async () => {
  const { page, context } = await chromium.visitor({ withScripts: false })
  await page.goto(house.url + world.paths.album)
  const description = page.getByText('A path through grass').first()
  expect(await description.isVisible()).toBe(false)
  await page.getByText('ALT', { exact: true }).click()
  expect(await description.isVisible()).toBe(true)
  await context.close()
})
