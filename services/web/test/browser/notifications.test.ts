import type { Page } from 'playwright-core'
import { type House, openHouse } from '../house.ts'
import { openBrowser } from './browser.ts'

let house: House
let chromium: Awaited<ReturnType<typeof openBrowser>>
beforeAll(async () => {
  chromium = await openBrowser()
  house = await openHouse({ withWorker: false })
})
afterAll(async () => {
  await house.close()
  await chromium.close()
})

async function signUp(page: Page, username: string): Promise<void> {
  await page.goto(`${house.url}/sign-up`)
  await page.getByLabel('Name').fill(username)
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByRole('button', { name: 'Sign up' }).click()
  await page.getByRole('link', { name: `@${username}` }).waitFor()
}

async function follow(page: Page, username: string): Promise<void> {
  await page.goto(`${house.url}/@${username}`)
  // The button says so before the server does.
  const done = page.waitForResponse('**/follow')
  await page.getByRole('button', { name: 'Follow', exact: true }).click()
  await done
  await page.getByRole('button', { name: 'Following' }).waitFor()
}

it('the number beside the bell changes on an open page, is heard, and goes once the notifications were seen', async () => {
  const [ada, bob] = [await chromium.visitor(), await chromium.visitor({ screen: 'phone' })]
  const complaints: string[] = []
  ada.page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  ada.page.on('pageerror', (error) => complaints.push(String(error)))
  await signUp(ada.page, 'ada')
  await signUp(bob.page, 'bob')
  const second = await ada.context.newPage()
  await second.goto(`${house.url}/settings`)
  await ada.page.bringToFront()

  await follow(bob.page, 'ada')
  await ada.page.getByRole('link', { name: 'Notifications: 1 new' }).waitFor()
  await ada.page.getByRole('status').getByText('Notifications: 1 new').waitFor({ state: 'attached' })

  await ada.page.getByRole('link', { name: 'Notifications: 1 new' }).click()
  await ada.page.getByRole('listitem').getByText('started following you').waitFor()
  await ada.page.getByRole('link', { name: 'Notifications', exact: true }).waitFor()
  // On the page that was left in the back as well.
  await second.bringToFront()
  await second.getByRole('link', { name: 'Notifications', exact: true }).waitFor()

  expect(complaints).toEqual([])
  await ada.context.close()
  await bob.context.close()
})

it('without JavaScript the number is that of the page', async () => {
  const [ada, bob] = [await chromium.visitor({ withScripts: false, theme: 'dark' }), await chromium.visitor()]
  await signUp(ada.page, 'ada_plain')
  await signUp(bob.page, 'bob_too')
  await follow(bob.page, 'ada_plain')
  await ada.page.goto(`${house.url}/settings/notifications`)
  await ada.page.getByRole('link', { name: 'Notifications: 1 new' }).waitFor()
  await ada.page.getByLabel('Followers').selectOption('Off')
  await ada.page.getByRole('button', { name: 'Save' }).click()
  await ada.page.getByText('Saved.').waitFor()
  await ada.page.getByRole('link', { name: 'Notifications', exact: true }).click()
  await ada.page.getByText('Nothing yet.').waitFor()
  await ada.context.close()
  await bob.context.close()
})
