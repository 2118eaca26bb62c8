import { Secret, TOTP } from 'otpauth'
import type { BrowserContext, Page } from 'playwright-core'
import { type House, openHouse } from '../house.ts'
import { type Look, openBrowser } from './browser.ts'

let house: House
let chromium: Awaited<ReturnType<typeof openBrowser>>
/** Passkeys are bound to a host name, and an address is none. */
let url: string
beforeAll(async () => {
  chromium = await openBrowser()
  house = await openHouse({ withWorker: false })
  url = house.url.replace('127.0.0.1', 'localhost')
})
afterAll(async () => {
  await house.close()
  await chromium.close()
})

const password = 'correct horse battery'

interface Phone {
  page: Page
  context: BrowserContext
  complaints: string[]
}

/**
 * A person with a browser that keeps passkeys, and who shows a finger whenever it asks.
 * @param isOffering whether the browser offers passkeys where a name is typed; the finger would take the offer at once
 */
async function visitor(look: Look = {}, isOffering = false): Promise<Phone> {
  const { page, context } = await chromium.visitor(look)
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  if (!isOffering) {
    await page.addInitScript(() => {
      PublicKeyCredential.isConditionalMediationAvailable = async () => false
    })
  }
  const devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { page, context, complaints }
}

async function signUp(page: Page, username: string): Promise<void> {
  await page.goto(`${url}/sign-up`)
  await page.getByLabel('Name').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign up' }).click()
  await page.getByRole('link', { name: `@${username}` }).waitFor()
}

async function addPasskey(page: Page, name: string): Promise<void> {
  await page.goto(`${url}/settings`)
  await page.getByRole('link', { name: 'Passkeys' }).click()
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Your password').fill(password)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByRole('listitem').filter({ hasText: name }).waitFor()
}

async function signOut(page: Page): Promise<void> {
  await page.goto(`${url}/settings`)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('navigation').getByRole('link', { name: 'Sign in' }).waitFor()
}

describe.each<[string, Look]>([
  ['desktop', { screen: 'desktop' }],
  ['phone', { screen: 'phone', theme: 'dark' }],
])('somebody with a %s', (device, look) => {
  it('adds a passkey, signs out, and signs in with it alone', async () => {
    const { page, context, complaints } = await visitor(look)
    await signUp(page, `alone_${device}`)
    await addPasskey(page, 'My phone')
    await signOut(page)
    await page.goto(`${url}/settings/passkeys`)
    await page.waitForURL(/\/sign-in\?next=/)
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.waitForURL(`${url}/settings/passkeys`)
    await page.getByRole('link', { name: `@alone_${device}` }).waitFor()
    await page.getByText('last used').waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('takes the second step with a passkey', async () => {
    const { page, context, complaints } = await visitor(look)
    const username = `second_${device}`
    await signUp(page, username)
    await addPasskey(page, 'My phone')
    await turnOnTwoFactor(page)
    await signOut(page)
    await page.goto(`${url}/sign-in`)
    await page.getByLabel('Name').fill(username)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('heading', { name: 'Second step' }).waitFor()
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.getByRole('link', { name: `@${username}` }).waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })
})

async function turnOnTwoFactor(page: Page): Promise<void> {
  await page.goto(`${url}/settings/two-factor`)
  await page.getByLabel('Your password').fill(password)
  await page.getByRole('button', { name: 'Set it up' }).click()
  // A picture that is really there, and large enough for a camera.
  const box = await page.getByRole('img', { name: /QR code/ }).boundingBox()
  expect(box?.width).toBeGreaterThan(150)
  const secret = ((await page.locator('.secret code').textContent()) ?? '').replaceAll(' ', '')
  await page.getByRole('textbox', { name: 'Code' }).fill(new TOTP({ secret: Secret.fromBase32(secret) }).generate())
  await page.getByRole('button', { name: 'Turn it on' }).click()
  expect(await page.getByRole('listitem').count()).toBe(10)
}

describe('a passkey', () => {
  it('is offered where the name is typed', async () => {
    const { page, context } = await visitor({}, true)
    await signUp(page, 'offered')
    await addPasskey(page, 'My phone')
    await signOut(page)
    await page.goto(`${url}/sign-in`)
    await page.getByRole('link', { name: '@offered' }).waitFor()
    await context.close()
  })

  it('that the browser does not give is told in a sentence, and can be tried again', async () => {
    const { page, context } = await visitor()
    await page.goto(`${url}/sign-in`)
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.getByRole('alert').getByText('No passkey was used. Try again.').waitFor()
    await context.close()
  })

  it('is not added with a wrong password, which is told beside the form', async () => {
    const { page, context } = await visitor()
    await signUp(page, 'mistaken')
    await page.goto(`${url}/settings/passkeys`)
    await page.getByLabel('Name').fill('My phone')
    await page.getByLabel('Your password').fill('wrong password')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByRole('alert').getByText('That is not your password.').waitFor()
    await context.close()
  })

  it('has no button where there is no JavaScript, and the password still lets in', async () => {
    const { page, context } = await chromium.visitor({ withScripts: false })
    await signUp(page, 'plain')
    await signOut(page)
    await page.goto(`${url}/sign-in`)
    expect(await page.getByRole('button', { name: 'Use a passkey' }).count()).toBe(0)
    await page.getByLabel('Name').fill('plain')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('link', { name: '@plain' }).waitFor()
    await page.goto(`${url}/settings/passkeys`)
    await page.getByText('Adding a passkey needs JavaScript').waitFor()
    expect(await page.getByRole('button', { name: 'Add a passkey' }).count()).toBe(0)
    await context.close()
  })
})
