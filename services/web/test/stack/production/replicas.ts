import { docker, eventually, figure, pause, type Stack } from '../stack.ts'
import { ask, browserAccept } from '../visitor.ts'
import { accessLog, expectAllKept, expectNoFailure, load, replicaAddresses, type TheHouse, tell } from './house.ts'

/** Replicas come and go, and nobody notices. */
export function replicas(house: TheHouse): void {
  beforeAll(() => house().stack.healthy(), 120_000)

  /** Waits until nginx has sent requests to each replica that runs now. */
  async function allAreUsed(stack: Stack, since: Date): Promise<number> {
    const addresses = await replicaAddresses(stack)
    return eventually(
      async () => {
        const lines = (await accessLog(stack)).filter(({ time }) => new Date(String(time)) >= since)
        const used = new Set(lines.flatMap(({ upstream }) => String(upstream).split(', ')))
        expect([...used].filter((address) => addresses.includes(address)).sort()).toEqual(addresses.sort())
      },
      15,
      250,
    )
  }

  describe('three replicas', () => {
    it('are all used', async () => {
      const { stack } = house()
      expect(await replicaAddresses(stack)).toHaveLength(3)
      const since = new Date(Date.now() - 1000)
      await Promise.all(
        Array.from({ length: 60 }, () => ask(stack.url, '/@alice', { headers: { Accept: browserAccept } })),
      )
      await allAreUsed(stack, since)
      // Each of them says so as well.
      for (const { Id } of await stack.containers('web')) {
        expect((await docker(['logs', Id])).stdout).toContain('"path":"/@alice"')
      }
    })

    it('become five and then two under load, and no request fails', async () => {
      const { stack } = house()
      const visitors = load(house())
      await pause(2000)
      const grow = await stack.compose(['up', '--detach', '--no-recreate', '--wait', '--scale', 'web=5'])
      const since = new Date()
      expect(await replicaAddresses(stack)).toHaveLength(5)
      const seconds = await allAreUsed(stack, since)
      figure(`scale to 5: ${grow.seconds.toFixed(1)} s until healthy, all used ${seconds.toFixed(1)} s later`)
      await pause(2000)
      const shrink = await stack.compose(['up', '--detach', '--no-recreate', '--wait', '--scale', 'web=2'])
      expect(await replicaAddresses(stack)).toHaveLength(2)
      await pause(3000)
      figure(`scale to 2: ${shrink.seconds.toFixed(1)} s`)
      const report = await visitors.stop()
      expectNoFailure('scale 3 → 5 → 2 under load', report)
      await expectAllKept(house(), report)
      await stack.compose(['up', '--detach', '--wait'])
      expect(await replicaAddresses(stack)).toHaveLength(3)
    }, 240_000)
  })

  /** Does something to each replica, the next one when the last is healthy again. */
  async function oneAfterAnother(stack: Stack, act: (id: string, name: string) => Promise<unknown>): Promise<void> {
    for (const { Id, Name } of await stack.containers('web')) {
      await act(Id, Name.slice(1))
      await pause(300)
      await stack.healthy('web')
      await pause(1500)
    }
  }

  describe('under load, no request fails, POSTs included,', () => {
    it('when the replicas are restarted one after another', async () => {
      const { stack } = house()
      const visitors = load(house())
      await pause(1000)
      await oneAfterAnother(stack, (id) => docker(['restart', id]))
      const report = await visitors.stop()
      expectNoFailure('replicas restarted one after another', report)
      await expectAllKept(house(), report)
    }, 240_000)

    it('when each is told to leave (SIGTERM), and comes back', async () => {
      const { stack } = house()
      const visitors = load(house())
      await pause(1000)
      await oneAfterAnother(stack, async (id, name) => {
        const begin = Date.now()
        await docker(['kill', '--signal', 'TERM', id])
        await docker(['wait', id])
        const seconds = (Date.now() - begin) / 1000
        const [left] = JSON.parse((await docker(['inspect', id])).stdout)
        expect([name, left.State.ExitCode]).toEqual([name, 0])
        // It turns nginx away for a second before it stops listening (DRAIN_SECONDS); Docker would kill it after 12.
        expect(seconds).toBeGreaterThan(0.9)
        expect(seconds).toBeLessThan(12)
        figure(`${name} left ${seconds.toFixed(1)} s after SIGTERM, status 0`)
        await docker(['start', id])
      })
      const report = await visitors.stop()
      expectNoFailure('each replica told to leave with SIGTERM', report)
      await expectAllKept(house(), report)
    }, 240_000)

    it('when each is replaced by a new container, and its address goes to somebody else', async () => {
      const { stack } = house()
      const squatters: string[] = []
      const visitors = load(house())
      try {
        await pause(1000)
        const before = await replicaAddresses(stack)
        const image = (await stack.container('nginx')).Image
        await oneAfterAnother(stack, async (id) => {
          await docker(['stop', id])
          await docker(['rm', id])
          const args = ['run', '--detach', '--rm', '--network', `${stack.project}_edge`, '--entrypoint', 'sleep']
          squatters.push((await docker([...args, image, '300'])).stdout.trim())
          await stack.compose(['up', '--detach', '--no-recreate', '--wait', 'web'])
        })
        const after = await replicaAddresses(stack)
        expect(after.filter((address) => before.includes(address))).toEqual([])
        await allAreUsed(stack, new Date(Date.now() - 1000))
      } finally {
        if (squatters.length) await docker(['rm', '--force', ...squatters])
        const report = await visitors.stop()
        expectNoFailure('each replica replaced, with another address', report)
        await expectAllKept(house(), report)
      }
    }, 240_000)
  })

  describe('when a replica dies without a word (SIGKILL) under load', () => {
    it('whoever reads doesn’t notice, and what was posted stays', async () => {
      const { stack } = house()
      const visitors = load(house())
      await pause(1500)
      const [first] = await stack.containers('web')
      await docker(['kill', first?.Id ?? ''])
      await pause(5000)
      await docker(['start', first?.Id ?? ''])
      await stack.healthy('web')
      const report = await visitors.stop()
      tell('a replica killed with SIGKILL', report)
      expect(report.failures.filter(({ what }) => what.startsWith('GET'))).toEqual([])
      // What had been sent to it is not sent to another one, lest it be done twice: at most what was under way is lost.
      expect(report.failures.length).toBeLessThanOrEqual(5)
      expect(report.failures.filter(({ reason }) => !reason.startsWith('502'))).toEqual([])
      await expectAllKept(house(), report)
    }, 180_000)
  })

  describe('when the worker dies in the middle of its work', () => {
    it('every photo that was posted is developed all the same', async () => {
      const { stack } = house()
      const visitors = load(house())
      await pause(1500)
      const { Id } = await stack.container('worker')
      await docker(['kill', Id])
      await pause(3000)
      await docker(['start', Id])
      await pause(3000)
      const report = await visitors.stop()
      expectNoFailure('the worker killed with SIGKILL', report)
      await expectAllKept(house(), report)
    }, 240_000)
  })

  describe('when no replica runs', () => {
    afterAll(async () => {
      await house().stack.compose(['up', '--detach', '--wait'])
    }, 120_000)

    it('nginx says so, as a page and as JSON, and photos and static files are served', async () => {
      const { stack, post } = house()
      await stack.compose(['stop', 'web'])
      await expectSorry(stack)
      expect((await ask(stack.url, post.media)).status).toBe(200)
      expect((await ask(stack.url, '/static/hello.txt')).status).toBe(200)
    }, 60_000)

    it('nginx starts all the same, and finds the replicas when they come', async () => {
      const { stack, post } = house()
      // Not only stopped: their name is gone as well.
      await stack.compose(['rm', '--force', '--stop', 'web'])
      await stack.compose(['up', '--detach', '--force-recreate', '--no-deps', '--wait', 'nginx'])
      expect(await stack.containers('web')).toEqual([])
      await expectSorry(stack)
      expect((await ask(stack.url, post.media)).status).toBe(200)
      await stack.compose(['up', '--detach', '--wait', '--no-recreate'])
      const seconds = await eventually(async () => {
        expect((await ask(stack.url, '/@alice', { headers: { Accept: browserAccept } })).status).toBe(200)
      }, 5)
      figure(`the first page after web came to an nginx that had started without it: ${seconds.toFixed(1)} s`)
    }, 120_000)

    async function expectSorry(stack: Stack): Promise<void> {
      const page = await ask(stack.url, '/', { headers: { Accept: browserAccept } })
      expect([page.status, page.headers['content-type']]).toEqual([502, 'text/html; charset=utf-8'])
      expect(page.text).toContain('Back in a moment')
      expect(Number(page.headers['retry-after'])).toBeGreaterThan(0)
      expect(page.milliseconds).toBeLessThan(8000)
      const json = await ask(stack.url, '/')
      expect([json.status, json.json.error]).toEqual([502, expect.stringMatching(/^[A-Z].*\.$/)])
    }
  })
}
