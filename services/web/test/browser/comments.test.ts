import { apiPerson, type House, openHouse } from '../house.ts'
import { picture } from '../pictures.ts'
import { openBrowser } from './browser.ts'

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

it('somebody likes a photo in the middle of the feed and is still there, comments, and answers', async () => {
  const alice = await apiPerson(house, 'alice')
  const photo = await picture('jpeg', 800, 800)
  const urls: string[] = []
  for (const caption of ['lowest', 'middle', 'highest'])
    urls.push((await alice.post('/upload').field('caption', caption).attach('file', photo, 'a.jpg')).body.url)
  const { page, context } = await chromium.visitor({ screen: 'phone', withScripts: false })
  await page.goto(`${house.url}/sign-up`)
  await page.getByLabel('Name').fill('bob')
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByRole('button', { name: 'Sign up' }).click()
  await page.waitForURL(`${house.url}/`)
  await page.goto(`${house.url}/@alice`)
  await page.getByRole('button', { name: 'Follow', exact: true }).click()
  await page.getByRole('button', { name: 'Following · end' }).waitFor()
  await page.goto(house.url)

  const middle = page.getByRole('article').nth(1)
  await middle.getByRole('button', { name: 'Like (0 likes)' }).click()
  await middle.getByRole('button', { name: 'Like (1 like)', pressed: true }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/')
  expect(await page.locator('html').evaluate((html) => html.scrollTop)).toBeGreaterThan(300)

  await middle.getByRole('link', { name: 'Comment' }).click()
  await page.getByLabel('Add a comment').fill('What a light!')
  await page.getByRole('button', { name: 'Comment' }).click()
  await page.getByText('What a light!').waitFor()
  await page.getByRole('link', { name: 'Reply' }).click()
  await page.getByLabel('Reply to bob').fill('In the evening')
  await page.getByRole('button', { name: 'Reply' }).click()
  const reply = page.getByRole('article').filter({ hasText: 'In the evening' })
  await reply.getByRole('button', { name: 'Like (0 likes)' }).click()
  await reply.getByRole('button', { name: 'Like (1 like)', pressed: true }).waitFor()
  await reply.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('What a light!').waitFor()
  expect(await reply.count()).toBe(0)

  await page.goto(`${house.url}${urls[1]}/likes`)
  await page.getByRole('link', { name: 'bob', exact: true }).waitFor()
  await context.close()
})
