import { execFile } from 'node:child_process'
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { createDatabase, dropDatabase, testEnvironment } from '../test/database.ts'
import { type House, openHouse, person } from '../test/house.ts'
import { migrationNames } from './db/migrations/index.ts'
import { rows, sql } from './db/sql.ts'

const run = promisify(execFile)

let house: House
beforeAll(async () => {
  house = await openHouse({ withWorker: false })
})
afterAll(() => house.close())

interface Outcome {
  code: number
  said: string
}

/** The command line as an operator runs it: a process of its own. */
async function gramstack(args: string[], environment: Record<string, string> = {}, input = ''): Promise<Outcome> {
  const env = {
    PATH: process.env.PATH ?? '',
    ...testEnvironment(house.config.database.database, house.mediaRoot),
    ...environment,
  }
  const running = run('node', ['dist/cli.js', ...args], { env })
  running.child.stdin?.end(input)
  try {
    const { stdout, stderr } = await running
    return { code: 0, said: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, said: stdout + stderr }
  }
}

describe('gramstack', () => {
  it('delete-account hides somebody, but not the last admin, and at once has the worker remove them', async () => {
    await person(house, 'boss')
    await person(house, 'leaver')
    expect(await gramstack(['delete-account', 'boss'])).toMatchObject({
      code: 1,
      said: expect.stringContaining('the only admin here'),
    })
    expect(await gramstack(['delete-account', 'Leaver'])).toMatchObject({
      code: 0,
      said: expect.stringMatching(/leaver is hidden, and removed on \d{4}-/),
    })
    await house.client().get('/@leaver').expect(404)
    expect((await gramstack(['delete-account', 'leaver', '--now'])).said).toContain('the worker is removing')
    expect(await rows(house.db, sql`select from jobs.job where name = 'remove-account'`)).toHaveLength(1)
    await rows(house.db, sql`delete from users`)
  })

  it.each(['migrate', 'create_db'])(
    '%s brings a new database up to date, and a second time changes nothing',
    async (command) => {
      const DATABASE_NAME = `cli_${command}_${process.pid}`
      await createDatabase(DATABASE_NAME)
      try {
        expect(await gramstack([command], { DATABASE_NAME })).toEqual({
          code: 0,
          said: `The database is up to date: ${migrationNames.join(', ')}.\n`,
        })
        expect(await gramstack([command], { DATABASE_NAME })).toEqual({
          code: 0,
          said: 'The database was up to date already.\n',
        })
      } finally {
        await dropDatabase(DATABASE_NAME)
      }
    },
  )

  it('seed_db adds demo people and posts once; none of them is an admin; nobody is touched by a second run', async () => {
    expect((await gramstack(['seed_db'])).said).toMatch(
      /^Added 5 people .* and 15 posts.*\nTheir password: gramstack-demo\n$/,
    )
    expect((await gramstack(['seed'])).said).toMatch(/are here already/)
    expect(await rows(house.db, sql`select count(*)::int as posts from posts`)).toEqual([{ posts: 15 }])
    expect(await rows(house.db, sql`select from users where is_admin`)).toHaveLength(0)
  })

  it('seed goes on where an earlier run was cut off', async () => {
    await house.db.raw(
      "delete from posts where id in (select id from posts where author_id = (select id from users where username = 'yuki') order by id desc limit 2)",
    )
    expect((await gramstack(['seed'])).said).toMatch(/^Added 0 people .* and 2 posts/)
  })

  it('seed gives demo people a password of their own in production', async () => {
    const other = await openHouse({ withWorker: false })
    try {
      const environment = {
        NODE_ENV: 'production',
        DATABASE_NAME: other.config.database.database,
        MEDIA_ROOT: other.mediaRoot,
      }
      expect((await gramstack(['seed'], environment)).said).toMatch(/Their password: [\w-]{16}\n$/)
    } finally {
      await other.close()
    }
  })

  it('reset-two-factor lets the password alone do again', async () => {
    const signIn = (client = house.client()) =>
      client.post('/sign-in').type('form').send({ username: 'ada', password: 'gramstack-demo' })
    const thief = house.client()
    await signIn(thief).expect(200)
    await house.db.raw(
      "insert into authenticators (user_id, secret, confirmed_at) select id, 'secret', now() from users where username = 'ada'",
    )
    await signIn().expect(202)
    expect((await gramstack(['reset-two-factor', 'Ada'])).said).toMatch(/^ada signs in by password alone now:/)
    await thief.get('/settings').expect(401)
    await signIn().expect(200)
    expect((await gramstack(['reset-two-factor', 'nobody'])).code).toBe(1)
  })

  it('make-moderator lets somebody decide about reports, and remove-moderator ends that', async () => {
    const ada = house.client()
    await ada.post('/sign-in').type('form').send({ username: 'ada', password: 'gramstack-demo' }).expect(200)
    expect((await gramstack(['make-moderator', 'Ada'])).said).toBe('ada is a moderator now.\n')
    await ada.get('/admin').expect(200)
    expect((await gramstack(['remove-moderator', 'ada'])).said).toBe('ada is no moderator any more.\n')
    await ada.get('/admin').expect(404)
    expect((await gramstack(['make-moderator', 'nobody'])).code).toBe(1)
  })

  it('create-admin makes an admin who can sign in, or gives the rank to somebody who is here', async () => {
    const { said } = await gramstack(['create-admin', 'Boss'])
    const password = /Password: (\S+)/.exec(said)?.[1] ?? ''
    await house.client().post('/sign-in').type('form').send({ username: 'boss', password }).expect(200)
    expect((await gramstack(['create-admin', 'ada'])).said).toMatch(/was here already and is an admin now/)
    expect((await gramstack(['create-admin', 'chief', '--password-stdin'], {}, 'a password from a pipe\n')).code).toBe(
      0,
    )
    await house
      .client()
      .post('/sign-in')
      .type('form')
      .send({ username: 'chief', password: 'a password from a pipe' })
      .expect(200)
    expect(await gramstack(['create-admin', 'no such name!'])).toEqual({
      code: 1,
      said: expect.stringMatching(/^A name has 1 to 30 .*\n$/),
    })
  })

  it('sign-ups says who may sign up, and changes it', async () => {
    expect(await gramstack(['sign-ups'])).toEqual({ code: 0, said: 'Sign-ups: open.\n' })
    expect(await gramstack(['sign-ups', 'invitation'])).toEqual({ code: 0, said: 'Sign-ups: invitation.\n' })
    expect(await gramstack(['sign-ups', 'maybe'])).toEqual({
      code: 1,
      said: expect.stringMatching(/^Who may sign up is one of open, /),
    })
    await gramstack(['sign-ups', 'open'])
  })

  it('doctor finds nothing wrong in a house in order', async () => {
    // The demo photos wait for a worker that never comes in this test.
    await house.db.raw('delete from jobs.job')
    const { code, said } = await gramstack(['doctor'])
    expect(said).not.toContain('WRONG')
    for (const what of [
      'settings',
      'database at',
      'migrations',
      'queue',
      'statements: what costs most was run',
      'media volume',
      'mail: off',
      'metrics: off',
    ])
      expect(said).toContain(what)
    expect(code).toBe(0)
  })

  it('slow-queries lists what costs most, without values and without whom it was first run for', async () => {
    await house.client().get('/@nobody').expect(404)
    const { code, said } = await gramstack(['slow-queries', '200'])
    expect(code).toBe(0)
    const lines = said.trim().split('\n')
    expect(lines.length).toBeGreaterThan(10)
    for (const line of lines)
      expect(line).toMatch(/^\d+\.\d s in \d+ times, \d+\.\d ms each, \d+\.\d ms at most: [a-zA-Z(]/)
    expect(said).not.toContain('/* req=')
    expect((await gramstack(['slow-queries'])).said.trim().split('\n')).toHaveLength(10)
    expect((await gramstack(['slow-queries', 'all'])).code).toBe(1)
  })

  it('doctor and slow-queries say so where the database does not count statements', async () => {
    await house.db.raw('drop extension pg_stat_statements')
    try {
      const doctor = await gramstack(['doctor'])
      expect(doctor.said).toMatch(/ok {5}statements: not counted, for pg_stat_statements is not loaded/)
      expect(await gramstack(['slow-queries'])).toEqual({ code: 1, said: expect.stringContaining('does not count') })
    } finally {
      await house.db.raw('create extension pg_stat_statements')
    }
  })

  it.each<[string, Record<string, string>, RegExp]>([
    ['a database that does not answer', { DATABASE_PORT: '1' }, /WRONG +database at [^:]+:1: .*ECONNREFUSED/],
    [
      'a pool that does not answer',
      { DATABASE_DIRECT_HOST: '127.0.0.1', DATABASE_DIRECT_PORT: '1' },
      /WRONG +database at 127.0.0.1:1/,
    ],
    [
      'a folder that is not there',
      { MEDIA_ROOT: '/no/such/folder' },
      /WRONG +media volume at \/no\/such\/folder: .*ENOENT/,
    ],
    [
      'metrics that nobody tells',
      { METRICS_PORT: '1' },
      /WRONG +metrics at http:\/\/127\.0\.0\.1:1\/metrics: nobody answers/,
    ],
    [
      'a mail server that does not answer',
      {
        SMTP_HOST: '127.0.0.1',
        SMTP_PORT: '1',
        PUBLIC_URL: 'https://photos.example',
        MAIL_FROM: 'a@photos.example',
      },
      /WRONG +mail through 127.0.0.1:1, with links to https:\/\/photos.example: .*ECONNREFUSED/,
    ],
    [
      'a placeholder',
      { DATABASE_PASSWORD: 'change-me-to-something-long' },
      /WRONG +settings: .*DATABASE_PASSWORD still holds the placeholder/,
    ],
  ])('doctor names %s, and fails', async (_what, environment, complaint) => {
    const { code, said } = await gramstack(['doctor'], environment)
    expect(said).toMatch(complaint)
    expect(code).toBe(1)
  })

  it('doctor notices jobs that nobody takes', async () => {
    await house.db.raw("insert into jobs.job (name, created_on) values ('develop-photo', now() - interval '5 minutes')")
    expect(await gramstack(['doctor'])).toEqual({
      code: 1,
      said: expect.stringMatching(/WRONG +queue: 1 jobs wait, the oldest for 30\d s: does the worker run\?/),
    })
  })

  it('counts verify says which counts do not fit, repairs them if asked, and is content afterwards', async () => {
    await gramstack(['seed'])
    expect(await gramstack(['counts', 'verify'])).toEqual({ code: 0, said: 'All counts fit.\n' })
    await house.db.raw("update users set follower_count = 7, last_post_id = null where username = 'ada'")
    const wrong = await gramstack(['counts', 'verify'])
    expect(wrong.code).toBe(1)
    expect(wrong.said).toMatch(/^users \d+: follower_count is 7, and should be 0\n/)
    expect((await gramstack(['counts', 'verify', '--repair'])).code).toBe(0)
    expect(await gramstack(['counts', 'verify'])).toEqual({ code: 0, said: 'All counts fit.\n' })
  })

  it('media verify says what does not fit, repairs it if asked, and is content afterwards', async () => {
    // The demo photos are still to be developed, so the storage has their originals and nothing else.
    expect(await gramstack(['media', 'verify', '--hash'])).toEqual({ code: 0, said: 'Database and storage fit.\n' })
    const key = 'ab'.repeat(16)
    const path = join(house.mediaRoot, 'originals', 'ab', key)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, 'of nobody')
    const long = new Date(Date.now() - 2 * 3_600_000)
    await utimes(path, long, long)
    expect(await gramstack(['media', 'verify'])).toEqual({
      code: 1,
      said: `original ${key} belongs to no photo: --repair: removed\n1 found, 1 left.\n`,
    })
    expect(await gramstack(['media', 'verify', '--repair'])).toEqual({
      code: 0,
      said: `original ${key} belongs to no photo: removed\n1 found, 0 left.\n`,
    })
    expect((await gramstack(['media', 'verify'])).code).toBe(0)
  })

  it('media rerender has nothing to do where nothing is outdated', async () => {
    expect(await gramstack(['media', 'rerender'])).toEqual({
      code: 0,
      said: '0 photos to do\n0 pictures of people to do\n',
    })
  })

  it('says in one sentence what is wrong with its settings', async () => {
    const { code, said } = await gramstack(['migrate'], { DATABASE_PASSWORD: 'short' })
    expect([code, said.trim().split('\n')]).toEqual([
      78,
      [expect.stringMatching(/^Gramstack cannot start .*DATABASE_PASSWORD is too short.*make-env/)],
    ])
  })
})
