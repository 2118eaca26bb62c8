import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

const root = new URL('../../../../', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, root), 'utf8')

interface Service {
  ports?: string[]
  networks?: string[]
  volumes?: (string | { target: string; read_only?: boolean })[]
  read_only?: boolean
  cap_drop?: string[]
  security_opt?: string[]
  deploy?: { replicas?: string; resources?: { limits?: { memory?: string } } }
  logging?: { options?: Record<string, string> }
  container_name?: string
  profiles?: string[]
  cap_add?: string[]
  user?: string
  stop_grace_period?: string
  image?: string
}

interface Compose {
  name: string
  services: Record<string, Service>
  networks: Record<string, { internal?: boolean } | null>
}

const load = (name: string): Compose => parse(read(name), { merge: true })
const development = load('docker-compose.yml')
const production = load('docker-compose.prod.yml')

describe.each([
  ['development', development],
  ['production', production],
])('the stack for %s', (_name, { services, networks }) => {
  const usual = Object.entries(services).filter(([, { profiles }]) => !profiles)

  it('is nginx, web, worker, pgbouncer, db and migrate, and nothing else unless asked', () => {
    expect(usual.map(([name]) => name).sort()).toEqual(['db', 'migrate', 'nginx', 'pgbouncer', 'web', 'worker'])
  })

  it('publishes ports of nginx only, and on this machine only unless told otherwise', () => {
    const published = usual.filter(([, { ports }]) => ports)
    expect(published.map(([service]) => service)).toEqual(['nginx'])
    for (const port of services.nginx?.ports ?? []) expect(port).toMatch(/^\$\{HTTP_BIND:-127\.0\.0\.1\}:/)
  })

  it('keeps the database on a network without a way out', () => {
    expect(networks.data).toEqual({ internal: true })
    for (const service of ['db', 'pgbouncer', 'migrate']) expect(services[service]?.networks).toEqual(['data'])
    // It brings mails to their server; backups, where there are any, go to their place, and certificates come; nobody else is on that network.
    const outside = Object.keys(services).filter((service) => services[service]?.networks?.includes('outside'))
    expect(outside.filter((service) => !['backup', 'restore', 'certbot'].includes(service))).toEqual(['worker'])
    expect(services.nginx?.networks).not.toContain('data')
  })

  it('mounts the cluster where images of PostgreSQL 18 want it', () => {
    expect(services.db?.volumes).toEqual(['postgres_data:/var/lib/postgresql'])
  })

  it('gives nginx the photos to read, not to write', () => {
    const media = services.nginx?.volumes?.find(
      (volume) => typeof volume === 'object' && volume.target.endsWith('/media'),
    )
    expect(media).toMatchObject({ read_only: true })
  })

  it('names no container, so that each can be scaled', () => {
    expect(Object.values(services).filter(({ container_name }) => container_name)).toEqual([])
  })
})

describe('production', () => {
  it('shares no project name with development, and so no container and no volume', () => {
    expect(production.name).not.toBe(development.name)
  })

  it('has three replicas, or as many as you say', () => {
    expect(production.services.web?.deploy?.replicas).toMatch(/^\$\{WEB_REPLICAS:-3\}$/)
  })

  it('makes backups and brings them back by services that have to be asked for; the one is nobody, and only reads photos', () => {
    const { backup, restore } = production.services
    expect([backup?.profiles, restore?.profiles]).toEqual([['backup'], ['restore']])
    expect([backup?.user, backup?.cap_add]).toEqual([undefined, undefined])
    const media = backup?.volumes?.find((volume) => typeof volume === 'object' && volume.target.endsWith('/media'))
    expect(media).toMatchObject({ read_only: true })
  })

  it.each(Object.entries(production.services))('bounds what %s may do', (_name, service) => {
    expect(service.read_only).toBe(true)
    expect(service.cap_drop).toEqual(['ALL'])
    expect(service.security_opt).toEqual(['no-new-privileges:true'])
    expect(service.deploy?.resources?.limits?.memory).toMatch(/^\d+[mg]$/)
    expect(service.logging?.options).toMatchObject({ 'max-size': expect.any(String), 'max-file': expect.any(String) })
  })
})

describe('monitoring', () => {
  const monitoring = Object.entries(production.services).filter(([, { profiles }]) => profiles?.includes('monitoring'))

  it('is there for whoever asks for it, on this machine only', () => {
    expect(monitoring.map(([service, { profiles }]) => [service, profiles])).toEqual([
      ['prometheus', ['monitoring']],
      ['grafana', ['monitoring']],
    ])
    for (const [, { ports = [] }] of monitoring)
      expect(ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:\$\{\w+:-\d+\}:\d+$/)])
  })

  it('has nginx tell the worker of itself where neither the database nor the world is', () => {
    expect(production.networks.status).toEqual({ internal: true })
    const there = Object.entries(production.services).filter(([, { networks }]) => networks?.includes('status'))
    expect(there.map(([service]) => service)).toEqual(['nginx', 'worker'])
  })

  it('has a stand-in for Prometheus where no registry is reached', () => {
    expect(read('.ci/base-images')).toContain(`=${production.services.prometheus?.image} `)
  })
})

describe('pm2, Docker and the app', () => {
  it('give each other time to stop: drain < kill < grace', () => {
    const kill = Number(
      /kill_timeout: ([\d_]+)/.exec(read('services/web/ecosystem.config.cjs'))?.[1]?.replaceAll('_', ''),
    )
    const grace = Number.parseInt(production.services.web?.stop_grace_period ?? '', 10) * 1000
    const drain = Number(/DRAIN_SECONDS: .*default\((\d+)\)/.exec(read('services/web/src/config.ts'))?.[1]) * 1000
    expect([drain > 0, drain < kill, kill < grace]).toEqual([true, true, true])
  })
})

describe('the base images', () => {
  const used = [
    'nginx/Dockerfile',
    'services/web/Dockerfile',
    'services/postgres/Dockerfile',
    'services/pgbouncer/Dockerfile',
    'services/certbot/Dockerfile',
    'services/backup/Dockerfile',
  ].flatMap((file) => [...read(file).matchAll(/^FROM (\S+:\S+)/gm)].map(([, image]) => image ?? ''))

  it('are named by a full tag, and asked of no registry by digest', () => {
    expect(used.length).toBeGreaterThan(4)
    for (const image of used)
      expect(image).toMatch(/^(node|nginx|postgres):\d+\.\d+(\.\d+)?-[a-z-]+$|^debian:[a-z]+-slim$/)
  })

  it('are the ones that the tests use, and that machines without a registry build', () => {
    const standIns = read('.ci/base-images')
    for (const image of used) expect(standIns).toContain(image)
    expect(read('services/web/test/server.ts')).toContain(used.find((image) => image.startsWith('postgres:')))
    expect(existsSync(new URL('.nvmrc', root)) && read('.nvmrc').trim()).toBe(
      /^node:([\d.]+)-/.exec(used.find((image) => image.startsWith('node:')) ?? '')?.[1],
    )
  })
})
