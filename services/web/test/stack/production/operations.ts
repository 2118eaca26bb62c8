import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { docker, eventually, figure, pause, run, type Stack } from '../stack.ts'
import { ask, browserAccept, password, visit } from '../visitor.ts'
import { tellMemory } from './first-start.ts'
import { asBrowser, type TheHouse } from './house.ts'

/** What a person types, and what they expect of it. */
export function operations(house: TheHouse): void {
  beforeAll(() => house().stack.healthy(), 120_000)

  const snapshot = async (stack: Stack) =>
    (await stack.containers())
      .filter(({ Config }) => Config.Labels['com.docker.compose.service'] !== 'migrate')
      .map(({ Name, Id, State }) => `${Name} ${Id} ${State.StartedAt}`)

  const hash = async (url: string, path: string) =>
    createHash('sha256')
      .update((await ask(url, path)).body)
      .digest('hex')

  /** Nobody was ended by force. */
  async function expectNoKill(stack: Stack): Promise<void> {
    for (const { Name, State } of await stack.containers()) {
      expect([Name, State.Running, State.OOMKilled]).toEqual([Name, false, false])
      expect([Name, State.ExitCode]).toEqual([Name, 0])
    }
  }

  /** When each service ended, since a moment. */
  async function tellEnds(stack: Stack, what: string, begin: Date): Promise<void> {
    const ends = (await stack.containers())
      .filter(({ Config }) => Config.Labels['com.docker.compose.service'] !== 'migrate')
      .map(({ Name, State }) => {
        const seconds = (new Date(State.FinishedAt).getTime() - begin.getTime()) / 1000
        return `${Name.replace(`/${stack.project}-`, '')} ${seconds.toFixed(1)}`
      })
    figure(`${what}, ended after (s): ${ends.join(', ')}`)
  }

  describe('idle', () => {
    it('the containers take this much memory', async () => {
      await tellMemory(house().stack, 'after all that')
    })
  })

  describe('up', () => {
    it('a second time changes nothing', async () => {
      const { stack } = house()
      const before = await snapshot(stack)
      const { seconds } = await stack.compose(['up', '--detach', '--build', '--wait'])
      expect(await snapshot(stack)).toEqual(before)
      figure(`a second up --wait, which changes nothing ${seconds.toFixed(1)} s`)
    }, 120_000)
  })

  describe('ps and logs', () => {
    it('show what runs and what was asked, as it happens', async () => {
      const { stack } = house()
      const ps = (await stack.compose(['ps'])).stdout
      expect(ps.match(/\(healthy\)/g)).toHaveLength(7)
      expect((await stack.compose(['logs', '--tail', '5', 'nginx'])).stdout).toContain('"event":"access"')

      const follow = spawn(
        'docker',
        [
          'compose',
          '--project-name',
          stack.project,
          '--file',
          'docker-compose.prod.yml',
          'logs',
          '--follow',
          '--tail',
          '0',
          'nginx',
        ],
        { cwd: stack.folder },
      )
      try {
        let text = ''
        follow.stdout.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        await eventually(async () => {
          await ask(stack.url, '/static/hello.txt')
          expect(text).toContain('/static/hello.txt')
        }, 15)
      } finally {
        follow.kill('SIGINT')
      }
    })
  })

  describe('stop and start', () => {
    it('ends every service in under 15 s with no SIGKILL, and all is there again', async () => {
      const { stack, post } = house()
      const photo = await hash(stack.url, post.media)
      const begin = new Date()
      const stopped = await stack.compose(['stop'])
      await tellEnds(stack, `stop of the whole stack ${stopped.seconds.toFixed(1)} s`, begin)
      expect(stopped.seconds).toBeLessThan(15)
      await expectNoKill(stack)

      const started = await stack.compose(['start'])
      const seconds = await eventually(async () => {
        expect((await asBrowser(stack).get('/@alice')).status).toBe(200)
      }, 60)
      figure(`start of the whole stack ${(started.seconds + seconds).toFixed(1)} s to the first page`)
      await stack.healthy()
      expect(await hash(stack.url, post.media)).toBe(photo)
    }, 180_000)
  })

  describe('stop while visitors are connected', () => {
    afterAll(async () => {
      await house().stack.compose(['up', '--detach', '--wait'])
    }, 120_000)

    it('is as quick, and as orderly', async () => {
      const { stack, alice, photo } = house()
      // Uploads under way and idle connections, as there always are.
      const visitors = Array.from({ length: 8 }, (_, index) =>
        alice.upload(photo, `on my way out ${index}`).catch(() => undefined),
      )
      await pause(30)
      const begin = new Date()
      const { seconds } = await stack.compose(['stop'])
      await Promise.all(visitors)
      await tellEnds(stack, `stop with uploads under way ${seconds.toFixed(1)} s`, begin)
      expect(seconds).toBeLessThan(15)
      await expectNoKill(stack)
      await stack.compose(['up', '--detach', '--wait'])
      expect(
        (await stack.logs('db')).match(/database system was not properly shut down/g)?.length ?? 0,
      ).toBeLessThanOrEqual(2)
    }, 180_000)
  })

  describe('restart', () => {
    it('of everything brings everything back', async () => {
      const { stack } = house()
      const { seconds } = await stack.compose(['restart'])
      figure(`restart of the whole stack ${seconds.toFixed(1)} s`)
      await stack.healthy()
      expect((await asBrowser(stack).get('/@alice')).status).toBe(200)
    }, 180_000)

    it('of one service does no harm to the others', async () => {
      const { stack } = house()
      for (const service of ['nginx', 'worker', 'pgbouncer', 'db']) {
        await stack.compose(['restart', service])
        await stack.healthy()
        await eventually(async () => {
          expect([`after a restart of ${service}`, (await asBrowser(stack).get('/@alice')).status]).toEqual([
            `after a restart of ${service}`,
            200,
          ])
        }, 10)
      }
    }, 180_000)
  })

  describe('down and up', () => {
    it('keeps people, sessions and photos', async () => {
      const { stack, post, alice } = house()
      const before = [
        await hash(stack.url, post.media),
        await stack.sql('select count(*) from users'),
        await stack.sql('select count(*) from posts'),
      ]
      const down = await stack.compose(['down'])
      figure(`down ${down.seconds.toFixed(1)} s`)
      expect(down.seconds).toBeLessThan(20)
      expect(await stack.containers()).toEqual([])
      const up = await stack.compose(['up', '--detach', '--wait'])
      figure(`up --wait with built images, on kept volumes ${up.seconds.toFixed(1)} s`)
      expect([
        await hash(stack.url, post.media),
        await stack.sql('select count(*) from users'),
        await stack.sql('select count(*) from posts'),
      ]).toEqual(before)
      // The session from before is still one.
      const page = await visit(stack.url, browserAccept).get('/upload', { headers: { Cookie: alice.cookie } })
      expect(page.status).toBe(200)
      expect((await visit(stack.url).post('/sign-in', { username: 'alice', password })).status).toBe(200)
      expect((await alice.upload(house().photo, 'after down and up')).status).toBe(201)
    }, 180_000)
  })

  describe('WEB_CONCURRENCY=2', () => {
    it('is two processes in each web container, and all works', async () => {
      const { stack, alice, photo } = house()
      const override = [
        'compose',
        '--project-name',
        stack.project,
        '--file',
        'docker-compose.prod.yml',
        '--file',
        'two.yml',
      ]
      const { writeFile } = await import('node:fs/promises')
      await writeFile(`${stack.folder}/two.yml`, 'services: { web: { environment: { WEB_CONCURRENCY: 2 } } }\n')
      await docker([...override, 'up', '--detach', '--wait', '--scale', 'web=1', 'web'], { cwd: stack.folder })
      try {
        const web = await stack.container('web')
        const { stdout } = await docker(['top', web.Id, '-eo', 'pid,args'])
        expect(stdout.split('\n').filter((line) => line.includes('dist/main.js'))).toHaveLength(2)
        for (let turn = 0; turn < 20; turn += 1) expect((await asBrowser(stack).get('/@alice')).status).toBe(200)
        expect((await alice.upload(photo, 'to one of two')).status).toBe(201)
        const stopped = await docker(['stop', web.Id])
        expect([(await stack.container('web')).State.ExitCode, stopped.seconds < 12]).toEqual([0, true])
      } finally {
        await stack.compose(['up', '--detach', '--wait'])
      }
    }, 180_000)
  })

  describe('docker-compose with the hyphen', () => {
    it('is the same, where it is installed', async () => {
      const { stack } = house()
      const found = await run('sh', ['-c', 'command -v docker-compose'])
      if (found.status !== 0) return process.stdout.write('There is no docker-compose with the hyphen here.\n')
      const args = ['-p', stack.project, '-f', 'docker-compose.prod.yml']
      const before = await snapshot(stack)
      const up = await run('docker-compose', [...args, 'up', '-d'], { cwd: stack.folder })
      expect([up.status, await snapshot(stack)]).toEqual([0, before])
      const exec = await run('docker-compose', [...args, 'exec', '-T', 'web', 'gramstack', 'doctor'], {
        cwd: stack.folder,
      })
      expect(exec.status).toBe(0)
      return undefined
    }, 60_000)
  })
}

/** The end of it all: nothing is left. */
export function theEnd(house: TheHouse): void {
  describe('down -v', () => {
    it('takes everything away, volumes too', async () => {
      const { stack } = house()
      await stack.compose(['down', '--volumes'])
      const label = `label=com.docker.compose.project=${stack.project}`
      for (const kind of [
        ['ps', '--all'],
        ['volume', 'ls'],
        ['network', 'ls'],
      ]) {
        expect([kind, (await docker([...kind, '--quiet', '--filter', label])).stdout]).toEqual([kind, ''])
      }
    }, 60_000)
  })
}
