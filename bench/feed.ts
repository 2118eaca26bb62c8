/**
 * What reading costs in the database: the home feed of people who follow many and few, the pages for everybody, and posting to many
 * followers. A world is made in a new database; no page may read a whole table.
 *
 *   npm run bench:feed                                100,000 people, a million posts
 *   npm run bench:feed -- --people=10000 --posts=100000
 */
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { readConfig } from '../services/web/src/config.ts'
import type { Db } from '../services/web/src/db/connect.ts'
import { connect } from '../services/web/src/db/connect.ts'
import { migrate } from '../services/web/src/db/migrate.ts'
import { selectFriendsOfFriends, selectPopularPosts } from '../services/web/src/explore/queries.ts'
import { computePopular } from '../services/web/src/explore/service.ts'
import { selectHomeFeed } from '../services/web/src/feed/queries.ts'
import { selectIdsTagged } from '../services/web/src/hashtags/queries.ts'
import { selectLatestPosts } from '../services/web/src/posts/queries.ts'
import { startTestServer } from '../services/web/test/server.ts'
import { idOf, makeWorld } from '../services/web/test/world/world.ts'

const { values: given } = parseArgs({
  options: {
    people: { type: 'string', default: '100000' },
    posts: { type: 'string', default: '1000000' },
    // Of most people; the readers below follow as many as they are called after.
    followees: { type: 'string', default: '20' },
    runs: { type: 'string', default: '21' },
  },
})
const people = Number(given.people)
const posts = Number(given.posts)
const followees = Number(given.followees)
const runs = Number(given.runs)

const readers = [5_000, 1_000, 20].filter((count) => count <= people / 4)
const pageSize = 10

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const server = await startTestServer()
const database = `bench_${randomBytes(6).toString('hex')}`
const admin = new pg.Client(server.address)
await admin.connect()
await admin.query(`create database ${database} template template0`)
const { host, port, user, password } = server.address
const config = readConfig({
  NODE_ENV: 'test',
  DATABASE_HOST: host,
  DATABASE_PORT: String(port),
  DATABASE_NAME: database,
  DATABASE_USER: user,
  DATABASE_PASSWORD: password,
  MEDIA_ROOT: '/nowhere',
})
await migrate(config)
const client = new pg.Client({ ...server.address, database })
await client.connect()
try {
  await makeThisWorld()
  await measure()
} finally {
  await client.end()
  await admin.query(`drop database ${database} with (force)`)
  await admin.end()
  await server.stop()
}

async function makeThisWorld(): Promise<void> {
  const began = Date.now()
  await makeWorld({ ...server.address, database }, { people, posts, followees, readers })
  const { rows } = await client.query(`
    select (select count(*) from follows) as follows, (select max(follower_count) from users) as most,
      (select percentile_disc(array[0.5, 0.99, 1]) within group (order by following_count) from users) as following`)
  say(
    `${people.toLocaleString('en')} people, ${posts.toLocaleString('en')} posts, ${Number(rows[0].follows).toLocaleString('en')} follows; ` +
      `followees p50/p99/max ${rows[0].following.join('/')}; most followers ${rows[0].most}; made in ${seconds(began)} s`,
  )
}

async function measure(): Promise<void> {
  say(
    '\nms in the database to plan and to run it, and there and back beside `select 1`: medians, and the least, which a busy',
  )
  say('machine disturbs less.\n')
  say(`${' '.repeat(40)}    plan     run   least   there and back   least   buffers`)
  say('select 1'.padEnd(64) + ms(...(await wayAndBack('select 1', []))))
  for (const [index, count] of readers.entries()) {
    const reader = idOf(people + 1 + index)
    const home = (maxId?: string) => (db: Db) => selectHomeFeed(db, reader, maxId, pageSize + 1)
    await report(`home, ${count.toLocaleString('en')} followees`, home())
    await report('  10th page', home(await pageBegins(home, 10)))
    await report('  100th page', home(await pageBegins(home, 100)))
    await report('  people to follow', (db) => selectFriendsOfFriends(db, reader, 200, 30))
    if (index === 0) {
      await report('a hashtag of every post', (db) => selectIdsTagged(db, 'everything', reader, undefined, 25))
    }
  }
  await report('signed out: the newest public posts', (db) => selectLatestPosts(db, null, undefined, pageSize + 1))
  const db = connect({ ...config.database }, 'gramstack bench')
  const began = Date.now()
  await computePopular(db)
  say('what is popular, computed by the worker'.padEnd(48) + ms(Date.now() - began))
  await db.destroy()
  // As many as an hour has.
  await client.query(`
    insert into post_scores (computation, place, post_id, score)
    select computation - n, place, post_id, score from post_scores cross join generate_series(1, 29) as n`)
  await client.query('vacuum analyze post_scores')
  await report('explore', (recording) => selectPopularPosts(recording, null, undefined, 0, 25))
  for (const [rank, name] of [
    [1, `posting to ${(people - 2).toLocaleString('en')} followers`],
    [2, 'posting to 10 followers'],
  ] as const)
    say(name.padEnd(48) + ms(...(await postingCosts(rank))))
}

/** The `max_id` of a later page, found as a reader finds it. */
async function pageBegins(
  home: (maxId?: string) => (db: Db) => Promise<string[]>,
  page: number,
): Promise<string | undefined> {
  let maxId: string | undefined
  for (let at = 1; at < page; at += 1) {
    const { text, values } = await statementOf(home(maxId))
    const { rows } = await client.query(text, values)
    maxId = rows[pageSize - 1]?.id ?? maxId
  }
  return maxId
}

interface Statement {
  text: string
  values: unknown[]
}

/** What a query of ours would have sent. */
async function statementOf(ask: (db: Db) => Promise<unknown>): Promise<Statement> {
  let sent: Statement | undefined
  const raw = (text: string, values: unknown[]) => {
    let count = 0
    sent = { text: text.replaceAll(/\\\?|\?/g, (mark) => (mark === '?' ? `$${++count}` : '?')), values }
    const answer = Promise.resolve({ rows: [] })
    return Object.assign(answer, { options: () => answer })
  }
  await ask({ raw } as unknown as Db)
  if (!sent) throw new Error('nothing was asked')
  return sent
}

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Shared Hit Blocks': number
  'Shared Read Blocks': number
  Plans?: Plan[]
}

async function report(name: string, ask: (db: Db) => Promise<unknown>): Promise<void> {
  const { text, values } = await statementOf(ask)
  const explained: { Plan: Plan; 'Planning Time': number; 'Execution Time': number }[] = []
  for (let run = 0; run < runs; run += 1) {
    const { rows } = await client.query(`explain (analyze, buffers, timing off, format json) ${text}`, values)
    explained.push(rows[0]['QUERY PLAN'][0])
  }
  const plan = explained.at(-1)?.Plan as Plan
  const whole = nodesOf(plan).find((node) => node['Node Type'] === 'Seq Scan')
  if (whole) throw new Error(`${name.trim()} reads the whole of ${whole['Relation Name']}`)
  const ran = spread(explained.map((one) => one['Execution Time']))
  say(
    name.padEnd(40) +
      ms(spread(explained.map((one) => one['Planning Time']))[0], ...ran) +
      ms(...(await wayAndBack(text, values))).padStart(25) +
      (plan['Shared Hit Blocks'] + plan['Shared Read Blocks']).toLocaleString('en').padStart(10),
  )
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
}

async function wayAndBack(text: string, values: unknown[]): Promise<Spread> {
  const took: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const began = performance.now()
    await client.query(text, values)
    took.push(performance.now() - began)
  }
  return spread(took)
}

/** A post that appears, with all that the triggers do; taken back each time. */
async function postingCosts(rank: number): Promise<Spread> {
  const took: number[] = []
  for (let run = 0; run < runs; run += 1) {
    await client.query('begin')
    const { rows } = await client.query(
      `explain (analyze, format json)
       insert into posts (author_id, caption, published_at) values (make_id(${rank}, 0, 0), 'A caption', now())`,
    )
    took.push(rows[0]['QUERY PLAN'][0]['Execution Time'])
    await client.query('rollback')
  }
  return spread(took)
}

/** The median and the least. */
type Spread = [number, number]

function spread(numbers: readonly number[]): Spread {
  const sorted = [...numbers].sort((one, other) => one - other)
  return [sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, sorted[0] ?? Number.NaN]
}

function ms(...milliseconds: readonly number[]): string {
  return milliseconds.map((one) => one.toFixed(2).padStart(8)).join('')
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(0)
}
