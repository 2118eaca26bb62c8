import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import type { Fault } from '../../services/web/test/plans.ts'
import type { Figures, Measurement } from './measure.ts'

/** What was measured, as JSON and as a table. */

export interface Measured extends Measurement {
  people: number
  posts: number
  follows: number
  likes: number
  gigabytes: number
  secondsToMake: number
  /** How many wanted a processor in the last minutes: with more than there are, figures say more of the others than of us. */
  load: number
  /** The version of PostgreSQL. */
  postgres: string
  faults: Fault[]
}

const folder = new URL('../results/', import.meta.url)
export const resultsPage: URL = new URL('growth.md', folder)

/** How much growth is allowed: the power of the number of people by which time grows. */
const targets: readonly [RegExp, number][] = [
  [/^feed, 150 /, 0.15],
  [/^(?:like|follow|profile) /, 0.05],
]

/** @returns whether everything is as it should be */
export async function writeResults(measured: readonly Measured[]): Promise<boolean> {
  const machine = {
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 1e9),
    node: process.version,
    postgres: measured[0]?.postgres ?? '',
  }
  const growth = growthOf(measured)
  await mkdir(folder, { recursive: true })
  await writeFile(new URL('growth.json', folder), `${JSON.stringify({ machine, worlds: measured, growth }, null, 2)}\n`)
  const page = [
    '# Growth',
    '',
    `\`npm run bench:growth\` on ${machine.date}, at ${machine.commit}: ${machine.cores} cores of ${machine.processor}, ${machine.memoryGigabytes} GB; Node ${machine.node}, PostgreSQL ${machine.postgres}.`,
    'Medians in milliseconds of 60 requests by one open connection to one web process; beside them what the database took of that, to plan and to run.',
    'Growth is the power of the number of people by which time grows: 0 for none, 1 for as much as the people. Where the load is above the cores, others worked beside it: then the growth of the least says more.',
    '',
    ...worldsTable(measured),
    '',
    ...growthTable(measured, growth),
    '',
    ...followeesTable(measured.at(-1)),
    '',
    ...measured.flatMap(plansOf),
  ].join('\n')
  await writeFile(resultsPage, `${page}\n`)
  return measured.every(({ faults }) => !faults.length) && growth.every(({ isMet }) => isMet !== false)
}

interface Growth {
  name: string
  slope: number
  /** Of the least instead of the median: a busy machine disturbs it less. */
  slopeOfLeast: number
  slopeInDatabase: number | null
  target: number | undefined
  isMet: boolean | undefined
}

/** Of what was measured in every world, if there are several. */
function growthOf(measured: readonly Measured[]): Growth[] {
  const [smallest] = measured
  if (!smallest || measured.length < 2) return []
  return smallest.figures.flatMap(({ name }) => {
    const all = measured.map(({ people, figures }) => ({ people, ...figures.find((one) => one.name === name) }))
    const slope = slopeOf(all.map(({ people, milliseconds = Number.NaN }) => [people, milliseconds]))
    const slopeOfLeast = slopeOf(all.map(({ people, least = Number.NaN }) => [people, least]))
    const inDatabase = slopeOf(all.map(({ people, inDatabase }) => [people, inDatabase ?? Number.NaN]))
    const target = targets.find(([pattern]) => pattern.test(name))?.[1]
    return {
      name,
      slope,
      slopeOfLeast,
      slopeInDatabase: Number.isNaN(inDatabase) ? null : inDatabase,
      target,
      isMet: target === undefined ? undefined : slope <= target,
    }
  })
}

/** The slope of the line that lies nearest to the logarithms. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const)
  const mean = (of: 0 | 1) => logs.reduce((sum, point) => sum + point[of], 0) / logs.length
  const [meanX, meanY] = [mean(0), mean(1)]
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  return covariance / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
}

function worldsTable(measured: readonly Measured[]): string[] {
  return table(
    ['people', 'posts', 'follows', 'likes', 'on disk', 'made in', 'load', '`select 1`, first and last'],
    measured.map((world) => [
      ...[world.people, world.posts, world.follows, world.likes].map(whole),
      `${world.gigabytes.toFixed(1)} GB`,
      `${world.secondsToMake.toFixed(0)} s`,
      world.load.toFixed(1),
      `${ms(world.limit.first)}, ${ms(world.limit.last)}`,
    ]),
  )
}

/** The last column of figures says how often `select 1` through the same pool would fit in. */
function growthTable(measured: readonly Measured[], growth: readonly Growth[]): string[] {
  const names = [...new Set(measured.flatMap(({ figures }) => figures.map(({ name }) => name)))]
  return table(
    [
      '',
      ...measured.flatMap(({ people }) => [whole(people), 'database']),
      '× `select 1`',
      'growth',
      'of the least',
      'of the database',
      'target',
      'met',
    ],
    names.map((name) => {
      const found = measured.map(({ figures }) => figures.find((one) => one.name === name))
      const grown = growth.find((one) => one.name === name)
      const last = measured.at(-1)
      return [
        name,
        ...found.flatMap((one) => [ms(one?.milliseconds), ms(one?.inDatabase)]),
        last ? ((found.at(-1)?.milliseconds ?? Number.NaN) / last.limit.last).toFixed(1) : '',
        grown?.slope.toFixed(2) ?? '',
        grown?.slopeOfLeast.toFixed(2) ?? '',
        grown?.slopeInDatabase?.toFixed(2) ?? '',
        grown?.target === undefined ? '' : `≤ ${grown.target}`,
        grown?.isMet === undefined ? '' : grown.isMet ? 'yes' : '**no**',
      ]
    }),
  )
}

/** What it costs to follow many, and to be followed by many: in the largest world. */
function followeesTable(world: Measured | undefined): string[] {
  if (!world) return []
  const feeds = world.figures
    .flatMap((figures) => {
      const [, count] = /^feed, ([\d,]+) followees$/.exec(figures.name) ?? []
      return count ? [{ ...figures, count: Number(count.replaceAll(',', '')) }] : []
    })
    .sort((one, other) => one.count - other.count)
  const pairs = world.figures.flatMap((somebody) => {
    const name = somebody.name.replace('somebody', 'the famous one')
    const famous = world.figures.find((one) => one.name === name && one !== somebody)
    return famous ? [{ name: somebody.name.replace(/ (?:of )?(?:a post of )?somebody$/, ''), somebody, famous }] : []
  })
  return [
    `Among ${whole(world.people)} people, against how many one follows: growth ${slopeOf(feeds.map(({ count, milliseconds }) => [count, milliseconds])).toFixed(2)}.`,
    '',
    ...table(['followees', ...feeds.map(({ count }) => whole(count))], [['feed', ...feeds.map(both)]]),
    '',
    `Against how many follow: some twenty, and ${whole(world.people - 2)}.`,
    '',
    ...table(
      ['', 'somebody', 'the famous one'],
      pairs.map(({ name, somebody, famous }) => [name, both(somebody), both(famous)]),
    ),
  ]
}

function plansOf({ people, faults }: Measured): string[] {
  const among = `Among ${whole(people)} people the database`
  if (!faults.length) return [`- ${among} read no large table from end to end, and threw no thousand rows away.`]
  return faults.map(({ visit, what, statement }) => `- ${among} ${what}, for ${visit}: \`${statement.slice(0, 200)}…\``)
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, index) => (index ? '--:' : '---'))), ...lines.map(line)]
}

const both = ({ milliseconds, inDatabase }: Figures): string => `${ms(milliseconds)} (${ms(inDatabase)})`

function ms(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toFixed(1)
}

function whole(value: number): string {
  return value.toLocaleString('en')
}
