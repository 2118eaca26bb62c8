import { Agent } from 'node:http'
import { type Answer, browserAccept, password, visit } from './visitor.ts'

/** Visitors who read, look at photos, sign in and share, all the while something is done to the stack. */

export interface Failure {
  /** Since the load began. */
  seconds: number
  what: string
  reason: string
}

/** An upload that was answered with "it is posted". */
export interface Acknowledged {
  url: string
  caption: string
}

export interface LoadReport {
  made: number
  posts: number
  failures: Failure[]
  acknowledged: Acknowledged[]
  /** How many answers of each status came, by what was asked. */
  statuses: Record<string, number>
  slowestMilliseconds: number
}

export interface Load {
  report(): LoadReport
  /** Lets those under way finish. */
  stop(): Promise<LoadReport>
}

interface LoadPlan {
  url: string
  /** Whose session the uploads have; signs in with `password` as well. */
  username: string
  cookie: string
  photo: Buffer
  pages: readonly string[]
  files: readonly string[]
  /** Whether an answer other than the one hoped for is to be expected, as in an outage. */
  isExcused?: (answer: Answer) => boolean
}

/** Begins at once; ends at `stop`, or by itself after five minutes. */
export function startLoad(plan: LoadPlan): Load {
  const { url, username, cookie, photo, pages, files, isExcused = () => false } = plan
  const begin = Date.now()
  const report: LoadReport = {
    made: 0,
    posts: 0,
    failures: [],
    acknowledged: [],
    statuses: {},
    slowestMilliseconds: 0,
  }
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  let isOver = false

  async function one(what: string, expected: number, send: () => Promise<Answer>): Promise<Answer | undefined> {
    report.made += 1
    if (what.startsWith('POST')) report.posts += 1
    const fail = (reason: string) => report.failures.push({ seconds: (Date.now() - begin) / 1000, what, reason })
    try {
      const answer = await send()
      const key = `${what.split(' ')[0]} ${answer.status}`
      report.statuses[key] = (report.statuses[key] ?? 0) + 1
      report.slowestMilliseconds = Math.max(report.slowestMilliseconds, answer.milliseconds)
      if (answer.status === expected) return answer
      if (!isExcused(answer)) fail(`${answer.status} ${answer.text.slice(0, 300)}`)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      fail(`${code ?? ''} ${message}`)
    }
    return undefined
  }

  async function repeat(pauseMilliseconds: number, step: (turn: number) => Promise<unknown>): Promise<void> {
    for (let turn = 0; !isOver && Date.now() - begin < 5 * 60 * 1000; turn += 1) {
      await step(turn)
      await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds))
    }
  }

  const pick = (list: readonly string[], turn: number) => list[turn % list.length] ?? '/'
  const read = (accept: string, list: readonly string[]) => (turn: number) => {
    const path = pick(list, turn)
    return one(`GET ${path}`, 200, () => visit(url, accept, agent).get(path))
  }
  let shared = 0
  const share = async () => {
    const caption = `shared under load ${begin}-${shared++}`
    const answer = await one('POST /upload', 201, () =>
      visit(url, '*/*', agent).upload(photo, caption, { headers: { Cookie: cookie } }),
    )
    if (answer) report.acknowledged.push({ url: answer.json.url, caption })
  }
  const signIn = () =>
    one('POST /sign-in', 200, () => visit(url, '*/*', agent).post('/sign-in', { username, password }))

  const all = Promise.all([
    ...[0, 1, 2, 3].map(() => repeat(15, read(browserAccept, pages))),
    ...[0, 1].map(() => repeat(15, read('image/*', files))),
    ...[0, 1, 2].map(() => repeat(5, share)),
    ...[0, 1].map(() => repeat(40, signIn)),
  ])

  return {
    report: () => report,
    async stop() {
      isOver = true
      await all
      agent.destroy()
      return report
    },
  }
}
