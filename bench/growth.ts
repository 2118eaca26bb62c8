/**
 * How much slower what people come for gets as the world grows: npm run bench:growth [people...]
 *
 * Worlds of 10,000, 100,000 and 300,000 people, each in a database of its own; one of 1,000,000 where it is asked for, since that takes long to
 * make. Measured over HTTP, through the built web process. What comes of it is written to bench/results.
 *
 * It ends with 1 where something grows more than it may, and where the database reads a table from end to end or throws rows away by the
 * thousand.
 */
import { readFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import pg from 'pg'
import { readConfig } from '../services/web/src/config.ts'
import { connect } from '../services/web/src/db/connect.ts'
import { computePopular } from '../services/web/src/explore/service.ts'
import { findFaults } from '../services/web/test/plans.ts'
import { visitsTo } from '../services/web/test/world/visits.ts'
import { makeWorld } from '../services/web/test/world/world.ts'
import { type Gramstack, startGramstack } from './gramstack.ts'
import { measure } from './growth/measure.ts'
import { type Measured, resultsPage, writeResults } from './growth/results.ts'
import { countStatements } from './growth/statements.ts'

const asked = process.argv.slice(2).map(Number)
const sizes = asked.length ? asked.sort((one, other) => one - other) : [10_000, 100_000, 300_000]
// As in a place that is some months old: the larger it is, the more is posted in a day.
const postsOfOne = 4
const days = 120
// Whoever is measured with all else comes first.
const mostFollowees = [150, 20, 1000, 5000]

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const measured: Measured[] = []
for (const people of sizes) {
  measured.push(await measureWorld(people))
  // After each, so that whoever ends it early has the smaller ones.
  process.exitCode = (await writeResults(measured)) ? 0 : 1
}
say(await readFile(resultsPage, 'utf8'))

async function measureWorld(people: number): Promise<Measured> {
  const gramstack = await startGramstack()
  const client = new pg.Client(gramstack.address)
  try {
    await client.connect()
    const began = performance.now()
    const posts = people * postsOfOne
    // Nobody follows half of everybody.
    const readers = mostFollowees.filter((count) => count <= people / 4)
    const apart = Math.floor((days * 24 * 60 * 60 * 1000) / posts)
    await makeWorld(gramstack.address, { people, posts, readers, apart, mostLikes: 30, isLively: true })
    const secondsToMake = (performance.now() - began) / 1000
    say(`${people.toLocaleString('en')} people, made in ${secondsToMake.toFixed(0)} s`)
    await fillExplore(gramstack)
    const visits = await visitsTo(client, { people, readers })
    const statements = await countStatements(client)
    const measurement = await measure(gramstack.url, visits, statements)
    await statements?.stop()
    const [, load = Number.NaN] = loadavg()
    const faults = await findFaults(configOf(gramstack), visits, {
      mostScanned: 10_000,
      mostRemoved: 1000,
      mustUseIndexes: people < 100_000,
    })
    return { people, ...(await describe(client)), secondsToMake, load, ...measurement, faults }
  } finally {
    await client.end()
    await gramstack.stop()
  }
}

/** As the worker does. */
async function fillExplore({ address }: Gramstack): Promise<void> {
  const db = connect({ ...address, poolSize: 1 }, 'gramstack bench', { queryMilliseconds: 0 })
  await computePopular(db)
  await db.raw('vacuum analyze post_scores')
  await db.destroy()
}

function configOf({ address, mediaRoot }: Gramstack) {
  return readConfig({
    NODE_ENV: 'test',
    DATABASE_HOST: address.host,
    DATABASE_PORT: String(address.port),
    DATABASE_NAME: address.database,
    DATABASE_USER: address.user,
    DATABASE_PASSWORD: address.password,
    MEDIA_ROOT: mediaRoot,
    RATE_LIMIT_FACTOR: '10000',
  })
}

type Description = Pick<Measured, 'posts' | 'follows' | 'likes' | 'gigabytes' | 'postgres'>

async function describe(client: pg.Client): Promise<Description> {
  const { rows } = await client.query<Description>(`
    select (select count(*) from posts)::int as posts, (select count(*) from follows)::int as follows,
      (select count(*) from likes)::int as likes, pg_database_size(current_database()) / 1e9::float as gigabytes,
      current_setting('server_version') as postgres`)
  if (!rows[0]) throw new Error('select gave no row')
  return rows[0]
}
