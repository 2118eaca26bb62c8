import { request } from 'playwright-core'
import { type House, openHouse } from '../house.ts'
import { newAccount } from './account.ts'
import { type Look, openBrowser } from './browser.ts'
import { accounts } from './journeys/accounts.ts'
import { admin, travel } from './journeys/guide.ts'
import { doors, order } from './journeys/order.ts'
import { people } from './journeys/people.ts'
import { posts } from './journeys/posts.ts'
import { Traveller } from './traveller.ts'

/** What people come for, from the first page to the last, as they do it and see it. What one page does in itself has tests of its own. */

let chromium: Awaited<ReturnType<typeof openBrowser>>
let house: House
let houseWithDoors: House
beforeAll(async () => {
  chromium = await openBrowser()
  ;[house, houseWithDoors] = [await openHouse(), await openHouse()]
  const elsewhere = await request.newContext()
  for (const { url } of [house, houseWithDoors]) await newAccount(elsewhere, url, admin)
  await elsewhere.dispose()
})
afterAll(async () => {
  await house.close()
  await houseWithDoors.close()
  await chromium.close()
})

// Of what no journey comes upon, as long as all is well.
it('whoever travels notices what is missing, what is wrong and what is too wide', async () => {
  const { page, context } = await chromium.visitor({ withServiceWorker: false })
  const traveller = new Traveller(page, house.url, {}, '')
  await traveller.open('/about')
  await Promise.all([
    page.waitForEvent('pageerror'),
    page.evaluate(async () => {
      await fetch('/nope')
      document.body.style.width = '3000px'
      setTimeout(() => {
        throw new Error('a mishap')
      })
    }),
  ])
  expect(await traveller.arrive()).toEqual([
    `GET ${house.url}/nope: 404`,
    expect.stringContaining('a mishap'),
    expect.stringMatching(/^\/about is \d+ pixels wide/),
  ])
  await context.close()
})

const looks: [string, Look][] = [
  ['a phone', { screen: 'phone' }],
  ['a phone without JavaScript, in the dark', { screen: 'phone', withScripts: false, theme: 'dark' }],
  ['a desktop, in the dark', { screen: 'desktop', theme: 'dark' }],
  ['a desktop without JavaScript', { screen: 'desktop', withScripts: false }],
]

describe.each(looks)('somebody with %s', (_name, look) => {
  it.each(Object.entries({ ...posts, ...people, ...accounts, ...order }))('%s', async (_sentence, journey) => {
    await travel(house, chromium, look, journey)
  })

  it.each(Object.entries(doors))('%s', async (_sentence, journey) => {
    await travel(houseWithDoors, chromium, look, journey)
  })
})
