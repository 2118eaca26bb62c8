import { askRaw } from '../visitor.ts'
import type { TheHouse } from './house.ts'

/**
 * What the CIS Docker Benchmark asks of containers (docs/security.md has the whole table) and hardening.ts does not look at: mostly, what
 * of the host they share. The answer is: nothing.
 */
export function containers(house: TheHouse): void {
  const all = async () =>
    (await house().stack.containers()).map((container) => ({
      ...container,
      service: container.Config.Labels['com.docker.compose.service'] ?? '?',
    }))

  describe('no container', () => {
    it('shares a namespace, a device or a control group with the host', async () => {
      for (const { service, HostConfig } of await all()) {
        const { NetworkMode, PidMode, IpcMode, UTSMode, UsernsMode, CgroupParent, Devices } = HostConfig
        expect([service, PidMode, IpcMode, UTSMode, UsernsMode, CgroupParent]).toEqual([
          service,
          '',
          'private',
          '',
          '',
          '',
        ])
        expect([service, Devices ?? []]).toEqual([service, []])
        const own = ['edge', 'data', 'outside'].map((name) => `${house().stack.project}_${name}`)
        expect([service, own]).toEqual([service, expect.arrayContaining([NetworkMode])])
      }
    })

    it('is on the default bridge, where everything reaches everything', async () => {
      for (const { service, NetworkSettings } of await all())
        expect([service, Object.keys(NetworkSettings.Networks)]).toEqual([
          service,
          expect.not.arrayContaining(['bridge']),
        ])
    })

    it('has a folder of the host, but for certificates to read', async () => {
      const { stack } = house()
      const bound = (await all()).flatMap(({ service, Mounts }) =>
        Mounts.filter(({ Type }) => Type === 'bind').map(({ Source, Destination, RW, Propagation }) => ({
          service,
          Source,
          Destination,
          RW,
          Propagation,
        })),
      )
      const read = { RW: false, Propagation: 'rprivate' }
      const trusted = { Source: `${stack.folder}/services/ca`, Destination: '/etc/gramstack/ca', ...read }
      expect(bound).toEqual([
        { service: 'migrate', ...trusted },
        { service: 'nginx', Source: `${stack.folder}/nginx/tls`, Destination: '/etc/nginx/tls', ...read },
        ...['web', 'web', 'web', 'worker'].map((service) => ({ service, ...trusted })),
      ])
      // So not Docker's socket either.
      for (const service of ['nginx', 'web', 'worker', 'pgbouncer', 'db'])
        expect([service, (await stack.shell(service, 'ls /var/run/docker.sock /run/docker.sock')).stdout]).toEqual([
          service,
          '',
        ])
    })

    it('is without the kernel’s filters', async () => {
      const { stack } = house()
      for (const service of ['nginx', 'web', 'worker', 'pgbouncer', 'db']) {
        const { stdout } = await stack.shell(service, 'grep "^Seccomp:" /proc/1/status')
        expect([service, stdout.trim()]).toEqual([service, expect.stringMatching(/^Seccomp:\s+2$/)])
      }
    })

    it('runs a way in for people, or listens below port 1024', async () => {
      const { stack } = house()
      for (const service of ['nginx', 'web', 'worker', 'pgbouncer', 'db']) {
        const found = await stack.shell(
          service,
          'command -v sshd telnetd dropbear; sed 1d /proc/net/tcp /proc/net/tcp6',
        )
        expect([service, found.stdout]).toEqual([service, expect.not.stringMatching(/^\//m)])
        const listening = found.stdout
          .split('\n')
          .map((line) => line.trim().split(/\s+/))
          // State 0A is listening. 127.0.0.11 is Docker's own DNS.
          .filter(([, address, , state]) => state === '0A' && !address?.startsWith('0B00007F'))
          .map(([, address = '']) => Number.parseInt(address.split(':')[1] ?? '', 16))
        expect([service, listening.filter((port) => port < 1024)]).toEqual([service, []])
      }
    })

    it('is unwatched: each has a health check, but the one that runs to its end', async () => {
      for (const { service, State } of await all())
        expect([service, State.Health?.Status]).toEqual([service, service === 'migrate' ? undefined : 'healthy'])
    })
  })

  describe('nginx', () => {
    it('answers no TRACE', async () => {
      const { stack } = house()
      const answer = await askRaw(
        stack.url,
        'TRACE / HTTP/1.1\r\nHost: localhost\r\nCookie: secret=1\r\nConnection: close\r\n\r\n',
      )
      expect(answer).toMatch(/^HTTP\/1\.1 405 /)
      expect(answer).not.toContain('secret=1')
    })
  })
}
