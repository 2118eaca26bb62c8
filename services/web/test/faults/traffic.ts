import { randomBytes } from 'node:crypto'
import { Agent } from 'node:http'
import { pause } from '../stack/stack.ts'
import { type Answer, ask, browserAccept, multipart, password } from '../stack/visitor.ts'
import type { Person } from './people.ts'

/**
 * Visitors, a hundred reads for each write, and a ledger of what they have been told is done. Whoever writes behaves as a good client
 * does: what failed is sent again with the same key until it is acknowledged.
 */

/** One thing that somebody wants done, and how far it has come. */
export interface Entry {
  kind: 'post' | 'comment' | 'follow' | 'like' | 'sign-up'
  /** Nothing else has it: a caption, a comment's text, a name. */
  key: string
  /** Who, and whom or what it is about, where that counts. */
  from: string
  to: string
  isAcknowledged: boolean
  /** What the tries before the last came to. */
  failures: string[]
}

export interface Read {
  what: string
  at: number
  milliseconds: number
  /** 0 if there was no answer. */
  status: number
  retryAfter: number | undefined
  reason: string
}

export interface Report {
  reads: Read[]
  ledger: Entry[]
  /** Answers that show what nobody should see of us. */
  leaks: string[]
}

export interface Traffic {
  /** So far. */
  readonly reads: readonly Read[]
  /** Waits until every write is acknowledged, and ends. */
  stop(): Promise<Report>
}

interface Plan {
  url: string
  people: readonly Person[]
  photo: Buffer
  /** Pages and pictures that are there for everybody. */
  pages: readonly string[]
  pictures: readonly string[]
  /** A post that everybody may comment on. */
  post: string
  readsPerSecond?: number
}

const readers = 10
const readsPerWrite = 100
const patienceSeconds = 90

const stackTrace = /\n\s+at .+:\d+:\d+|node_modules|\/app\/dist\/|syntax error at or near|pg_catalog/

let runs = 0

/** Begins at once. */
export function startTraffic({ url, people, photo, pages, pictures, post, readsPerSecond = 80 }: Plan): Traffic {
  runs += 1
  const run = `f${process.pid.toString(36)}x${runs}`
  const report: Report = { reads: [], ledger: [], leaks: [] }
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  let isOver = false

  function look(what: string, { status, text, headers }: Answer): void {
    if (!String(headers['content-type']).startsWith('image/') && stackTrace.test(text))
      report.leaks.push(`${what} ${status}: ${text.slice(0, 500)}`)
  }

  async function read(what: string, headers: Record<string, string>): Promise<void> {
    const at = Date.now()
    try {
      const answer = await ask(url, what, { headers, agent, patienceSeconds: 70 })
      look(`GET ${what}`, answer)
      const { status, milliseconds } = answer
      const retryAfter = answer.headers['retry-after'] ? Number(answer.headers['retry-after']) : undefined
      report.reads.push({ what, at, milliseconds, status, retryAfter, reason: '' })
    } catch (error) {
      const milliseconds = Date.now() - at
      report.reads.push({ what, at, milliseconds, status: 0, retryAfter: undefined, reason: String(error) })
    }
  }

  async function reader(index: number): Promise<void> {
    const me = people[index % people.length]
    for (let turn = index; !isOver; turn += 1) {
      const next = Date.now() + (readers * 1000) / readsPerSecond
      const isPicture = turn % 2 === 0
      const list = isPicture ? pictures : pages
      const path = list[Math.floor(turn / 2) % list.length] ?? '/'
      await read(path, isPicture ? { Accept: 'image/*' } : { Accept: browserAccept, Cookie: me?.cookie ?? '' })
      await pause(Math.max(0, next - Date.now()))
    }
  }

  /** Sends until it is acknowledged. */
  async function insist(entry: Entry, send: () => Promise<Answer>): Promise<void> {
    report.ledger.push(entry)
    const end = () => isOver && Date.now() > stopAt + patienceSeconds * 1000
    while (!end()) {
      try {
        const answer = await send()
        look(entry.kind, answer)
        if (answer.status < 400) {
          entry.isAcknowledged = true
          return
        }
        entry.failures.push(`${answer.status} ${answer.text.slice(0, 120)}`)
        // A no for good, of which there should be none.
        if (answer.status < 500 && answer.status !== 429) return
      } catch (error) {
        entry.failures.push(String(error))
      }
      await pause(250)
    }
  }

  const form = (path: string, who: Person | undefined, fields: Record<string, string>, key: string) =>
    ask(url, path, {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        'Idempotency-Key': key,
        ...(who ? { Cookie: who.cookie } : {}),
      },
      agent,
      patienceSeconds: 20,
    })

  /** Pairs of people, each once. */
  const pairs = people.flatMap((from) => people.filter((to) => to !== from).map((to) => ({ from, to })))
  let turn = 0
  async function write(): Promise<void> {
    const number = turn++
    const key = `${run}-${number}-${randomBytes(3).toString('hex')}`
    const who = people[number % people.length] as Person
    const entry = (kind: Entry['kind'], more: Partial<Entry> = {}): Entry => ({
      ...{ kind, key, from: who.username, to: '', isAcknowledged: false, failures: [] },
      ...more,
    })
    switch (number % 5) {
      case 0: {
        const multi = multipart(Buffer.concat([photo, Buffer.from(key)]), { caption: key })
        const headers = { ...multi.headers, Cookie: who.cookie, 'Idempotency-Key': key }
        const question = { method: 'POST', body: multi.body, headers, agent, patienceSeconds: 30 }
        return insist(entry('post'), () => ask(url, '/upload', question))
      }
      case 1:
        return insist(entry('comment', { to: post }), () => form(`${post}/comments`, who, { text: key }, key))
      case 2: {
        const pair = pairs[Math.floor(number / 5) % pairs.length]
        if (!pair) return
        const { from, to } = pair
        return insist(
          entry('follow', { from: from.username, to: to.username, key: `${from.username} ${to.username}` }),
          () => form(`/@${to.username}/follow`, from, {}, key),
        )
      }
      case 3:
        return insist(entry('like', { to: post, key: who.username }), () => form(`${post}/like`, who, {}, key))
      default: {
        const username = key.replaceAll('-', '_')
        return insist(entry('sign-up', { key: username, from: username }), () =>
          form('/sign-up', undefined, { username, password, key }, key),
        )
      }
    }
  }

  let stopAt = Number.POSITIVE_INFINITY
  const writes: Promise<void>[] = []
  async function writer(): Promise<void> {
    while (!isOver) {
      // Whoever waits for an answer keeps nobody else from asking.
      writes.push(write())
      await pause((1000 * readsPerWrite) / readsPerSecond)
    }
  }

  const all = [...Array.from({ length: readers }, (_, index) => reader(index)), writer()]
  return {
    reads: report.reads,
    async stop() {
      isOver = true
      stopAt = Date.now()
      await Promise.all(all)
      await Promise.all(writes)
      agent.destroy()
      return report
    },
  }
}

/** The value that so many percent of some are not above. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN
}
