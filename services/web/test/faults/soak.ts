import { docker, figure, pause } from '../stack/stack.ts'
import { failedBetween, memoryOf, startVisitors, type TheHouse } from './house.ts'
import { expectKept } from './ledger.ts'
import { isShort, soakMinutes } from './lengths.ts'
import { percentile } from './traffic.ts'

/** A long time at half load. */
export function soak(house: TheHouse): void {
  it(
    `20. after ${soakMinutes} minutes memory and descriptors are where they were`,
    async () => {
      const { stack } = house()
      const services = ['web', 'worker', 'nginx', 'pgbouncer', 'db']
      const seen: { memory: Record<string, number>; descriptors: Record<string, number> }[] = []
      const descriptors = async (service: string) => {
        const counts = (await stack.containers(service)).map(async ({ Id }) =>
          Number((await docker(['exec', Id, 'sh', '-c', 'ls /proc/[0-9]*/fd 2>/dev/null | wc -l'])).stdout),
        )
        return Math.max(...(await Promise.all(counts)))
      }
      const traffic = startVisitors(house(), 40)
      const until = Date.now() + soakMinutes * 60_000
      while (Date.now() < until) {
        const memory: Record<string, number> = {}
        const open: Record<string, number> = {}
        for (const service of services) {
          memory[service] = Math.max(...(await memoryOf(stack, service)))
          open[service] = await descriptors(service)
        }
        seen.push({ memory, descriptors: open })
        await pause(5_000)
      }
      const report = await traffic.stop()
      expect(failedBetween(report)).toEqual([])
      await expectKept(stack, `20. ${soakMinutes} minutes`, report)

      const quarter = Math.floor(seen.length / 4)
      const middle = (what: 'memory' | 'descriptors', service: string, part: typeof seen) =>
        percentile(
          part.map((one) => one[what][service] ?? 0),
          50,
        )
      for (const service of services) {
        // The first quarter is for filling caches.
        const [early, late] = [seen.slice(quarter, 2 * quarter), seen.slice(-quarter)]
        const [from, to] = [middle('memory', service, early), middle('memory', service, late)]
        const [openFrom, openTo] = [middle('descriptors', service, early), middle('descriptors', service, late)]
        figure(
          `20. ${service}: ${from.toFixed(0)} MiB in the second quarter, ${to.toFixed(0)} in the last; ${openFrom} and ${openTo} descriptors`,
        )
        // Not long enough for caches to have filled.
        if (isShort) continue
        // The database keeps what it has read; that is what its memory is for.
        if (service !== 'db') expect([service, to <= from * 1.1 + 20]).toEqual([service, true])
        expect([service, openTo <= openFrom * 1.2 + 20]).toEqual([service, true])
      }
    },
    (soakMinutes + 6) * 60_000,
  )
}
