import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { docker, run } from '../stack.ts'
import { ask } from '../visitor.ts'
import type { TheHouse } from './house.ts'

/** What a break-in would find. */
export function hardening(house: TheHouse): void {
  const serviceOf = (labels: Record<string, string>) => labels['com.docker.compose.service'] ?? '?'

  describe('every container', () => {
    it('is nobody special, can’t write to its own files, and can’t become more', async () => {
      const { stack } = house()
      for (const { Config, HostConfig } of await stack.containers()) {
        const service = serviceOf(Config.Labels)
        expect([service, Config.User]).toEqual([service, expect.stringMatching(/^(?!root$|0(:|$)).+/)])
        expect([
          service,
          HostConfig.ReadonlyRootfs,
          HostConfig.CapDrop,
          HostConfig.CapAdd ?? [],
          HostConfig.Privileged,
          HostConfig.SecurityOpt,
        ]).toEqual([service, true, ['ALL'], [], false, [expect.stringMatching(/^no-new-privileges(:true)?$/)]])
      }
    })

    it('runs as nobody special, in fact', async () => {
      const { stack } = house()
      for (const service of ['nginx', 'web', 'worker', 'pgbouncer', 'db']) {
        const { stdout } = await stack.shell(
          service,
          'id -u; grep -E "^(CapEff|NoNewPrivs)" /proc/1/status; touch /x /etc/x /usr/x',
        )
        const [uid, ...rest] = stdout.trim().split(/\s+/)
        expect([service, uid === '0', rest]).toEqual([
          service,
          false,
          ['CapEff:', '0000000000000000', 'NoNewPrivs:', '1'],
        ])
        expect((await stack.shell(service, 'touch /x')).status).not.toBe(0)
      }
    })

    it('has a limit on its memory, its processes and its log, and comes back after a crash', async () => {
      const { stack } = house()
      for (const { Config, HostConfig } of await stack.containers()) {
        const service = serviceOf(Config.Labels)
        expect([service, HostConfig.Memory > 0, (HostConfig.PidsLimit ?? 0) > 0]).toEqual([service, true, true])
        expect([service, HostConfig.LogConfig]).toEqual([
          service,
          { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '5' } },
        ])
        expect([service, HostConfig.RestartPolicy.Name]).toEqual([
          service,
          service === 'migrate' ? 'no' : 'unless-stopped',
        ])
      }
    })

    it('publishes no port, but for nginx', async () => {
      const { stack } = house()
      const publishing = (await stack.containers()).filter(
        ({ HostConfig }) => Object.keys(HostConfig.PortBindings ?? {}).length,
      )
      expect(publishing.map(({ Config }) => serviceOf(Config.Labels))).toEqual(['nginx'])
      // And that on this machine alone, unless the operator says otherwise.
      expect(JSON.stringify(publishing[0]?.HostConfig.PortBindings)).not.toContain('"HostIp":""')
      expect(publishing[0]?.HostConfig.PortBindings).toEqual({
        '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '14137' }],
        '8443/tcp': [{ HostIp: '127.0.0.1', HostPort: '14138' }],
      })
    })
  })

  describe('the networks', () => {
    it('keep apart who need not meet: nginx can’t reach the database, and the database can’t reach the world', async () => {
      const { stack } = house()
      const networks = async (service: string) =>
        Object.keys((await stack.container(service)).NetworkSettings.Networks)
          .map((name) => name.replace(`${stack.project}_`, ''))
          .sort()
      expect(await networks('nginx')).toEqual(['edge', 'status'])
      expect(await networks('web')).toEqual(['data', 'edge'])
      expect(await networks('worker')).toEqual(['data', 'outside', 'status'])
      for (const service of ['pgbouncer', 'db', 'migrate'])
        expect([service, await networks(service)]).toEqual([service, ['data']])
      const [data] = JSON.parse((await docker(['network', 'inspect', `${stack.project}_data`])).stdout)
      expect(data.Internal).toBe(true)
      const [status] = JSON.parse((await docker(['network', 'inspect', `${stack.project}_status`])).stdout)
      expect(status.Internal).toBe(true)
      expect((await stack.shell('nginx', 'getent hosts db pgbouncer')).stdout).toBe('')
      expect((await stack.shell('db', 'timeout 2 bash -c "</dev/tcp/192.0.2.1/80"')).status).not.toBe(0)
    })
  })

  describe('the photos', () => {
    it('belong to the app, and nginx can read the renditions and nothing else', async () => {
      const { stack, post } = house()
      const media = '/var/lib/gramstack/media'
      const { stdout } = await stack.shell(
        'web',
        `cd ${media} && stat -c '%U %a %n' . exports incoming originals renditions restricted && id -un`,
      )
      expect(stdout.trim().split('\n')).toEqual([
        'node 755 .',
        'node 700 exports',
        'node 700 incoming',
        'node 700 originals',
        'node 755 renditions',
        'node 755 restricted',
        'node',
      ])
      const [, , shard, key] = post.media.split('/')
      const original = (await stack.shell('web', `find ${media}/originals -type f | head -n 1`)).stdout.trim()
      expect((await stack.shell('web', `cat ${original} | wc -c`)).stdout.trim()).not.toBe('0')
      for (const command of [
        `ls ${media}/originals`,
        `cat ${original}`,
        `ls ${media}/incoming`,
        `touch ${media}/renditions/x`,
        `rm ${media}/renditions/${shard}/${key}/320.jpg`,
      ]) {
        expect([command, (await stack.shell('nginx', command)).status === 0]).toEqual([command, false])
      }
      expect((await stack.shell('nginx', `cat ${media}/renditions/${shard}/${key}/320.jpg`)).status).toBe(0)
    })

    it('are on a volume of their own, and so is the database, where PostgreSQL 18 looks for it', async () => {
      const { stack } = house()
      const mounts = async (service: string) =>
        (await stack.container(service)).Mounts.filter(({ Type }) => Type === 'volume').map(
          ({ Name, Destination, RW }) => [Name?.replace(`${stack.project}_`, ''), Destination, RW].join(' '),
        )
      expect(await mounts('db')).toEqual(['postgres_data /var/lib/postgresql true'])
      expect((await stack.shell('db', 'echo $PGDATA; cat $PGDATA/PG_VERSION')).stdout.trim()).toBe(
        '/var/lib/postgresql/18/docker\n18',
      )
      expect(await mounts('web')).toEqual(['media /var/lib/gramstack/media true'])
      expect(await mounts('worker')).toEqual(['media /var/lib/gramstack/media true'])
      expect((await mounts('nginx')).sort()).toEqual([
        'certbot /var/lib/gramstack/certbot false',
        'media /var/lib/gramstack/media false',
        'uploads /var/cache/nginx true',
      ])
    })

    it('the app can write nowhere else', async () => {
      const { stack } = house()
      for (const path of ['/app/x', '/app/dist/x', '/usr/local/bin/x', '/home/node/x', '/var/lib/gramstack/x']) {
        for (const service of ['web', 'worker'])
          expect([service, path, (await stack.shell(service, `touch ${path}`)).status === 0]).toEqual([
            service,
            path,
            false,
          ])
      }
    })
  })

  describe('the secrets', () => {
    async function secrets(): Promise<Record<string, string>> {
      const { folder } = house().stack
      const text =
        (await readFile(join(folder, '.env.prod'), 'utf8')) + (await readFile(join(folder, '.env.prod.db'), 'utf8'))
      const found = Object.fromEntries(
        [...text.matchAll(/^(\w*PASSWORD|\w*SECRET)=(.+)$/gm)].map(([, name, value]) => [name, value]),
      )
      expect(Object.keys(found)).toEqual(expect.arrayContaining(['DATABASE_PASSWORD', 'POSTGRES_PASSWORD']))
      return found
    }

    it('are in no image, neither in a layer nor in its history', async () => {
      const { stack } = house()
      const values = Object.values(await secrets())
      const images = [...new Set((await stack.containers()).map(({ Image }) => Image))]
      const history = (
        await Promise.all(images.map((image) => docker(['history', '--no-trunc', '--format', '{{.CreatedBy}}', image])))
      )
        .map(({ stdout }) => stdout)
        .join('\n')
      expect(history).toContain('ecosystem.config.cjs')
      for (const value of values) expect(history).not.toContain(value)
      const patterns = values.flatMap((value) => ['-e', value])
      const { stdout } = await run('sh', [
        '-c',
        `docker save ${images.join(' ')} | grep --text --count --fixed-strings ${patterns.join(' ')}`,
      ])
      expect(stdout.trim()).toBe('0')
      // Nor a file that could hold some.
      const listing = (await stack.shell('web', 'ls -a /app /app/services/web')).stdout
      expect(listing).not.toMatch(/\.env|\.git$|test/m)
    }, 120_000)

    it('are in no log, and the superuser’s is known to the database alone', async () => {
      const { stack } = house()
      const { DATABASE_PASSWORD = '', POSTGRES_PASSWORD = '' } = await secrets()
      const logs = await stack.logs()
      expect([logs.includes(DATABASE_PASSWORD), logs.includes(POSTGRES_PASSWORD)]).toEqual([false, false])
      for (const { Config } of await stack.containers()) {
        const service = serviceOf(Config.Labels)
        const knows = [DATABASE_PASSWORD, POSTGRES_PASSWORD].map((value) => Config.Env.join('\n').includes(value))
        expect([service, ...knows]).toEqual([service, service !== 'nginx', service === 'db'])
      }
    })

    it('are not what the decoder of photos is told', async () => {
      const { stack, alice, photo } = house()
      await alice.upload(photo, 'so that a decoder runs')
      const { stdout } = await stack.shell(
        'worker',
        'for p in /proc/[0-9]*; do case "$(tr "\\0" " " <$p/cmdline)" in /usr/local/bin/node*decoder-child.js*) echo found; tr "\\0" "\\n" <$p/environ; esac; done',
      )
      expect(stdout).toContain('found')
      expect(stdout).not.toMatch(/PASSWORD/)
    })
  })

  describe('the database', () => {
    it('is reached through pgbouncer, by a role that owns its database and nothing more', async () => {
      const { stack } = house()
      // So that there are connections to look at.
      await Promise.all(
        Array.from({ length: 20 }, () => ask(stack.url, '/@alice', { headers: { Accept: 'text/html' } })),
      )
      const pool = (await stack.container('pgbouncer')).NetworkSettings.Networks[`${stack.project}_data`]?.IPAddress
      const clients = await stack.sql(
        "select distinct host(client_addr) from pg_stat_activity where usename = 'gramstack' and client_addr <> '127.0.0.1' and application_name <> 'gramstack listener'",
      )
      expect(clients).toBe(pool)
      expect(
        await stack.sql(
          "select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls from pg_roles where rolname = 'gramstack'",
        ),
      ).toBe('f|f|f|f|f')
      expect(await stack.sql("select pg_get_userbyid(datdba) from pg_database where datname = 'gramstack'")).toBe(
        'gramstack',
      )
    })

    it('wants a password from everyone who comes over the network', async () => {
      const { stack } = house()
      const asked = await stack.shell(
        'pgbouncer',
        'for at in "db 5432 postgres" "db 5432 gramstack" "127.0.0.1 6432 gramstack" "127.0.0.1 6432 pgbouncer"; do set -- $at; PGPASSWORD=wrong-password-here /usr/lib/postgresql/18/bin/psql -h $1 -p $2 -U $3 -d gramstack -c "select 1" 2>&1; done',
      )
      expect(asked.stdout).not.toContain('1 row')
      expect(
        asked.stdout.match(/password authentication failed|SASL authentication failed|no such user/g),
      ).toHaveLength(4)
      expect(await stack.sql("select count(*) from pg_authid where rolpassword not like 'SCRAM-SHA-256$%'")).toBe('0')
    })

    it('has its pool set to fail fast and heal fast', async () => {
      const { stack } = house()
      const { stdout, stderr } = await stack.shell(
        'pgbouncer',
        "PGPASSWORD=$DATABASE_PASSWORD /usr/lib/postgresql/18/bin/psql -h 127.0.0.1 -p 6432 -U gramstack -d pgbouncer -At -c 'show config'",
      )
      const settings = Object.fromEntries(stdout.split('\n').map((line) => line.split('|').slice(0, 2)))
      expect([stderr, settings]).toEqual([
        '',
        expect.objectContaining({
          pool_mode: 'transaction',
          auth_type: 'scram-sha-256',
          max_client_conn: '1000',
          query_wait_timeout: '5',
          server_login_retry: '1',
          max_prepared_statements: '200',
        }),
      ])
      // The app may look, not steer.
      const steer = await stack.shell(
        'pgbouncer',
        "PGPASSWORD=$DATABASE_PASSWORD /usr/lib/postgresql/18/bin/psql -h 127.0.0.1 -p 6432 -U gramstack -d pgbouncer -c 'pause'",
      )
      expect(steer.status).not.toBe(0)
      const limit = await stack.shell('pgbouncer', 'grep "Max open files" /proc/1/limits')
      expect(Number(limit.stdout.trim().split(/\s+/)[3])).toBeGreaterThanOrEqual(2000)
    })

    it('gives up on statements and locks that take too long, through the pool as well', async () => {
      const { stack } = house()
      const show = (name: string) =>
        stack.shell(
          'pgbouncer',
          `PGPASSWORD=$DATABASE_PASSWORD /usr/lib/postgresql/18/bin/psql -h 127.0.0.1 -p 6432 -U gramstack -d gramstack -At -c 'show ${name}'`,
        )
      expect((await show('statement_timeout')).stdout.trim()).toBe('20s')
      expect((await show('lock_timeout')).stdout.trim()).toBe('5s')
      expect((await show('idle_in_transaction_session_timeout')).stdout.trim()).toBe('30s')
    })
  })

  describe('web', () => {
    it('runs under pm2, which has one process', async () => {
      const { stack } = house()
      for (const { Id } of await stack.containers('web')) {
        const { stdout } = await docker(['top', Id, '-eo', 'pid,args'])
        expect(stdout).toMatch(/pm2-runtime/)
        expect(stdout.split('\n').filter((line) => line.includes('dist/main.js'))).toHaveLength(1)
      }
    })
  })
}
