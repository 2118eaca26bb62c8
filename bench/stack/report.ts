import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { run, type Stack } from '../../services/web/test/stack/stack.ts'
import type { Idle, Measurement } from './measure.ts'

/** What a run has found, as JSON with every figure of it and as tables to be read. */

export interface Findings {
  upSeconds: { fresh: number; again: number }
  idleMegabytes: Record<string, number>
  idle: Idle
  /** Of each replica's process, the most that was seen right after a load. */
  webMegabytes: number
  /** By service, all of its containers together: the most that there was at the end of a round. */
  loadedMegabytes: Record<string, number>
  /** Each case with its figure of each round. */
  limits: Record<string, Measurement[]>
  ours: Record<string, Measurement[]>
  others: Record<string, Measurement[]>
}

export const resultsFolder = fileURLToPath(new URL('../results/', import.meta.url))

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length / 2
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return (low + high) / 2
}

export async function writeReport(surroundings: Record<string, string>, findings: Findings): Promise<string> {
  const text = [
    '# The whole stack, measured',
    '',
    '`npm run bench`: the production stack with three replicas, beside the limits of the same machine and beside others that have the same',
    'processors and the memory of three replicas, all in one run. Medians of all rounds. Whoever makes the load has a share of the same',
    'processors. Ratios are what counts: they are of the same minutes, while figures differ from machine to machine.',
    '',
    ...Object.entries(surroundings).map(([what, value]) => `- ${what}: ${value}`),
    `- rounds: ${findings.ours['feed page']?.length}`,
    `- processors that are busy while nobody asks anything: ${findings.idle.containers.toFixed(2)} by the containers, ${findings.idle.machine.toFixed(2)} with the engine and all else`,
    `- processor time that went to others on the machine meanwhile: ${strangers(findings)}`,
    '',
    ...(medianOfStrangers(findings) > 10
      ? ['**The machine was not ours alone: measure again before relying on this.**', '']
      : []),
    '## Targets',
    '',
    '| | target | measured | met |',
    '|---|---|---|---|',
    ...targets(findings).map(
      ({ what, target, measured, isMet }) => `| ${what} | ${target} | ${measured} | ${isMet ? 'yes' : '**no**'} |`,
    ),
    '',
    ...tableOf('Limits', findings.limits),
    ...tableOf('Gramstack', findings.ours),
    ...tableOf('Others', findings.others),
    ...sharesOf(findings),
    ...memoryOf(findings),
    '`CPU ms` is the processor time of all containers for one request; for pgbench without pgbench. With few requests, as on a busy machine,',
    'what goes on in the background weighs much in it.',
    '',
  ].join('\n')
  await mkdir(resultsFolder, { recursive: true })
  await writeFile(`${resultsFolder}stack.json`, `${JSON.stringify({ surroundings, ...findings }, rounded, 2)}\n`)
  await writeFile(`${resultsFolder}stack.md`, text)
  return text
}

/** No more digits than a figure has. */
export const rounded = (_key: string, value: unknown) =>
  typeof value === 'number' ? Number(value.toPrecision(4)) : value

interface Target {
  what: string
  target: string
  measured: string
  isMet: boolean
}

function targets({ upSeconds, idleMegabytes, webMegabytes, limits, ours, others }: Findings): Target[] {
  const rate = (all: Measurement[] | undefined) => median((all ?? []).map(({ perSecond }) => perSecond))
  const cpu = (all: Measurement[] | undefined) =>
    median((all ?? []).map(({ cpuMilliseconds }) => cpuMilliseconds.all ?? 0))
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`
  const atLeast = (what: string, least: number, share: number, more = ''): Target => ({
    what,
    target: `≥ ${percent(least)}`,
    measured: percent(share) + more,
    isMet: share >= least,
  })
  const atMost = (what: string, most: number, value: number, unit: string): Target => ({
    what,
    target: `≤ ${most} ${unit}`,
    measured: `${value.toFixed(unit === 's' ? 1 : 0)} ${unit}`,
    isMet: value <= most,
  })
  const feed = rate(ours['feed page'])
  const timesDjango = feed / rate(others['feed page, Django'])
  const bare = limits['feed page, bare node:http']
  const nginx = limits['photo, bare nginx']
  const pooled = (what: string) =>
    rate(limits[`${what}, pgbench by pgbouncer`]) / rate(limits[`${what}, pgbench direct`])
  return [
    atLeast(
      'feed page, of bare node:http with the same query and view',
      0.8,
      feed / rate(bare),
      `; by processor time ${percent(cpu(bare) / cpu(ours['feed page']))}`,
    ),
    {
      what: 'feed page, beside Django’s',
      target: '≥ 5 times',
      measured: `${timesDjango.toFixed(1)} times`,
      isMet: timesDjango >= 5,
    },
    atLeast('the feed’s statement by pgbouncer, of direct', 0.95, pooled('feed statement')),
    atLeast('one row by pgbouncer, of direct', 0.95, pooled('one row')),
    atLeast(
      'a public photo, of bare nginx',
      0.9,
      rate(ours.photo) / rate(nginx),
      `; by processor time ${percent(cpu(nginx) / cpu(ours.photo))}`,
    ),
    atMost('a web process under load', 150, webMegabytes, 'MB'),
    atMost('the whole stack, idle, three replicas', 700, idleMegabytes.all ?? Number.NaN, 'MB'),
    atMost('`up --wait`, images built, empty volumes', 20, upSeconds.fresh, 's'),
    atMost('`up --wait`, images built, volumes there', 20, upSeconds.again, 's'),
  ]
}

function tableOf(title: string, cases: Record<string, Measurement[]>): string[] {
  const line = ([name, all]: [string, Measurement[]]) => {
    const of = (figure: (one: Measurement) => number | undefined, digits: number) => {
      const value = median(all.map((one) => figure(one) ?? Number.NaN))
      return Number.isNaN(value) ? '' : value.toFixed(digits)
    }
    const cells = [
      of(({ perSecond }) => perSecond, 0),
      of(({ milliseconds, meanMilliseconds }) => milliseconds?.p50 ?? meanMilliseconds, 1),
      of(({ milliseconds }) => milliseconds?.p95, 1),
      of(({ milliseconds }) => milliseconds?.p99, 1),
      of(({ cpuMilliseconds }) => cpuMilliseconds.all, 3),
      String(all.reduce((sum, { failed }) => sum + failed, 0)),
    ]
    return `| ${name} | ${cells.join(' | ')} |`
  }
  return [
    `## ${title}`,
    '',
    '| | a second | p50 ms | p95 ms | p99 ms | CPU ms | failed |',
    '|---|---|---|---|---|---|---|',
    ...Object.entries(cases).map(line),
    '',
  ]
}

/** Who of us works how long for one page. */
function sharesOf({ limits, ours, others }: Findings): string[] {
  const pages = Object.entries({ ...ours, ...limits, ...others }).filter(([name]) =>
    ['feed page', 'feed page, bare node:http', 'feed page, Django'].includes(name),
  )
  const services = ['nginx', 'web', 'bare-http', 'django', 'pgbouncer', 'db', 'worker']
  const line = ([name, all]: [string, Measurement[]]) => {
    const cells = services.map((service) =>
      median(all.map(({ cpuMilliseconds }) => cpuMilliseconds[service] ?? 0)).toFixed(1),
    )
    return `| ${name} | ${cells.join(' | ')} |`
  }
  return [
    '## Where the processor time of a page goes, ms',
    '',
    `| | ${services.join(' | ')} |`,
    `|---|${services.map(() => '---|').join('')}`,
    ...pages.map(line),
    '',
  ]
}

function memoryOf({ loadedMegabytes }: Findings): string[] {
  const services = ['web', 'bare-http', 'django', 'flask', 'directus']
  return [
    '## Memory of each after its loads, MB, three processes (bare-http one)',
    '',
    `| ${services.join(' | ')} |`,
    `${services.map(() => '|---').join('')}|`,
    `| ${services.map((service) => loadedMegabytes[service]?.toFixed(0) ?? '').join(' | ')} |`,
    '',
  ]
}

function strangers(findings: Findings): string {
  const percents = strangersIn(findings)
  return `median ${medianOfStrangers(findings).toFixed(0)} %, at most ${Math.max(...percents).toFixed(0)} %`
}

const medianOfStrangers = (findings: Findings): number => median(strangersIn(findings))

function strangersIn({ limits, ours, others }: Findings): number[] {
  return [limits, ours, others].flatMap((cases) =>
    Object.entries(cases).flatMap(([name, all]) =>
      name.includes('pgbench') ? [] : all.map(({ strangersPercent }) => strangersPercent),
    ),
  )
}

/** What the figures were measured on. */
export async function surroundingsOf(stack: Stack): Promise<Record<string, string>> {
  const first = (text: string) => text.trim().split('\n')[0] ?? ''
  const version = async (service: string, command: string) => {
    const { status, stdout, stderr } = await stack.shell(service, command)
    return status ? undefined : first(stdout || stderr)
  }
  const named = async (name: string, service: string, command: string) => {
    const found = await version(service, command)
    return found && `${name} ${found}`
  }
  const commit = await run('git', ['rev-parse', '--short', 'HEAD'])
  const docker = await run('docker', ['version', '--format', '{{.Server.Version}}'])
  return {
    when: new Date().toISOString().slice(0, 16).replace('T', ' '),
    commit: first(commit.stdout),
    machine: `${cpus().length} × ${cpus()[0]?.model}, ${(totalmem() / 1e9).toFixed(0)} GB, Linux ${release()}`,
    versions: [
      await named('Node', 'web', 'node --version'),
      await version('nginx', 'nginx -v'),
      await version('db', 'postgres --version'),
      await version('pgbouncer', 'pgbouncer --version'),
      `Docker ${first(docker.stdout)}`,
      await version('django', 'python3 --version'),
      await named('Django', 'django', 'python3 -c "import django; print(django.__version__)"'),
      await named('Flask', 'flask', `python3 -c "from importlib.metadata import version; print(version('flask'))"`),
      await version('flask', 'gunicorn --version'),
      await named('Directus', 'directus', `node -p "require('./node_modules/directus/package.json').version"`),
    ]
      .filter(Boolean)
      .join(', '),
  }
}
