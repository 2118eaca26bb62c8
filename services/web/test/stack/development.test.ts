import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually, figure, openStack, pause, type Stack } from './stack.ts'
import { ask, browserAccept, visit } from './visitor.ts'

/** docker-compose.yml on a fresh copy: `docker compose up -d`, and there is no file to edit. */

let stack: Stack

beforeAll(async () => {
  stack = await openStack({ project: 'gramstack-dev-test', file: 'docker-compose.yml', httpPort: 14139 })
}, 60_000)
afterAll(() => stack?.remove(), 120_000)

const page = (path: string) => ask(stack.url, path, { headers: { Accept: browserAccept } })
const file = (path: string) => join(stack.folder, 'services/web', path)
const seeded = "username in ('ada', 'mateo', 'yuki', 'nour', 'sam.k')"

describe('docker compose up -d on a fresh copy', () => {
  it('ends with demo people and their photos on the home page', async () => {
    await stack.compose(['build'], { patienceSeconds: 850 })
    const up = await stack.compose(['up', '--detach'], { patienceSeconds: 300 })
    const seconds = await eventually(async () => {
      const home = await page('/')
      expect(home.status).toBe(200)
      for (const name of ['Ada Lindqvist', 'Mateo Ríos', 'Yuki Tanaka']) expect(home.text).toContain(name)
      expect(home.text).toMatch(/<img src="\/media\//)
    }, 120)
    figure(`development: up -d ${up.seconds.toFixed(1)} s, first page with photos ${seconds.toFixed(1)} s later`)
    await eventually(async () => {
      expect(
        await stack.sql(
          `select count(*) from posts join users on users.id = author_id where ${seeded} and published_at is not null`,
        ),
      ).toBe('15')
    }, 60)
  }, 1_200_000)

  it('shows their photos, and lets one sign in with the password of the README', async () => {
    const profile = await page('/@ada')
    const pictures = profile.text.match(/\/media\/[\w/]+\.(webp|jpg)/g) ?? []
    expect(pictures.length).toBeGreaterThan(5)
    for (const picture of pictures.slice(0, 4)) expect((await ask(stack.url, picture)).status).toBe(200)
    expect((await visit(stack.url).post('/sign-in', { username: 'ada', password: 'gramstack-demo' })).status).toBe(200)
    expect((await ask(stack.url, '/static/hello.txt')).text.trim()).toBe('hi!')
    expect(await stack.sql('select count(*) from users where is_admin')).toBe('0')
  })

  it('bundles what runs in browsers when it is asked for', async () => {
    const src = /<script type="module" src="(\/[^"]*passkeys[^"]*)"/.exec((await page('/sign-in')).text)?.[1] ?? 'none'
    expect((await ask(stack.url, src)).text).toContain('navigator.credentials')
  })

  it('publishes nginx alone, on this machine alone', async () => {
    const ports = (await stack.containers()).flatMap(({ HostConfig }) => Object.values(HostConfig.PortBindings ?? {}))
    expect(ports).toEqual([[{ HostIp: '127.0.0.1', HostPort: '14139' }]])
  })
})

/** Replaces text in a file of the copy, and gives how to put it back. */
async function edit(
  path: string,
  from: string,
  to: string,
  how: 'in place' | 'by rename' = 'in place',
): Promise<() => Promise<void>> {
  const before = await readFile(file(path), 'utf8')
  expect(before).toContain(from)
  const save = async (text: string) => {
    if (how === 'in place') return writeFile(file(path), text)
    // As many editors do.
    await writeFile(file(`${path}.new`), text)
    return rename(file(`${path}.new`), file(path))
  }
  await save(before.replace(from, to))
  return () => save(before)
}

/** The processes as Docker sees them: none of them was started anew. */
const started = async () =>
  (await stack.containers())
    .filter(({ Config }) => Config.Labels['com.docker.compose.service'] !== 'migrate')
    .map(({ Id, State }) => `${Id} ${State.StartedAt}`)

describe('a saved file', () => {
  it('is live within 2 s, however the editor saves it', async () => {
    const before = await started()
    const times: number[] = []
    let word = 'world'
    for (const [index, how] of (['in place', 'by rename', 'in place', 'by rename', 'in place'] as const).entries()) {
      const next = `world-${index}`
      await edit('src/feed/pages.tsx', `hello: '${word}'`, `hello: '${next}'`, how)
      times.push(
        await eventually(async () => expect((await ask(stack.url, '/')).json).toEqual({ hello: next }), 15, 20),
      )
      word = next
      await pause(1000)
    }
    await edit('src/feed/pages.tsx', `hello: '${word}'`, "hello: 'world'")
    await eventually(async () => expect((await ask(stack.url, '/')).json).toEqual({ hello: 'world' }), 15)
    figure(`development: a saved file is live after ${times.map((time) => time.toFixed(2)).join(', ')} s`)
    // The best of them: others are at work on this machine, too.
    expect(Math.min(...times)).toBeLessThan(2)
    expect(await started()).toEqual(before)
  }, 90_000)

  it('is live if it is a style sheet, too', async () => {
    const href = /href="(\/client\/app[^"]*\.css[^"]*)"/.exec((await page('/')).text)?.[1] ?? 'none'
    const text = await readFile(file('styles/base.css'), 'utf8')
    await writeFile(file('styles/base.css'), `${text}\n.just-now { color: red }\n`)
    const seconds = await eventually(async () => {
      const css = await ask(stack.url, href)
      expect([css.status, css.text]).toEqual([200, expect.stringContaining('.just-now')])
      // A browser looks again.
      expect(css.headers['cache-control']).toBe('no-cache')
    }, 10)
    await writeFile(file('styles/base.css'), text)
    expect(seconds).toBeLessThan(2)
  })

  it('reaches the worker as well', async () => {
    const undo = await edit('src/work.ts', "'worker ready'", "'worker ready again'")
    await eventually(async () => expect(await stack.logs('worker')).toContain('worker ready again'), 15)
    await undo()
  }, 30_000)
})

describe('a syntax error', () => {
  it('ends no container, shows in the log, and heals when it is mended', async () => {
    const before = await started()
    const undo = await edit('src/feed/pages.tsx', 'const router = Router()', 'const router = = Router()')
    await eventually(async () => {
      expect(await stack.logs('web')).toMatch(/feed\/pages\.tsx:\d+:\d+: ERROR|SyntaxError|Transform failed/)
      // Meanwhile it is nginx that answers.
      const sorry = await page('/')
      expect([sorry.status, sorry.text]).toEqual([502, expect.stringContaining('Back in a moment')])
    }, 15)
    await pause(2000)
    expect(await started()).toEqual(before)
    await undo()
    const seconds = await eventually(async () => expect((await page('/')).status).toBe(200), 15)
    figure(`development: a mended syntax error is healed after ${seconds.toFixed(1)} s`)
    expect(await started()).toEqual(before)
  }, 60_000)

  it('neither does an error at the start', async () => {
    const before = await started()
    const undo = await edit(
      'src/app.ts',
      'const app = express()',
      "const app = express()\n  throw new Error('on purpose')",
    )
    await eventually(async () => expect(await stack.logs('web')).toContain('on purpose'), 15)
    await undo()
    await eventually(async () => expect((await page('/')).status).toBe(200), 15)
    expect(await started()).toEqual(before)
  }, 60_000)
})

describe('restart, down and up', () => {
  it('drop nothing, and seed nothing twice', async () => {
    const alice = visit(stack.url)
    await alice.post('/sign-up', { username: 'alice', password: 'correct horse battery' })
    await stack.sql(`delete from posts where id = (select min(id) from posts)`)
    await stack.sql(`update users set display_name = 'Ada L.' where username = 'ada'`)
    const count = () =>
      stack.sql("select (select count(*) from users), (select display_name from users where username = 'ada')")
    const before = await count()
    const back = () => eventually(async () => expect((await page('/@alice')).status).toBe(200), 60)
    const restart = await stack.compose(['restart'])
    await back()
    figure(`development: restart ${restart.seconds.toFixed(1)} s`)
    expect(await count()).toBe(before)
    await stack.compose(['up', '--detach'])
    await back()
    expect(await count()).toBe(before)
    const down = await stack.compose(['down'])
    figure(`development: down ${down.seconds.toFixed(1)} s`)
    await stack.compose(['up', '--detach'])
    await back()
    expect(await count()).toBe(before)
    expect((await alice.get('/upload')).status).toBe(200)
  }, 240_000)

  it('stop takes less than 15 s and kills nobody', async () => {
    const { seconds } = await stack.compose(['stop'])
    figure(`development: stop ${seconds.toFixed(1)} s`)
    expect(seconds).toBeLessThan(15)
    for (const { Name, State } of await stack.containers())
      expect([Name, State.ExitCode === 137]).toEqual([Name, false])
  }, 60_000)
})

describe('the command line', () => {
  it('works there as well', async () => {
    await stack.compose(['up', '--detach', '--wait'])
    const { status, stdout } = await stack.shell('web', 'gramstack doctor')
    expect([status, stdout]).toEqual([0, expect.not.stringContaining('WRONG')])
  }, 120_000)
})
