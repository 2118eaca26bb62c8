/**
 * How long a search takes among 100,000 people and 1,000,000 posts: npm run bench:search [posts] [database]
 * A database that is named is kept, and used as it is by the next run. Not a test: machines differ, and are noisy. `select 1` beside it
 * says what the way to the database alone takes.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Person } from '../services/web/src/accounts/service.ts'
import { readConfig } from '../services/web/src/config.ts'
import { connect, type Db } from '../services/web/src/db/connect.ts'
import { migrate } from '../services/web/src/db/migrate.ts'
import { rows, sql } from '../services/web/src/db/sql.ts'
import { searchHashtags, searchPeople } from '../services/web/src/search/names.ts'
import { searchPosts, suggestText } from '../services/web/src/search/posts.ts'
import { readSought } from '../services/web/src/search/sought.ts'
import { startTestServer } from '../services/web/test/server.ts'
import { idOf, makeWorld } from '../services/web/test/world/world.ts'

const postCount = Number(process.argv[2] ?? 1_000_000)
const personCount = postCount / 10
const keptDatabase = process.argv[3]
const rounds = 40

const say = (line: string): void => void process.stdout.write(`${line}\n`)
function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN
}

/** Posts half a minute apart from the beginning of our ids: a million are a year. */
const apart = 30_000

const viewer: Person = {
  id: idOf(2),
  username: 'viewer',
  displayName: 'Viewer',
  isAdmin: false,
  isModerator: false,
  isPrivate: false,
  showsCamera: false,
  commentsFromFollowers: false,
  allowsIndexing: true,
  isSilenced: false,
  bio: '',
  website: '',
  theme: 'auto',
  language: 'auto',
  avatarKey: undefined,
}
const posts = async (db: Db, text: string, as: Person | undefined = viewer, maxId?: string) =>
  (await searchPosts(db, as, await readSought(db, text), { maxId, limit: 24 })).posts.length
const people = async (db: Db, text: string, as: Person | undefined = viewer) =>
  (await searchPeople(db, as, await readSought(db, text), undefined)).items.length
const hashtags = async (db: Db, text: string) =>
  (await searchHashtags(db, await readSought(db, text), undefined)).items.length
const meant = async (db: Db, text: string) => Number(!!(await suggestText(db, viewer, await readSought(db, text))))

interface Case {
  name: string
  texts: string[]
  run(db: Db, text: string): Promise<number>
}

const letters = [...'abcdefghijklmnoprstuvyz']
const cases: Case[] = [
  { name: 'posts: a common word', texts: ['sunset', 'beach', 'love', 'travel'], run: posts },
  {
    name: 'posts: a common word, signed out',
    texts: ['sunset', 'beach'],
    run: (db, text) => posts(db, text, undefined),
  },
  {
    name: 'posts: a common word, an old page',
    texts: ['sunset', 'love'],
    run: (db, text) => posts(db, text, viewer, '120000000000000000'),
  },
  { name: 'posts: a word of last season', texts: ['christmas'], run: posts },
  { name: 'posts: a rare word', texts: ['zanzibar', 'bazaba', 'rubafu', 'vozeru'], run: posts },
  { name: 'posts: two common words', texts: ['sunset beach', 'love friends', 'coffee morning'], run: posts },
  {
    name: 'posts: several words',
    texts: ['sunset beach love travel', 'sunset zanzibar', 'friends coffee night city'],
    run: posts,
  },
  { name: 'posts: words that never meet', texts: ['christmas zanzibar sunset', 'zanzibar bazaba'], run: posts },
  { name: 'posts: a phrase', texts: ['"sunset beach"', '"coffee morning"'], run: posts },
  { name: 'posts: without a word', texts: ['sunset -beach', 'zanzibar -sunset'], run: posts },
  { name: 'posts: no hit', texts: ['qwertzuiop', 'xylophone qqq'], run: posts },
  {
    name: 'did you mean',
    texts: ['sunste', 'beahc', 'zanzibbar', 'cofee morning', 'chrstmas', 'qwertzuiop'],
    run: meant,
  },
  { name: 'people: one letter', texts: letters, run: people },
  { name: 'people: one letter, signed out', texts: letters, run: (db, text) => people(db, text, undefined) },
  { name: 'people: two letters', texts: ['jo', 'an', 'ma', 'sc', 'li', 'xq'], run: people },
  { name: 'people: three letters', texts: ['joh', 'ann', 'mar', 'sch', 'smi', 'xqz'], run: people },
  { name: 'people: two words', texts: ['john smith', 'anna s', 'm s', 'li kim', 'marie dub'], run: people },
  { name: 'people: a typo', texts: ['jonh', 'smiht', 'schmitd', 'jonh smiht', 'marai'], run: people },
  { name: 'hashtags: one letter', texts: letters, run: hashtags },
  { name: 'hashtags: two and three letters', texts: ['su', 'sun', 'be', 'ba', 'bab', 'tra'], run: hashtags },
  { name: 'hashtags: a typo', texts: ['sunste', 'beahc', 'travle'], run: hashtags },
]

/** Runs every text some rounds; what is the same for all is a round's order. */
async function measure(db: Db): Promise<void> {
  const times = new Map<string, number[]>([
    ['select 1', []],
    ...cases.map(({ name }) => [name, []] as [string, number[]]),
  ])
  const time = async (name: string, work: () => Promise<unknown>) => {
    const begin = performance.now()
    await work()
    times.get(name)?.push(performance.now() - begin)
  }
  // Once without a clock: the first of all pays for connections and an empty cache.
  for (const { run, texts } of cases) for (const text of texts) await run(db, text)
  for (let round = 0; round < rounds; round++) {
    await time('select 1', () => rows(db, sql`select 1`))
    for (const { name, run, texts } of cases) await time(name, () => run(db, texts[round % texts.length] ?? ''))
  }
  say(`\n${'ms'.padEnd(40)}${['p50', 'p95', 'most', 'rows'].map((head) => head.padStart(8)).join('')}`)
  for (const [name, values] of times) {
    const one = cases.find((each) => each.name === name)
    const found = one ? await Promise.all(one.texts.slice(0, 3).map((text) => one.run(db, text))) : []
    const figures = [percentile(values, 50), percentile(values, 95), Math.max(...values)].map((value) =>
      value.toFixed(1).padStart(8),
    )
    say(`${name.padEnd(40)}${figures.join('')}   ${found.join(', ')}`)
  }
}

/** Asks the server whether a large table was read from end to end. In a small world it is, rightly: only the full size tells. */
async function findSequentialScans(address: pg.ClientConfig, db: Db): Promise<void> {
  const counter = `
    select relname as table, seq_scan::int as scans from pg_stat_user_tables
    where relname in ('users', 'posts', 'photos', 'follows', 'post_search', 'post_hashtags', 'person_words', 'hashtags')`
  const count = async () => {
    const client = new pg.Client(address)
    await client.connect()
    await client.query('select pg_stat_force_next_flush(), pg_stat_clear_snapshot()')
    const { rows: found } = await client.query<{ table: string; scans: number }>(counter)
    await client.end()
    return new Map(found.map(({ table, scans }) => [table, scans]))
  }
  await new Promise((resolve) => setTimeout(resolve, 11_000))
  const before = await count()
  for (const { run, texts } of cases) for (const text of texts) await run(db, text)
  // What a session counted is told when it has been idle for ten seconds.
  await new Promise((resolve) => setTimeout(resolve, 11_000))
  const after = await count()
  const scanned = [...after].filter(([table, scans]) => scans > (before.get(table) ?? 0))
  if (!scanned.length) return say('\nNo large table was read from end to end.')
  for (const [table, scans] of scanned)
    say(`\n${table} was read from end to end ${scans - (before.get(table) ?? 0)} times`)
}

const server = await startTestServer()
const database = keptDatabase ?? `bench_${randomBytes(6).toString('hex')}`
const address = { ...server.address, database }
const mediaRoot = await mkdtemp(join(tmpdir(), 'gramstack-bench-'))
const config = readConfig({
  NODE_ENV: 'test',
  DATABASE_HOST: address.host,
  DATABASE_PORT: String(address.port),
  DATABASE_NAME: database,
  DATABASE_USER: address.user,
  DATABASE_PASSWORD: address.password,
  MEDIA_ROOT: mediaRoot,
})
const admin = new pg.Client(server.address)
await admin.connect()
const { rowCount } = await admin.query('select from pg_database where datname = $1', [database])
if (!rowCount) {
  say(`${server.name}: ${personCount.toLocaleString('en')} people, ${postCount.toLocaleString('en')} posts`)
  await admin.query(`create database ${database}`)
  await migrate(config)
  await makeWorld(address, { people: personCount, posts: postCount, apart, now: postCount * apart })
}
const db = connect(config.database, 'gramstack bench')
await measure(db)
await findSequentialScans(address, db)
await db.destroy()
if (!keptDatabase) await admin.query(`drop database ${database} with (force)`)
await admin.end()
await server.stop()
