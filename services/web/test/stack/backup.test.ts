import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { picture } from '../pictures.ts'
import { allFiles, loseEverything, rowsOfAllTables, wordsOfManual } from './loss.ts'
import { addLine, docker, eventually, figure, type Outcome, openStack, pause, type Stack } from './stack.ts'
import { ask, browserAccept, signUp, type Visitor, visit } from './visitor.ts'

/** Backups for real: made, the machine lost, and brought back by the manual's own commands. */

const secondsBetweenPasses = 3
const media = '/var/lib/gramstack/media'
let stack: Stack
let target: string
let alice: Visitor
/** A moment of the first era: one post was there, another was not yet. */
let moment: string
const posts = { before: '', after: '' }

const backup = (...args: string[]): Promise<Outcome> =>
  stack.tryCompose(['exec', '--no-TTY', 'backup', 'backup', ...args])
const restore = (...args: string[]): Promise<Outcome> =>
  stack.tryCompose(['run', '--rm', '--no-TTY', 'restore', ...args])

async function everyPhotoIsDeveloped(): Promise<void> {
  await eventually(async () => {
    expect(await stack.sql("select count(*) from photos where state <> 'ready' or not avif_done")).toBe('0')
  }, 120)
}

const isBackedUp = () =>
  eventually(async () => expect((await backup('list')).stdout).toMatch(/^any moment from/), 120, 500)

beforeAll(async () => {
  stack = await openStack({
    project: 'gramstack-backup-test',
    file: 'docker-compose.prod.yml',
    httpPort: 14177,
    withSecrets: true,
    env: { COMPOSE_PROFILES: 'backup', UPLOAD_RATE: '60000r/m', UPLOAD_BURST: '1000', UPLOADS_PER_ADDRESS: '200' },
  })
  target = join(stack.folder, 'kept')
  await mkdir(target)
  await chmod(target, 0o777)
  await addLine(stack, '.env', `BACKUP_FOLDER=${target}`)
  await addLine(stack, '.env.prod.backup', `BACKUP_SECONDS=${secondsBetweenPasses}`)
  await stack.compose(['build'], { patienceSeconds: 850 })
}, 900_000)
afterAll(async () => {
  // They belong to the container's user.
  await stack?.tryCompose(['run', '--rm', '--no-TTY', '--no-deps', 'backup', 'sh', '-c', 'rm -rf /backups/*'])
  await stack?.remove()
}, 120_000)

describe('backups', () => {
  it('are made by themselves, and doctor tells of what age they are', async () => {
    await stack.compose(['up', '--detach', '--wait'], { patienceSeconds: 200 })
    await isBackedUp()
    await stack.healthy('backup')
    const { stdout } = await stack.tryCompose(['exec', '--no-TTY', 'web', 'gramstack', 'doctor'])
    expect(stdout).toMatch(/^ok {5}backups: of \d+ s ago, never tried/m)
  }, 300_000)

  it('are made by somebody who can read everything and write nothing', async () => {
    const { Config, HostConfig, Mounts } = await stack.container('backup')
    expect([Config.User, HostConfig.ReadonlyRootfs, HostConfig.CapDrop, HostConfig.CapAdd ?? []]).toEqual([
      'node',
      true,
      ['ALL'],
      [],
    ])
    expect(Mounts.find(({ Destination }) => Destination === media)).toMatchObject({ RW: false })
    const asked = await stack.shell(
      'backup',
      'export PGHOST=db PGUSER=gramstack_backup PGPASSWORD=$REPLICATION_PASSWORD; psql -d gramstack -c "select from public.users" -c "select 1" 2>&1',
    )
    expect(asked.stdout).toContain('permission denied')
    const secrets =
      (await readFile(join(stack.folder, '.env.prod.backup'), 'utf8')).match(/^BACKUP_KEY=(.+)$/m)?.[1] ?? '?'
    for (const {
      Config: { Env, Labels },
    } of await stack.containers()) {
      const service = Labels['com.docker.compose.service']
      expect([service, Env.join('\n').includes(secrets)]).toEqual([service, service === 'backup'])
    }
  })

  it('are taken of people, posts and photos', async () => {
    alice = await signUp(stack.url, 'alice')
    posts.before = (await alice.upload(await picture(), 'before')).json.url
    for (let index = 0; index < 9; index += 1)
      await alice.upload(await picture('jpeg', 300 + index, 200), `photo ${index}`)
    await everyPhotoIsDeveloped()
    await pause(1500)
    moment = (await stack.sql("select to_char(now() at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')")).trim()
    await pause(1500)
    // All files move, away from where everybody has them.
    expect((await alice.post('/settings', { isPrivate: 'on' })).status).toBeLessThan(400)
    posts.after = (await alice.upload(await picture(), 'after')).json.url
    await everyPhotoIsDeveloped()
  }, 180_000)

  it('are encrypted: neither names nor photos are there to be read', async () => {
    expect((await backup('now')).stdout).toMatch(/^Everything until .* is safe\.$/m)
    const key = (await stack.shell('web', `find ${media}/originals -type f | head -n 1`)).stdout.trim()
    const hex = (await stack.shell('web', `od -An -tx1 -N64 -j200 ${key} | tr -d ' \\n'`)).stdout
    const found = await stack.shell(
      'backup',
      `grep -rlaF -e alice -e ${key.split('/').at(-1)} /backups; find /backups -type f -exec od -An -v -tx1 {} + | tr -d ' \\n' | grep -c ${hex}`,
    )
    expect(found.stdout.trim()).toBe('0')
  }, 60_000)

  it('are tried by backup verify, which says what it compared', async () => {
    const { status, stdout, stderr, seconds } = await backup('verify')
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(
      /comes back whole: \d+ tables with \d+ rows .*, 11 originals with the hashes that the database has/,
    )
    figure(`backup verify: ${seconds.toFixed(1)} s`)
  }, 120_000)
})

describe('a machine that is lost, with both volumes', () => {
  let before: { rows: string; files: string }

  it('comes back by the manual’s commands: every row and every file’s hash is equal', async () => {
    await stack.compose(['stop', 'nginx', 'web', 'worker'])
    before = { rows: await rowsOfAllTables(stack), files: await allFiles(stack) }
    expect(before.files.split('\n').length).toBeGreaterThan(100)
    expect((await backup('now')).status).toBe(0)
    await loseEverything(stack)

    const commands = await wordsOfManual(stack, 'Restoring')
    expect(commands.map((words) => words[0])).toEqual(['run', 'run', 'up'])
    const [restoring = [], verifying = [], up = []] = commands
    const began = Date.now()
    const outcome = await stack.compose(restoring)
    expect(outcome.stdout).toMatch(/the database is back, as it was until .*; all that took \d+ s/)
    figure(`restore of 11 photos ${((Date.now() - began) / 1000).toFixed(1)} s`)
    await stack.compose(['up', '--detach', '--wait', '--no-deps', 'db'])
    expect(await rowsOfAllTables(stack)).toBe(before.rows)
    expect(await allFiles(stack)).toBe(before.files)

    expect((await stack.compose(verifying)).stdout).toContain('Database and storage fit.')
    await stack.compose(up, { patienceSeconds: 200 })
    figure(
      `from the first command of the manual to a healthy stack ${((Date.now() - began) / 1000).toFixed(1)} s, with the comparison between`,
    )
    const page = await alice.get(posts.before)
    expect([
      page.status,
      (await alice.get(page.json.media)).status,
      (await ask(stack.url, page.json.media)).status,
    ]).toEqual([200, 200, 404])
    // Who was signed in still is, and new posts can be made.
    expect((await alice.upload(await picture(), 'on the new machine')).status).toBe(201)
  }, 300_000)

  it('has lost nothing that was said to be done some passes before it', async () => {
    await eventually(
      async () => {
        expect((await backup('list')).stdout.match(/^any moment/gm)?.length).toBeGreaterThan(1)
      },
      90,
      500,
    )
    const ledger: { url: string; at: number }[] = []
    const end = Date.now() + 30_000
    const photo = await picture('jpeg', 64, 64)
    while (Date.now() < end) {
      const posted = await alice.upload(photo, `at ${ledger.length}`)
      if (posted.status === 201) ledger.push({ url: posted.json.url, at: Date.now() })
    }
    const lostAt = Date.now()
    await loseEverything(stack)
    for (const words of await wordsOfManual(stack, 'Restoring')) await stack.compose(words, { patienceSeconds: 200 })
    const gone: number[] = []
    for (const { url, at } of ledger) {
      const { status } = await alice.get(url)
      if (status !== 200) gone.push((lostAt - at) / 1000)
    }
    figure(
      `of ${ledger.length} posts, the last of them 0 s before the loss, ${gone.length} are lost; the oldest of these was ${Math.max(0, ...gone).toFixed(1)} s old (a pass every ${secondsBetweenPasses} s)`,
    )
    expect(ledger.length).toBeGreaterThan(8)
    // Two passes, and as much again for a machine that is busy.
    expect(Math.max(0, ...gone)).toBeLessThan(20)
    const fits = await stack.tryCompose(['exec', '--no-TTY', 'web', 'gramstack', 'media', 'verify', '--hash'])
    expect(fits.stdout).not.toContain('only a backup has it')
  }, 300_000)
})

describe('an older moment', () => {
  it('is not put over what is there, nor under a database that runs', async () => {
    expect(await restore('--to', moment)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('The database runs'),
    })
    await stack.compose(['down'])
    expect(await restore('--to', moment)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('There is a database on the volume already'),
    })
  }, 90_000)

  it('is come back to: what was there then is there, what came later is not', async () => {
    const outcome = await restore('--over', '--to', moment)
    expect([outcome.status, outcome.stdout]).toEqual([0, expect.stringContaining(`as it was ${moment}`)])
    for (const words of (await wordsOfManual(stack, 'Restoring')).slice(1))
      await stack.compose(words, { patienceSeconds: 200 })
    const ends = await Promise.all([posts.before, posts.after].map((url) => visit(stack.url).get(url)))
    expect(ends.map(({ status }) => status)).toEqual([200, 404])
    // Everybody could see it then.
    await eventually(async () => expect((await ask(stack.url, ends[0]?.json.media)).status).toBe(200), 30)
    const fits = await stack.tryCompose(['exec', '--no-TTY', 'web', 'gramstack', 'media', 'verify', '--hash'])
    expect([fits.status, fits.stdout.trim()]).toEqual([0, 'Database and storage fit.'])
    expect((await visit(stack.url, browserAccept).get('/')).status).toBe(200)
  }, 180_000)

  it.each(['1999-12-31', 'yesterday-ish', '2999-01-01'])(
    'that no backup has (%s) is refused in one sentence',
    async (when) => {
      await stack.compose(['stop', 'db'])
      const outcome = await restore('--over', '--to', when)
      expect([outcome.status, outcome.stderr]).toEqual([1, expect.stringMatching(/No backup reaches|YYYY-MM-DD/)])
      await stack.compose(['start', 'db'])
    },
    60_000,
  )
})

describe('when something is wrong', () => {
  it('a database that could not wait has all of it copied anew', async () => {
    await stack.healthy()
    await isBackedUp()
    const eras = async () => (await backup('list')).stdout.match(/^any moment/gm)?.length ?? 0
    const count = await eras()
    await stack.compose(['stop', 'backup'])
    await stack.sql("alter system set max_slot_wal_keep_size = '1MB'")
    await stack.sql('select pg_reload_conf()')
    for (let round = 0; round < 4; round += 1) {
      await stack.sql("select pg_logical_emit_message(true, 'filling', repeat('x', 1000000))")
      await stack.sql('select pg_switch_wal()')
    }
    await stack.sql('checkpoint')
    await eventually(
      async () => expect(await stack.sql('select wal_status from pg_replication_slots')).toBe('lost'),
      30,
    )
    await stack.sql('alter system reset max_slot_wal_keep_size')
    await stack.sql('select pg_reload_conf()')
    await stack.compose(['start', 'backup'])
    await eventually(async () => expect(await eras()).toBe(count + 1), 90, 1000)
    expect(await stack.logs('backup')).toContain('has thrown WAL away')
    expect(await backup('verify')).toMatchObject({ status: 0, stderr: '' })
  }, 240_000)

  it('another key opens nothing, and the sentence says so', async () => {
    const file = join(stack.folder, '.env.prod.backup')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace(/^BACKUP_KEY=.*$/m, 'BACKUP_KEY=another-key-of-some-length'))
    try {
      const outcome = await stack.tryCompose(['run', '--rm', '--no-TTY', '--no-deps', 'backup', 'backup', 'list'])
      expect(outcome).toMatchObject({ status: 1, stderr: expect.stringMatching(/were made with another BACKUP_KEY/) })
    } finally {
      await writeFile(file, text)
    }
  }, 60_000)

  it('the key and the password of backups can be changed while they go on', async () => {
    const exec = (...args: string[]) => stack.tryCompose(['exec', '--no-TTY', 'backup', 'backup', ...args])
    const keyFile = join(stack.folder, '.env.prod.backup')
    const before = await readFile(keyFile, 'utf8')
    const added = await exec('add-key')
    expect([added.status, added.stdout]).toEqual([0, expect.stringMatching(/^BACKUP_KEY=[0-9a-f]{48}\n$/)])
    await writeFile(keyFile, before.replace(/^BACKUP_KEY=.*\n/m, added.stdout))

    const passwordFile = join(stack.folder, '.env.prod.replication')
    const password = 'another-password-of-some-length'
    const passwords = await readFile(passwordFile, 'utf8')
    await writeFile(passwordFile, passwords.replace(/^REPLICATION_PASSWORD=.*$/m, `REPLICATION_PASSWORD=${password}`))
    const told = await stack.tryCompose(['exec', '--no-TTY', 'db', 'allow-backups', '-'], { input: `${password}\n` })
    expect([told.status, told.stdout, told.stderr]).toEqual([0, '', ''])
    const early = await exec('remove-other-keys')
    expect([early.status, early.stderr]).toEqual([1, expect.stringMatching(/There is a newer key than the one/)])
    await stack.compose(['up', '--detach', '--no-deps', '--wait', 'backup'])

    expect(await exec('remove-other-keys')).toMatchObject({ status: 0 })
    expect(await exec('now')).toMatchObject({ status: 0 })
    expect(await exec('list')).toMatchObject({ status: 0 })
    const [key] = /^BACKUP_KEY=.*$/m.exec(before) ?? ['']
    const old = ['run', '--rm', '--no-TTY', '--no-deps', '--env', key, 'backup', 'backup', 'list']
    expect(await stack.tryCompose(old)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/were made with another BACKUP_KEY/),
    })
  }, 120_000)

  it('a damaged backup is found by backup verify', async () => {
    const { stdout } = await stack.shell('backup', 'find /backups/data -type f -size +20k | head -n 1')
    const pack = stdout.trim()
    await stack.compose(['stop', 'backup'])
    const damage = `chmod u+w ${pack} && printf damaged | dd of=${pack} bs=1 seek=9000 conv=notrunc`
    await stack.compose(['run', '--rm', '--no-TTY', '--no-deps', 'backup', 'sh', '-c', damage])
    const outcome = await stack.tryCompose(['run', '--rm', '--no-TTY', '--no-deps', 'backup', 'backup', 'verify'])
    expect(outcome).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^The backups at \/backups are damaged: .+$/m),
    })
    expect((await readdir(target)).length).toBeGreaterThan(3)
  }, 90_000)

  it('without a secret the container says in one sentence what is missing', async () => {
    const args = ['run', '--rm', '--no-TTY', '--no-deps', '--env', 'REPLICATION_PASSWORD=', 'backup']
    const outcome = await stack.tryCompose(args)
    expect(outcome).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/Gramstack cannot start: REPLICATION_PASSWORD is missing/),
    })
    expect(
      (await docker(['ps', '--quiet', '--filter', `label=com.docker.compose.project=${stack.project}`])).stdout,
    ).not.toBe('')
  }, 60_000)
})
