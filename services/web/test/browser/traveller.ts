import type { Locator, Page } from 'playwright-core'
import { type Account, accountOf } from './account.ts'
import { type Look, screens } from './browser.ts'
import { password } from './world.ts'

/** A photo, and what its author says that it shows. */
export interface Described {
  file: Buffer
  description: string
}

export interface Sharing {
  photos: readonly Described[]
  caption?: string
  place?: string
  audience?: string
  warning?: string
}

/**
 * Somebody at a browser, who knows what stands on the screen and nothing of what is behind it.
 *
 * On the way every page is looked at before it is left: whether it is wider than the window, and whether anything of it was missing.
 */
export class Traveller {
  readonly page: Page
  readonly url: string
  readonly hasScripts: boolean
  readonly isOnPhone: boolean
  /** What went wrong on the way that a person need not have noticed. */
  readonly complaints: string[] = []
  username: string

  constructor(page: Page, url: string, look: Look, username: string) {
    this.page = page
    this.url = url
    this.hasScripts = look.withScripts !== false
    this.isOnPhone = look.screen === 'phone'
    this.username = username
    this.#listen()
  }

  /** The same person elsewhere, where nobody watches. */
  get account(): Account {
    return accountOf(this.page.context().request, this.url, this.username)
  }

  /** The ways that stand around every page. */
  get ways(): Locator {
    return this.page.getByRole('navigation', { name: 'Main' })
  }

  get path(): string {
    return new URL(this.page.url()).pathname
  }

  async open(path: string): Promise<void> {
    await this.#look()
    await this.page.goto(this.url + path)
  }

  /** Follows a link to another page. */
  async go(link: string | RegExp, within: Page | Locator = this.page): Promise<void> {
    await this.leave(() => within.getByRole('link', { name: link, exact: true }).click())
  }

  /** Presses a button that leads to another page. */
  async press(button: string, within: Page | Locator = this.page): Promise<void> {
    await this.leave(() => within.getByRole('button', { name: button, exact: true }).click())
  }

  /** Does what leads to another page, and waits until all of that is there: it may look like the one before. */
  async leave(act: () => Promise<unknown>): Promise<void> {
    await this.#look()
    await Promise.all([this.page.waitForEvent('load'), act()])
  }

  /** Presses a button that is another one afterwards: with scripts it is so at once, and the server hears of it. */
  async toggle(button: string, within: Page | Locator = this.page): Promise<void> {
    const press = () => within.getByRole('button', { name: button, exact: true }).click()
    if (!this.hasScripts) return this.leave(press)
    await Promise.all([this.page.waitForResponse((response) => response.request().method() === 'POST'), press()])
  }

  async unfold(summary: string, within: Page | Locator = this.page): Promise<void> {
    await within.getByText(summary, { exact: true }).click()
  }

  /** Types into fields, by their labels. */
  async fill(fields: Readonly<Record<string, string>>, within: Page | Locator = this.page): Promise<void> {
    for (const [label, text] of Object.entries(fields)) await within.getByLabel(label, { exact: true }).fill(text)
  }

  /** Chooses something of a list, or ticks a box. */
  async choose(label: string, option?: string): Promise<void> {
    const field = this.page.getByLabel(label, { exact: true })
    if (option === undefined) await field.check()
    else await field.selectOption({ label: option })
  }

  /** Reads that something stands on the page. */
  async reads(text: string | RegExp, within: Page | Locator = this.page): Promise<void> {
    await within.getByText(text).first().waitFor()
  }

  /** Looks for something that does not stand there, or no longer. */
  async misses(text: string | RegExp, within: Page | Locator = this.page): Promise<void> {
    await within.getByText(text).first().waitFor({ state: 'hidden' })
  }

  /** Sees a button or a link. */
  async sees(role: 'button' | 'link' | 'heading', name: string, within: Page | Locator = this.page): Promise<void> {
    await within.getByRole(role, { name, exact: true }).waitFor()
  }

  /** Finds that a page is not there. */
  async findsNothingAt(path: string): Promise<void> {
    await this.open(path)
    await this.sees('heading', 'Not found')
  }

  /** A post or a comment, by something that is written there. */
  article(text: string): Locator {
    return this.page.getByRole('article').filter({ hasText: text })
  }

  /** A line of a list, by something that is written there. */
  line(text: string): Locator {
    return this.page.getByRole('listitem').filter({ hasText: text })
  }

  /** How wide a picture really is: 0 if it cannot be drawn. */
  async drawnWidth(picture: Locator): Promise<number> {
    return picture.evaluate(async (image: HTMLImageElement) => {
      // The text of a page is there before its pictures are.
      await image.decode().catch(() => undefined)
      return image.naturalWidth
    })
  }

  async signUp(username: string): Promise<void> {
    await this.go('Sign up', this.ways)
    await this.fill({ Name: username, Password: password })
    await this.press('Sign up')
    this.username = username
  }

  async signIn(username: string, withPassword = password): Promise<void> {
    await this.fill({ Name: username, Password: withPassword })
    await this.press('Sign in')
    this.username = username
  }

  async signOut(): Promise<void> {
    await this.open('/settings')
    await this.press('Sign out')
    await this.sees('link', 'Sign in', this.ways)
  }

  async search(text: string): Promise<void> {
    const bar = this.page.getByRole('banner')
    if (this.isOnPhone) await this.go('Search', bar)
    const field = this.isOnPhone
      ? this.page.getByLabel('People, hashtags or words')
      : bar.getByLabel('Search', { exact: true }).filter({ visible: true })
    await field.fill(text)
    await this.leave(() => field.press('Enter'))
  }

  /** One of several photos that are being described. */
  photo(number: number, of: number): Locator {
    return this.page.getByRole('group', { name: `Photo ${number} of ${of}`, exact: true })
  }

  /** Chooses photos and fills in what is said of them, up to the button. Without scripts photos are described on a page behind it. */
  async compose({ photos, caption = '', place = '', audience, warning }: Sharing): Promise<void> {
    await this.go('Share photos', this.ways)
    const files = photos.map(({ file }) => ({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: file }))
    await this.page.getByLabel('Photos', { exact: true }).setInputFiles(files)
    await this.fill({ Caption: caption, Place: place })
    if (audience || warning) await this.unfold('Who sees it, comments, warning')
    if (audience) await this.choose(audience)
    if (warning) await this.fill({ 'Warning on the cover': warning })
    if (this.hasScripts) await this.describe(photos)
  }

  async describe(photos: readonly Described[]): Promise<void> {
    for (const [index, { description }] of photos.entries())
      await this.fill(
        { Description: description },
        photos.length > 1 ? this.photo(index + 1, photos.length) : this.page,
      )
  }

  /** Shares photos, each described, and comes out at their post. */
  async share(sharing: Sharing): Promise<void> {
    await this.compose(sharing)
    if (!this.hasScripts) {
      await this.press('Describe each photo first')
      await this.describe(sharing.photos)
    }
    await this.press('Share')
    expect(this.path).toMatch(/^\/p\/[\w-]{11}$/)
  }

  /** Has a last look, and tells of everything that went wrong. */
  async arrive(): Promise<string[]> {
    await this.#look()
    return this.complaints
  }

  async #look(): Promise<void> {
    if (!this.page.url().startsWith(this.url)) return
    const [content, screen] = await this.page
      .locator('html')
      .evaluate((html) => [html.scrollWidth, html.clientWidth] as const)
    if (content > screen) this.complaints.push(`${this.path} is ${content} pixels wide, on a screen of ${screen}`)
  }

  #listen(): void {
    const { page, complaints } = this
    const isPage = (url: string) => url.startsWith(this.url) || /^(blob|data):/.test(url)
    page.on('pageerror', (error) => complaints.push(`${this.path}: ${error}`))
    page.on('console', (message) => {
      // Of what is missing more is known below.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        complaints.push(`${this.path}: ${message.text()}`)
    })
    page.on('request', (request) => {
      if (!isPage(request.url())) complaints.push(`${this.path} asks ${request.url()}`)
    })
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText
      // Going on before everything has arrived is no failure.
      if (why !== 'net::ERR_ABORTED') complaints.push(`${request.method()} ${request.url()}: ${why}`)
    })
    page.on('response', (response) => {
      // A page that says no is one to be read.
      const worst = response.request().isNavigationRequest() ? 500 : 400
      if (response.status() >= worst)
        complaints.push(`${response.request().method()} ${response.url()}: ${response.status()}`)
    })
  }
}

/** How wide a photo is at least that fills the column of a screen. */
export function leastWidth({ screen = 'desktop' }: Look): number {
  return screens[screen].width < 640 ? 320 : 540
}
