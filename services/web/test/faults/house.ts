import { type Container, docker, eventually, pause, run, type Stack } from '../stack/stack.ts'
import { ask, browserAccept } from '../stack/visitor.ts'
import { expectKept } from './ledger.ts'
import type { Person } from './people.ts'
import { type Report, startTraffic, type Traffic } from './traffic.ts'

/** The running production stack, who is in it, and what they look at. */
export interface House {
  stack: Stack
  people: Person[]
  photo: Buffer
  /** A post of the first person, and the largest of its pictures. */
  post: { url: string; media: string }
  /** Where the volumes lie, each on a disk of its own, which can be filled. */
  disks: { media: string; database: string }
}

export type TheHouse = () => House

/** Visitors of every kind, who go on until told to stop. */
export function startVisitors({ stack, people, photo, post }: House, readsPerSecond?: number): Traffic {
  return startTraffic({
    url: stack.url,
    people,
    photo,
    post: post.url,
    pages: ['/', post.url, `/@${people[0]?.username}`, '/explore'],
    pictures: [post.media],
    ...(readsPerSecond === undefined ? {} : { readsPerSecond }),
  })
}

/** Does something to the stack while people visit it, and expects that nothing is lost. @returns what they saw */
export async function visitedDuring(house: House, what: string, act: () => Promise<unknown>): Promise<Report> {
  const traffic = startVisitors(house)
  let report: Report
  try {
    await pause(2_000)
    await act()
    await isWell(house)
    await pause(6_000)
  } finally {
    report = await traffic.stop()
  }
  await expectKept(house.stack, what, report)
  return report
}

/** Waits until every page is there again, from whichever replica: nobody helps. @returns after how many seconds */
export function isWell({ stack, people }: House, patienceSeconds = 90): Promise<number> {
  const headers = { Accept: browserAccept, Cookie: people[0]?.cookie ?? '' }
  return eventually(async () => {
    for (let turn = 0; turn < 9; turn += 1) expect((await ask(stack.url, '/', { headers })).status).toBe(200)
  }, patienceSeconds)
}

/** Kills a container's first process from outside, as a crash does: unlike after `docker kill`, Docker starts it again. */
export async function crash({ State }: Container): Promise<void> {
  const outcome = await run('kill', ['-KILL', String(State.Pid)])
  if (outcome.status !== 0) throw new Error(`kill ${State.Pid}: ${outcome.stderr}`)
}

/** Pauses a container for a while. */
export async function paused<Result>({ Id }: Container, during: () => Promise<Result>): Promise<Result> {
  await docker(['pause', Id])
  try {
    return await during()
  } finally {
    await docker(['unpause', Id])
  }
}

/** Of what was read between two moments: what was not answered 200. */
export function failedBetween({ reads }: { reads: Report['reads'] }, from = 0, to = Number.POSITIVE_INFINITY) {
  return reads.filter(({ at, status }) => status !== 200 && at >= from && at <= to)
}

/** How much memory a service's containers hold now, in MiB: what Docker counts, without what can be dropped. */
export async function memoryOf(stack: Stack, service: string): Promise<number[]> {
  const ids = (await stack.containers(service)).filter(({ State }) => State.Running).map(({ Id }) => Id)
  const { stdout } = await docker(['stats', '--no-stream', '--format', '{{.MemUsage}}', ...ids])
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [, figure = '0', unit = 'MiB'] = /^([\d.]+)(KiB|MiB|GiB)/.exec(line) ?? []
      return Number(figure) * { KiB: 1 / 1024, MiB: 1, GiB: 1024 }[unit as 'MiB']
    })
}
