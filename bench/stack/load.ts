/**
 * Makes a load, in a process of its own so that what it costs is known: node bench/stack/load.ts, with the plan as JSON on its input.
 *
 * Closed (so many ask at once) is autocannon's work. Open (so many a second) is ours: autocannon sends what a second is to have at its
 * very beginning, and fills in what it thinks has been omitted at steps of a millisecond, so that its percentiles are of something else.
 */
import { Agent, request } from 'node:http'
import { json } from 'node:stream/consumers'
import autocannon from 'autocannon'
import type { Outcome, Plan, Question } from './plan.ts'
import { Tally } from './tally.ts'

const plan = (await json(process.stdin)) as Plan
const { pace } = plan
const outcome = 'connections' in pace ? await close(pace.connections) : await open(pace.perSecond)
const { user, system } = process.cpuUsage()
process.stdout.write(JSON.stringify({ ...outcome, cpuSeconds: (user + system) / 1e6 }))
process.exit()

async function close(connections: number): Promise<Omit<Outcome, 'cpuSeconds'>> {
  const all = new Tally()
  const run = autocannon({
    url: plan.url,
    connections,
    duration: plan.seconds,
    requests: plan.questions.map(({ body, kind: _, ...rest }) =>
      body ? { ...rest, body: Buffer.from(body, 'base64') } : rest,
    ),
  })
  run.on('response', (_client, status, _bytes, milliseconds) => all.add(status, milliseconds))
  const { duration, errors, requests } = await run
  all.failed += errors
  return { ...all.outcome(duration), kinds: {}, sent: requests.sent }
}

/** A time is counted from when the question was due, so whoever waits in line before it was even sent counts as well. */
async function open(perSecond: number): Promise<Omit<Outcome, 'cpuSeconds'>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 150 })
  const all = new Tally()
  const kinds = new Map<string, Tally>()
  const underWay = new Set<Promise<void>>()
  const begin = performance.now()
  const total = Math.round(perSecond * plan.seconds)
  for (let turn = 0; turn < total; ) {
    const due = Math.min(total, Math.ceil(((performance.now() - begin) / 1000) * perSecond))
    for (; turn < due; turn += 1) {
      const dueAt = begin + (turn / perSecond) * 1000
      const question = plan.questions[turn % plan.questions.length] as Question
      const tally = kinds.get(question.kind ?? '') ?? new Tally()
      kinds.set(question.kind ?? '', tally)
      const answer = ask(agent, question).then((status) => {
        underWay.delete(answer)
        for (const one of [all, tally]) one.add(status, performance.now() - dueAt)
      })
      underWay.add(answer)
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(underWay)
  const seconds = (performance.now() - begin) / 1000
  const told = [...kinds].map(([kind, tally]) => [kind, tally.outcome(seconds)] as const)
  return { ...all.outcome(seconds), kinds: Object.fromEntries(told), sent: total }
}

/** @returns the status; 599 where no answer came */
function ask(agent: Agent, { method = 'GET', path, headers = {}, body }: Question): Promise<number> {
  const bytes = body === undefined ? undefined : Buffer.from(body, 'base64')
  return new Promise((resolve) => {
    const sending = request(
      plan.url + path,
      { method, agent, headers: { ...headers, ...(bytes ? { 'Content-Length': bytes.length } : {}) } },
      (answer) => {
        answer.resume()
        answer.on('end', () => resolve(answer.statusCode ?? 599))
        answer.on('error', () => resolve(599))
      },
    )
    sending.setTimeout(10_000, () => sending.destroy())
    sending.on('error', () => resolve(599))
    sending.end(bytes)
  })
}
