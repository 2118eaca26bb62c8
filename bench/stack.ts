/**
 * The whole production stack beside the limits of the same machine and beside others, in one run:
 *
 *   npm run bench                                 three rounds, a quarter of an hour once all is built; needs a Docker engine
 *   npm run bench -- --rounds=5 --seconds=20
 *
 * Each round measures everything, the limits first; after the last they are measured once more. Results: bench/results/stack.{json,md}.
 */
import { parseArgs } from 'node:util'
import { newPicture } from '../services/web/test/pictures.ts'
import { eventually, pause, type Stack } from '../services/web/test/stack/stack.ts'
import { addressOf, type Case, type Cases, makeCases } from './stack/cases.ts'
import { furnishDirectus, makeDirectusDatabase } from './stack/directus.ts'
import { residentMegabytes, useOf } from './stack/engine.ts'
import { measureIdle } from './stack/measure.ts'
import { openBench } from './stack/open.ts'
import { type Findings, surroundingsOf, writeReport } from './stack/report.ts'
import { makeWorld } from './stack/world.ts'

const { values: given } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '6' },
  },
})
const seconds = Number(given.seconds)
const beside = ['bare-nginx', 'bare-http', 'bare-express', 'django', 'flask', 'directus']
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const stack = await openBench()
try {
  await stack.compose(['build'], { patienceSeconds: 850 })
  await stack.compose(['build', 'django', 'directus'], { patienceSeconds: 850 })
  const upSeconds = { fresh: await up(), again: 0 }
  await stack.compose(['down'])
  upSeconds.again = await up()
  await pause(10_000)
  const idleMegabytes = await memoryOf(stack)
  const idle = await measureIdle(stack, 60)
  say(
    `up in ${upSeconds.fresh.toFixed(1)} and ${upSeconds.again.toFixed(1)} s, idle ${idleMegabytes.all?.toFixed(0)} MB and ${idle.machine.toFixed(2)} processors`,
  )
  const world = await makeWorld(stack)
  await makeDirectusDatabase(stack)
  await stack.compose(['up', '--detach', '--no-deps', ...beside])
  const photo = await newPicture(1080, 810)
  const directus = await furnishDirectus(stack, await addressOf(stack, 'directus', 8055), photo)
  const findings: Findings = {
    upSeconds,
    idleMegabytes,
    idle,
    webMegabytes: 0,
    loadedMegabytes: {},
    limits: {},
    ours: {},
    others: {},
  }
  const cases = await makeCases(stack, { world, directus, photo })
  await warmUp(cases)
  const surroundings = await surroundingsOf(stack)
  for (let round = 1; round <= Number(given.rounds); round += 1) {
    await measureAll(round, cases, findings)
    await writeReport(surroundings, findings)
  }
  say('limits once more')
  await measureGroup(cases.limits, findings.limits)
  say(await writeReport(surroundings, findings))
} finally {
  await stack.remove()
}

async function up(): Promise<number> {
  return (await stack.compose(['up', '--detach', '--wait'])).seconds
}

async function memoryOf(whose: Stack): Promise<Record<string, number>> {
  const uses = await useOf(whose)
  const megabytes = Object.fromEntries([...uses].map(([service, use]) => [service, use.megabytes]))
  return { ...megabytes, all: Object.values(megabytes).reduce((sum, one) => sum + one, 0) }
}

async function warmUp({ limits, ours, others }: Cases): Promise<void> {
  for (const one of [...limits, ...ours, ...others]) {
    if (!one.warmSeconds) continue
    // Those that have only just been started refuse at first.
    await eventually(async () => {
      const { failed, perSecond } = await one.run(one.warmSeconds)
      if (failed || !perSecond) throw new Error(`${one.name}: ${failed} requests failed`)
    })
  }
}

async function measureAll(round: number, cases: Cases, findings: Findings): Promise<void> {
  say(`round ${round}`)
  await measureGroup(cases.limits, findings.limits)
  await measureGroup(cases.ours, findings.ours)
  const web = await residentMegabytes(stack, 'web', /dist\/main\.js/)
  findings.webMegabytes = Math.max(findings.webMegabytes, ...web)
  await rest()
  await measureGroup(cases.others, findings.others)
  for (const [service, megabytes] of Object.entries(await memoryOf(stack)))
    findings.loadedMegabytes[service] = Math.max(findings.loadedMegabytes[service] ?? 0, megabytes)
}

/** The worker has the AVIFs of what was uploaded still to make, and would have the processors while others are measured. */
async function rest(): Promise<void> {
  const isLeft = "select count(*) from jobs.job where name like 'develop-%' and state in ('created', 'retry', 'active')"
  await eventually(async () => {
    const left = await stack.sql(isLeft)
    if (left !== '0') throw new Error(`${left} photos are still being developed`)
  }, 600)
}

async function measureGroup(cases: readonly Case[], into: Findings['ours']): Promise<void> {
  for (const one of cases) {
    const measured = await one.run(seconds)
    into[one.name] = [...(into[one.name] ?? []), measured]
    // What was given up on is still being worked on.
    if (measured.failed) await pause(5_000)
    const { perSecond, milliseconds, cpuMilliseconds, failed, strangersPercent } = measured
    say(
      `  ${one.name.padEnd(40)} ${perSecond.toFixed(0).padStart(7)} /s, p99 ${milliseconds?.p99?.toFixed(1) ?? '-'} ms, ` +
        `${cpuMilliseconds.all?.toFixed(3)} ms CPU, ${failed} failed, strangers ${strangersPercent.toFixed(0)} %`,
    )
  }
}
