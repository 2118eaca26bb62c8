import type { BrowserContext, Page } from 'playwright-core'
import type { House } from '../house.ts'
import type { Look, openBrowser } from './browser.ts'

export interface Follower {
  page: Page
  context: BrowserContext
  /** What the browser has to complain of: errors of scripts, and whatever was not found or not allowed. */
  complaints: string[]
}

let readers = 0

/** Somebody who has signed up, in a browser of their own, and follows somebody. */
export async function follower(
  house: House,
  chromium: Awaited<ReturnType<typeof openBrowser>>,
  { follows, ...look }: Look & { follows: string },
): Promise<Follower> {
  const { page, context } = await chromium.visitor(look)
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  readers += 1
  const headers = { Accept: 'application/json' }
  const form = { username: `reader_${readers}`, password: 'correct horse battery' }
  expect((await context.request.post(`${house.url}/sign-up`, { form, headers })).status()).toBe(201)
  expect((await context.request.post(`${house.url}/@${follows}/follow`, { headers })).status()).toBe(204)
  return { page, context, complaints }
}
