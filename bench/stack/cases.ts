import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newest } from '../../services/web/src/db/paging.ts'
import { homeFeed } from '../../services/web/src/feed/queries.ts'
import type { Stack } from '../../services/web/test/stack/stack.ts'
import { browserAccept, multipart } from '../../services/web/test/stack/visitor.ts'
import type { Directus } from './directus.ts'
import { type Measurement, measureLoad, measurePgbench } from './measure.ts'
import type { Plan, Question } from './plan.ts'
import type { World } from './world.ts'

/** What is measured. */
export interface Case {
  name: string
  /** For how long it runs before anything counts: code is compiled, plans are made, caches are filled. */
  warmSeconds: number
  run(seconds: number): Promise<Measurement>
}

export interface Cases {
  /** What the machine can at best. */
  limits: Case[]
  ours: Case[]
  others: Case[]
}

const connections = 16

/** Where a service answers: past Docker's own proxy for published ports, which would be the first to tire. */
export async function addressOf(stack: Stack, service: string, port: number): Promise<string> {
  const [network] = Object.values((await stack.container(service)).NetworkSettings.Networks)
  return `http://${network?.IPAddress}:${port}`
}

interface Scene {
  world: World
  directus: Directus
  /** Which is uploaded everywhere. */
  photo: Buffer
}

export async function makeCases(stack: Stack, { world, directus, photo: picture }: Scene): Promise<Cases> {
  const load = (name: string, url: string, questions: Question[], pace: Plan['pace'] = { connections }): Case => ({
    name,
    warmSeconds: 'perSecond' in pace ? 0 : name.startsWith('feed page') ? 6 : 2,
    run: (seconds) => measureLoad(stack, { url, questions, seconds, pace }),
  })
  const bench = (name: string, host: string, port: number, script: string, more: string[] = []): Case => ({
    name,
    warmSeconds: 0,
    run: (seconds) => measurePgbench(stack, host, port, script, seconds, more),
  })

  await writeScripts(stack)
  const reader = await stack.sql("select id from users where username = 'reader0'")
  const [nginx, bareNginx, bareHttp, bareExpress, django, flask] = await Promise.all([
    addressOf(stack, 'nginx', 8080),
    addressOf(stack, 'bare-nginx', 80),
    addressOf(stack, 'bare-http', 3000),
    addressOf(stack, 'bare-express', 3000),
    addressOf(stack, 'django', 8000),
    addressOf(stack, 'flask', 8000),
  ])
  const feedOf = world.readers.map(({ username }): Question => ({ path: `/${username}` }))
  const asBrowser = world.readers.map(({ cookie }) => ({ Accept: browserAccept, Cookie: cookie }))
  const signedIn = (paths: readonly string[], more: Partial<Question> = {}): Question[] =>
    paths.map((path, index) => ({ path, headers: asBrowser[index % asBrowser.length] ?? {}, ...more }))
  const feed = signedIn(asBrowser.map(() => '/'))
  const compressed = feed.map((one) => ({ ...one, headers: { ...one.headers, 'Accept-Encoding': 'gzip' } }))
  const photo = multipart(picture)
  const upload = { method: 'POST', body: photo.body.toString('base64') } as const
  const ourUploads = world.readers.map(({ cookie }) => ({
    ...upload,
    path: '/upload',
    headers: { ...photo.headers, Cookie: cookie },
  }))
  const likes = world.readers.flatMap(({ cookie }, index) =>
    ['like', 'unlike'].map((what) => ({
      method: 'POST' as const,
      path: `${world.posts[index]}/${what}`,
      headers: { Cookie: cookie },
    })),
  )

  return {
    limits: [
      bench('one row, pgbench direct', 'db', 5432, 'row.sql'),
      bench('one row, pgbench by pgbouncer', 'pgbouncer', 6432, 'row.sql'),
      bench('feed statement, pgbench direct', 'db', 5432, 'feed.sql', [`--define=viewer=${reader}`]),
      bench('feed statement, pgbench by pgbouncer', 'pgbouncer', 6432, 'feed.sql', [`--define=viewer=${reader}`]),
      bench('feed statement planned each time, pgbench by pgbouncer', 'pgbouncer', 6432, 'feed.sql', [
        `--define=viewer=${reader}`,
        '--protocol=extended',
      ]),
      load('photo, bare nginx', bareNginx, [{ path: world.photo.replace('/media/', '/renditions/') }]),
      load('feed page, bare node:http', bareHttp, feedOf),
      load('feed page, bare Express', bareExpress, feedOf),
    ],
    ours: [
      load('feed page', nginx, feed),
      load('feed page, compressed', nginx, compressed),
      ...[5, 10, 20, 40].map((perSecond) =>
        load(`feed page, ${perSecond} come in a second`, nginx, feed, { perSecond }),
      ),
      load('a post’s page', nginx, signedIn(world.posts)),
      load('a profile', nginx, signedIn(world.people.map((name) => `/@${name}`))),
      load('hello world', nginx, [{ path: '/' }]),
      load('photo', nginx, [{ path: world.photo }]),
      load('like and unlike', nginx, likes),
      load('upload of 1080 × 810', nginx, ourUploads, { connections: 4 }),
    ],
    others: [
      load('feed page, Django', django, feedOf),
      load('hello world, Flask', flask, [{ path: '/' }]),
      load(
        'one row, Flask',
        flask,
        world.people.map((name) => ({ path: `/users/${name}` })),
      ),
      load('upload of 1080 × 810, Flask', flask, [
        { ...upload, path: '/upload?name=photo.jpg', headers: photo.headers },
      ]),
      load('photo, Flask', flask, [{ path: '/media/photo.jpg' }]),
      load('list of twenty posts, Directus', directus.url, directus.lists),
      load('photo made smaller, Directus', directus.url, [directus.resized]),
      load('upload of 1080 × 810, Directus', directus.url, [directus.upload], { connections: 4 }),
    ],
  }
}

/** For pgbench: the feed's own statement, and the least that there is. */
async function writeScripts(stack: Stack): Promise<void> {
  const { text, values } = homeFeed('viewer', newest, 11)
  let index = 0
  const literal = () => {
    const value = values[index++]
    return value === 'viewer' ? ':viewer' : String(value)
  }
  const feed = text.replaceAll(/\\\?|\?/g, (mark) => (mark === '?' ? literal() : '?'))
  const folder = join(stack.folder, 'bench/stack')
  await writeFile(join(folder, 'feed.sql'), `${feed};\n`)
  await writeFile(
    join(folder, 'row.sql'),
    "\\set person random(1, 300)\nselect id, username from users where username = 'person' || :person;\n",
  )
}
