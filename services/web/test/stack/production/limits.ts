import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ask, browserAccept, visit } from '../visitor.ts'
import { expectSecurityHeaders } from './front-door.ts'
import type { TheHouse } from './house.ts'

/** nginx's limits for each address, as they are if nobody sets them. */
export function limits(house: TheHouse): void {
  beforeAll(async () => {
    const { stack } = house()
    const file = join(stack.folder, '.env')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace(/^(SIGN_IN|UPLOAD).*\n/gm, ''))
    await stack.compose(['up', '--detach', '--wait'])
  }, 120_000)

  describe('hammering', () => {
    it('sign-in is answered 429 after a while, whoever it says it is, and the rest of the site goes on', async () => {
      const { stack } = house()
      const tries = []
      for (let turn = 0; turn < 40; turn += 1) {
        const headers = {
          'X-Forwarded-For': `203.0.113.${turn}`,
          'X-Real-IP': `203.0.113.${turn}`,
          Accept: turn % 2 ? browserAccept : '*/*',
        }
        tries.push(
          await visit(stack.url).post(
            turn % 3 ? '/sign-in' : '/Sign-In/',
            // One name would soon be refused by the app itself.
            { username: `guessed${turn}`, password: 'guess' },
            { headers },
          ),
        )
      }
      const refused = tries.filter(({ status }) => status === 429)
      // As a burst, somebody who mistypes may try 20 times.
      expect(tries.slice(0, 15).map(({ status }) => status)).toEqual(Array.from({ length: 15 }, () => 422))
      expect(refused.length).toBeGreaterThan(10)
      for (const answer of refused) {
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
        expectSecurityHeaders('a 429', answer)
      }
      const page = refused.find(({ headers }) => String(headers['content-type']).startsWith('text/html'))
      expect(page?.text).toContain('One moment, please')
      const json = refused.find(({ headers }) => String(headers['content-type']).startsWith('application/json'))
      expect(json?.json.error).toMatch(/^Too many requests/)
      expect((await ask(stack.url, '/sign-in', { headers: { Accept: browserAccept } })).status).toBe(200)
      expect((await ask(stack.url, '/@alice', { headers: { Accept: browserAccept } })).status).toBe(200)
      const sleepless = await Promise.all(
        Array.from({ length: 100 }, () => ask(stack.url, '/@alice', { headers: { Accept: browserAccept } })),
      )
      expect(sleepless.filter(({ status }) => status !== 200)).toEqual([])
    })

    it('somebody who posts a dozen photos at once is not refused', async () => {
      const { alice, photo } = house()
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) => alice.upload(photo, `one of many ${index}`)),
      )
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 201))
    })

    /** Requests at once, each of which claims another address in every way that there is. */
    const hammer = (path: string, times: number) =>
      Promise.all(
        Array.from({ length: times }, (_, turn) => {
          const address = `198.51.100.${turn}`
          const claims = { 'X-Forwarded-For': address, 'X-Real-IP': address, Forwarded: `for=${address}` }
          return visit(house().stack.url).post(path, { username: `crowd${turn}` }, { headers: claims })
        }),
      )

    it.each([
      '/sign-in',
      '/sign-in/code',
      '/sign-in/passkey/options',
      '/sign-up',
      '/forgot-password',
      '/reset-password',
    ])('%s is answered 429 after a while, from whatever address it says that it comes', async (path) => {
      const refused = (await hammer(path, 40)).filter(({ status }) => status === 429)
      expect(refused.length).toBeGreaterThan(10)
      for (const { headers } of refused) expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    })

    it.each(['/upload', '/p/AAAAAAAAAAA/photos', '/settings/avatar'])(
      'uploads to %s are answered 429 after a while, in the same way, and others by the app',
      async (path) => {
        const answers = await hammer(path, 60)
        const refused = answers.filter(({ status }) => status === 429)
        expect(refused.length).toBeGreaterThan(10)
        for (const { headers } of refused) expect(Number(headers['retry-after'])).toBeGreaterThan(0)
        expect(answers.filter(({ status }) => ![401, 429].includes(status))).toEqual([])
      },
    )
  })
}
