import { type Load, type LoadReport, startLoad } from '../load.ts'
import { eventually, figure, type Stack } from '../stack.ts'
import { ask, browserAccept, type Visitor, visit } from '../visitor.ts'

/** The running production stack, and who and what is in it. */
export interface House {
  stack: Stack
  /** The first person, who takes JSON. */
  alice: Visitor
  /** Alice's first post: its page, and the largest of its pictures. */
  post: { url: string; media: string }
  /** A small photo. */
  photo: Buffer
}

/** Topics are registered before the house stands, so they are given how to get at it. */
export type TheHouse = () => House

/** Visitors of every kind, who go on until told to stop. */
export function load(house: House, more: Partial<Parameters<typeof startLoad>[0]> = {}): Load {
  const { stack, alice, post, photo } = house
  return startLoad({
    url: stack.url,
    username: 'alice',
    cookie: alice.cookie,
    photo,
    pages: ['/', post.url, '/@alice', '/sign-in'],
    files: [post.media, '/static/hello.txt', '/favicon.ico'],
    ...more,
  })
}

/** Says what the load was, and expects that nobody was let down. */
export function expectNoFailure(what: string, report: LoadReport): void {
  tell(what, report)
  expect(report.failures).toEqual([])
  // Otherwise nothing was shown.
  expect(report.posts).toBeGreaterThan(20)
}

export function tell(what: string, { made, posts, failures, slowestMilliseconds, acknowledged }: LoadReport): void {
  figure(
    `${what}: ${made} requests (${posts} POSTs, ${acknowledged.length} photos posted), ${failures.length} failed, slowest ${slowestMilliseconds} ms`,
  )
}

/** Expects that each upload that was said to be posted is there, with its picture. */
export async function expectAllKept({ stack }: House, { acknowledged }: LoadReport): Promise<void> {
  const lost: string[] = []
  for (const { url, caption } of acknowledged) {
    await eventually(async () => {
      const answer = await visit(stack.url).get(url)
      expect([url, answer.status, answer.json.caption]).toEqual([url, 200, caption])
      expect([url, answer.json.media]).toEqual([url, expect.stringMatching(/^\/media\//)])
      expect((await ask(stack.url, answer.json.media)).status).toBe(200)
    }, 60).catch((error: unknown) => lost.push(`${url}: ${String(error)}`))
    if (lost.length > 3) break
  }
  expect(lost).toEqual([])
}

/** nginx's access log, parsed; what isn't a line of it is left out. */
export async function accessLog(stack: Stack): Promise<Record<string, string | number>[]> {
  return (await stack.logs('nginx'))
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
}

/** The addresses at which nginx finds the replicas that run now. */
export async function replicaAddresses(stack: Stack): Promise<string[]> {
  return (await stack.containers('web'))
    .filter(({ State }) => State.Running)
    .map(({ NetworkSettings }) => `${NetworkSettings.Networks[`${stack.project}_edge`]?.IPAddress}:3000`)
}

export const asBrowser = (stack: Stack) => visit(stack.url, browserAccept)
