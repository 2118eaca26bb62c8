/**
 * Takes pictures of every page, on a phone and on a desktop, light and dark, into screenshots/: to look at all of them after a change of
 * the style sheet. A Gramstack of its own is started, filled with the demo people, who follow, like and comment.
 *
 *   npm run screenshots                          all pages, and the steps of posting a photo
 *   npm run screenshots -- --only=home,profile   some of them; --only=posting for the steps
 *   npm run screenshots -- --looks=phone-light   some looks
 *   npm run screenshots -- --whole               all of each page, not only what one sees first
 *   npm run screenshots -- --of=http://localhost:1337   of a Gramstack that runs already and has the demo people: what there is for them
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Page, request } from 'playwright-core'
import { drawScene } from '../services/web/src/demo/scenes.ts'
import { demoPassword } from '../services/web/src/demo/seed.ts'
import { type Look, openBrowser, type screens } from '../services/web/test/browser/browser.ts'
import { newPicture } from '../services/web/test/pictures.ts'
import { carefulOne, keeper, leaver, openDemoHouse, signIn } from './demo-house.ts'
import { takePosting } from './posting.ts'

const { values: given } = parseArgs({
  options: {
    of: { type: 'string' },
    only: { type: 'string' },
    looks: { type: 'string' },
    whole: { type: 'boolean', default: false },
  },
})
const only = given.only?.split(',')
const looks = given.looks?.split(',')
const folder = 'screenshots'
const port = 14_337

/** What a page is called, its path, and what is done there before its picture is taken. */
type Shot = [name: string, path: string, act?: (page: Page) => Promise<unknown>]

const strangers: Shot[] = [
  ['landing', '/'],
  ['sign-in', '/sign-in'],
  ['sign-up', '/sign-up'],
  ['sign-up-refused', '/sign-up', enter({ Name: 'ada', Password: '12345678' }, 'Sign up')],
  ['sign-up-waiting', '/sign-up/waiting'],
  ['forgot-password', '/forgot-password'],
  ['forgot-password-sent', '/forgot-password?sent'],
  ['reset-password', '/reset-password?token=nobody'],
  ['goodbye', '/goodbye'],
  ['explore-stranger', '/explore'],
  ['profile-stranger', '/@ada'],
  ['post-stranger', '', ofPost('/@mateo', 0)],
  ['about', '/about'],
  ['not-found', '/nope'],
  ['offline', '/offline'],
]

/** Of those who have something between them and signing in. */
const halfway: Shot[] = [
  ['sign-in-code', '/sign-in', enter({ Name: carefulOne, Password: demoPassword }, 'Sign in')],
  ['come-back', '/sign-in', enter({ Name: leaver, Password: demoPassword }, 'Sign in')],
]

const members: Shot[] = [
  ['home', '/'],
  ['home-middle', '/', (page) => page.getByRole('article').nth(3).scrollIntoViewIfNeeded()],
  ['keys', '/', (page) => page.keyboard.press('?')],
  ['suggestions', '/search', suggest],
  ['explore', '/explore'],
  ['people', '/explore/people'],
  ['profile', '/@mateo'],
  ['profile-menu', '/@mateo', (page) => page.getByText('More', { exact: true }).click()],
  ['profile-own', '/@ada'],
  ['profile-empty', '/@ada/tagged'],
  ['profile-private', '/@nour'],
  ['profile-blocked', '/@door.to.door'],
  ['followers', '/@mateo/followers'],
  ['followers-own', '/@ada/followers'],
  ['mute', '/@mateo/mute'],
  ['block', '/@mateo/block'],
  ['report', '/@mateo/report'],
  ['post', '', ofPost('/@mateo', 0)],
  [
    'post-comments',
    '',
    async (page) => {
      await ofPost('/@mateo', 0)(page)
      await page.getByLabel('Add a comment').scrollIntoViewIfNeeded()
    },
  ],
  ['post-album', '', ofPost('/@ada', 2)],
  ['post-sensitive', '', ofPost('/@sam.k', 1)],
  ['likes', '', ofPost('/@mateo', 0, '/likes')],
  ['comments', '', ofPost('/@mateo', 0, '/comments')],
  ['edit', '', ofPost('/@ada', 2, '/edit')],
  ['history', '', ofPost('/@ada', 0, '/history')],
  ['save', '', ofPost('/@mateo', 0, '/save')],
  ['hashtag', '/tags/aurora'],
  ['search', '/search'],
  ['search-found', '/search?q=a'],
  ['search-nothing', '/search?q=nobodyiscalledso'],
  ['notifications', '/notifications'],
  ['saved', '/saved'],
  ['collection', '/saved', (page) => page.getByRole('link', { name: 'North', exact: true }).click()],
  ['liked', '/liked'],
  ['upload', '/upload'],
  ['upload-chosen', '/upload', choosePhotos],
  ['upload-filters', '/upload', (page) => editPhoto(page, 'filters')],
  ['upload-adjust', '/upload', (page) => editPhoto(page, 'adjust')],
  ['upload-crop', '/upload', (page) => editPhoto(page, 'crop')],
  ['upload-refused', '/upload', (page) => page.getByRole('button', { name: 'Share', exact: true }).click()],
  ['settings', '/settings'],
  ['settings-end', '/settings', (page) => page.getByRole('button', { name: 'Sign out' }).scrollIntoViewIfNeeded()],
  ['settings-profile', '/settings/profile'],
  ['settings-avatar', '/settings/avatar'],
  ['settings-username', '/settings/username'],
  ['settings-email', '/settings/email'],
  ['settings-password', '/settings/password'],
  ['settings-sessions', '/settings/sessions'],
  ['settings-two-factor', '/settings/two-factor'],
  ['settings-two-factor-set-up', '/settings/two-factor', enter({ 'Your password': demoPassword })],
  ['settings-passkeys', '/settings/passkeys'],
  ['settings-notifications', '/settings/notifications'],
  ['settings-devices', '/settings/notifications/devices'],
  ['settings-muted', '/settings/muted'],
  ['settings-blocked', '/settings/blocked'],
  ['settings-hashtags', '/settings/hashtags'],
  ['settings-export', '/settings/export'],
  ['settings-delete', '/settings/delete'],
  ['invitations', '/invitations'],
]

/** Of somebody whose account is private. */
const privates: Shot[] = [['follow-requests', '/follow-requests']]

const keepers: Shot[] = [
  ['admin', '/admin'],
  ['admin-reports', '/admin/reports'],
  ['admin-log', '/admin/log'],
  ['admin-people', '/admin/people'],
  ['admin-person', '/admin/people/mateo'],
  ['admin-person-suspended', '/admin/people/cheap.watches'],
  ['admin-approvals', '/admin/approvals'],
  ['admin-settings', '/admin/settings'],
  ['admin-invitations', '/invitations'],
]

/** For whom lines begin at the right. */
const inArabic: Shot[] = [
  ['home-arabic', '/'],
  ['profile-arabic', '/@mateo'],
  ['post-arabic', '', ofPost('/@mateo', 0)],
  ['notifications-arabic', '/notifications'],
  ['upload-arabic', '/upload'],
  ['settings-arabic', '/settings'],
]

const house = given.of === undefined ? await openDemoHouse(port) : undefined
const url = given.of ?? house?.url ?? ''
const chromium = await openBrowser()
try {
  await mkdir(folder, { recursive: true })
  // A phone's pages and a desktop's, both at a time.
  await Promise.all((['phone', 'desktop'] as const).map(takeAll))
  if (house && (!only || only.includes('posting'))) await post()
} finally {
  await chromium.close()
  await house?.close()
}

async function takeAll(screen: keyof typeof screens): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    if (looks && !looks.includes(`${screen}-${theme}`)) continue
    const look: Look = { screen, theme, pixels: screen === 'phone' ? 2 : 1 }
    await take(strangers, undefined, look)
    await take(members, 'ada', look)
    await take(inArabic, 'ada', { ...look, language: 'ar' })
    await take(privates, 'nour', look)
    // Others have nobody of these.
    if (!house) continue
    for (const shot of halfway) await take([shot], undefined, look)
    await take(keepers, keeper, look)
  }
}

async function take(shots: readonly Shot[], username: string | undefined, look: Look): Promise<void> {
  const chosen = shots.filter(([name]) => !only || only.includes(name))
  if (!chosen.length) return
  const { context, page } = await chromium.visitor(look)
  page.setDefaultTimeout(10_000)
  if (username) await signIn(context.request, url, username)
  for (const [name, path, act] of chosen) {
    try {
      if (path) await page.goto(url + path)
      await act?.(page)
      await page.waitForLoadState()
      await page.evaluate(allDrawn)
    } catch (error) {
      process.stderr.write(`${name}: ${String(error)}\n`)
    }
    await page.screenshot({ path: join(folder, `${name}-${look.screen}-${look.theme}.png`), fullPage: given.whole })
  }
  await context.close()
}

/** Waits until every picture is drawn that is seen. */
async function allDrawn(): Promise<void> {
  const seen = [...document.images].filter((image) => {
    const { top, bottom, left, right, height } = image.getBoundingClientRect()
    return height > 0 && bottom > 0 && top < innerHeight && right > 0 && left < innerWidth
  })
  // What cannot be drawn is to be seen as well.
  await Promise.all(seen.map((image) => image.decode().catch(() => undefined)))
}

/** Somebody posts a photo on a phone, and somebody else likes it. */
async function post(): Promise<void> {
  const { context, page } = await chromium.visitor({ screen: 'phone', pixels: 2 })
  await signIn(context.request, url, 'yuki')
  // What is there already is read.
  await page.goto(`${url}/notifications`)
  const elsewhere = await request.newContext()
  await signIn(elsewhere, url, 'mateo')
  await takePosting(page, url, async (path) => void (await elsewhere.post(`${url}${path}/like`)))
  await elsewhere.dispose()
  await context.close()
}

/** Opens a post of a profile, counted from the newest, or a page of it. */
function ofPost(profile: string, index: number, page = '') {
  return async (browser: Page): Promise<void> => {
    await browser.goto(url + profile)
    const href = await browser.locator('.grid a').nth(index).getAttribute('href')
    await browser.goto(url + href + page)
  }
}

/** Fills in fields, by their labels, and presses a button: the one of the form, unless it is named. */
function enter(fields: Readonly<Record<string, string>>, button?: string) {
  return async (page: Page): Promise<void> => {
    for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text)
    const main = page.getByRole('main')
    await Promise.all([
      page.waitForEvent('load'),
      (button ? main.getByRole('button', { name: button, exact: true }) : main.getByRole('button').first()).click(),
    ])
  }
}

async function choosePhotos(page: Page): Promise<void> {
  const files = [await newPicture(900, 1200), await newPicture(1200, 900)]
  await page
    .getByLabel('Photos')
    .setInputFiles(files.map((buffer) => ({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer })))
  await page.getByText('Has arrived').nth(1).waitFor()
}

async function editPhoto(page: Page, tab: string): Promise<void> {
  const buffer = await drawScene('mountains', 'portrait', 1)
  await page.getByLabel('Photos').setInputFiles([{ name: 'photo.jpg', mimeType: 'image/jpeg', buffer }])
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await page.locator(`[data-tab=${tab}]`).click()
  // The samples of filters are drawn one after another.
  await page.waitForTimeout(1500)
}

async function suggest(page: Page): Promise<void> {
  await page.getByRole('main').getByLabel('People, hashtags or words').pressSequentially('a')
  await page.getByRole('option').first().waitFor()
}
