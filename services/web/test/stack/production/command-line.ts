import { docker, eventually, run } from '../stack.ts'
import { password, visit } from '../visitor.ts'
import type { TheHouse } from './house.ts'

/** gramstack, as `docker compose exec web gramstack …`. */
export function commandLine(house: TheHouse): void {
  const gramstack = (args: string[], input?: string) =>
    house().stack.tryCompose(['exec', '--no-TTY', 'web', 'gramstack', ...args], input === undefined ? {} : { input })

  const counts = () => house().stack.sql('select (select count(*) from users), (select count(*) from posts)')

  describe('gramstack', () => {
    it('doctor says that all is well', async () => {
      await eventually(async () => {
        const { status, stdout } = await gramstack(['doctor'])
        expect([status, stdout]).toEqual([0, expect.not.stringContaining('WRONG')])
        for (const what of [
          'settings',
          'database at db:5432',
          'pool (pgbouncer) at pgbouncer:6432',
          'migrations',
          'queue',
          'statements: what costs most',
          'media volume',
          'metrics at http://127.0.0.1:9464/metrics',
        ])
          expect(stdout).toContain(`ok     ${what}`)
      }, 20)
    })

    it('slow-queries lists what costs most in PostgreSQL', async () => {
      const { status, stdout } = await gramstack(['slow-queries', '5'])
      expect([status, stdout.trim().split('\n').length]).toEqual([0, 5])
      expect(stdout).toMatch(/^\d+\.\d s in \d+ times, .*: \w/)
    })

    it('doctor names the pool when pgbouncer is stopped, and the database when that is', async () => {
      const { stack } = house()
      try {
        await stack.compose(['stop', 'pgbouncer'])
        const withoutPool = await gramstack(['doctor'])
        expect([withoutPool.status, withoutPool.stdout]).toEqual([
          1,
          expect.stringMatching(/WRONG {2}pool \(pgbouncer\) at pgbouncer:6432: ./),
        ])
        expect(withoutPool.stdout).toMatch(/ok {5}database at db:5432/)
        await stack.compose(['stop', 'db'])
        const withoutBoth = await gramstack(['doctor'])
        expect([withoutBoth.status, withoutBoth.stdout]).toEqual([
          1,
          expect.stringMatching(/WRONG {2}database at db:5432: ./),
        ])
      } finally {
        await stack.compose(['up', '--detach', '--wait'])
      }
    }, 120_000)

    it('doctor notices that no worker takes up the jobs', async () => {
      const { stack, alice, photo } = house()
      await stack.compose(['stop', 'worker'])
      try {
        // Nobody develops it: after a while the visitor is let go, and the photo is safe.
        const posted = await alice.upload(photo, 'nobody is at work')
        expect([posted.status, posted.json.media]).toEqual([201, null])
        await stack.sql("update jobs.job set created_on = created_on - interval '5 minutes' where state = 'created'")
        const { status, stdout } = await gramstack(['doctor'])
        expect([status, stdout]).toEqual([1, expect.stringMatching(/WRONG {2}queue: .*does the worker run\?/)])
        const page = await alice.get(posted.json.url, { headers: { Accept: 'text/html' } })
        expect([page.status, page.text]).toEqual([200, expect.stringContaining('being developed')])
      } finally {
        await stack.compose(['up', '--detach', '--wait'])
      }
      await eventually(async () => expect((await gramstack(['doctor'])).status).toBe(0), 30)
    }, 150_000)

    it('migrate and create_db change nothing the second time, and lose nothing', async () => {
      const before = await counts()
      for (const name of ['migrate', 'create_db']) {
        const { status, stdout } = await gramstack([name])
        expect([name, status, stdout.trim()]).toEqual([name, 0, 'The database was up to date already.'])
      }
      expect(await counts()).toBe(before)
    })

    it('create-admin makes an admin, who can sign in; or promotes somebody who is here', async () => {
      const { stack } = house()
      const made = await gramstack(['create-admin', 'boss'])
      const [, secret = ''] = /Password: (\S+)/.exec(made.stdout) ?? []
      expect([made.status, secret.length >= 12]).toEqual([0, true])
      expect((await visit(stack.url).post('/sign-in', { username: 'boss', password: secret })).status).toBe(200)
      const given = await gramstack(['create-admin', 'chief', '--password-stdin'], `${password}\n`)
      expect([given.status, given.stdout]).toEqual([0, expect.not.stringContaining(password)])
      expect((await visit(stack.url).post('/sign-in', { username: 'chief', password })).status).toBe(200)
      await visit(stack.url).post('/sign-up', { username: 'dora', password })
      expect((await gramstack(['create-admin', 'dora'])).stdout).toContain('was here already and is an admin now')
      expect(await stack.sql("select string_agg(username, ' ' order by username) from users where is_admin")).toBe(
        'alice boss chief dora',
      )
      const wrong = await gramstack(['create-admin', 'No Such Name!'])
      expect([wrong.status, wrong.stderr.trim().split('\n')]).toEqual([1, [expect.stringMatching(/^A name has .*\.$/)]])
    })

    it('seed and seed_db add demo people once, whose password is not the one that everybody knows', async () => {
      const { stack } = house()
      const before = Number(await stack.sql('select count(*) from users'))
      const first = await gramstack(['seed'])
      expect([first.status, first.stdout]).toEqual([0, expect.stringMatching(/Added 5 people .* and 15 posts/)])
      const [, secret = ''] = /password: (\S+)/i.exec(first.stdout) ?? []
      const tries = [secret, 'gramstack-demo'].map(
        async (word) => (await visit(stack.url).post('/sign-in', { username: 'ada', password: word })).status,
      )
      expect(await Promise.all(tries)).toEqual([200, 422])
      const after = await counts()
      const second = await gramstack(['seed_db'])
      expect([second.status, second.stdout.trim()]).toEqual([0, 'The demo people and their posts are here already.'])
      expect(await counts()).toBe(after)
      expect(Number(await stack.sql('select count(*) from users'))).toBe(before + 5)
      expect(
        await stack.sql(
          "select count(*) from users where is_admin and username in ('ada','mateo','yuki','nour','sam.k')",
        ),
      ).toBe('0')
      await eventually(async () => {
        expect(
          await stack.sql(
            "select count(*) from posts join users on users.id = author_id where published_at is not null and username in ('ada','mateo','yuki','nour','sam.k')",
          ),
        ).toBe('15')
      }, 60)
    }, 150_000)

    it('goes with run --rm as well, on a container that is gone afterwards', async () => {
      const { stack } = house()
      const ps = ['ps', '--all', '--quiet', '--filter', `label=com.docker.compose.project=${stack.project}`]
      const before = (await docker(ps)).stdout.split('\n').length
      const { status, stdout } = await stack.tryCompose(['run', '--rm', '--no-TTY', 'web', 'gramstack', '--help'])
      expect([status, stdout]).toEqual([0, expect.stringMatching(/migrate.*seed.*create-admin.*doctor/s)])
      expect((await docker(ps)).stdout.split('\n').length).toBe(before)
      const unknown = await gramstack(['destroy-everything'])
      expect(unknown.status).not.toBe(0)
    })

    it('migrates past pgbouncer', async () => {
      const { stack } = house()
      await stack.compose(['stop', 'pgbouncer'])
      try {
        const { status, stdout } = await stack.tryCompose(['run', '--rm', '--no-TTY', '--no-deps', 'migrate'])
        expect([status, stdout.trim()]).toEqual([0, 'The database was up to date already.'])
      } finally {
        await stack.compose(['up', '--detach', '--wait'])
      }
    }, 90_000)

    it('runs a one-off shell command in a container of the app, as the app’s user', async () => {
      expect(
        (
          await run(
            'docker',
            [
              'compose',
              '--project-name',
              house().stack.project,
              '--file',
              'docker-compose.prod.yml',
              'exec',
              '--no-TTY',
              'worker',
              'id',
              '-un',
            ],
            { cwd: house().stack.folder },
          )
        ).stdout.trim(),
      ).toBe('node')
    })
  })
}
