import fc from 'fast-check'
import { furnish } from '../test/fuzz/place.ts'
import { type HostileRequest, hostileRequests, type Known, markup, visitors } from '../test/fuzz/requests.ts'
import { explore, type KnownRoute, namesRead, takingLast } from '../test/fuzz/routes.ts'
import { type HostileAnswer, openSender } from '../test/fuzz/send.ts'
import { watchDecoders } from '../test/hostile-files.ts'
import { type House, openHouse } from '../test/house.ts'
import { loggedDuring } from '../test/log-lines.ts'
import { newPicture } from '../test/pictures.ts'
import { routesOf } from '../test/routes.ts'
import { createApp } from './app.ts'
import { verifyCounts } from './counts/verify.ts'
import { rows, sql } from './db/sql.ts'
import { openQueue, type Queue } from './jobs/queue.ts'
import { openSession } from './sessions/service.ts'

/**
 * Every route that the application has, and every form of every page, given what no browser sends. What fails says by which seed it is
 * had again: FUZZ_SEED. FUZZ_RUNS is how many requests each route gets.
 */

const seed = Number(process.env.FUZZ_SEED ?? 1)
const runs = Number(process.env.FUZZ_RUNS ?? 12)
/** One that is slow by chance is not slow twice. */
const mostSeconds = 2

const decoders = watchDecoders()
const password = 'correct horse battery'

let house: House
let queue: Queue
let sender: ReturnType<typeof openSender>
let known: KnownRoute[]
const ids = new Map<HostileRequest['visitor'], string>()
const cookies = new Map<HostileRequest['visitor'], string>()

beforeAll(async () => {
  house = await openHouse({
    trustProxyHops: 1,
    mail: { publicUrl: 'http://localhost:1337', smtp: undefined },
    push: { secret: 'a secret of sixteen characters', subject: 'mailto:somebody@example.org', mayBePrivate: false },
  })
  queue = await openQueue(house.db)
  sender = openSender(house.url)
  for (const [visitor, id] of await furnish(house, password)) ids.set(visitor, id)
  await revive()
  const looks = visitors.map((visitor) => async (path: string) => {
    const answer = await sender.send(
      { visitor, method: 'get', path, headers: { accept: 'text/html' }, body: Buffer.alloc(0) },
      cookies.get(visitor) ?? '',
    )
    return answer.status === 200 ? answer.text : undefined
  })
  const routes = routesOf(createApp({ ...house, queue }))
  known = await explore(
    routes,
    ['/', '/sign-in', '/sign-up', '/forgot-password', '/admin', '/@hilda', '/@alice'],
    looks,
  )
})
afterAll(async () => {
  sender.close()
  await queue.stop()
  await house.close()
})

/** Signs everybody in again, whatever has been done to them or they have done to themselves. */
async function revive(): Promise<void> {
  await rows(
    house.db,
    sql`
      update users set suspended_at = null, silenced_at = null, silenced_by = null, leaves_at = null,
        approved_at = coalesce(approved_at, now()), is_admin = id = ${ids.get('admin') ?? null}
      where id = any(${[...ids.values()]}::bigint[])`,
  )
  for (const [visitor, id] of ids) cookies.set(visitor, `gramstack=${await openSession(house.db, id, 'Fuzz')}`)
}

/** What no answer tells: where in the source something is, and what the database said. */
const insides =
  /^\s+at .+:\d+:\d+\)?$|node_modules|\.tsx?:\d+|violates \S+ constraint|syntax error at|invalid input syntax|out of range for type|invalid byte sequence|current transaction/im

function complaintsOf({ status, headers, text, seconds }: HostileAnswer): string[] {
  const type = String(headers['content-type'] ?? '')
  const location = String(headers.location ?? '/')
  return [
    ...(status < 500 ? [] : [`it was answered ${status}: ${text.slice(0, 300)}`]),
    ...(insides.test(text) ? [`it tells how it is made: ${insides.exec(text)?.[0]}`] : []),
    ...(/html|xml/.test(type) && text.includes(markup) ? ['what was typed is markup'] : []),
    ...(headers['x-content-type-options'] === 'nosniff' ? [] : ['a browser may guess what it is']),
    ...(new URL(location, house.url).origin === house.url ? [] : [`it leads to ${location}`]),
    ...(seconds < mostSeconds ? [] : [`it took ${seconds.toFixed(1)} s`]),
  ]
}

const statuses: number[] = []
let slowest = { seconds: 0, what: '' }

async function ask(request: HostileRequest): Promise<HostileAnswer> {
  const answer = await sender.send(request, cookies.get(request.visitor) ?? '')
  statuses.push(answer.status)
  if (answer.seconds > slowest.seconds)
    slowest = { seconds: answer.seconds, what: `${request.method} ${request.path.slice(0, 80)}` }
  // Signed out by what was asked, or by somebody's decision.
  if (answer.status === 401) await revive()
  return answer
}

/** @returns what is wrong, and fast-check's seed and path */
async function fuzz(route: KnownRoute, more: Omit<Known, 'route'>, ofRoute: number): Promise<string[]> {
  await revive()
  const details = await fc.check(
    fc.asyncProperty(hostileRequests({ route, ...more }), async (request) => {
      let answer = await ask(request)
      if (answer.seconds >= mostSeconds) answer = await ask(request)
      const complaints = complaintsOf(answer)
      if (complaints.length) throw new Error(complaints.join('; '))
    }),
    { seed: ofRoute, numRuns: runs, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
  )
  if (!details.failed) return []
  const { error, path } = { error: String(details.errorInstance), path: details.counterexamplePath }
  const [request] = details.counterexample ?? []
  const sent = JSON.stringify({ ...request, body: request?.body.toString() }).slice(0, 2000)
  return [`${route.method} ${route.path}: ${error}, with FUZZ_SEED=${seed}, there ${ofRoute} and ${path}: ${sent}`]
}

describe('whatever is sent', () => {
  it('has all routes and forms to be sent to', () => {
    const forms = known.flatMap((route) => route.forms)
    // A guard of the guard: if they were no longer found, all below would pass.
    expect(known.length).toBeGreaterThan(160)
    expect(forms.length).toBeGreaterThan(150)
    // Of the rest no page has a form: scripts send it, mail programs do, or what it is for has not come about.
    const posts = known.filter(({ method }) => method === 'post')
    expect(posts.filter((route) => route.forms.length).length).toBeGreaterThan(0.6 * posts.length)
  })

  it('to any route, is answered in two seconds by a sentence, and breaks and betrays nothing', async () => {
    const read = namesRead()
    const forms = known.flatMap((route) => route.forms)
    const names = { ...read, fields: [...new Set(forms.flatMap(({ fields }) => [...fields.keys()]))] }
    const words = known.flatMap(({ examples }) => examples.flatMap((path) => path.split('/')))
    const values = [...new Set([...words, ...forms.flatMap(({ fields }) => [...fields.values()].flat())])]
    const more = { names, values, password, photo: await newPicture() }
    const failures: string[] = []
    const errors = await loggedDuring('error', async () => {
      for (const [at, route] of takingLast(known).entries()) failures.push(...(await fuzz(route, more, seed + at)))
      await house.idle()
    })
    process.stderr.write(
      `FUZZ_SEED=${seed}: ${statuses.length} answers, ${slowest.seconds.toFixed(2)} s at most, by ${slowest.what}\n`,
    )
    expect(failures).toEqual([])
    expect(errors).toEqual([])
    // Whoever is always stopped at the door does not get to see the house.
    expect(statuses.filter((status) => status < 400).length).toBeGreaterThan(0.2 * statuses.length)
  }, 600_000)

  it('leaves a house that stands: counters are those of the rows, and people share photos', async () => {
    const drift = []
    for await (const one of verifyCounts(house.db, false)) drift.push(one)
    expect(drift).toEqual([])
    expect(decoders.crashed()).toEqual([])
    await revive()
    await house.client().get('/readyz').expect(200)
    const sharing = house
      .client()
      .post('/upload')
      .set('Cookie', String(cookies.get('member')))
    const { body } = await sharing.attach('file', await newPicture(), 'a.jpg').expect(201)
    await house.idle()
    expect(body.photos).toMatchObject([{ state: 'ready' }])
  })
})
