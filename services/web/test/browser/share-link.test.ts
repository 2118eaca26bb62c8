import { apiPerson, type House, openHouse } from '../house.ts'
import { picture } from '../pictures.ts'
import { openBrowser } from './browser.ts'

let house: House
let chromium: Awaited<ReturnType<typeof openBrowser>>
let url: string
beforeAll(async () => {
  chromium = await openBrowser()
  house = await openHouse()
  const alice = await apiPerson(house, 'alice')
  const photo = await picture('jpeg', 800, 800)
  url = `${house.url}${(await alice.post('/upload').attach('file', photo, 'a.jpg').expect(201)).body.url}`
})
afterAll(async () => {
  await house.close()
  await chromium.close()
})

it('without scripts, a field opens to copy the address of a post from', async () => {
  const { page, context } = await chromium.visitor({ withScripts: false })
  await page.goto(url)
  const field = page.getByLabel('Address of this post')
  expect(await field.isVisible()).toBe(false)
  await page.getByLabel('Share', { exact: true }).click()
  expect(await field.inputValue()).toBe(url)
  await context.close()
})

it('with scripts, the address is copied at once, and said to be', async () => {
  const { page, context } = await chromium.visitor()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(url, { waitUntil: 'networkidle' })
  await page.getByLabel('Share', { exact: true }).click()
  await page.getByRole('status').getByText('Link copied').waitFor()
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(url)
  expect(await page.getByLabel('Address of this post').isVisible()).toBe(false)
  await context.close()
})

it('where the browser lets nobody write to the clipboard, the field opens', async () => {
  const { page, context } = await chromium.visitor()
  await page.addInitScript(
    "navigator.clipboard.writeText = async () => { throw new DOMException('no', 'NotAllowedError') }",
  )
  await page.goto(url, { waitUntil: 'networkidle' })
  await page.getByLabel('Share', { exact: true }).click()
  await page.getByLabel('Address of this post').waitFor()
  await page.getByLabel('Share', { exact: true }).click()
  await page.getByLabel('Address of this post').waitFor({ state: 'hidden' })
  await context.close()
})
