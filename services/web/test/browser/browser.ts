import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { findChromium } from '../chromium.js'

/** Sizes of the screens that people have. */
export const screens = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 900 },
} as const

export interface Look {
  screen?: keyof typeof screens
  theme?: 'light' | 'dark'
  withScripts?: boolean
  /** Of the screen for one of the page: two on most phones. */
  pixels?: number
  /** Whether pages move into each other. A page that is looked at while it begins, as tests do, gives that up with an error in the console. */
  withMotion?: boolean
  /** What the browser asks for pages in. */
  language?: string
  hasTouch?: boolean
  /** Without one Playwright sees every request, and can hold it up: with one, now and then it does not. */
  withServiceWorker?: boolean
}

/** A real Chromium. It asks nobody but the house for anything. */
export async function openBrowser(executablePath = findChromium()) {
  const browser = await chromium.launch({
    executablePath: executablePath ?? '',
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Chromium's sandbox does not work as root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  })
  return {
    /** A person with a browser of their own: no cookies yet. */
    async visitor({
      screen = 'desktop',
      theme = 'light',
      withScripts = true,
      pixels = 1,
      withMotion = false,
      language = 'en',
      hasTouch = false,
      withServiceWorker = true,
    }: Look = {}): Promise<{ page: Page; context: BrowserContext }> {
      const context = await browser.newContext({
        viewport: screens[screen],
        colorScheme: theme,
        javaScriptEnabled: withScripts,
        deviceScaleFactor: pixels,
        locale: language,
        hasTouch,
        serviceWorkers: withServiceWorker ? 'allow' : 'block',
        reducedMotion: withMotion ? 'no-preference' : 'reduce',
      })
      return { context, page: await context.newPage() }
    },
    close: () => browser.close(),
  }
}
