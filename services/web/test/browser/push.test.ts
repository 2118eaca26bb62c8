import { createECDH, randomBytes } from 'node:crypto'
import type { CDPSession, Page } from 'playwright-core'
import { findChromiumWithWindows } from '../chromium.js'
import { type House, openHouse } from '../house.ts'
import { openBrowser } from './browser.ts'

const chromiumWithWindows = findChromiumWithWindows()
if (!chromiumWithWindows)
  process.stderr.write('No Chromium with windows on this machine: whether a push is shown is not tested.\n')

let house: House
let chromium: Awaited<ReturnType<typeof openBrowser>>
beforeAll(async () => {
  chromium = await openBrowser(chromiumWithWindows)
  const push = { secret: 'a secret of this test', subject: 'mailto:boss@photos.example', mayBePrivate: false }
  house = await openHouse({ withWorker: false, push })
})
afterAll(async () => {
  await house.close()
  await chromium.close()
})

async function signUp(page: Page, username: string): Promise<void> {
  await page.goto(`${house.url}/sign-up`)
  await page.getByLabel('Name').fill(username)
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
  await page.locator('main').getByRole('button', { name: 'Sign up', exact: true }).click()
  await page.waitForURL(`${house.url}/`)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
}

/** The id by which the browser's tools know our service worker. */
async function registrationId(tools: CDPSession): Promise<string> {
  const found = new Promise<string>((resolve) =>
    tools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find(({ scopeURL }) => scopeURL.startsWith(house.url))
      if (own) resolve(own.registrationId)
    }),
  )
  await tools.send('ServiceWorker.enable')
  return found
}

it('a button has the browser told, and the list ends it again', async () => {
  const { page, context } = await chromium.visitor({ screen: 'phone' })
  await context.grantPermissions(['notifications'], { origin: house.url })
  // Chromium asks Google for a subscription, whom nobody here can reach: what it would answer is put in place of that.
  const keys = createECDH('prime256v1')
  await context.addInitScript(
    ({ p256dh, auth }) => {
      PushManager.prototype.getSubscription = async () => null
      PushManager.prototype.subscribe = async (options) => {
        if (typeof options?.applicationServerKey !== 'string') throw new Error('there is no key')
        const endpoint = `https://push.example/${options.applicationServerKey.length}`
        return { toJSON: () => ({ endpoint, keys: { p256dh, auth } }) } as unknown as PushSubscription
      }
    },
    { p256dh: keys.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') },
  )
  await signUp(page, 'listener')
  await page.goto(`${house.url}/settings/notifications`)
  await page.getByRole('link', { name: 'On your devices' }).click()
  await page.getByRole('button', { name: 'Tell me in this browser' }).click()
  await page.getByText('this one').waitFor()
  expect(await page.getByRole('button', { name: 'Tell me in this browser' }).count()).toBe(0)
  const { rows } = await house.db.raw('select endpoint from push_subscriptions')
  expect(rows).toEqual([{ endpoint: 'https://push.example/87' }])
  await page.getByRole('button', { name: /^End / }).click()
  await page.getByText('None so far.').waitFor()
  await context.close()
})

const itWithWindows = chromiumWithWindows ? it : it.skip

itWithWindows('a push is shown, and is gone with the sign-out', async () => {
  const { page, context } = await chromium.visitor()
  await context.grantPermissions(['notifications'], { origin: house.url })
  await signUp(page, 'told')
  const tools = await context.newCDPSession(page)
  const id = await registrationId(tools)
  const data = JSON.stringify({ title: 'Gramstack', body: '@bob liked your post.', path: '/p/abc', tag: 'like.abc' })
  const shown = () =>
    page.evaluate(async () => {
      const { getNotifications } = ServiceWorkerRegistration.prototype
      const notifications: Notification[] = await getNotifications.call(await navigator.serviceWorker.ready)
      return notifications.map(({ title, body, data, tag }) => ({ title, body, data, tag }))
    })
  const until = async (count: number) => {
    const end = Date.now() + 20_000
    while ((await shown()).length !== count) {
      if (Date.now() > end) throw new Error(`there are not ${count} notifications`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const deliver = () => tools.send('ServiceWorker.deliverPushMessage', { origin: house.url, registrationId: id, data })
  await deliver()
  await until(1)
  // About the same thing: in its place.
  await deliver()
  expect(await shown()).toEqual([
    { title: 'Gramstack', body: '@bob liked your post.', data: '/p/abc', tag: 'like.abc' },
  ])
  await page.goto(`${house.url}/settings`)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('navigation').getByRole('link', { name: 'Sign in' }).waitFor()
  await until(0)
  await context.close()
})
