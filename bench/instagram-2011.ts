/**
 * "Instagram 2011 on one machine": in September 2011 Instagram took in 25 photos and 90 likes a second, with a hundred reads for each
 * write, on 25 application servers. What fraction of that does this machine sustain, so that 99 of 100 answers come within 250 ms?
 *
 *   npm run bench:2011                            looks for the fraction, then holds it for ten minutes
 *   npm run bench:2011 -- --percent=2 --minutes=5
 *
 * An open load: questions come when they are due, whatever becomes of those before. Needs a Docker engine.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { drawScene } from '../services/web/src/demo/scenes.ts'
import type { Stack } from '../services/web/test/stack/stack.ts'
import { browserAccept, multipart } from '../services/web/test/stack/visitor.ts'
import { addressOf } from './stack/cases.ts'
import { type Measurement, measureLoad } from './stack/measure.ts'
import { openBench } from './stack/open.ts'
import type { Question } from './stack/plan.ts'
import { resultsFolder, rounded, surroundingsOf } from './stack/report.ts'
import { makeWorld, type World } from './stack/world.ts'

const { values: given } = parseArgs({
  options: {
    percent: { type: 'string' },
    minutes: { type: 'string', default: '10' },
  },
})
const then = { photos: 25, likes: 90, reads: 11_500 }
const perSecond = then.photos + then.likes + then.reads
const mostMilliseconds = 250
const tryPercents = [0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6]
const trySeconds = 15

interface Tried extends Measurement {
  percent: number
  seconds: number
  /** Uploads that nobody has developed yet, at the end. */
  photosWaiting: number
}

const digits = (value: number | undefined, count = 0) => (value ?? Number.NaN).toFixed(count)

/** How many processors a service keeps busy. */
const coresOf = ({ cpuMilliseconds, perSecond: reached }: Measurement, service: string) =>
  ((cpuMilliseconds[service] ?? 0) * reached) / 1000

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const stack = await openBench()
try {
  await stack.compose(['build'], { patienceSeconds: 850 })
  await stack.compose(['up', '--detach', '--wait'])
  const world = await makeWorld(stack)
  const url = await addressOf(stack, 'nginx', 8080)
  const questions = await aSecondOf2011(world)
  const at = async (percent: number, seconds: number): Promise<Tried> => {
    const measured = await measureLoad(stack, {
      url,
      questions,
      seconds,
      pace: { perSecond: (perSecond * percent) / 100 },
    })
    const waiting = await jobsWaiting(stack)
    const tried = { percent, seconds, ...measured, photosWaiting: waiting }
    say(tell(tried))
    return tried
  }
  // Nobody's first requests count.
  await at(tryPercents[0] ?? 1, trySeconds)
  const tries: Tried[] = []
  for (const percent of given.percent ? [] : tryPercents) {
    const tried = await at(percent, trySeconds)
    tries.push(tried)
    if (!isSustained(tried)) break
  }
  const best = Number(given.percent ?? tries.findLast((one) => isSustained(one))?.percent ?? tryPercents[0])
  const held = await at(best, Number(given.minutes) * 60)
  const surroundings = await surroundingsOf(stack)
  const findings = { surroundings, then, tries, held, isSustained: isSustained(held) }
  await mkdir(resultsFolder, { recursive: true })
  await writeFile(`${resultsFolder}instagram-2011.json`, `${JSON.stringify(findings, rounded, 2)}\n`)
  await writeFile(`${resultsFolder}instagram-2011.md`, page(surroundings, tries, held))
} finally {
  await stack.remove()
}

/** What came in one second of 2011, evenly mixed. */
async function aSecondOf2011({ readers, posts, people }: World): Promise<Question[]> {
  const scenes = ['lake', 'lake', 'lake'] as const
  const photos = await Promise.all(scenes.map((scene, index) => drawScene(scene, 'square', index)))
  const form = photos.map((photo) => multipart(photo))
  const questions: Question[] = []
  const turnsOf = { photos: 0, likes: 0, reads: 0 }
  for (let turn = 0; turn < perSecond; turn += 1) {
    // Whichever is most behind what it should have had by now.
    const share = (kind: keyof typeof then) => turnsOf[kind] / then[kind]
    const kind = (['photos', 'likes', 'reads'] as const).reduce((one, other) =>
      share(other) < share(one) ? other : one,
    )
    const index = turnsOf[kind]++
    const cookie = readers[index % readers.length]?.cookie ?? ''
    if (kind === 'photos') {
      const { body, headers } = form[index % form.length] as (typeof form)[number]
      const sent = { method: 'POST', path: '/upload', body: body.toString('base64') } as const
      questions.push({ kind, ...sent, headers: { ...headers, Cookie: cookie } })
    } else if (kind === 'likes') {
      const what = index % 2 ? 'unlike' : 'like'
      const path = `${posts[(index >> 1) % posts.length]}/${what}`
      questions.push({ kind, method: 'POST', path, headers: { Cookie: cookie } })
    } else {
      // Of ten reads five are of the feed, three of a post, two of a profile.
      const path = ['/', '/', '/', '/', '/', 'post', 'post', 'post', 'person', 'person'][index % 10] ?? '/'
      const place =
        path === 'post' ? posts[index % posts.length] : path === 'person' ? `/@${people[index % people.length]}` : path
      questions.push({ kind, path: place ?? '/', headers: { Accept: browserAccept, Cookie: cookie } })
    }
  }
  return questions
}

function isSustained(tried: Tried): boolean {
  const { percent, failed, perSecond: reached, milliseconds } = tried
  const isInTime = (milliseconds?.p99 ?? Number.POSITIVE_INFINITY) < mostMilliseconds
  return failed === 0 && isInTime && reached > ((perSecond * percent) / 100) * 0.98
}

async function jobsWaiting(whose: Stack): Promise<number> {
  return Number(
    await whose.sql(
      "select count(*) from jobs.job where name like 'develop-%' and state in ('created', 'retry', 'active')",
    ),
  )
}

function tell(tried: Tried): string {
  const { percent, perSecond: reached, milliseconds, kinds = {}, failed, photosWaiting, strangersPercent } = tried
  const times = Object.entries(kinds).map(([kind, told]) => `${kind} ${digits(told.milliseconds.p99)}`)
  const cores = Object.keys(tried.cpuMilliseconds).map((service) => `${service} ${digits(coresOf(tried, service), 2)}`)
  return (
    `${percent} %: ${digits(reached)} requests/s, p50 ${digits(milliseconds?.p50)}, p99 ${digits(milliseconds?.p99)} ms (${times.join(', ')}), ` +
    `${failed} failed, ${photosWaiting} photos waiting; cores: ${cores.join(', ')}; strangers ${digits(strangersPercent)} %`
  )
}

function page(surroundings: Record<string, string>, tries: readonly Tried[], held: Tried): string {
  const line = (tried: Tried) => {
    const { percent, seconds, perSecond: reached, milliseconds, kinds = {}, failed, photosWaiting } = tried
    const times = [milliseconds, kinds.reads?.milliseconds, kinds.likes?.milliseconds, kinds.photos?.milliseconds]
    const cells = [
      ...[`${percent} %`, `${seconds} s`, digits(reached), digits(milliseconds?.p50)],
      ...times.map((one) => digits(one?.p99)),
      ...[String(failed), String(photosWaiting), isSustained(tried) ? 'yes' : '**no**'],
    ]
    return `| ${cells.join(' | ')} |`
  }
  const busy = Object.keys(held.cpuMilliseconds)
    .filter((service) => service !== 'all')
    .sort((one, other) => coresOf(held, other) - coresOf(held, one))
    .map((service) => `| ${service} | ${digits(coresOf(held, service), 2)} |`)
  return [
    '# Instagram 2011 on one machine',
    '',
    `In September 2011: ${then.photos} photos, ${then.likes} likes and ${then.reads} reads a second, on 25 application servers. Of ten reads here five are of the home feed,`,
    'three of a post, two of a profile; photos are 1200 × 1200, and are developed meanwhile. An open load: a time is counted from when the',
    `request was due. Sustained is what fails never, and has a p99 under ${mostMilliseconds} ms. The load takes its share of the same processors.`,
    '',
    ...Object.entries(surroundings).map(([what, value]) => `- ${what}: ${value}`),
    `- processor time that went to others on the machine while it was held: ${digits(held.strangersPercent)} %`,
    '',
    '| of 2011 | for | requests a second | p50 ms | p99 ms | reads | likes | photos | failed | photos waiting at the end | sustained |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
    ...[...tries, held].map(line),
    '',
    `Processors that were busy, at ${held.percent} %:`,
    '',
    '| | |',
    '|---|---|',
    ...busy,
    '',
  ].join('\n')
}
