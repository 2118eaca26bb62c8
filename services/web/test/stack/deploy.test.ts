import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { picture } from '../pictures.ts'
import { discrepancies, type Ledger, type Scene, setScene, startCrowd, tellLedger } from './crowd.ts'
import { docker, figure, type Outcome, openStack, pause, raisedLimits, run, type Stack } from './stack.ts'
import { changeGreeting, deploy, edit, removeVersions } from './versions.ts'
import { ask, browserAccept } from './visitor.ts'

/** services/deploy, as an operator runs it, on a stack that people use meanwhile. */

let stack: Stack
let scene: Scene

beforeAll(async () => {
  stack = await openStack({
    project: 'gramstack-deploy-test',
    file: 'docker-compose.prod.yml',
    httpPort: 14157,
    withSecrets: true,
    // As many as need a deploy to be one after another; each more takes its time.
    env: { ...raisedLimits, WEB_REPLICAS: '2' },
  })
  await stack.compose(['build'], { patienceSeconds: 850 })
  await stack.compose(['up', '--detach', '--wait'])
  scene = await setScene(stack, await picture('jpeg', 64, 64), ['alice', 'bob', 'carol', 'dave'])
}, 1_200_000)
afterAll(async () => {
  if (!stack) return
  await stack.remove()
  await removeVersions(stack)
}, 120_000)

const greeting = async () => (await ask(stack.url, '/')).json.hello
/** The style sheet that the front page names. */
const sheet = async () =>
  /"(\/static\/app-[^"]+\.css)"/.exec((await ask(stack.url, '/', { headers: { Accept: browserAccept } })).text)?.[1] ??
  ''
/** What comes of asking for a file, for a browser that reads no gzip and for one that does. */
const answersTo = async (path: string) => {
  const plain = await ask(stack.url, path)
  const compressed = await ask(stack.url, path, { headers: { 'Accept-Encoding': 'gzip' } })
  return [plain.status, plain.headers['content-encoding'], compressed.status, compressed.headers['content-encoding']]
}
const ids = async (service: string) => (await stack.containers(service)).map(({ Id }) => Id)
const labels = async () => (await stack.containers('web')).map(({ State }) => State.Health?.Status)

/** Without what the builder says. */
const saidBy = ({ stdout, stderr }: Outcome) => `${stdout}${stderr}`.replace(/^(#.*)?\n/gm, '')

/** Does something while people come and go, and expects that none of them has noticed. */
async function underLoad(what: string, act: () => Promise<Outcome>): Promise<{ outcome: Outcome; ledger: Ledger }> {
  // A machine that is busy, and has something left to deploy with; bench/deploy.ts is for one that has nothing left.
  const crowd = startCrowd(scene, 12, 600)
  await pause(1000)
  const outcome = await act()
  await pause(1000)
  const ledger = await crowd.stop()
  figure(tellLedger(`${what} (${outcome.seconds.toFixed(0)} s)`, ledger))
  process.stdout.write(`${saidBy(outcome)}${ledger.failures.slice(0, 20).join('\n')}\n`)
  expect(ledger.failures).toEqual([])
  expect(ledger.posts).toBeGreaterThan(100)
  expect(await discrepancies(stack, ledger)).toEqual([])
  return { outcome, ledger }
}

describe('a deploy', () => {
  it('brings a version with a migration, and nobody notices', async () => {
    await changeGreeting(stack, 'second')
    await edit(
      stack,
      'services/web/src/db/migrations/index.ts',
      /\n\]\n/,
      "\n  { name: '0999-second', sql: 'alter table posts add column mood text; create table moods (id bigint)' },\n]\n",
    )
    const [nginx, before, sheetBefore] = [await ids('nginx'), await ids('web'), await sheet()]
    const { outcome, ledger } = await underLoad('a new version, with a migration', () => deploy(stack))
    expect(outcome.status).toBe(0)
    expect(outcome.stdout).toMatch(/0999-second/)
    expect(outcome.stdout).toMatch(/2 replicas of web and 1 of worker are of 0\.1\.0 \(\w+\), and ready/)
    expect(await greeting()).toBe('second')
    // Both versions were there, beside each other; and their style sheets, which nginx has of the first alone.
    expect(Object.keys(ledger.greetings).sort()).toEqual(['second', 'world'])
    expect(await ids('nginx')).toEqual(nginx)
    const after = await ids('web')
    expect(after.filter((id) => before.includes(id))).toEqual([])
    expect(await labels()).toEqual(['healthy', 'healthy'])
    expect(await stack.containers('worker')).toHaveLength(1)
    expect(await stack.sql('select count(*) from moods')).toBe('0')
    // Nothing is left to be done for `up`, but for nginx, which may have its own static files of it.
    await stack.compose(['up', '--detach', '--wait'])
    expect(await ids('web')).toEqual(after)
    // Pages of the first are open in browsers still.
    expect(await sheet()).not.toBe(sheetBefore)
    expect(await answersTo(sheetBefore)).toEqual([200, undefined, 200, 'gzip'])
  }, 600_000)

  it('a second time finds nothing to do', async () => {
    const running = async () => Promise.all(['nginx', 'web', 'worker', 'pgbouncer', 'db'].map(ids))
    const before = await running()
    const outcome = await deploy(stack)
    process.stdout.write(saidBy(outcome))
    expect([outcome.status, outcome.stderr]).toEqual([0, expect.not.stringContaining('deploy:')])
    expect(await running()).toEqual(before)
  }, 300_000)

  it('of a version that never becomes ready is taken back, nobody notices, and no other begins meanwhile', async () => {
    const unready = ['services/web/src/http/health.ts', "if (drain.isDraining) return refuse('stopping')"] as const
    await edit(stack, ...unready, "if (drain.signal !== undefined) return refuse('never, on purpose')")
    const before = [await ids('web'), await ids('worker'), await ids('nginx')]
    const { outcome } = await underLoad('a version that never becomes ready', async () => {
      const first = deploy(stack, ['--patience', '15'])
      await pause(3000)
      const second = await deploy(stack)
      expect([second.status, second.stdout, second.stderr]).toEqual([
        1,
        '',
        expect.stringMatching(/^deploy: another deploy is under way \(process \d+\)/),
      ])
      return first
    })
    await edit(stack, unready[0], /if \(drain\.signal !== undefined\).*/, unready[1])
    expect(outcome.status).toBe(1)
    expect(outcome.stderr).toMatch(/a new container of web does not become ready: it has not been ready within 15 s/)
    expect(outcome.stderr).toMatch(/never, on purpose/)
    expect(outcome.stderr).toMatch(/serves on, as before/)
    expect([await ids('web'), (await ids('worker')).length, await ids('nginx')]).toEqual([before[0], 1, before[2]])
    expect(await greeting()).toBe('second')
  }, 600_000)

  it('of a version that cannot be built changes nothing', async () => {
    const broken = ['services/web/src/main.ts', 'const config = readConfig()', 'const config = 1'] as const
    await edit(stack, ...broken)
    const before = await ids('web')
    const outcome = await deploy(stack)
    expect([outcome.status, outcome.stderr]).toEqual([1, expect.stringMatching(/it cannot be built; nothing has been/)])
    expect([await ids('web'), await greeting()]).toEqual([before, 'second'])
    await edit(stack, broken[0], broken[2], broken[1])
  }, 300_000)

  it('of a version that ends at its start is taken back without waiting for it', async () => {
    await edit(stack, 'services/web/src/preflight.ts', 'return 0', 'return 3')
    const outcome = await deploy(stack)
    expect([outcome.status, outcome.stderr]).toEqual([
      1,
      expect.stringMatching(/web does not become ready: it (is|has ended)/),
    ])
    expect([await greeting(), (await ids('web')).length, (await ids('worker')).length]).toEqual(['second', 2, 1])
    await edit(stack, 'services/web/src/preflight.ts', 'return 3', 'return 0')
  }, 300_000)

  it('--back brings the version before, beside the newer schema, and nobody notices', async () => {
    const { outcome, ledger } = await underLoad('back to the version before', () => deploy(stack, ['--back']))
    expect([outcome.status, outcome.stdout]).toEqual([0, expect.stringMatching(/^From .* back to /)])
    expect(await greeting()).toBe('world')
    expect(Object.keys(ledger.greetings).sort()).toEqual(['second', 'world'])
    expect(await stack.sql('select count(*) from moods')).toBe('0')
    // Its own migrations find a later schema, and leave it.
    const up = await stack.compose(['run', '--rm', '--no-deps', '--no-TTY', 'migrate'])
    expect(up.stdout).toMatch(/up to date already/)
  }, 600_000)

  it('that was killed is finished by the next', async () => {
    await changeGreeting(stack, 'third')
    await writeFile(
      join(stack.folder, '.deploying'),
      `999999 ${(await stack.container('web')).Image} `.concat(`${(await stack.container('nginx')).Image} 2 1\n`),
    )
    // One that had been started, and that nginx was not to find yet.
    await stack.compose(['up', '--detach', '--no-deps', '--no-recreate', '--no-build', '--scale', 'web=3', 'web'])
    const [last] = (await ids('web')).slice(-1)
    await docker(['network', 'disconnect', `${stack.project}_edge`, last ?? ''])
    const outcome = await deploy(stack)
    process.stdout.write(saidBy(outcome))
    expect(await answersTo(await sheet())).toEqual([200, undefined, 200, 'gzip'])
    expect([outcome.status, outcome.stdout]).toEqual([0, expect.stringMatching(/^A deploy before this one was killed/)])
    expect(await labels()).toEqual(['healthy', 'healthy'])
    expect(await greeting()).toBe('third')
  }, 600_000)

  it('replaces nginx where its own settings have changed, and says so', async () => {
    await edit(stack, 'nginx/nginx.conf', 'gzip_comp_level 5', 'gzip_comp_level 4')
    const [nginx, sheetBefore] = [await ids('nginx'), await sheet()]
    await changeGreeting(stack, 'fourth')
    const outcome = await deploy(stack)
    expect([outcome.status, outcome.stdout]).toEqual([
      0,
      expect.stringMatching(/nginx: its own settings are others now/),
    ])
    expect(await ids('nginx')).not.toEqual(nginx)
    expect(await greeting()).toBe('fourth')
    // Which the nginx before had from the app, and no replica has any more.
    expect(await sheet()).not.toBe(sheetBefore)
    expect(await answersTo(sheetBefore)).toEqual([200, undefined, 200, 'gzip'])
  }, 300_000)

  it('with a setting that nginx does not take leaves the nginx that serves', async () => {
    await edit(stack, '.env', 'SIGN_IN_RATE=60000r/m', 'SIGN_IN_RATE=often')
    const before = [await ids('nginx'), await ids('web')]
    const outcome = await deploy(stack, ['--as-built'])
    expect([outcome.status, outcome.stderr]).toEqual([
      1,
      expect.stringMatching(/the new nginx would not start: .*invalid rate "rate=often".*serves on, as before/s),
    ])
    expect([await ids('nginx'), await ids('web')]).toEqual(before)
    expect(await greeting()).toBe('fourth')
    await edit(stack, '.env', 'SIGN_IN_RATE=often', 'SIGN_IN_RATE=60000r/m')
  }, 300_000)
})

describe('the password of the database', () => {
  const file = (name: string) => readFile(join(stack.folder, name), 'utf8')
  const password = async () => /^DATABASE_PASSWORD=(.+)$/m.exec(await file('.env.prod'))?.[1] ?? ''
  const change = () =>
    run('sh', ['services/new-database-password'], {
      cwd: stack.folder,
      env: { COMPOSE_PROJECT_NAME: stack.project },
      patienceSeconds: 550,
    })
  /** Whether PostgreSQL takes it, and pgbouncer. */
  const isTaken = async (given: string) => {
    const psql = (at: string) =>
      `PGPASSWORD=${given} PGCONNECT_TIMEOUT=5 /usr/lib/postgresql/18/bin/psql -h ${at} -U gramstack -d gramstack -c 'select 1'`
    const asked = await Promise.all(['db -p 5432', '127.0.0.1 -p 6432'].map((at) => stack.shell('pgbouncer', psql(at))))
    return asked.map(({ status }) => status === 0)
  }

  it('is changed, and nobody notices', async () => {
    const before = await password()
    const [db, nginx, web] = [await ids('db'), await ids('nginx'), await ids('web')]
    const { outcome } = await underLoad('another password of the database', change)
    expect([outcome.status, outcome.stderr]).toEqual([0, ''])
    const after = await password()
    expect(after).toMatch(/^[0-9a-f]{48}$/)
    expect([await isTaken(before), await isTaken(after)]).toEqual([
      [false, false],
      [true, true],
    ])
    expect(await stack.containers('pgbouncer')).toHaveLength(1)
    expect([await ids('db'), await ids('nginx')]).toEqual([db, nginx])
    const replicas = await stack.containers('web')
    expect(replicas.filter(({ Id }) => web.includes(Id))).toEqual([])
    for (const { Config } of replicas) {
      expect(Config.Env).toContain(`DATABASE_PASSWORD=${after}`)
      expect(Config.Env.join()).not.toContain(before)
    }
    await expect(file('.env.prod.next')).rejects.toThrow(/ENOENT/)
    expect([await stack.logs('db'), outcome.stdout].join('')).not.toContain(after)
    // A pgbouncer that starts anew has it as well.
    await stack.compose(['restart', 'pgbouncer'])
    await stack.healthy()
    expect(await isTaken(after)).toEqual([true, true])
  }, 600_000)

  it('is changed by the next try, where one was killed in the middle of it', async () => {
    const before = await password()
    const killed = spawn('sh', ['services/new-database-password'], {
      cwd: stack.folder,
      env: { ...process.env, COMPOSE_PROJECT_NAME: stack.project },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    })
    const ended = new Promise((resolve) => killed.on('close', resolve))
    let said = ''
    for await (const chunk of killed.stdout.setEncoding('utf8')) {
      said += chunk
      if (said.includes('Replicas forget')) break
    }
    await pause(5_000)
    process.kill(-(killed.pid ?? 0), 'SIGKILL')
    await ended
    const after = await password()
    expect([after === before, (await stack.containers('pgbouncer')).length]).toEqual([false, 2])

    const outcome = await change()
    expect([outcome.status, outcome.stderr, outcome.stdout]).toEqual([0, '', expect.stringMatching(/^One before this/)])
    expect([await password(), await isTaken(before), await isTaken(after)]).toEqual([
      after,
      [false, false],
      [true, true],
    ])
    expect(await stack.containers('pgbouncer')).toHaveLength(1)
    await expect(file('.env.prod.changed')).rejects.toThrow(/ENOENT/)
    expect((await ask(stack.url, '/')).status).toBe(200)
  }, 600_000)
})

describe('what does not belong together', () => {
  it('is refused by migrate, in one sentence: an empty database beside photos, and photos that are gone', async () => {
    await stack.compose(['stop'])
    const { Image } = await stack.container('web')
    const inVolume = (command: string) =>
      docker(
        ['run', '--rm', '--user', '0', '--network', 'none', '--volume', `${stack.project}_media:/media`].concat([
          '--entrypoint',
          'sh',
          Image,
          '-c',
          command,
        ]),
      )
    await inVolume('mkdir /media/away && mv /media/originals /media/installation /media/away')
    await stack.compose(['up', '--detach', '--wait', 'pgbouncer'])
    const migrate = (...more: string[]) =>
      stack.tryCompose(['run', '--rm', '--no-TTY', '--no-deps', 'migrate', ...more])
    const emptied = await migrate()
    expect([emptied.status, `${emptied.stdout}${emptied.stderr}`]).toEqual([
      78,
      expect.stringMatching(/The database knows \d+ photos and the media volume holds none: .*migrate --anew/),
    ])
    await inVolume('rm -rf /media/originals && mv /media/away/* /media && rmdir /media/away')
    expect((await migrate()).status).toBe(0)

    await stack.compose(['rm', '--force', '--stop', 'db', 'pgbouncer'])
    await docker(['volume', 'rm', `${stack.project}_postgres_data`])
    await stack.compose(['up', '--detach', '--wait', 'pgbouncer'])
    const fresh = await migrate()
    expect([fresh.status, `${fresh.stdout}${fresh.stderr}`]).toEqual([
      78,
      expect.stringMatching(/The database is empty and the media volume is not: .*migrate --anew/),
    ])
    expect(await stack.sql("select to_regclass('migrations') is null")).toBe('t')
    expect((await migrate('gramstack', 'migrate', '--anew')).status).toBe(0)
    expect((await migrate()).status).toBe(0)
  }, 300_000)
})
