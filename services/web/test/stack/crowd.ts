import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { eventually, pause, type Stack } from './stack.ts'
import { type Answer, ask, browserAccept, signUp, type Visitor } from './visitor.ts'

/** People who read, write comments, like and share, all the while something is done to the stack; and a ledger of what they were told. */

export interface Ledger {
  /** Requests, each sent once: nobody here tries again. */
  made: number
  posts: number
  failures: string[]
  slowestMilliseconds: number
  /** What was answered with "it is there". */
  comments: string[]
  captions: string[]
  /** Which greetings the page `/` gave, and how often: two versions differ in it. */
  greetings: Record<string, number>
}

export interface Crowd {
  readonly ledger: Ledger
  /** Lets requests under way finish. */
  stop(): Promise<Ledger>
}

export interface Scene {
  stack: Stack
  people: Visitor[]
  /** Posts to be read, commented on and liked. */
  posts: string[]
  photo: Buffer
}

/** Some people, each with a post. */
export async function setScene(stack: Stack, photo: Buffer, names: readonly string[]): Promise<Scene> {
  const people: Visitor[] = []
  const posts: string[] = []
  for (const name of names) {
    const visitor = await signUp(stack.url, name)
    const posted = await visitor.upload(photo, `The first of ${name}`)
    if (posted.status !== 201) throw new Error(`no post for ${name}: ${posted.status} ${posted.text}`)
    people.push(visitor)
    posts.push(posted.json.url)
  }
  return { stack, people, posts, photo }
}

/**
 * Begins at once.
 * @param readers how many read, one page after another; a third of them writes as well
 * @param restMilliseconds how long each looks at what came; with none they take all of the machine that they can get
 */
export function startCrowd({ stack, people, posts, photo }: Scene, readers: number, restMilliseconds = 0): Crowd {
  const begin = Date.now()
  const mark = `crowd ${begin}`
  const agent = new Agent({ keepAlive: true, maxSockets: readers + 8 })
  const ledger: Ledger = {
    made: 0,
    posts: 0,
    failures: [],
    slowestMilliseconds: 0,
    comments: [],
    captions: [],
    greetings: {},
  }
  let isOver = false
  let turns = 0

  async function send(
    what: string,
    expected: number,
    path: string,
    question: Parameters<typeof ask>[2] = {},
  ): Promise<Answer | undefined> {
    ledger.made += 1
    if (question.method === 'POST') ledger.posts += 1
    const fail = (reason: string) =>
      ledger.failures.push(`${((Date.now() - begin) / 1000).toFixed(2)} s, ${what}: ${reason.slice(0, 300)}`)
    try {
      const answer = await ask(stack.url, path, { agent, ...question })
      ledger.slowestMilliseconds = Math.max(ledger.slowestMilliseconds, answer.milliseconds)
      if (answer.status === expected) return answer
      fail(`${answer.status} ${answer.headers['x-request-id']} ${answer.text}`)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      fail(`${code ?? ''} ${message}`)
    }
    return undefined
  }

  const pick = <Item>(list: readonly Item[], turn: number) => list[turn % list.length] as Item
  const form = (cookie: string) => ({ Cookie: cookie, 'Content-Type': 'application/x-www-form-urlencoded' })

  async function comment(turn: number): Promise<void> {
    const text = `${mark} comment ${turn}`
    const answer = await send('POST a comment', 201, `${pick(posts, turn)}/comments`, {
      method: 'POST',
      headers: { ...form(pick(people, turn).cookie), 'Idempotency-Key': randomUUID() },
      body: new URLSearchParams({ text }).toString(),
    })
    if (answer) ledger.comments.push(text)
  }

  async function like(turn: number): Promise<void> {
    const how = turn % 2 ? 'like' : 'unlike'
    await send(`POST ${how}`, 204, `${pick(posts, turn)}/${how}`, {
      method: 'POST',
      headers: form(pick(people, turn).cookie),
      body: '',
    })
  }

  /** A page, and what it names that browsers would fetch with it. */
  async function look(path: string, cookie: string): Promise<void> {
    const page = await send(`GET ${path}`, 200, path, { headers: { Accept: browserAccept, Cookie: cookie } })
    for (const [, file = ''] of page?.text.matchAll(/(?:href|src)="(\/static\/[^"]+-[A-Z0-9]{8}\.(?:css|js))"/g) ?? [])
      await send(`GET ${file}`, 200, file)
  }

  async function greet(): Promise<void> {
    const hello = (await send('GET / as JSON', 200, '/'))?.json.hello
    if (hello) ledger.greetings[hello] = (ledger.greetings[hello] ?? 0) + 1
  }

  async function read(reader: number): Promise<void> {
    while (!isOver) {
      const turn = turns++
      const { cookie } = pick(people, turn)
      const kind = turn % 12
      if (kind === 0) await look(pick(['/', '/explore', '/notifications'], turn / 12), cookie)
      else if (kind === 1) await greet()
      else if (reader % 3 === 0 && kind < 7) await (kind % 2 ? comment(turn) : like(turn))
      else if (kind % 3 === 0)
        await send('GET the feed', 200, '/', { headers: { Accept: browserAccept, Cookie: cookie } })
      else await send('GET a post', 200, pick(posts, turn), { headers: { Cookie: cookie } })
      await pause(restMilliseconds)
    }
  }

  async function share(): Promise<void> {
    for (let turn = 0; !isOver; turn += 1) {
      const caption = `${mark} photo ${turn}`
      ledger.made += 1
      ledger.posts += 1
      try {
        const headers = { 'Idempotency-Key': randomUUID() }
        const answer = await pick(people, turn).upload(photo, caption, { agent, headers })
        if (answer.status === 201) ledger.captions.push(caption)
        else ledger.failures.push(`POST /upload: ${answer.status} ${answer.text.slice(0, 300)}`)
      } catch (error) {
        ledger.failures.push(`POST /upload: ${String(error)}`)
      }
      await pause(300)
    }
  }

  const all = Promise.all([...Array.from({ length: readers }, (_, reader) => read(reader)), share()])
  return {
    ledger,
    async stop() {
      isOver = true
      await all
      agent.destroy()
      return ledger
    },
  }
}

/** What of a ledger the database has lost or doubled, and which photos do not become ready. */
export async function discrepancies(stack: Stack, { comments, captions }: Ledger): Promise<string[]> {
  const kept = async (query: string) => {
    const counts = new Map<string, number>()
    for (const text of (await stack.sql(query)).split('\n')) counts.set(text, (counts.get(text) ?? 0) + 1)
    return counts
  }
  const written = await kept("select text from comments where text like 'crowd %'")
  const shared = () =>
    kept("select caption from posts where caption like 'crowd %' and published_at is not null and deleted_at is null")
  await eventually(async () => {
    const published = await shared()
    if (captions.some((caption) => !published.has(caption))) throw new Error('not all photos are published yet')
  }, 60).catch(() => {})
  const published = await shared()
  const compare = (told: string[], found: Map<string, number>) => [
    ...told.filter((text) => !found.has(text)).map((text) => `lost: ${text}`),
    ...[...found].filter(([, times]) => times > 1).map(([text, times]) => `${times} times: ${text}`),
  ]
  return [...compare(comments, written), ...compare(captions, published)]
}

export function tellLedger(
  what: string,
  { made, posts, failures, comments, captions, slowestMilliseconds }: Ledger,
): string {
  return (
    `${what}: ${made} requests (${posts} POSTs), ${failures.length} failed, slowest ${slowestMilliseconds} ms; ` +
    `${comments.length} comments and ${captions.length} photos were acknowledged`
  )
}
