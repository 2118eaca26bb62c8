/**
 * How many requests fail while versions change: npm run bench:deploy [requests a run] [runs]
 * The production stack, three replicas, 24 people who read and write without a pause; deploys there and back until the requests of a
 * run are made. Needs a Docker engine, and a quarter of an hour for each run of 50,000.
 */

import { picture } from '../services/web/test/pictures.ts'
import {
  discrepancies,
  type Ledger,
  type Scene,
  setScene,
  startCrowd,
  tellLedger,
} from '../services/web/test/stack/crowd.ts'
import { openStack, pause, raisedLimits } from '../services/web/test/stack/stack.ts'
import { changeGreeting, deploy, edit, removeVersions } from '../services/web/test/stack/versions.ts'

const requests = Number(process.argv[2] ?? 50_000)
const runs = Number(process.argv[3] ?? 3)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const stack = await openStack({
  project: 'gramstack-deploy-bench',
  file: 'docker-compose.prod.yml',
  httpPort: 14167,
  withSecrets: true,
  env: raisedLimits,
})
let failed = 0
try {
  await stack.compose(['build'], { patienceSeconds: 850 })
  await stack.compose(['up', '--detach', '--wait'])
  const scene = await setScene(stack, await picture('jpeg', 64, 64), ['alice', 'bob', 'carol', 'dave'])
  for (let run = 1; run <= runs; run += 1) failed += await measure(scene, run)
} finally {
  await stack.remove()
  await removeVersions(stack)
}
process.exitCode = failed ? 1 : 0

/** One run: a new version with a migration, and then back and forth until there were enough requests. */
async function measure(scene: Scene, run: number): Promise<number> {
  await changeGreeting(stack, `run-${run}`)
  await edit(
    stack,
    'services/web/src/db/migrations/index.ts',
    /\n\]\n/,
    `\n  { name: '099${run}-run', sql: 'alter table posts add column mood_${run} text' },\n]\n`,
  )
  const begin = Date.now()
  const crowd = startCrowd(scene, 24)
  const told: string[] = []
  for (let turn = 0; turn === 0 || crowd.ledger.made < requests; turn += 1) {
    const outcome = await deploy(stack, turn ? ['--back'] : [])
    told.push(`${turn ? 'back' : 'deploy'} ${outcome.seconds.toFixed(0)} s${outcome.status ? ' FAILED' : ''}`)
    if (outcome.status) say(`${outcome.stdout}${outcome.stderr}`)
    await pause(1000)
  }
  const ledger: Ledger = await crowd.stop()
  const seconds = (Date.now() - begin) / 1000
  say(`${tellLedger(`run ${run}`, ledger)}; ${(ledger.made / seconds).toFixed(0)} a second; ${told.join(', ')}`)
  for (const failure of ledger.failures) say(`  ${failure}`)
  const wrong = await discrepancies(stack, ledger)
  for (const what of wrong) say(`  ${what}`)
  return ledger.failures.length + wrong.length
}
