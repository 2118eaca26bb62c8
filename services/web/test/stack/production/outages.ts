import { docker, eventually, figure, pause, type Stack } from '../stack.ts'
import { type Answer, ask, browserAccept, visit } from '../visitor.ts'
import { expectAllKept, load, type TheHouse, tell } from './house.ts'

/** The database or the pool goes away: a clear answer meanwhile, and all is well by itself afterwards. */
export function outages(house: TheHouse): void {
  /** Files of replicas that were killed while they took them in: tidied up after an hour, and no work of an outage. */
  let leftBefore: string[]
  beforeAll(async () => {
    await house().stack.healthy()
    leftBefore = (await compare(house().stack)).filesWithoutRow
    figure(`files left by replicas that were killed: ${leftBefore.length}`)
  }, 120_000)

  async function compare(stack: Stack): Promise<{ rowsWithoutFile: string[]; filesWithoutRow: string[] }> {
    const { stdout } = await stack.shell('web', "find /var/lib/gramstack/media/originals -type f -printf '%f\\n'")
    const files = new Set(stdout.split('\n').filter(Boolean))
    const rows = (await stack.sql("select media_key || ' ' || state from photos")).split('\n')
    const keys = new Set(rows.map((row) => row.split(' ')[0] ?? ''))
    return {
      rowsWithoutFile: rows.filter((row) => !files.has(row.split(' ')[0] ?? '')),
      filesWithoutRow: [...files].filter((name) => !keys.has(name)),
    }
  }

  /** Which processes serve: an outage ends none of them. */
  async function processes(stack: Stack): Promise<string[]> {
    const found = await Promise.all(
      (await stack.containers()).map(async ({ Id, Name, Config }) => {
        if (!['web', 'worker'].includes(Config.Labels['com.docker.compose.service'] ?? '')) return []
        const { stdout } = await docker(['top', Id, '-eo', 'pid,args'])
        return stdout
          .split('\n')
          .filter((line) => /dist\/(main|worker)\.js/.test(line))
          .map((line) => `${Name} ${line.trim()}`)
      }),
    )
    return found.flat()
  }

  const page = (stack: Stack, path = '/@alice'): Promise<Answer> =>
    ask(stack.url, path, { headers: { Accept: browserAccept } })

  /** When the part itself answers again, which is its return. */
  async function isBack(stack: Stack, part: string): Promise<void> {
    const command =
      part === 'db'
        ? 'psql --username=postgres --dbname=gramstack --tuples-only --command "select 1"'
        : 'timeout 1 bash -c "</dev/tcp/127.0.0.1/6432"'
    await eventually(
      async () => {
        const { status } = await stack.shell(part, command)
        expect(status).toBe(0)
      },
      60,
      50,
    )
  }

  describe.each(['db', 'pgbouncer'])('while %s is gone', (part) => {
    it('pages say so with a 503, photos and static files are served, and it heals by itself', async () => {
      const { stack, post, alice } = house()
      const before = await processes(stack)
      expect(before.length).toBeGreaterThanOrEqual(4)
      const { Id } = await stack.container(part)
      await docker(['kill', Id])

      for (let round = 0; round < 3; round += 1) {
        const sorry = await page(stack)
        expect([sorry.status, sorry.headers['content-type']]).toEqual([503, 'text/html; charset=utf-8'])
        expect(sorry.text).toMatch(/database cannot be reached/)
        expect(sorry.text).toMatch(/<\/html>\s*$/)
        expect(Number(sorry.headers['retry-after'])).toBeGreaterThan(0)
        expect(sorry.milliseconds).toBeLessThan(10_000)
        const json = await ask(stack.url, post.url)
        expect([json.status, json.json.error, json.json.requestId]).toEqual([
          503,
          expect.stringMatching(/^The database cannot be reached/),
          json.headers['x-request-id'],
        ])
        figure(`${part} gone: the 503 came after ${sorry.milliseconds} and ${json.milliseconds} ms`)
      }
      const upload = await alice.upload(house().photo, 'not now')
      expect([upload.status, Number(upload.headers['retry-after']) > 0]).toEqual([503, true])
      const signIn = await visit(stack.url, browserAccept).post('/sign-in', { username: 'alice', password: 'x' })
      expect(signIn.status).toBe(503)

      expect((await ask(stack.url, '/')).text).toBe('{"hello":"world"}')
      expect((await ask(stack.url, post.media)).status).toBe(200)
      expect((await ask(stack.url, '/static/hello.txt')).status).toBe(200)
      expect((await ask(stack.url, '/healthz')).status).toBe(200)
      expect((await ask(stack.url, '/readyz')).status).toBe(503)

      await docker(['start', Id])
      await isBack(stack, part)
      const begin = Date.now()
      await eventually(
        async () => {
          // Each replica for itself: three in a row come from three.
          for (let replica = 0; replica < 6; replica += 1) expect((await page(stack)).status).toBe(200)
        },
        30,
        50,
      )
      const seconds = (Date.now() - begin) / 1000
      figure(`${part} killed and started: all pages back ${seconds.toFixed(1)} s after its return`)
      expect(seconds).toBeLessThan(5)
      const posted = await alice.upload(house().photo, `after ${part} came back`)
      expect([posted.status, posted.json.media]).toEqual([201, expect.stringMatching(/^\/media\//)])
      expect(await processes(stack)).toEqual(before)
      await stack.healthy()
    }, 180_000)

    it.each(['kill', 'restart'])(
      'under load (%s), every answer is right or a 503, and nothing posted is lost',
      async (how) => {
        const { stack } = house()
        const before = await processes(stack)
        const isExcused = ({ status, headers, text }: Answer) =>
          status === 503 && Number(headers['retry-after']) > 0 && text.includes('database cannot be reached')
        const visitors = load(house(), { isExcused })
        await pause(1500)
        const { Id } = await stack.container(part)
        await docker([how, Id])
        if (how === 'kill') {
          await pause(4000)
          await docker(['start', Id])
        }
        await isBack(stack, part)
        await pause(5000)
        const fine = await page(stack)
        expect(fine.status).toBe(200)
        const report = await visitors.stop()
        tell(`${part} ${how} under load (503s are not counted as failures)`, report)
        figure(`${part} ${how} under load: ${JSON.stringify(report.statuses)}`)
        expect(report.failures).toEqual([])
        await expectAllKept(house(), report)
        expect(await processes(stack)).toEqual(before)
      },
      180_000,
    )
  })

  it('an outage leaves no post without its photo, and no photo without its post', async () => {
    const { stack } = house()
    await eventually(async () => {
      const { rowsWithoutFile, filesWithoutRow } = await compare(stack)
      const left = filesWithoutRow.filter((name) => !leftBefore.includes(name))
      expect({ rowsWithoutFile, left }).toEqual({ rowsWithoutFile: [], left: [] })
    }, 15)
  }, 60_000)
}
