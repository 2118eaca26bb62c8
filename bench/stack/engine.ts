import { request } from 'node:http'
import { docker, type Stack } from '../../services/web/test/stack/stack.ts'

/** What Docker's engine knows of containers: the processor time that they took, and the memory that they hold. */

interface Stats {
  cpu_stats: { cpu_usage: { total_usage: number } }
  memory_stats: { usage?: number; stats?: Record<string, number> }
}

export interface Use {
  cpuSeconds: number
  /** As `docker stats` has it: without files that are cached and could go. */
  megabytes: number
}

function statsOf(id: string): Promise<Stats> {
  const path = `/containers/${id}/stats?stream=false&one-shot=true`
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath: '/var/run/docker.sock', path }, async (answer) => {
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk)
      resolve(JSON.parse(Buffer.concat(chunks).toString()))
    })
    asking.on('error', reject)
    asking.end()
  })
}

/** What the running containers of a stack use, by service. */
export async function useOf(stack: Stack): Promise<Map<string, Use>> {
  const running = (await stack.containers()).filter(({ State }) => State.Running)
  const all = await Promise.all(running.map(async ({ Id, Config }) => ({ stats: await statsOf(Id), Config })))
  const uses = new Map<string, Use>()
  for (const { stats, Config } of all) {
    const service = Config.Labels['com.docker.compose.service'] ?? ''
    const { usage = 0, stats: kinds = {} } = stats.memory_stats
    const cached = kinds.total_inactive_file ?? kinds.inactive_file ?? 0
    const before = uses.get(service) ?? { cpuSeconds: 0, megabytes: 0 }
    uses.set(service, {
      cpuSeconds: before.cpuSeconds + stats.cpu_stats.cpu_usage.total_usage / 1e9,
      megabytes: before.megabytes + (usage - cached) / 1e6,
    })
  }
  return uses
}

/** MB that the processes of a service's containers hold that run a command; one figure for each container, the largest process. */
export async function residentMegabytes(stack: Stack, service: string, command: RegExp): Promise<number[]> {
  const all: number[] = []
  for (const { Id } of await stack.containers(service)) {
    const { stdout } = await docker(['top', Id, '-eo', 'pid,rss,args'])
    const sizes = stdout.split('\n').flatMap((line) => {
      const [, , kilobytes, args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
      return command.test(args) ? [Number(kilobytes) * 1.024e-3] : []
    })
    all.push(Math.max(...sizes))
  }
  return all
}
