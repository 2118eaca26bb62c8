/** Somebody posts a photo on a phone: every step of it as a picture, with how long it is to be seen. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { drawScene } from '../services/web/src/demo/scenes.ts'

/** One picture of the animation; `still` are those that tell the whole when nothing moves. */
export interface Frame {
  file: string
  milliseconds: number
  isStill: boolean
}

/** Where the pictures are, and a list of them. */
export const framesFolder = 'screenshots/posting'
export const framesList = join(framesFolder, 'frames.json')

const caption = 'The lake, before anybody was up. #stillness'
const description = 'A lake without a wave, hills behind it in the haze'

/**
 * @param page of somebody who is signed in
 * @param like has somebody else like the post at a path
 */
export async function takePosting(page: Page, url: string, like: (path: string) => Promise<void>): Promise<void> {
  await rm(framesFolder, { recursive: true, force: true })
  await mkdir(framesFolder, { recursive: true })
  const frames: Frame[] = []
  async function see(milliseconds: number, { isStill = false } = {}): Promise<void> {
    const file = `${String(frames.length).padStart(2, '0')}.png`
    await page.screenshot({ path: join(framesFolder, file) })
    frames.push({ file, milliseconds, isStill })
  }
  async function type(field: Locator, text: string): Promise<void> {
    await field.scrollIntoViewIfNeeded()
    const words = text.split(' ')
    for (let end = 2; end < words.length + 2; end += 2) {
      await field.fill(words.slice(0, end).join(' '))
      await see(110)
    }
  }
  async function tap(what: Locator): Promise<void> {
    await touch(page, what)
    await see(300)
    await touch(page, undefined)
  }
  const arrive = () => page.waitForLoadState('networkidle')

  await page.goto(url)
  await arrive()
  await see(700)
  const plus = page.getByRole('link', { name: 'Share photos' })
  await tap(plus)
  await plus.click()
  await arrive()
  await see(400)
  const field = page.getByLabel('Photos')
  await tap(field)
  await field.setInputFiles({
    name: 'lake.jpg',
    mimeType: 'image/jpeg',
    buffer: await drawScene('lake', 'portrait', 7),
  })
  await page.getByText('Has arrived').waitFor()
  await page.getByRole('group', { name: 'Photo 1 of 1' }).scrollIntoViewIfNeeded()
  await see(700, { isStill: true })
  await type(page.getByLabel('Description'), description)
  await type(page.getByLabel('Caption'), caption)
  await page.getByText('Kept as a draft').waitFor()
  const share = page.getByRole('button', { name: 'Share', exact: true })
  await share.scrollIntoViewIfNeeded()
  await see(400, { isStill: true })
  await tap(share)
  await share.click()
  await page.waitForURL(/\/p\/[\w-]{11}$/)
  await arrive()
  await see(1400, { isStill: true })
  await like(new URL(page.url()).pathname)
  const bell = page.getByRole('link', { name: /^Notifications: \d+ new$/ })
  await bell.waitFor()
  await see(700)
  await tap(bell)
  await bell.click()
  await arrive()
  await see(1800, { isStill: true })
  await writeFile(framesList, JSON.stringify(frames))
}

/** Shows where a finger is; undefined takes it away. */
async function touch(page: Page, what: Locator | undefined): Promise<void> {
  const box = await what?.boundingBox()
  await page.evaluate((place) => {
    document.querySelector('#finger')?.remove()
    if (!place) return
    const finger = document.body.appendChild(Object.assign(document.createElement('div'), { id: 'finger' }))
    Object.assign(finger.style, {
      position: 'fixed',
      zIndex: '99',
      left: `${place.x + place.width / 2 - 24}px`,
      top: `${place.y + place.height / 2 - 24}px`,
      width: '48px',
      height: '48px',
      borderRadius: '50%',
      background: 'rgb(90 90 110 / 45%)',
      border: '2px solid rgb(255 255 255 / 80%)',
    })
  }, box ?? undefined)
}
