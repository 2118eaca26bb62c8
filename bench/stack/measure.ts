import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { pause, run, type Stack } from '../../services/web/test/stack/stack.ts'
import { type Use, useOf } from './engine.ts'
import type { Outcome, Percentiles, Plan, Told } from './plan.ts'

/** One figure of a run, and what it cost. */
export interface Measurement {
  perSecond: number
  failed: number
  /** Of an open load, by kind of question. */
  kinds?: Record<string, Told>
  /** Unknown for pgbench, which tells a mean. */
  milliseconds?: Percentiles
  meanMilliseconds?: number
  /** Of processor time, by service and of all containers together, for each request. */
  cpuMilliseconds: Record<string, number>
  /** How much of the machine's processors went to whoever else was there: above a few, the figures are of a machine that was shared. */
  strangersPercent: number
}

const loadScript = fileURLToPath(new URL('load.ts', import.meta.url))

/** Makes a load and watches what it costs. */
export async function measureLoad(stack: Stack, plan: Plan): Promise<Measurement> {
  let loadSeconds = 0
  return watched(
    stack,
    async () => {
      const told = await run(process.execPath, [loadScript], { input: JSON.stringify(plan), patienceSeconds: 900 })
      if (told.status) throw new Error(`The load ended with ${told.status}: ${told.stderr}`)
      const { sent, failed, perSecond, milliseconds, kinds, cpuSeconds } = JSON.parse(told.stdout) as Outcome
      loadSeconds = cpuSeconds
      return { count: sent, perSecond, failed, milliseconds, kinds }
    },
    () => loadSeconds,
  )
}

/** Runs pgbench in a container of its own, which counts among the strangers: it is the load here. */
export function measurePgbench(
  stack: Stack,
  host: string,
  port: number,
  script: string,
  seconds: number,
  more: readonly string[] = [],
): Promise<Measurement> {
  return watched(stack, async () => {
    const to = [`--host=${host}`, `--port=${port}`, '--username=gramstack', '--no-vacuum', '--protocol=prepared']
    const load = ['--client=8', `--time=${seconds}`, `--file=/bench/${script}`, ...more]
    const { stdout } = await stack.compose(['run', '--rm', '--no-deps', 'pgbench', ...to, ...load, 'gramstack'])
    const number = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1])
    return {
      count: number(/actually processed: (\d+)/),
      perSecond: number(/tps = ([\d.]+)/),
      failed: number(/failed transactions: (\d+)/),
      meanMilliseconds: number(/latency average = ([\d.]+)/),
    }
  })
}

/** How many processors are busy while nobody asks anything. */
export interface Idle {
  containers: number
  /** With the engine, which asks the containers for their health, and whoever else is there. */
  machine: number
}

export async function measureIdle(stack: Stack, seconds: number): Promise<Idle> {
  const cpuSeconds = async () => [...(await useOf(stack)).values()].reduce((sum, one) => sum + one.cpuSeconds, 0)
  const [before, machineBefore] = [await cpuSeconds(), machine()]
  await pause(seconds * 1000)
  const [after, machineAfter] = [await cpuSeconds(), machine()]
  return { containers: (after - before) / seconds, machine: (machineAfter.busy - machineBefore.busy) / seconds }
}

type Made = { count: number } & Omit<Measurement, 'cpuMilliseconds' | 'strangersPercent'>

async function watched(
  stack: Stack,
  work: () => Promise<Made>,
  loadSeconds: () => number = () => 0,
): Promise<Measurement> {
  const [before, machineBefore] = [await useOf(stack), machine()]
  const { count, ...told } = await work()
  const [after, machineAfter] = [await useOf(stack), machine()]
  const cpuMilliseconds: Record<string, number> = {}
  let own = loadSeconds()
  for (const [service, { cpuSeconds }] of after) {
    const seconds = cpuSeconds - (before.get(service) ?? ({ cpuSeconds: 0 } as Use)).cpuSeconds
    own += seconds
    cpuMilliseconds[service] = (seconds * 1000) / count
  }
  cpuMilliseconds.all = Object.values(cpuMilliseconds).reduce((sum, one) => sum + one, 0)
  const strangers = machineAfter.busy - machineBefore.busy - own
  const strangersPercent = Math.max(0, (strangers / (machineAfter.all - machineBefore.all)) * 100)
  return { ...told, cpuMilliseconds, strangersPercent }
}

/** Seconds that the processors have been busy, and that there were. */
function machine(): { busy: number; all: number } {
  let [busy, all] = [0, 0]
  for (const { times } of cpus()) {
    const sum = Object.values(times).reduce((total, one) => total + one, 0)
    all += sum / 1000
    busy += (sum - times.idle) / 1000
  }
  return { busy, all }
}
