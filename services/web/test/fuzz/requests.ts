import fc from 'fast-check'
import type { KnownRoute } from './routes.ts'

/** Requests as nobody's browser sends them, made of what a form would send and of what it never would. */

export const visitors = ['admin', 'member', 'nobody'] as const

export interface HostileRequest {
  visitor: (typeof visitors)[number]
  method: string
  /** With its query, as it goes over the wire. */
  path: string
  headers: Record<string, string>
  body: Buffer
}

/** What is known of the application. */
export interface Known {
  route: KnownRoute
  /** Names of fields of any form, of queries, headers and cookies. */
  names: { fields: string[]; queries: string[]; headers: string[]; cookies: string[] }
  /** Values that are good somewhere. */
  values: string[]
  /** Somebody's password, and a photo. */
  password: string
  photo: Buffer
}

/** No page may have this in it but as text. */
export const markup = '<fuzz-9 x='

const nasty = [
  '',
  ' ',
  '\0',
  'a\0b',
  `"'>${markup}`,
  `</textarea></title></script>${markup}`,
  "' or 1=1--",
  '%00',
  '%s%n{0}{{7*7}}',
  '../../../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  'NaN',
  '[object Object]',
  'true',
  '\ufeff\u202e\u200f',
  '\ufffd\uffff',
  'İstanbul ß ﬁ',
  '//example.org',
  '/\\example.org',
  'javascript:alert(1)',
  'https://[::1]:1/',
  '\r\nSet-Cookie: a=b',
  '2026-02-30T25:61:61Z',
  '1,2,3',
  '{"a":{"a":[]}}',
]
const numbers = ['0', '-0', '-1', '1.5', '1e3', '1e400', '-1e400', '0x10', '٣', '+1', ' 1', 'Infinity']
/** Where numbers of the database end, and the first ones beyond. */
const bounds = ['-1', ...[2n ** 31n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n].map(String), '9'.repeat(40)]
const long = [100, 300, 3000, 30_000].flatMap((length) =>
  ['x', '9', '👍', ' ', '\n', 'a b '].map((unit) => unit.repeat(length)),
)

const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...nasty) },
  { weight: 2, arbitrary: fc.constantFrom(...numbers) },
  { weight: 4, arbitrary: fc.constantFrom(...bounds) },
  { weight: 1, arbitrary: fc.constantFrom(...long) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.bigInt().map(String) },
  { weight: 1, arbitrary: fc.double().map(String) },
)

/** Written as no text is: halves of characters, bytes that are no UTF-8, signs that begin nothing. */
const brokenCode = fc.oneof(
  fc.constantFrom('%', '%zz', '%u0041', '%ED%A0%80', '%C0%AF', '%F8%88%80%80%80', '%ff%fe', '+', '%2', '%25%30%30'),
  fc
    .uint8Array({ maxLength: 20 })
    .map((bytes) => [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')),
)
const code = encodeURIComponent

const suffix = fc.constantFrom('[]', '[0]', '[a]', '[b][]', '[__proto__]', '[9999999]', '[', '.x', ' ', '\0')

/** Rarely what is hostile: else nobody would get behind the first check. */
const mostly = <Value>(usual: fc.Arbitrary<Value>, rare: fc.Arbitrary<Value>, weight = 3) =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: rare })

type Pair = [name: string, value: string]

/** What may be done to a field, to be wrong: most of a form is as it should be, or nobody would look at the rest. */
const changes: fc.Arbitrary<(pair: Pair) => Pair[]> = fc.oneof(
  {
    weight: 5,
    arbitrary: text.map((value) => ([name]: Pair): Pair[] => [[name, value]]),
  },
  {
    weight: 1,
    arbitrary: text.map((value) => (pair: Pair): Pair[] => [pair, [pair[0], value]]),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(suffix, text).map(([end, value]) => ([name]: Pair): Pair[] => [[name + end, value]]),
  },
  { weight: 1, arbitrary: fc.constant((): Pair[] => []) },
)

/** What a form sends, with fields that are changed, missing, there twice, or nobody's. */
function pairs({ route, names, values, password }: Known): fc.Arbitrary<Pair[]> {
  const anyName = fc.oneof(fc.constantFrom(...names.fields, ...names.queries), text)
  const odd: fc.Arbitrary<Pair> = fc.tuple(
    mostly(
      anyName,
      fc.tuple(anyName, suffix).map((parts) => parts.join('')),
    ),
    fc.oneof(text, fc.constantFrom(...values)),
  )
  const forms = route.forms
    .filter(({ fields }) => fields.size)
    .map(({ fields }) => {
      const all = [...fields.keys()]
      const offered = (name: string) =>
        name.toLowerCase().includes('password') ? [password] : (fields.get(name) ?? [])
      const good = fc.tuple(...all.map((name) => fc.constantFrom(...offered(name)).map((value): Pair => [name, value])))
      return fc
        .tuple(good, fc.array(fc.tuple(fc.constantFrom(...all), changes), { maxLength: 3 }))
        .map(([pairs, wrong]) => {
          const changed = new Map(wrong)
          return pairs.flatMap((pair) => changed.get(pair[0])?.(pair) ?? [pair])
        })
    })
  const base = forms.length ? fc.oneof(...forms) : fc.constant<Pair[]>([])
  const more = mostly(
    fc.constant<Pair[]>([]),
    fc.array(odd, { maxLength: forms.length ? 6 : 12 }),
    forms.length ? 2 : 1,
  )
  return fc.tuple(base, more).map((both) => both.flat())
}

interface Body {
  type: string
  bytes: Buffer
}

function multipart(fields: readonly Pair[], file: { name: string; bytes: Buffer } | undefined): Body {
  const quoted = (name: string) => name.replaceAll('"', '%22').replaceAll(/[\r\n]/g, ' ')
  const parts = fields.map(([name, value]) =>
    Buffer.from(`--x\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`),
  )
  const head = `--x\r\nContent-Disposition: form-data; name="file"; filename="${quoted(file?.name ?? '')}"\r\n\r\n`
  const ofFile = file ? [Buffer.from(head), file.bytes, Buffer.from('\r\n')] : []
  return {
    type: 'multipart/form-data; boundary=x',
    bytes: Buffer.concat([...parts, ...ofFile, Buffer.from('--x--\r\n')]),
  }
}

const types = [
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; charset=utf-16',
  'application/json',
  'application/json; charset=nonsense',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  'multipart/form-data; boundary="',
  'text/plain',
  'text/html',
  'image/jpeg',
  'application/xml',
  ';;;',
  '',
]

function bodies(known: Known): fc.Arbitrary<Body> {
  const hasFiles = known.route.forms.some((form) => form.hasFiles)
  const form = pairs(known)
  const urlencoded = fc.tuple(form, fc.option(brokenCode, { freq: 8, nil: '' })).map(
    ([fields, end]): Body => ({
      type: 'application/x-www-form-urlencoded',
      bytes: Buffer.from(fields.map(([name, value]) => `${code(name)}=${code(value)}`).join('&') + end),
    }),
  )
  const file = fc.record({
    name: mostly(fc.constant('photo.jpg'), text),
    bytes: mostly(
      fc.constant(known.photo),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      1,
    ),
  })
  const inParts = fc.tuple(form, fc.option(file, { nil: undefined })).map(([fields, given]) => multipart(fields, given))
  const json = fc
    .tuple(form, fc.jsonValue({ maxDepth: 4, noUnicodeString: false }), fc.boolean())
    .map(([fields, value, isOurs]): Body => {
      const what = isOurs ? Object.fromEntries(fields.map(([name, given]) => [name, given || value])) : value
      return { type: 'application/json', bytes: Buffer.from(JSON.stringify(what)) }
    })
  const raw = fc
    .uint8Array({ maxLength: 200 })
    .map((bytes): Body => ({ type: 'application/octet-stream', bytes: Buffer.from(bytes) }))
  const whole = fc.oneof(
    { weight: hasFiles ? 2 : 8, arbitrary: urlencoded },
    { weight: hasFiles ? 8 : 1, arbitrary: inParts },
    { weight: 1, arbitrary: json },
    { weight: 1, arbitrary: raw },
  )
  // What is said of it is wrong, or it ends in its middle.
  const mistold = fc.tuple(whole, fc.constantFrom(...types)).map(([body, type]): Body => ({ ...body, type }))
  const cut = fc
    .tuple(whole, fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([{ type, bytes }, share]): Body => ({ type, bytes: bytes.subarray(0, Math.floor(bytes.length * share)) }))
  return fc.oneof(
    { weight: 8, arbitrary: whole },
    { weight: 1, arbitrary: mistold },
    { weight: 1, arbitrary: cut },
    { weight: 1, arbitrary: fc.constant<Body>({ type: '', bytes: Buffer.alloc(0) }) },
  )
}

const escaped = (part: string) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

function paths({ route, values, names }: Known): fc.Arbitrary<string> {
  // A longer line is refused by Node, before anything of ours sees it.
  const piece = (value: string) => code(value).slice(0, 1000).replace(/%.?$/, '')
  const place = fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...values).map(piece) },
    { weight: 3, arbitrary: fc.constantFrom(...bounds) },
    { weight: 2, arbitrary: text.map(piece) },
    { weight: 1, arbitrary: brokenCode },
  )
  const parts = route.path.split(/(:\w+)/)
  const pattern = new RegExp(`^${parts.map((part, at) => (at % 2 ? '([^/]+)' : escaped(part))).join('')}$`, 'i')
  // Of what leads somewhere, only a part is wrong: what is asked behind the first id is asked too.
  const known = route.examples.map((example) => pattern.exec(example)?.slice(1) ?? [])
  const made = fc.tuple(known.length ? fc.constantFrom(...known) : fc.constant([])).chain(([good]) =>
    fc
      .tuple(
        ...parts.map((part, at) => {
          if (at % 2 === 0) return fc.constant(part)
          const own = good[(at - 1) / 2]
          return own === undefined ? place : fc.oneof(fc.constant(own), place)
        }),
      )
      .map((pieces) => pieces.join('')),
  )
  const path = route.examples.length ? fc.oneof(fc.constantFrom(...route.examples), made) : made
  const name = fc.oneof(fc.constantFrom(...names.queries), fc.constantFrom(...names.fields), text)
  const queried = fc.tuple(
    mostly(
      name,
      fc.tuple(name, suffix).map((both) => both.join('')),
    ),
    fc.oneof(text, fc.constantFrom(...values)),
  )
  const query = fc
    .tuple(fc.array(queried, { minLength: 1, maxLength: 4 }), fc.option(brokenCode, { freq: 4, nil: '' }))
    .map(([all, end]) => `?${all.map(([key, value]) => `${piece(key)}=${piece(value)}`).join('&')}${end}`)
  const usual = route.method === 'get' ? 1 : 6
  return fc
    .tuple(
      path,
      mostly(fc.constant(''), query, usual),
      mostly(fc.constant(''), fc.constantFrom('/', '//', '/..;/'), 20),
    )
    .map(([where, asked, end]) => where + end + asked)
}

const accepts = ['text/html', '*/*', 'application/json', 'text/html;q=0, */*', 'image/png', '']

function headersOf({ names }: Known): fc.Arbitrary<Record<string, string>> {
  // What a header may hold, byte by byte: the rest is refused by Node.
  const value = fc.oneof(
    text.map((given) =>
      Buffer.from(given.slice(0, 2000))
        .toString('latin1')
        .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, ''),
    ),
    fc.constantFrom('same-origin', 'cross-site', 'prefetch', 'de, en;q=0.5', 'bytes=0-', 'https', '203.0.113.7, ::1'),
  )
  // Those too that Express reads.
  const others = [
    'accept-language',
    'x-forwarded-for',
    'x-forwarded-proto',
    'x-forwarded-host',
    'range',
    'if-none-match',
  ]
  const name = fc.constantFrom(
    ...names.headers,
    ...others,
    'if-modified-since',
    'content-encoding',
    'x-http-method-override',
  )
  const odd = fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 3 }).map((all) => Object.fromEntries(all))
  const cookies = fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...names.cookies), fc.constantFrom('__proto__', 'a')), value), {
      minLength: 1,
      maxLength: 3,
    })
    .map((all): Record<string, string> => ({ cookie: all.map((pair) => pair.join('=')).join('; ') }))
  return fc
    .tuple(fc.constantFrom(...accepts), mostly(fc.constant({}), odd), mostly(fc.constant({}), cookies, 8))
    .map(([accept, ...more]) => Object.assign({ accept }, ...more) as Record<string, string>)
}

/** All that somebody might send to a route. */
export function hostileRequests(known: Known): fc.Arbitrary<HostileRequest> {
  const { route } = known
  const isRead = route.method === 'get'
  const method = mostly(
    fc.constant(route.method),
    fc.constantFrom('head', 'put', 'patch', 'delete', 'options', 'post', 'get'),
    20,
  )
  return fc
    .record({
      visitor: mostly(fc.constant<HostileRequest['visitor']>('admin'), fc.constantFrom(...visitors), 2),
      method,
      path: paths(known),
      headers: headersOf(known),
      body: isRead ? mostly(fc.constant({ type: '', bytes: Buffer.alloc(0) }), bodies(known), 10) : bodies(known),
    })
    .map(({ body, headers, ...request }) => ({
      ...request,
      headers: body.type ? { 'content-type': body.type, ...headers } : headers,
      body: body.bytes,
    }))
}
