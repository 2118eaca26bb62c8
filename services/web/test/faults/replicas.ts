import { figure, pause } from '../stack/stack.ts'
import { crash, failedBetween, paused, type TheHouse, visitedDuring } from './house.ts'

/** Replicas die, or hang. */
export function replicas(house: TheHouse): void {
  it('1. a replica that crashes five times: nobody who reads notices, and what was sent again is done once', async () => {
    const { stack } = house()
    const report = await visitedDuring(house(), '1. SIGKILL of a replica, five times', async () => {
      for (let turn = 0; turn < 5; turn += 1) {
        const containers = await stack.containers('web')
        const chosen = containers[turn % containers.length]
        if (chosen) await crash(chosen)
        await pause(4_000)
        await stack.healthy('web')
      }
    })
    expect(failedBetween(report)).toEqual([])
  }, 300_000)

  it('2. a replica that hangs is left alone within three seconds', async () => {
    const { stack } = house()
    let from = 0
    let to = 0
    const report = await visitedDuring(house(), '2. a replica paused for 30 s', async () => {
      const [chosen] = await stack.containers('web')
      if (!chosen) throw new Error('no replica')
      await paused(chosen, async () => {
        from = Date.now()
        await pause(30_000)
        to = Date.now()
      })
    })
    expect(failedBetween(report)).toEqual([])
    const during = report.reads.filter(({ at }) => at >= from && at <= to)
    const slow = during.filter(({ milliseconds }) => milliseconds > 1_500)
    figure(
      `2. of ${during.length} reads while it hung ${slow.length} took longer than 1.5 s, the slowest ${Math.max(...during.map(({ milliseconds }) => milliseconds))} ms`,
    )
    // Whoever was sent there waits, and is answered by another; then it is tried with one request now and then.
    expect(slow.filter(({ milliseconds }) => milliseconds > 3_000)).toEqual([])
    expect(slow.filter(({ at }) => at > from + 3_000).length).toBeLessThan(during.length * 0.02)
  }, 300_000)
}
