/**
 * Takes pictures of every page, on a phone and on a desktop, light and dark, into screenshots/: to look at all of them after a change of
 * the style sheet. A Gramstack of its own is started, filled with the demo people, who follow, like and comment.
 *
 *   npm run screenshots                          all pages
 *   npm run screenshots -- --only=home,profile   some of them
 *   npm run screenshots -- --of=http://localhost:1337   of a Gramstack that runs already and has the demo people
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { BrowserContext, Page } from 'playwright-core'
import { demoPassword } from '../services/web/src/demo/seed.ts'
import { openBrowser } from '../services/web/test/browser/browser.ts'

const { values: given } = parseArgs({ options: { of: { type: 'string' }, only: { type: 'string' } } })
const only = given.only?.split(',')
const folder = 'screenshots'
const port = 14_337

/** What a page is called, its path, and what is done there before its picture is taken. */
type Shot = [name: string, path: string, act?: (page: Page) => Promise<unknown>]

const forStrangers: Shot[] = [
  ['landing', '/'],
  ['sign-in', '/sign-in'],
  ['sign-up', '/sign-up'],
  ['sign-up-refused', '/sign-up', refuse],
  ['explore-stranger', '/explore'],
  ['profile-stranger', '/@ada'],
  ['not-found', '/nope'],
]

const forMembers: Shot[] = [
  ['home', '/'],
  ['home-middle', '/', (page) => page.getByRole('article').nth(3).scrollIntoViewIfNeeded()],
  ['keys', '/', (page) => page.keyboard.press('?')],
  ['explore', '/explore'],
  ['people', '/explore/people'],
  ['profile', '/@mateo'],
  ['profile-own', '/@ada'],
  ['profile-empty', '/@ada/tagged'],
  ['profile-private', '/@nour'],
  ['followers', '/@mateo/followers'],
  ['post', '', (page) => openPost(page, '/@mateo', 0)],
  ['post-album', '', (page) => openPost(page, '/@ada', 2)],
  [
    'likes',
    '',
    async (page) => {
      await openPost(page, '/@mateo', 0)
      await page.goto(`${page.url()}/likes`)
    },
  ],
  ['hashtag', '/tags/aurora'],
  ['search', '/search'],
  ['search-found', '/search?q=a'],
  ['notifications', '/notifications'],
  ['saved', '/saved'],
  ['liked', '/liked'],
  ['upload', '/upload'],
  ['settings', '/settings'],
  ['settings-profile', '/settings/profile'],
  ['settings-avatar', '/settings/avatar'],
  ['settings-sessions', '/settings/sessions'],
  ['settings-two-factor', '/settings/two-factor'],
  ['settings-notifications', '/settings/notifications'],
  ['about', '/about'],
]

let own: { server: ChildProcess; data: string } | undefined

const url = given.of ?? (await startOwn())
await mkdir(folder, { recursive: true })
const chromium = await openBrowser()
for (const screen of ['phone', 'desktop'] as const) {
  for (const theme of ['light', 'dark'] as const) {
    const { context, page } = await chromium.visitor({ screen, theme, pixels: screen === 'phone' ? 2 : 1 })
    page.setDefaultTimeout(10_000)
    await take(page, forStrangers, `${screen}-${theme}`)
    await signIn(context, 'ada')
    await take(page, forMembers, `${screen}-${theme}`)
    await context.close()
  }
}
await chromium.close()
await stopOwn()

async function take(page: Page, shots: Shot[], look: string): Promise<void> {
  for (const [name, path, act] of shots) {
    if (only && !only.includes(name)) continue
    if (path) await page.goto(url + path)
    try {
      await act?.(page)
    } catch (error) {
      process.stderr.write(`${name}: ${String(error)}\n`)
    }
    await page.waitForLoadState('networkidle')
    await page.screenshot({ path: join(folder, `${name}-${look}.png`) })
  }
}

async function openPost(page: Page, profile: string, index: number): Promise<void> {
  await page.goto(url + profile)
  const href = await page.locator('.grid a').nth(index).getAttribute('href')
  await page.goto(url + href)
}

async function refuse(page: Page): Promise<void> {
  await page.getByLabel('Name').fill('ada')
  await page.getByLabel('Password').fill('12345678')
  await page.getByRole('button', { name: 'Sign up' }).click()
}

async function signIn({ request }: BrowserContext, username: string): Promise<void> {
  const form = { username, password: demoPassword }
  const answer = await request.post(`${url}/sign-in`, { form, headers: { Accept: 'application/json' } })
  if (!answer.ok()) throw new Error(`${username} cannot sign in: ${await answer.text()}`)
}

async function startOwn(): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'gramstack-screenshots-'))
  // PostgreSQL runs as another user where this runs as root.
  await chmod(data, 0o755)
  const env = { ...process.env, GRAMSTACK_DATA: data, PORT: String(port) }
  own = {
    server: spawn(process.execPath, ['dist/local/start.js'], { env, stdio: ['ignore', 'ignore', 'inherit'] }),
    data,
  }
  const address = `http://localhost:${port}`
  while (!(await fetch(`${address}/healthz`).catch(() => undefined))?.ok) {
    if (own.server.exitCode !== null) throw new Error('Gramstack has not started.')
    await setTimeout(250)
  }
  execFileSync(process.execPath, ['dist/cli.js', 'seed'], { env })
  await enliven(address)
  return address
}

async function stopOwn(): Promise<void> {
  if (!own) return
  const { server, data } = own
  await new Promise((resolve) => {
    server.once('exit', resolve)
    server.kill('SIGTERM')
  })
  await rm(data, { recursive: true, force: true })
}

/** Has the demo people follow each other, like, save and comment, as far as they may. */
async function enliven(address: string): Promise<void> {
  const names = ['ada', 'mateo', 'yuki', 'nour', 'sam.k']
  const browsers = new Map<string, BrowserContext>()
  const people = await openBrowser()
  const post = (who: string, path: string, form: Record<string, string> = {}) =>
    browsers.get(who)?.request.post(address + path, { form, headers: { Accept: 'application/json' } })
  for (const username of names) {
    const { context } = await people.visitor()
    browsers.set(username, context)
    await post(username, '/sign-in', { username, password: demoPassword })
  }
  const page = await browsers.get('ada')?.newPage()
  const codes = new Set<string>()
  for (const username of names) {
    await page?.goto(`${address}/@${username}`)
    const links = (await page?.locator('.grid a').evaluateAll((all) => all.map((a) => a.getAttribute('href')))) ?? []
    for (const link of links) if (link) codes.add(link)
  }
  for (const follower of names)
    for (const followee of names) if (follower !== followee) await post(follower, `/@${followee}/follow`)
  const remarks = [
    'What a light!',
    'I want to be there, now.',
    'Which lens was it? #gear',
    'Wunderbar, @ada.',
    'جميل جدا',
  ]
  for (const [index, code] of [...codes].entries()) {
    for (const [turn, username] of names.entries()) {
      if ((index + turn) % 3 !== 0) await post(username, `${code}/like`)
      if ((index + turn) % 4 === 0) await post(username, `${code}/save`)
      if ((index * 2 + turn) % 3 === 0)
        await post(username, `${code}/comments`, { text: remarks[(index + turn) % 5] ?? '' })
    }
  }
  await post('nour', '/settings', { isPrivate: 'on' })
  await post('ada', '/@nour/unfollow')
  await people.close()
  // What was shared may still be developed.
  await setTimeout(15_000)
}
