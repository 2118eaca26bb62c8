import { type APIRequestContext, request } from 'playwright-core'
import type { House } from '../../house.ts'
import { type Account, newAccount } from '../account.ts'
import type { Look, openBrowser } from '../browser.ts'
import { Traveller } from '../traveller.ts'
import { password } from '../world.ts'

/** Brings the people of one journey together, and sees them off. */
export interface Guide {
  look: Look
  /** A name that nobody else has. */
  named(name: string): string
  /** Somebody at a browser who is not signed in. */
  stranger(): Promise<Traveller>
  /** Somebody at a browser who has signed up. */
  member(name: string): Promise<Traveller>
  /** Who looks after the house, at a browser. */
  admin(): Promise<Traveller>
  /** Somebody who has signed up, and whom nobody watches. */
  elsewhere(name: string): Promise<Account>
}

/** What people do, by what is to be said of it. */
export type Journeys = Readonly<Record<string, (guide: Guide) => Promise<void>>>

/** The first of a house: its admin. */
export const admin = 'hilda'

let names = 0

/** Goes one journey, and finds that nothing went wrong on the way, whether anybody noticed or not. */
export async function travel(
  house: House,
  chromium: Awaited<ReturnType<typeof openBrowser>>,
  look: Look,
  journey: Journeys[string],
): Promise<void> {
  const travellers: Traveller[] = []
  const unseen: APIRequestContext[] = []
  const named = (name: string) => `${name}${++names}`
  async function arrive(username: string): Promise<Traveller> {
    // With a service worker, now and then Playwright does not see a request; web-app.test.ts is about what it does.
    const { page } = await chromium.visitor({ ...look, withServiceWorker: false })
    const traveller = new Traveller(page, house.url, look, username)
    travellers.push(traveller)
    return traveller
  }
  try {
    await journey({
      look,
      named,
      stranger: () => arrive(''),
      async member(name) {
        const traveller = await arrive(named(name))
        await newAccount(traveller.page.context().request, house.url, traveller.username)
        return traveller
      },
      async admin() {
        const traveller = await arrive(admin)
        await traveller.account.send('/sign-in', { username: admin, password })
        return traveller
      },
      async elsewhere(name) {
        const own = await request.newContext()
        unseen.push(own)
        return newAccount(own, house.url, named(name))
      },
    })
    for (const traveller of travellers) expect(await traveller.arrive()).toEqual([])
  } finally {
    for (const { page } of travellers) await page.context().close()
    for (const own of unseen) await own.dispose()
  }
}
