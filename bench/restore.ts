/**
 * How long it takes to be back after both volumes are lost, and how much is lost with them: npm run bench:restore [people] [photos]
 *
 * The production stack with backups as they are by default, 100,000 people made by COPY and photos with real files; then what a fire does, and
 * the manual's own commands. Every row and every file is compared. Needs a Docker engine, and a quarter of an hour.
 */
import { chmod, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { picture } from '../services/web/test/pictures.ts'
import { allFiles, loseEverything, rowsOfAllTables, wordsOfManual } from '../services/web/test/stack/loss.ts'
import { addLine, eventually, openStack, pause, raisedLimits } from '../services/web/test/stack/stack.ts'
import { signUp, type Visitor } from '../services/web/test/stack/visitor.ts'
import { makeWorld } from '../services/web/test/world/world.ts'

const people = Number(process.argv[2] ?? 100_000)
const photos = Number(process.argv[3] ?? 60)
const most = { lostSeconds: 60, backSeconds: 600 }
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const stack = await openStack({
  project: 'gramstack-restore-bench',
  file: 'docker-compose.prod.yml',
  httpPort: 14197,
  withSecrets: true,
  env: { ...raisedLimits, COMPOSE_PROFILES: 'backup' },
})
const target = join(stack.folder, 'kept')
try {
  await mkdir(target)
  await chmod(target, 0o777)
  await addLine(stack, '.env', `BACKUP_FOLDER=${target}`)
  await stack.compose(['build'], { patienceSeconds: 850 })
  await stack.compose(['up', '--detach', '--wait'], { patienceSeconds: 200 })
  await fill()
  const ada = await signUp(stack.url, 'ada')
  for (let index = 0; index < photos; index += 1) await ada.upload(await picture('jpeg', 1600 + index, 1200))
  await eventually(
    async () => {
      const count = await stack.sql("select count(*) from jobs.job where state in ('created', 'retry', 'active')")
      if (count !== '0') throw new Error(`${count} jobs`)
    },
    900,
    1000,
  )
  await backUp()
  say(
    `${people.toLocaleString('en')} people, ${await stack.sql('select pg_size_pretty(pg_database_size(current_database()))')}, ${photos} photos`,
  )

  await stack.compose(['stop', 'nginx', 'web', 'worker'])
  const before = { rows: await rowsOfAllTables(stack), files: await allFiles(stack) }
  await backUp()
  await loseEverything(stack)
  let isWhole = false
  const first = await bringBack(ada, async () => {
    await stack.compose(['up', '--detach', '--wait', '--no-deps', 'db'], { patienceSeconds: 200 })
    isWhole = (await rowsOfAllTables(stack)) === before.rows && (await allFiles(stack)) === before.files
  })
  say(`back ${first.toFixed(0)} s after the first command; rows and files ${isWhole ? 'are all equal' : 'DIFFER'}`)

  await backUp()
  const ledger: { url: string; at: number }[] = []
  const photo = await picture('jpeg', 64, 64)
  for (const end = Date.now() + 75_000; Date.now() < end; await pause(100)) {
    const posted = await ada.upload(photo, `at ${ledger.length}`)
    if (posted.status === 201) ledger.push({ url: posted.json.url, at: Date.now() })
  }
  const lostAt = Date.now()
  await loseEverything(stack)
  const second = await bringBack(ada)
  const ages: number[] = []
  for (const { url, at } of ledger) if ((await ada.get(url)).status !== 200) ages.push((lostAt - at) / 1000)
  const oldest = Math.max(0, ...ages)
  say(
    `of ${ledger.length} posts until the loss ${ages.length} are lost, the oldest ${oldest.toFixed(0)} s old; back after ${second.toFixed(0)} s`,
  )
  process.exitCode = isWhole && oldest <= most.lostSeconds && Math.max(first, second) <= most.backSeconds ? 0 : 1
} finally {
  // They belong to the container's user.
  await stack.tryCompose(['run', '--rm', '--no-TTY', '--no-deps', 'backup', 'sh', '-c', 'rm -rf /backups/*'])
  await stack.remove()
}

/**
 * The manual's commands, but for the comparison of database and files in between: most of this world's photos never had any.
 * @param compare does it otherwise, before anybody can change anything
 * @returns how many seconds it took, the comparison left out
 */
async function bringBack(visitor: Visitor, compare: () => Promise<void> = async () => {}): Promise<number> {
  let began = Date.now()
  for (const words of await wordsOfManual(stack, 'Restoring')) {
    if (words.includes('verify')) {
      const compared = Date.now()
      await compare()
      began += Date.now() - compared
    } else await stack.compose(words, { patienceSeconds: 800 })
  }
  await eventually(async () => {
    if ((await visitor.get('/')).status !== 200) throw new Error('not yet')
  }, 60)
  return (Date.now() - began) / 1000
}

async function backUp(): Promise<void> {
  await eventually(
    async () => {
      const outcome = await stack.tryCompose(['exec', '--no-TTY', 'backup', 'backup', 'now'], { patienceSeconds: 600 })
      if (outcome.status) throw new Error(outcome.stderr)
    },
    300,
    2000,
  )
}

/** Makes everybody else, on the database's own address. */
async function fill(): Promise<void> {
  const { NetworkSettings } = await stack.container('db')
  const secrets = await readFile(join(stack.folder, '.env.prod.db'), 'utf8')
  const address = {
    host: NetworkSettings.Networks[`${stack.project}_data`]?.IPAddress ?? '',
    port: 5432,
    database: 'gramstack',
    user: 'postgres',
    password: /^POSTGRES_PASSWORD=(.*)$/m.exec(secrets)?.[1] ?? '',
  }
  await makeWorld(address, { people, posts: people * 4, mostLikes: 30, isLively: true })
}
