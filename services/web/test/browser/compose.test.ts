import { type House, openHouse } from '../house.ts'
import { newPicture, picture } from '../pictures.ts'
import { type Look, openBrowser } from './browser.ts'

let house: House
let chromium: Awaited<ReturnType<typeof openBrowser>>
beforeAll(async () => {
  chromium = await openBrowser()
  house = await openHouse({ avifEffort: 0 })
})
afterAll(async () => {
  await house.close()
  await chromium.close()
})

const looks: [string, Look][] = [
  ['a desktop', { screen: 'desktop' }],
  ['a phone without JavaScript, in the dark', { screen: 'phone', withScripts: false, theme: 'dark' }],
]

describe.each(looks)('an author with %s', (name, look) => {
  const username = `author_${name.length}`
  const file = (buffer: Buffer) => ({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer })

  it('describes, orders and shares three photos, edits the post, and deletes it', async () => {
    const { page, context } = await chromium.visitor(look)
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    await page.goto(`${house.url}/sign-up`)
    await page.getByLabel('Name').fill(username)
    await page.getByLabel('Password').fill('correct horse battery')
    await page.getByRole('button', { name: 'Sign up' }).click()

    await page.goto(`${house.url}/upload`)
    const files = [await newPicture(700, 900), await newPicture(900, 700), await newPicture(800, 800)].map(file)
    await page.getByLabel('Photos').setInputFiles(files)
    await page.getByLabel('Caption').fill(`Three of them #${username}`)
    await page.getByText('Who sees it, comments, warning').click()
    await page.getByLabel('Turn off comments').check()
    await page.getByRole('button', { name: 'Describe each photo first' }).click()

    // A draft, which is there when one comes back to it.
    await page.waitForURL(/\/p\/[\w-]{11}\/edit$/)
    await page.goto(`${house.url}/upload`)
    await page.getByRole('navigation', { name: 'Drafts' }).getByRole('link').click()
    await page.getByRole('group', { name: 'Photo 1 of 3' }).getByLabel('Description').fill('The tall one')
    await page.getByRole('group', { name: 'Photo 3 of 3' }).getByLabel('Description').fill('The square one')
    // Enter saves, and does nothing else.
    await page.getByLabel('Place', { exact: true }).fill('Here')
    await page.getByLabel('Place', { exact: true }).press('Enter')
    await page.waitForURL(/\/p\/[\w-]{11}\/edit$/)
    expect(await page.getByLabel('Place', { exact: true }).inputValue()).toBe('Here')
    expect(await page.getByRole('group', { name: 'Photo 1 of 3' }).getByLabel('Description').inputValue()).toBe(
      'The tall one',
    )
    const third = page.getByRole('group', { name: 'Photo 3 of 3' })
    if (look.withScripts === false) {
      await third.getByLabel('Place in the post').fill('1')
      await page.getByRole('button', { name: 'Share', exact: true }).click()
    } else {
      // A draft is composed as a new post is, which reminds of the description that is missing.
      await third.getByRole('button', { name: 'Move it up' }).focus()
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('ArrowUp')
      await page.getByRole('button', { name: 'Share', exact: true }).click()
      await page.getByRole('button', { name: 'Share anyway' }).click()
    }

    await page.waitForURL(/\/p\/[\w-]{11}$/)
    const album = page.getByRole('region', { name: '3 photos' })
    await album.waitFor()
    const shown = await album.getByRole('img').evaluateAll((images) => images.map((image) => image.getAttribute('alt')))
    expect(shown.slice(0, 2)).toEqual(['The square one', 'The tall one'])
    // One beside another, each as wide as the post.
    const [first, second] = await album
      .locator('figure')
      .evaluateAll((figures) => figures.map((one) => one.getBoundingClientRect().left))
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(300)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)

    await page.getByRole('link', { name: `#${username}` }).click()
    await page.getByRole('listitem').getByRole('link').click()
    await page.getByRole('link', { name: 'Edit' }).click()
    await page.getByLabel('Caption').fill('Still three')
    await page.getByLabel('Place', { exact: true }).fill('Somewhere')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Still three').waitFor()
    await page.getByText('Somewhere').waitFor()
    await page.getByText('edited').waitFor()
    await page.getByRole('link', { name: 'Earlier versions' }).click()
    await page.getByText('Three of them').waitFor()
    await page.goBack()

    await page.getByRole('link', { name: 'Edit' }).click()
    await page.getByText('Delete this post').click()
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByText('No photos yet.').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('is asked about a photo that was shared before, and decides', async () => {
    const { page, context } = await chromium.visitor(look)
    await page.goto(`${house.url}/sign-up`)
    await page.getByLabel('Name').fill(`${username}_again`)
    await page.getByLabel('Password').fill('correct horse battery')
    await page.getByRole('button', { name: 'Sign up' }).click()
    const same = file(await picture('jpeg', 500, 400))
    for (const time of ['once', 'twice']) {
      await page.goto(`${house.url}/upload`)
      await page.getByLabel('Photos').setInputFiles([same])
      if (look.withScripts !== false) await page.getByLabel('Description').fill('The same')
      await page.getByRole('button', { name: 'Share', exact: true }).click()
      if (time === 'once') await page.waitForURL(/\/p\/[\w-]{11}$/)
    }
    await page.getByText('You have shared one of these files before').filter({ visible: true }).waitFor()
    await page.getByRole('button', { name: 'Share it again' }).click()
    await page.waitForURL(/\/p\/[\w-]{11}$/)
    await context.close()
  })

  it('covers a sensitive photo, and a visitor uncovers it', async () => {
    const { page, context } = await chromium.visitor(look)
    await page.goto(`${house.url}/sign-up`)
    await page.getByLabel('Name').fill(`${username}_cover`)
    await page.getByLabel('Password').fill('correct horse battery')
    await page.getByRole('button', { name: 'Sign up' }).click()
    await page.goto(`${house.url}/upload`)
    await page.getByLabel('Photos').setInputFiles([file(await newPicture(600, 600))])
    await page.getByText('Who sees it, comments, warning').click()
    await page.getByLabel('Warning on the cover').fill('Heights')
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    // With modules there is a reminder that the photo has no description, which stops nobody.
    if (look.withScripts !== false) await page.getByRole('button', { name: 'Share anyway' }).click()
    await page.waitForURL(/\/p\/[\w-]{11}$/)
    expect(await page.getByRole('img').isVisible()).toBe(false)
    await page.getByText('Heights').click()
    await page.getByRole('img').waitFor({ state: 'visible' })
    await context.close()
  })
})

describe('a browser', () => {
  it('takes AVIF when it is there, and the size that its screen needs', async () => {
    const { page, context } = await chromium.visitor({ screen: 'phone' })
    await page.goto(`${house.url}/sign-up`)
    await page.getByLabel('Name').fill('avif')
    await page.getByLabel('Password').fill('correct horse battery')
    await page.getByRole('button', { name: 'Sign up' }).click()
    await page.goto(`${house.url}/upload`)
    const buffer = await picture('jpeg', 2400, 1800)
    await page.getByLabel('Photos').setInputFiles([{ name: 'photo.jpg', mimeType: 'image/jpeg', buffer }])
    await page.getByLabel('Description').fill('Red and blue')
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    await page.waitForURL(/\/p\/[\w-]{11}$/)
    await house.idle()
    await page.reload()
    const source = await page
      .getByRole('img')
      .evaluate((image: HTMLImageElement) => image.decode().then(() => image.currentSrc))
    expect(source).toMatch(/\/640\.avif$/)
    await context.close()
  })
})
