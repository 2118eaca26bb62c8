import { Agent, request } from 'node:http'
import type { Visit } from '../../services/web/test/world/visits.ts'
import type { Statements } from './statements.ts'

/** How long visits take: each time all of them once, so that a slow minute of the machine is everybody's; medians. */

export interface Figures {
  name: string
  milliseconds: number
  /** Of one that nothing disturbed. */
  least: number
  /** Of the database, to plan and to run: null where it does not count. */
  inDatabase: number | null
  statements: number | null
}

export interface Measurement {
  /** `select 1` through the same web process and its pool: before everything else, and after. */
  limit: { first: number; last: number }
  figures: Figures[]
}

const rounds = 60
const roundsOfDatabase = 11

export async function measure(
  url: string,
  visits: readonly Visit[],
  statements: Statements | undefined,
): Promise<Measurement> {
  // One connection, that stays open.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const pay = (visit: Visit) => ask(agent, url, visit)
  const takeBack = async ({ undo, cookie }: Visit) => {
    if (undo) await ask(agent, url, { name: undo, path: undo, form: {}, cookie })
  }
  const limit: Visit = { name: 'select 1', path: '/readyz', cookie: '' }
  const measureLimit = () => repeat(rounds, () => time(() => pay(limit)))
  try {
    for (let turn = 0; turn < 5; turn += 1)
      for (const visit of [limit, ...visits]) {
        await pay(visit)
        await takeBack(visit)
      }
    const first = await measureLimit()
    const taken = new Map<Visit, number[]>(visits.map((visit) => [visit, []]))
    for (let round = 0; round < rounds; round += 1)
      for (const [visit, all] of taken) {
        all.push(await time(() => pay(visit)))
        await takeBack(visit)
      }
    const last = await measureLimit()
    const figures: Figures[] = []
    for (const [visit, all] of taken) {
      const costs: { milliseconds: number; count: number }[] = []
      for (let round = 0; statements && round < roundsOfDatabase; round += 1) {
        costs.push(await statements.during(() => pay(visit)))
        await takeBack(visit)
      }
      figures.push({
        name: visit.name,
        milliseconds: median(all),
        least: Math.min(...all),
        inDatabase: statements ? median(costs.map(({ milliseconds }) => milliseconds)) : null,
        statements: statements ? median(costs.map(({ count }) => count)) : null,
      })
    }
    return { limit: { first: median(first), last: median(last) }, figures }
  } finally {
    agent.destroy()
  }
}

async function repeat(times: number, work: () => Promise<number>): Promise<number[]> {
  const all: number[] = []
  for (let turn = 0; turn < times; turn += 1) all.push(await work())
  return all
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

function ask(agent: Agent, url: string, { path, form, cookie }: Visit): Promise<void> {
  return new Promise((resolve, reject) => {
    const asking = request(`${url}${path}`, {
      agent,
      method: form ? 'POST' : 'GET',
      headers: {
        Accept: 'text/html',
        Cookie: cookie,
        ...(form ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}),
      },
    })
    asking.on('error', reject)
    asking.on('response', (response) => {
      const { statusCode = 0 } = response
      response.resume()
      response.on('error', reject)
      response.on('end', () => (statusCode < 400 ? resolve() : reject(new Error(`${path} answered ${statusCode}`))))
    })
    asking.end(form && new URLSearchParams(form).toString())
  })
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
