import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createApp } from '../../src/app.ts'
import { rows, sql } from '../../src/db/sql.ts'
import { hashToken, newToken } from '../../src/http/tokens.ts'
import { openQueue, type Queue } from '../../src/jobs/queue.ts'
import type { Form } from '../fuzz/forms.ts'
import { furnish } from '../fuzz/place.ts'
import { explore, type KnownRoute, takingLast } from '../fuzz/routes.ts'
import { openSender } from '../fuzz/send.ts'
import { type House, openHouse } from '../house.ts'
import { routesOf } from '../routes.ts'
import { figure } from '../stack/stack.ts'
import { inFolder, scanWith } from './programs.ts'

/** sqlmap and wapiti look for a way in, through every route and every form of every page. */

const password = 'correct horse battery'

let house: House
let queue: Queue
let known: KnownRoute[]
const token = newToken()
const cookie = `gramstack=${token}`
let reviving: NodeJS.Timeout
/** What they must find: a page that writes what it is given into its SQL, and into itself. */
let careless: Server

beforeAll(async () => {
  house = await openHouse({ rateLimitFactor: 1_000_000 })
  queue = await openQueue(house.db)
  const [[, admin] = ['admin', '']] = await furnish(house, password)
  // Whatever the scanners press, the admin is one and is signed in.
  const revive = async () => {
    await rows(
      house.db,
      sql`update users set is_admin = true, suspended_at = null, leaves_at = null where id = ${admin}`,
    )
    await rows(
      house.db,
      sql`
        insert into sessions (token_hash, user_id, device, expires_at)
        values (${hashToken(token)}, ${admin}, 'Scan', now() + interval '1 day') on conflict do nothing`,
    )
  }
  await revive()
  reviving = setInterval(revive, 500)
  const sender = openSender(house.url)
  const looks = [cookie, ''].map((own) => async (path: string) => {
    const asked = {
      visitor: 'admin',
      method: 'get',
      path,
      headers: { accept: 'text/html' },
      body: Buffer.alloc(0),
    } as const
    const { status, text } = await sender.send(asked, own)
    return status === 200 ? text : undefined
  })
  const starts = ['/', '/sign-in', '/sign-up', '/forgot-password', '/admin', '/@hilda', '/@alice']
  known = await explore(routesOf(createApp({ ...house, queue })), starts, looks)
  sender.close()
  careless = createServer(async (request, response) => {
    const id = new URL(request.url ?? '/', house.url).searchParams.get('id') ?? ''
    const found = await house.db
      .raw(`select username from users where username = '${id.replaceAll('?', '\\?')}'`)
      .catch(String)
    response.setHeader('Content-Type', 'text/html')
    response.end(`<a href="/?id=hilda">${id}</a> ${JSON.stringify(found.rows ?? found)}`)
  })
  await new Promise<void>((resolve) => careless.listen(0, '127.0.0.1', resolve))
}, 120_000)
afterAll(async () => {
  clearInterval(reviving)
  careless?.close()
  await queue?.stop()
  await house?.close()
})

/** By another name: where sqlmap has found one way in, it looks for no other on the same host. */
const carelessUrl = () => `http://localhost:${(careless.address() as AddressInfo).port}/?id=hilda`

/** A stream of news has no end. */
const isAnswered = ({ path }: KnownRoute) => !path.endsWith('/stream')

/** A request as sqlmap reads it from a proxy's log. In a path it tries what stands before a star. */
function logged(url: string, method: string, path: string, body?: string): string {
  const lines = [`${method.toUpperCase()} ${path} HTTP/1.1`, `Host: ${new URL(url).host}`, `Cookie: ${cookie}`]
  if (body !== undefined) lines.push('Content-Type: application/x-www-form-urlencoded')
  const line = '='.repeat(54)
  return `${line}\n${lines.join('\n')}\n\n${body ?? ''}\n${line}\n\n`
}

const encoded = ({ fields }: Form) =>
  new URLSearchParams(
    [...fields].map(([name, [value = '']]) => [
      name,
      name.toLowerCase().includes('password') ? password : value || '1',
    ]),
  ).toString()

/** Each route once by what stands in its path, once by what its form sends, and each page by where a list of it goes on. */
function requestsTo({ method, path, examples, forms }: KnownRoute): string[] {
  const example = examples[0] ?? path.replaceAll(/:\w+/g, '1')
  const [form] = [...forms].sort((one, other) => other.fields.size - one.fields.size)
  const asked: string[] = []
  if (path.includes(':')) asked.push(logged(house.url, method, starred(path, example)))
  if (form?.fields.size && method === 'get') asked.push(logged(house.url, method, `${example}?${encoded(form)}`))
  else if (form?.fields.size) asked.push(logged(house.url, method, example, encoded(form)))
  else if (method === 'get') asked.push(logged(house.url, method, `${example}?max_id=1`))
  return asked
}

function starred(pattern: string, example: string): string {
  const parts = example.split('/')
  return pattern
    .split('/')
    .map((part, index) => (part.includes(':') ? `${parts[index]}*` : parts[index]))
    .join('/')
}

const words = (text: string) => text.split(' ')

it('sqlmap finds no SQL that can be changed from outside', async () => {
  const requests = takingLast(known).filter(isAnswered).flatMap(requestsTo)
  expect(requests.length).toBeGreaterThan(150)
  const { found, seconds } = await inFolder(async (folder) => {
    const [log, results] = [join(folder, 'requests'), join(folder, 'results.csv')]
    await writeFile(log, [logged(carelessUrl(), 'get', '/?id=hilda'), ...requests].join(''))
    const outcome = await scanWith(
      'sqlmap',
      [
        ...['-l', log, '--output-dir', folder, '--results-file', results],
        ...words(
          '--batch --ignore-stdin --disable-coloring --flush-session --drop-set-cookie --ignore-redirects --skip-waf',
        ),
        ...words('--dbms PostgreSQL --level 1 --risk 2 --time-sec 2 --threads 2'),
        ...words('--ignore-code 400,401,403,404,405,409,410,413,415,422,429'),
      ],
      25,
    )
    if (outcome.status !== 0) throw new Error(outcome.stdout.slice(-2000) + outcome.stderr)
    return { found: await readFile(results, 'utf8'), seconds: outcome.seconds }
  })
  figure(`sqlmap: ${requests.length} requests to look at, ${seconds.toFixed(0)} s`)
  const [, ...lines] = found.trim().split('\n')
  // What it took for a way in at first, and then found to be none: an answer that differs from one time to the next.
  const confirmed = lines.filter((line) => !line.endsWith('false positive or unexploitable'))
  expect(confirmed).toEqual([expect.stringContaining(carelessUrl())])
}, 1_300_000)

/** How long each of wapiti's kinds of attack may take: with five minutes all of them come to an end. */
const attackSeconds = process.env.SCAN_SECONDS ?? '300'

/** @returns what was found, by its kind */
function wapiti(url: string, starts: readonly string[]): Promise<Record<string, unknown[]>> {
  return inFolder(async (folder) => {
    const file = join(folder, 'report.json')
    const outcome = await scanWith(
      'wapiti',
      [
        ...['-u', url, ...starts.flatMap((start) => ['-s', start]), '-H', `Cookie: ${cookie}`],
        ...['--store-session', folder, '-f', 'json', '-o', file],
        ...words('-m sql,xss,permanentxss,file,exec,crlf,redirect --scope folder -d 2 --flush-session --no-bugreport'),
        ...['--max-scan-time', attackSeconds, '--max-attack-time', attackSeconds],
      ],
      40,
    )
    if (outcome.status !== 0) throw new Error(outcome.stdout.slice(-2000) + outcome.stderr)
    const { vulnerabilities } = JSON.parse(await readFile(file, 'utf8')) as Report
    return Object.fromEntries(Object.entries(vulnerabilities).filter(([, found]) => found.length))
  })
}

it('wapiti finds what is there to be found', async () => {
  expect(await wapiti(carelessUrl(), [])).toHaveProperty('Cross Site Scripting')
}, 300_000)

it('wapiti finds nothing of ours', async () => {
  const pages = takingLast(known)
    .filter((route) => route.method === 'get' && isAnswered(route))
    .flatMap(({ examples, path }) => (examples.length ? examples.slice(0, 2) : path.includes(':') ? [] : [path]))
  expect(pages.length).toBeGreaterThan(60)
  const found = await wapiti(
    `${house.url}/`,
    pages.map((path) => house.url + path),
  )
  expect(found).toEqual({})
}, 2_500_000)

interface Report {
  vulnerabilities: Record<string, { method: string; path: string; info: string }[]>
}
