import { docker, eventually, figure, pause } from '../stack/stack.ts'
import { ask } from '../stack/visitor.ts'
import { crash, isWell, memoryOf, paused, type TheHouse, visitedDuring } from './house.ts'
import { hangSeconds } from './lengths.ts'
import type { Read } from './traffic.ts'

/** The database and the pool before it die, or hang. */
export function databases(house: TheHouse): void {
  const isPage = ({ what }: Read) => !what.startsWith('/media/')

  /** What was read: pages, or that they are not to be had now; pictures, always. */
  function expectExcused(reads: readonly Read[]): void {
    const failed = reads.filter(({ status }) => status !== 200)
    expect(failed.filter((read) => !isPage(read))).toEqual([])
    expect(failed.filter(({ status, retryAfter = 0 }) => ![502, 503].includes(status) || retryAfter < 1)).toEqual([])
  }

  it('3. pgbouncer crashes', async () => {
    const report = await visitedDuring(house(), '3. pgbouncer killed', async () => {
      await crash(await house().stack.container('pgbouncer'))
      await pause(1_000)
    })
    expectExcused(report.reads)
  }, 300_000)

  it('4. PostgreSQL is restarted', async () => {
    const report = await visitedDuring(house(), '4. PostgreSQL restarted', async () => {
      await docker(['restart', (await house().stack.container('db')).Id])
    })
    expectExcused(report.reads)
  }, 300_000)

  it('5. all of PostgreSQL is killed: it is ready again in 15 seconds, with nothing damaged', async () => {
    const { stack } = house()
    const report = await visitedDuring(house(), '5. all of PostgreSQL killed', async () => {
      await crash(await stack.container('db'))
      await pause(500)
      const seconds = await isWell(house())
      figure(`5. ready ${(seconds + 0.5).toFixed(1)} s after the kill`)
      expect(seconds).toBeLessThan(15)
    })
    expectExcused(report.reads)
    const checked = await stack.shell(
      'db',
      '$(ls -d /usr/lib/postgresql/18/bin)/pg_amcheck --username=postgres --install-missing --heapallindexed gramstack',
    )
    expect([checked.status, checked.stdout + checked.stderr]).toEqual([0, ''])
  }, 300_000)

  it('6. PostgreSQL hangs for a minute: everybody is told within two seconds, photos are served, memory stays', async () => {
    const { stack, post } = house()
    let from = 0
    let to = 0
    let most = 0
    const report = await visitedDuring(house(), `6. PostgreSQL paused for ${hangSeconds} s`, async () => {
      await paused(await stack.container('db'), async () => {
        from = Date.now()
        while (Date.now() < from + hangSeconds * 1_000) {
          most = Math.max(most, ...(await memoryOf(stack, 'web')))
          expect((await ask(stack.url, post.media)).status).toBe(200)
          await pause(3_000)
        }
        to = Date.now()
      })
      await eventually(() => isWell(house(), 1), 20)
    })
    expectExcused(report.reads)
    const during = report.reads.filter((read) => isPage(read) && read.at >= from && read.at < to - 3_000)
    const slowest = Math.max(...during.map(({ milliseconds }) => milliseconds))
    figure(
      `6. ${during.length} pages asked for meanwhile, the slowest answer after ${slowest} ms; a replica held ${most.toFixed(0)} MiB at most`,
    )
    expect(during.length).toBeGreaterThan((100 / 60) * hangSeconds)
    expect(new Set(during.map(({ status }) => status))).toEqual(new Set([503]))
    expect(slowest).toBeLessThan(2_000)
    expect(most).toBeLessThan(250)
  }, 300_000)
}
