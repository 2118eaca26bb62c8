import { apiPerson, type House, openHouse } from '../test/house.ts'
import { routesOf } from '../test/routes.ts'
import { createApp } from './app.ts'
import { openQueue, type Queue } from './jobs/queue.ts'

/** Every address with something in it that a visitor can change. */

let house: House
let queue: Queue
let admin: Awaited<ReturnType<typeof apiPerson>>
let routes: { method: string; path: string }[]

beforeAll(async () => {
  house = await openHouse({ withWorker: false })
  queue = await openQueue(house.db)
  admin = await apiPerson(house, 'hilda')
  routes = routesOf(createApp({ ...house, queue })).filter(({ path }) => path.includes(':'))
})
afterAll(async () => {
  await queue.stop()
  await house.close()
})

/** What every form asks for, so that only the address is wrong. */
const body = {
  action: 'dismiss',
  answer: 'accept',
  rank: 'member',
  reason: 'spam',
  password: 'x',
  note: 'x',
  text: 'x',
  name: 'x',
}

const wrong = [
  'abc',
  '-1',
  '1.5',
  '1e3',
  '0x10',
  '9223372036854775807',
  '9223372036854775808',
  '99999999999999999999',
  '9'.repeat(60),
  '%D9%A3',
  '%00',
  '%20',
  'a%00b',
  '..%2f..%2fetc%2fpasswd',
  '%3Cscript%3E',
  '%F0%9F%90%88',
  'null',
  'undefined',
  '__proto__',
  "'%20or%201=1--",
]

it('knows all routes', () => {
  // A guard of the guard: if they were no longer found, all below would pass.
  expect(routes.length).toBeGreaterThan(40)
})

it.each(wrong)('whatever has %s in the place of an id or a name is not there', async (value) => {
  for (const { method, path } of routes) {
    // Any word is a hashtag, and has a page.
    if (path.startsWith('/tags/:tag')) continue
    const address = path.replaceAll(/:\w+/g, value)
    const answer = method === 'get' ? await admin.get(address) : await admin.post(address).type('form').send(body)
    expect([method, address, answer.status]).toEqual([method, address, 404])
  }
})

it.each(['%', '%ff', '%C3%28', '%E0%A4%A'])('whatever has %s in its address is no address', async (value) => {
  for (const { method, path } of routes) {
    const address = path.replaceAll(/:\w+/g, value)
    const answer = method === 'get' ? await admin.get(address) : await admin.post(address).type('form').send(body)
    expect([method, address, answer.status]).toEqual([method, address, 400])
  }
})

it.each(wrong)('a hashtag that is %s has a page, or is not there', async (value) => {
  for (const { method, path } of routes) {
    if (!path.startsWith('/tags/:tag')) continue
    const address = path.replaceAll(/:\w+/g, value)
    const answer = method === 'get' ? await admin.get(address) : await admin.post(address).type('form').send(body)
    expect([method, address, answer.status < 500]).toEqual([method, address, true])
  }
})

it('lists begin at the top where the place in their address is none, and there is no size to ask for', async () => {
  const lists = routesOf(createApp({ ...house, queue }))
    .filter(({ method, path }) => method === 'get' && !path.includes(':'))
    .map(({ path }) => path)
    .filter((path) => !['/notifications/stream', '/readyz', '/healthz', '/settings/export/file'].includes(path))
  for (const path of lists)
    for (const place of ['-1', 'abc', '9'.repeat(40), '', '1.5', '\0'])
      for (const name of ['max_id', 'after', 'after_id', 'before', 'limit', 'page']) {
        const { status } = await admin.get(path).query({ [name]: place })
        expect([path, name, place, status < 500]).toEqual([path, name, place, true])
      }
}, 240_000)
