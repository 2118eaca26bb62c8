import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { docker, type Outcome, openStack, run, type Stack } from './stack.ts'

/** Settings that are wrong or missing: each container says in one sentence what, and how to mend it, and ends. */

let stack: Stack

beforeAll(async () => {
  stack = await openStack({ project: 'gramstack-settings-test', file: 'docker-compose.prod.yml', httpPort: 14147 })
  await stack.compose(['build'], { patienceSeconds: 850 })
}, 900_000)
afterAll(() => stack?.remove(), 120_000)

const services = ['db', 'pgbouncer', 'migrate', 'web', 'worker'] as const

/** Starts a service alone, as `up` would, and waits for its end. */
const start = (service: string, more: string[] = []): Promise<Outcome> =>
  stack.tryCompose(['run', '--rm', '--no-TTY', '--no-deps', ...more, service], { patienceSeconds: 60 })

/** The lines that tell of a mistake; pm2 has some of its own. */
function sentences({ stdout, stderr }: Outcome): string[] {
  return `${stdout}${stderr}`
    .split('\n')
    .filter((line) => line.trim() && !/^\S+ PM2 |PM2 log:|Container .*(Creat|Start)|Network|Volume/.test(line))
}

function expectOneSentence(service: string, outcome: Outcome, what: RegExp): void {
  expect([service, sentences(outcome)]).toEqual([service, [expect.stringMatching(what)]])
  expect([service, outcome.status > 0 && outcome.status < 126]).toEqual([service, true])
}

async function putSecrets(database: string, superuser: string): Promise<void> {
  await writeFile(join(stack.folder, '.env.prod'), `DATABASE_PASSWORD=${database}\n`)
  await writeFile(join(stack.folder, '.env.prod.db'), `POSTGRES_PASSWORD=${superuser}\n`)
}

const good = 'a-good-secret-of-thirty-characters'

describe('without an environment file', () => {
  it.each(services)('%s says what is missing and how to make it, and ends', async (service) => {
    const outcome = await start(service)
    expectOneSentence(service, outcome, /Gramstack cannot start.* (DATABASE|POSTGRES)_PASSWORD is missing.*make-env/)
  })

  it('up --wait does not say that all is well', async () => {
    const up = await stack.tryCompose(['up', '--detach', '--wait'], { patienceSeconds: 120 })
    expect(up.status).toBeGreaterThan(0)
    expect(await stack.logs('db')).toMatch(/Gramstack cannot start: POSTGRES_PASSWORD is missing/)
    await stack.compose(['down', '--volumes', '--timeout', '3'])
  }, 150_000)
})

describe('with the example’s placeholders', () => {
  it.each(services)('%s refuses them', async (service) => {
    await writeFile(join(stack.folder, '.env.prod'), await readFile(join(stack.folder, '.env.prod.example')))
    await writeFile(join(stack.folder, '.env.prod.db'), await readFile(join(stack.folder, '.env.prod.db.example')))
    const outcome = await start(service)
    expectOneSentence(
      service,
      outcome,
      /Gramstack cannot start.* (DATABASE|POSTGRES)_PASSWORD still holds the placeholder.*make-env/,
    )
  })
})

describe('with a secret that is too short', () => {
  it.each(services)('%s refuses it', async (service) => {
    await putSecrets('short', 'short-as-well')
    const outcome = await start(service)
    expectOneSentence(
      service,
      outcome,
      /Gramstack cannot start.* (DATABASE|POSTGRES)_PASSWORD is too short.*16 characters.*make-env/,
    )
  })
})

describe('with another setting that is wrong', () => {
  it.each([
    ['MAX_UPLOAD_MB', 'lots'],
    ['TRUST_PROXY_HOPS', '-1'],
    ['DATABASE_PORT', '70000'],
  ])(
    '%s=%s is named',
    async (name, value) => {
      await putSecrets(good, good)
      for (const service of ['web', 'worker', 'migrate']) {
        const outcome = await start(service, ['--env', `${name}=${value}`])
        expectOneSentence(service, outcome, new RegExp(`Gramstack cannot start with these settings: ${name} `))
      }
    },
    60_000,
  )

  it('nginx does not start with it either, and says where it stumbled', async () => {
    const outcome = await start('nginx', ['--env', 'MAX_UPLOAD_MB=lots'])
    expect(outcome.status).toBeGreaterThan(0)
    expect(`${outcome.stdout}${outcome.stderr}`).toMatch(
      /^nginx cannot start: MAX_UPLOAD_MB is 'lots', and must be a whole number of megabytes\.$/m,
    )
  })
})

describe('with a database that can’t be reached', () => {
  it.each(['web', 'worker', 'migrate'])(
    '%s says where it looked, and ends',
    async (service) => {
      await putSecrets(good, good)
      const outcome = await start(service)
      expectOneSentence(
        service,
        outcome,
        /No database answers at (pgbouncer:6432|db:5432) after 10 s .*check that the db and pgbouncer services run/,
      )
    },
    90_000,
  )
})

describe('with another password than the data was made with', () => {
  it('everyone says so', async () => {
    await putSecrets(good, good)
    await stack.compose(['up', '--detach', '--wait', 'pgbouncer'])
    await putSecrets('another-secret-of-some-length', good)
    // A person would say `up`; it has to end, and not well.
    const up = await stack.tryCompose(['up', '--detach', '--wait'], { patienceSeconds: 170 })
    expect(up.status).toBeGreaterThan(0)
    const migrate = await start('migrate')
    expectOneSentence(
      'migrate',
      migrate,
      /at db:5432 refuses DATABASE_PASSWORD: it was set when the database was first made/,
    )
    await stack.compose(['up', '--detach', '--no-deps', 'pgbouncer'])
    for (const service of ['web', 'worker']) {
      const outcome = await start(service)
      expect([service, outcome.status, sentences(outcome)]).toEqual([
        service,
        expect.any(Number),
        [expect.stringMatching(/password/i)],
      ])
      expect([service, outcome.status]).not.toEqual([service, 0])
    }
    await stack.compose(['down', '--volumes', '--timeout', '3'])
  }, 300_000)
})

describe('a media volume that belongs to root', () => {
  it('is named by the app, which ends', async () => {
    await putSecrets(good, good)
    await stack.compose(['up', '--detach', '--wait', 'pgbouncer'])
    await stack.compose(['run', '--rm', '--no-TTY', '--no-deps', 'migrate'])
    const { Image } = await stack.container('db')
    const volume = `${stack.project}_media`
    await docker([
      'run',
      '--rm',
      '--user',
      '0',
      '--network',
      'none',
      '--volume',
      `${volume}:/media`,
      '--entrypoint',
      'sh',
      Image,
      '-c',
      'rm -rf /media/* && touch /media/from-elsewhere && chown 0:0 /media && chmod 755 /media',
    ])
    const said = await Promise.all(
      (['web', 'worker'] as const).map(async (service) => {
        const outcome = await start(service)
        return { service, isEnded: outcome.status > 0, sentences: sentences(outcome) }
      }),
    )
    await stack.compose(['down', '--volumes', '--timeout', '3'])
    const sentence = expect.stringMatching(/\/var\/lib\/gramstack\/media/)
    expect(said).toEqual([
      { service: 'web', isEnded: true, sentences: [sentence] },
      { service: 'worker', isEnded: true, sentences: [sentence] },
    ])
  }, 120_000)
})

describe('make-env', () => {
  const makeEnv = () => run('sh', ['services/make-env'], { cwd: stack.folder })
  const read = (name: string) => readFile(join(stack.folder, name), 'utf8')
  beforeEach(async () => {
    for (const name of ['.env.prod', '.env.prod.db']) await rm(join(stack.folder, name), { force: true })
  })

  it('makes both files, each secret another, for their owner alone', async () => {
    const outcome = await makeEnv()
    expect([outcome.status, outcome.stderr]).toEqual([0, ''])
    const text = (await read('.env.prod')) + (await read('.env.prod.db'))
    const secrets = [...text.matchAll(/PASSWORD=(.+)$/gm)].map(([, secret]) => secret)
    expect(secrets).toEqual([expect.stringMatching(/^[0-9a-f]{32,}$/), expect.stringMatching(/^[0-9a-f]{32,}$/)])
    expect(new Set(secrets).size).toBe(2)
    expect(text).not.toMatch(/change-me/)
    for (const name of ['.env.prod', '.env.prod.db'])
      expect((await stat(join(stack.folder, name))).mode & 0o777).toBe(0o600)
    for (const secret of secrets) expect(outcome.stdout).not.toContain(secret)
  })

  it('never overwrites, not even one of the two', async () => {
    await makeEnv()
    const before = await read('.env.prod')
    const again = await makeEnv()
    expect([again.status, again.stderr.trim().split('\n')]).toEqual([
      1,
      [expect.stringMatching(/\.env\.prod exists already/)],
    ])
    expect(await read('.env.prod')).toBe(before)
    await rm(join(stack.folder, '.env.prod'))
    const database = await read('.env.prod.db')
    expect((await makeEnv()).status).toBe(1)
    expect(await read('.env.prod.db')).toBe(database)
    await expect(read('.env.prod')).rejects.toThrow(/ENOENT/)
  })

  it('gives a place that has the others the files of backups, each secret another, for their owner alone', async () => {
    const names = ['.env.prod.replication', '.env.prod.backup']
    await makeEnv()
    const before = await read('.env.prod')
    for (const name of names) await rm(join(stack.folder, name))
    expect(await makeEnv()).toMatchObject({ status: 0, stderr: '' })
    expect(await read('.env.prod')).toBe(before)
    const text = (await Promise.all(names.map(read))).join('')
    const secrets = [...text.matchAll(/^(?:REPLICATION_PASSWORD|BACKUP_KEY)=(.+)$/gm)].map(([, secret]) => secret)
    expect(secrets).toEqual([expect.stringMatching(/^[0-9a-f]{32,}$/), expect.stringMatching(/^[0-9a-f]{32,}$/)])
    expect(new Set(secrets).size).toBe(2)
    for (const name of names) expect((await stat(join(stack.folder, name))).mode & 0o777).toBe(0o600)
  })

  it('is an npm script as well, and git ignores what it makes', async () => {
    const scripts = JSON.parse(await read('package.json')).scripts
    expect(scripts['make-env']).toBe('sh services/make-env')
    await makeEnv()
    const ignored = await run('git', [
      'check-ignore',
      '.env.prod',
      '.env.prod.db',
      '.env.prod.replication',
      '.env.prod.backup',
      'nginx/tls/privkey.pem',
      'nginx/tls/fullchain.pem',
      '.env',
    ])
    expect(ignored.stdout.trim().split('\n')).toHaveLength(7)
  })

  it('says so where it cannot write', async () => {
    if (process.getuid?.() === 0) return
    await chmod(stack.folder, 0o555)
    try {
      expect((await makeEnv()).status).toBe(1)
    } finally {
      await chmod(stack.folder, 0o755)
    }
  })
})
