import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { picture } from '../pictures.ts'
import { eventually, figure, openStack, run, type Stack } from './stack.ts'
import { ask, askRaw, signUp } from './visitor.ts'

/** The profile `monitoring` of docker-compose.prod.yml: Prometheus finds everybody, and its alarms are sound. Grafana is not started here. */

const root = new URL('../../../../', import.meta.url)
const image = parse(readFileSync(new URL('docker-compose.prod.yml', root), 'utf8'), { merge: true }).services.prometheus
  .image as string

const isThere =
  (await run('docker', ['image', 'inspect', image])).status === 0 ||
  (await run('docker', ['pull', '--quiet', image], { patienceSeconds: 120 })).status === 0
if (!isThere) process.stdout.write(`There is no ${image} here, so the alarms are not tried.\n`)
const describeIfThere = isThere ? describe : describe.skip

let stack: Stack
const prometheusPort = 14159

beforeAll(async () => {
  if (!isThere) return
  stack = await openStack({
    project: 'gramstack-monitoring-test',
    file: 'docker-compose.prod.yml',
    httpPort: 14157,
    withSecrets: true,
    env: { PROMETHEUS_PORT: String(prometheusPort) },
  })
  await stack.compose(['build'], { patienceSeconds: 850 })
  await stack.compose(['up', '--detach', '--wait'])
  await stack.compose(['up', '--detach', '--wait', 'prometheus'])
}, 900_000)
afterAll(() => stack?.remove(), 120_000)

async function prometheus<Data>(path: string, query: Record<string, string> = {}): Promise<Data> {
  const answer = await fetch(`http://127.0.0.1:${prometheusPort}/api/v1/${path}?${new URLSearchParams(query)}`)
  const { status, data } = (await answer.json()) as { status: string; data: Data }
  expect([path, query, status]).toEqual([path, query, 'success'])
  return data
}

/** The figures that an expression gives now, by their labels. */
async function figures(query: string): Promise<{ metric: Record<string, string>; value: number }[]> {
  const { result } = await prometheus<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
    'query',
    {
      query,
    },
  )
  return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }))
}

const figureOf = async (query: string) => (await figures(query))[0]?.value

interface Rule {
  name: string
  state: string
  health: string
  lastError?: string
}
const rules = async () =>
  (await prometheus<{ groups: { rules: Rule[] }[] }>('rules')).groups.flatMap((group) => group.rules)

describeIfThere('the profile monitoring', () => {
  it('finds every replica and the worker', async () => {
    const seconds = await eventually(async () => {
      const { activeTargets } = await prometheus<{ activeTargets: { health: string; labels: { job: string } }[] }>(
        'targets',
      )
      const found = activeTargets.map(({ health, labels }) => `${labels.job} ${health}`).sort()
      expect(found).toEqual(['web up', 'web up', 'web up', 'worker up'])
    }, 90)
    figure(`monitoring: all targets are up ${seconds.toFixed(1)} s after Prometheus`)
  }, 120_000)

  it('hears of nginx, pgbouncer, the queue and the disk through the worker', async () => {
    await ask(stack.url, '/static/hello.txt')
    await eventually(async () => {
      const up = await figures('gramstack_source_up')
      expect(up.map(({ metric, value }) => `${metric.source} ${value}`).sort()).toEqual([
        'backups 1',
        'certificate 1',
        'disk 1',
        'nginx 1',
        'pgbouncer 1',
        'queue 1',
      ])
      expect(await figureOf('gramstack_nginx_requests_total')).toBeGreaterThan(0)
      expect(await figureOf('gramstack_pgbouncer_transactions_total')).toBeGreaterThan(0)
      expect(await figureOf('gramstack_media_free_bytes')).toBeGreaterThan(0)
      expect(await figures('gramstack_certificate_expires_seconds')).toEqual([])
    }, 60)
  }, 90_000)

  it('counts what people do, whichever replica they asked', async () => {
    const alice = await signUp(stack.url, 'alice')
    expect((await alice.upload(await picture(), 'counted')).status).toBe(201)
    for (let turn = 0; turn < 20; turn += 1) await alice.get('/@alice')
    await eventually(async () => {
      expect(await figureOf('sum(gramstack_happenings_total{what="sign-up"})')).toBe(1)
      expect(await figureOf('sum(gramstack_happenings_total{what="post"})')).toBe(1)
      expect(await figureOf('sum(gramstack_photos_total{outcome="ready"})')).toBe(1)
      expect(await figureOf('sum(gramstack_requests_total{route="/@:username",status="200"})')).toBe(20)
    }, 60)
    const labels = await prometheus<string[]>('label/route/values')
    expect(labels.join()).not.toContain('alice')
  }, 120_000)

  it('has alarms that Prometheus understands, none of which sounds in a house in order', async () => {
    const check = await stack.shell('prometheus', 'promtool check config /etc/prometheus/prometheus.yml')
    expect([check.status, check.stdout]).toEqual([0, expect.stringMatching(/\d\d rules found/)])
    await eventually(async () => {
      for (const { name, health, lastError, state } of await rules())
        expect([name, health, lastError, state]).toEqual([name, 'ok', undefined, 'inactive'])
    }, 60)
  }, 90_000)

  it('knows every metric that the dashboard and the alarms ask for', async () => {
    const known = new Set(await prometheus<string[]>('label/__name__/values'))
    // There is no certificate in this house.
    known.add('gramstack_certificate_expires_seconds')
    const asked = ['alerts.yml', 'grafana/dashboards/gramstack.json'].flatMap((file) => [
      ...readFileSync(new URL(`services/monitoring/${file}`, root), 'utf8').matchAll(
        /\b(gramstack|nodejs|process)_\w+/g,
      ),
    ])
    expect(asked.length).toBeGreaterThan(40)
    // Nobody makes backups here: metrics.test.ts has theirs.
    const names = new Set(asked.map(([name]) => name).filter((name) => !name.startsWith('gramstack_backup_')))
    expect([...names].filter((name) => !known.has(name))).toEqual([])
  })

  it('has an alarm for a worker that is gone', async () => {
    await stack.compose(['stop', 'worker'])
    try {
      const seconds = await eventually(async () => {
        const sounding = (await rules()).filter(({ state }) => state !== 'inactive').map(({ name }) => name)
        expect(['InstanceDown', 'NobodyThere'].some((name) => sounding.includes(name))).toBe(true)
      }, 90)
      figure(`monitoring: a worker that is gone is noticed after ${seconds.toFixed(1)} s`)
    } finally {
      await stack.compose(['up', '--detach', '--wait', 'worker'])
    }
  }, 180_000)

  it('tells nobody who comes through the front door', async () => {
    for (const path of ['/metrics', '/metrics/', '/%6detrics', '/nginx-status', '/stub_status']) {
      const answer = await ask(stack.url, path)
      expect([path, answer.status, answer.text]).toEqual([path, 404, expect.not.stringContaining('gramstack_')])
    }
    for (const host of ['web:9464', 'worker:9464', 'nginx:8081']) {
      const answer = await askRaw(stack.url, `GET /metrics HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
      expect([host, answer.startsWith('HTTP/1.1 404'), answer.includes('gramstack_requests')]).toEqual([
        host,
        true,
        false,
      ])
    }
  })

  it('runs as nobody special, who can’t write to their own files, on this machine alone', async () => {
    const { Config, HostConfig, NetworkSettings } = await stack.container('prometheus')
    expect([
      Config.User,
      HostConfig.ReadonlyRootfs,
      HostConfig.CapDrop,
      HostConfig.Memory > 0,
      (HostConfig.PidsLimit ?? 0) > 0,
      HostConfig.PortBindings,
    ]).toEqual([
      '65534:65534',
      true,
      ['ALL'],
      true,
      true,
      { '9090/tcp': [{ HostIp: '127.0.0.1', HostPort: String(prometheusPort) }] },
    ])
    expect(Object.keys(NetworkSettings.Networks).sort()).toEqual([
      'gramstack-monitoring-test_data',
      'gramstack-monitoring-test_monitoring',
    ])
  })
})
