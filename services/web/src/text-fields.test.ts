import { createRequire } from 'node:module'
import { newAuthenticator } from '../test/authenticator.ts'
import { type House, openHouse, person } from '../test/house.ts'
import { newPicture } from '../test/pictures.ts'

/**
 * Every field that takes text, and what people do to fields: each string is stored and shown as it was typed, or refused with a sentence
 * beside the field. A field that is not in this table has not been thought of.
 */

const naughtyStrings: string[] = createRequire(import.meta.url)('big-list-of-naughty-strings')
const own = [
  '&lt;b&gt; &amp;amp;',
  '</textarea></title></script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  'Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮',
  '\u202eright to left\u202c \u2066isolated\u2069',
  '👩‍👩‍👧‍👦🏳️‍🌈👍🏿🇺🇳',
  '𝕱𝖔𝖚𝖗 𐍈 𠜎 bytes',
  'аdmin Αdmin ａｄｍｉｎ',
  'a\u00a0b\u2003c\u200bd\ufeffe\u00adf',
  'one\u2028two\u2029three\u0085four',
  'one\r\ntwo\n\n\nthree',
  '\u0007\u001b[31m',
]
const naughty = [...new Set([...own, ...naughtyStrings])].filter((text) => !text.includes('\0'))
/** Ours, and every nth of the list: where each string takes a request of its own. */
const someNaughty = (each: number) => [...own, ...naughty.filter((_, at) => at % each === 0)]

let house: House
let admin: Visitor
let alice: Visitor
let bob: Visitor
let post: string
let photoId: string
type Visitor = Awaited<ReturnType<typeof person>>
const password = 'correct horse battery'

beforeAll(async () => {
  house = await openHouse({ trustProxyHops: 1, mail: { publicUrl: 'http://localhost:1337', smtp: undefined } })
  admin = await person(house, 'hilda')
  alice = await person(house, 'alice')
  bob = await person(house, 'bob')
  const shared = await alice
    .post('/upload')
    .set('Accept', '*/*')
    .attach('file', await newPicture(), 'a.jpg')
    .expect(201)
  post = shared.body.url
  photoId = shared.body.photos[0].id
})
afterAll(() => house.close())

let visitors = 0
/** A form as a browser sends it; each from another address, since these are counted. */
const send = (visitor: ReturnType<House['browser']>, path: string, fields: Record<string, string>) =>
  visitor
    .post(path)
    .set('X-Forwarded-For', `2001:db8::${(visitors++).toString(16)}`)
    .type('form')
    .send(fields)

const decoded = (html: string) =>
  html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
/** What somebody reads. Whatever is not escaped is taken for a tag, and missing. */
const textOf = (html: string) => decoded(html.replaceAll(/<[^>]*>/g, ''))

const asText = (typed: string) => typed.replaceAll('\r\n', '\n').trim()
const asLine = (typed: string) => asText(typed).replaceAll(/\s+/g, ' ')

interface TextField {
  name: string
  most: number
  kept: (typed: string) => string
  /** Where it is empty: refused, or not. */
  mayBeEmpty: boolean
  /** It stands in an attribute, such as a description. */
  attribute?: string
}

interface Form {
  what: string
  fields: TextField[]
  send(fields: Record<string, string>): PromiseLike<{ status: number; text: string }>
  /** Pages on which the fields are shown. */
  shown(): Promise<string>
  /** How many of its batches are sent, where each costs much. */
  sample?: number
}

const page = async (visitor: Visitor, path: string) => (await visitor.get(path).expect(200)).text

let collection = ''
let reportId = ''
const forms: Form[] = [
  {
    what: 'a profile',
    fields: [
      { name: 'displayName', most: 60, kept: asLine, mayBeEmpty: true },
      { name: 'bio', most: 500, kept: asText, mayBeEmpty: true },
    ],
    send: (fields) => send(alice, '/settings/profile', fields),
    shown: () => page(bob, '/@alice'),
  },
  {
    what: 'a post',
    fields: [
      { name: 'caption', most: 2200, kept: asText, mayBeEmpty: true },
      { name: 'place', most: 100, kept: asLine, mayBeEmpty: true },
      { name: 'contentWarning', most: 500, kept: asLine, mayBeEmpty: true },
      { name: 'alt', most: 1500, kept: asText, mayBeEmpty: true, attribute: 'alt' },
    ],
    send: ({ alt = '', ...fields }) =>
      send(alice, `${post}/edit`, { ...fields, sensitive: 'on', [`alt-${photoId}`]: alt }),
    shown: () => page(bob, post),
  },
  {
    what: 'a comment',
    fields: [{ name: 'text', most: 2200, kept: asText, mayBeEmpty: false }],
    send: (fields) => send(bob, `${post}/comments`, fields),
    shown: () => page(alice, `${post}/comments`),
  },
  {
    what: 'a collection',
    fields: [{ name: 'name', most: 50, kept: asLine, mayBeEmpty: false }],
    async send(fields) {
      if (!collection) {
        await send(alice, '/saved', { name: 'First' }).expect(303)
        collection = String(/href="(\/saved\/\d+)"/.exec(await page(alice, '/saved'))?.[1])
      }
      return send(alice, collection, fields)
    },
    shown: () => page(alice, collection),
  },
  {
    what: 'a new collection for a post',
    fields: [{ name: 'name', most: 50, kept: asLine, mayBeEmpty: true }],
    send: (fields) => send(alice, `${post}/save`, { chosen: 'yes', ...fields }),
    shown: () => page(alice, '/saved'),
    sample: 20,
  },
  {
    what: 'a report',
    fields: [{ name: 'note', most: 1000, kept: asText, mayBeEmpty: false }],
    send: (fields) => send(bob, '/@alice/report', { reason: 'other', ...fields }),
    async shown() {
      const text = await page(admin, '/admin/reports')
      // Made way for the next one.
      reportId = String(/action="\/admin\/reports\/(\d+)"/.exec(text)?.[1])
      await send(admin, `/admin/reports/${reportId}`, { action: 'dismiss' }).expect(303)
      return text
    },
  },
  {
    what: 'a decision',
    fields: [{ name: 'note', most: 1000, kept: asText, mayBeEmpty: true }],
    async send(fields) {
      await send(bob, '/@alice/report', { reason: 'spam' }).expect(303)
      const text = await page(admin, '/admin/reports')
      reportId = String(/action="\/admin\/reports\/(\d+)"/.exec(text)?.[1])
      return send(admin, `/admin/reports/${reportId}`, { action: 'dismiss', ...fields })
    },
    shown: () => page(admin, '/admin/log'),
  },
  {
    what: 'a suspension',
    fields: [{ name: 'reason', most: 1000, kept: asText, mayBeEmpty: false }],
    send: (fields) => send(admin, '/admin/people/suspended/suspend', fields),
    async shown() {
      const text = await page(admin, '/admin/people/suspended')
      await send(admin, '/admin/people/suspended/lift', { reason: 'Back' }).expect(303)
      return text
    },
  },
  {
    what: 'the end of a suspension',
    fields: [{ name: 'reason', most: 1000, kept: asText, mayBeEmpty: false }],
    async send(fields) {
      await send(admin, '/admin/people/suspended/suspend', { reason: 'Why' })
      return send(admin, '/admin/people/suspended/lift', fields)
    },
    shown: () => page(admin, '/admin/people/suspended'),
  },
  {
    what: 'what this place is',
    fields: [
      { name: 'name', most: 60, kept: asLine, mayBeEmpty: false },
      { name: 'description', most: 500, kept: asText, mayBeEmpty: true },
      { name: 'rules', most: 5000, kept: asText, mayBeEmpty: true },
    ],
    send: (fields) => send(admin, '/admin/settings', { signUpMode: 'open', ...fields }),
    shown: () => page(bob, '/about'),
  },
  {
    what: 'a passkey',
    fields: [{ name: 'name', most: 50, kept: asLine, mayBeEmpty: false }],
    async send(fields) {
      const host = 'gramstack.test'
      const { body } = await send(bob, '/settings/passkeys/options', { password }).set('Host', host).expect(200)
      const credential = newAuthenticator(`http://${host}`).create(body)
      return send(bob, '/settings/passkeys', { ...fields, credential }).set('Host', host)
    },
    async shown() {
      const text = await page(bob, '/settings/passkeys')
      for (const [, path = ''] of text.matchAll(/action="(\/settings\/passkeys\/\d+\/remove)"/g))
        await send(bob, path, {})
      return text
    },
    // A password is hashed for each.
    sample: 12,
  },
]

function expectAnswered(what: string, status: number): void {
  expect({ what, isAnswered: status < 500 }).toEqual({ what, isAnswered: true })
}

/** Between these, what stands around a string shows where it ends, and that nothing of it is lost. */
const marked = (text: string) => `«${text}»`

/** As many strings at once as a field takes; what is too long for it alone is left out, and refused by another test. */
function batches({ most, kept }: TextField): string[] {
  const found: string[] = []
  let batch = ''
  for (const text of naughty) {
    if ([...marked(text)].length > most) continue
    if ([...kept(batch + marked(text))].length > most || [...(batch + marked(text))].length > most) {
      found.push(batch)
      batch = ''
    }
    batch += marked(text)
  }
  return [...found, batch]
}

/** Every nth, so that there are at most so many. */
const sampleOf = (all: string[], most = all.length) =>
  all.filter((_, at) => at % Math.max(1, Math.ceil(all.length / most)) === 0)

function expectShown(html: string, { name, kept, attribute }: TextField, typed: string): void {
  const found = attribute ? decoded(html) : textOf(html)
  const expected = attribute ? `${attribute}="${kept(typed)}"` : kept(typed)
  if (!found.includes(expected)) throw new Error(`${name} does not show ${JSON.stringify(expected)}`)
}

describe.each(forms)('$what', (form) => {
  beforeAll(async () => {
    if (form.what === 'a suspension') await person(house, 'suspended')
  })
  const harmless = () => Object.fromEntries(form.fields.map(({ name, most }) => [name, `fine ${name}`.slice(0, most)]))

  it('keeps every naughty string and shows it as it was typed', async () => {
    const of = form.fields.map((field) => sampleOf(batches(field), form.sample))
    for (let at = 0; at < Math.max(...of.map(({ length }) => length)); at += 1) {
      const typed = Object.fromEntries(form.fields.map(({ name }, nth) => [name, of[nth]?.[at % of[nth].length] ?? '']))
      const { status, text } = await form.send(typed)
      if (status !== 303) throw new Error(`${status} for ${JSON.stringify(typed)}: ${textOf(text).slice(0, 2000)}`)
      const html = await form.shown()
      for (const field of form.fields) expectShown(html, field, typed[field.name] ?? '')
    }
  }, 300_000)

  it('refuses what is too long, holds a NUL or must not be empty, beside the field, and keeps the rest', async () => {
    for (const field of form.fields) {
      const wrong = ['👍'.repeat(field.most + 1), 'a\0b', ...(field.mayBeEmpty ? [] : ['', ' \t\r\n\u3000'])]
      for (const value of wrong) {
        const { status, text } = await form.send({ ...harmless(), [field.name]: value })
        const what = `${field.name}: ${JSON.stringify(value.slice(0, 10))}`
        expect([what, status]).toEqual([what, 422])
        const complaint = /class="complaint"[^>]*>([^<]*)</.exec(text)?.[1] ?? ''
        expect([what, complaint]).toEqual([what, expect.stringMatching(/^[A-Z].*\.$/)])
        expect([what, text.includes('aria-invalid="true"')]).toEqual([what, true])
        for (const other of form.fields)
          if (other !== field)
            expect([what, decoded(text)]).toEqual([what, expect.stringContaining(`fine ${other.name}`)])
      }
      if (field.mayBeEmpty) expect((await form.send({ ...harmless(), [field.name]: ' \t\r\n\u3000' })).status).toBe(303)
      // Another one for each: there are no two collections of one name.
      const longest = String.fromCodePoint(0x1f300 + forms.indexOf(form)).repeat(field.most)
      expect((await form.send({ ...harmless(), [field.name]: longest })).status).toBe(303)
      if (form.what !== 'a new collection for a post') await form.shown()
    }
  }, 120_000)
})

/** Fields that want a certain shape: nearly everything is refused, and what is typed stands in the form again. */
const shaped: {
  what: string
  name: string
  shows: boolean
  /** Every how many of the strings: fewer where each costs a password's hash. */
  each?: number
  send(value: string): PromiseLike<{ status: number; text: string }>
}[] = [
  {
    what: 'a name at sign-up',
    name: 'username',
    shows: true,
    send: (username) => send(house.browser(), '/sign-up', { username, password }),
  },
  {
    what: 'an address at sign-up',
    name: 'email',
    shows: true,
    send: (email) => send(house.browser(), '/sign-up', { username: 'somebody', password, email }),
  },
  {
    what: 'an address',
    name: 'email',
    shows: true,
    send: (email) => send(alice, '/settings/email', { email, password: 'wrong password' }),
  },
  {
    what: 'another name',
    name: 'username',
    shows: true,
    send: (username) => send(alice, '/settings/username', { username, password: '' }),
  },
  {
    what: 'a website',
    name: 'website',
    shows: true,
    send: (website) => send(alice, '/settings/profile', { website }),
  },
  {
    what: 'the name to delete an account by',
    name: 'username',
    shows: true,
    send: (username) => send(alice, '/settings/delete', { username, password: '' }),
  },
  {
    what: 'a name at sign-in',
    name: 'username',
    shows: true,
    each: 40,
    send: (username) => send(house.browser(), '/sign-in', { username, password }),
  },
  {
    what: 'what was forgotten',
    name: 'asked',
    shows: true,
    send: (asked) => send(house.browser(), '/forgot-password', { asked }),
  },
  {
    what: 'how many may come',
    name: 'uses',
    shows: false,
    send: (uses) => send(admin, '/invitations', { uses, days: '1' }),
  },
]

describe.each(shaped)('$what', ({ name, shows, each = 8, send: sendOne }) => {
  it('is taken, or refused beside the field with what was typed', async () => {
    const typed = ['', ' ', 'a\0b', 'x'.repeat(5000), ...someNaughty(each)]
    for (const value of typed) {
      const { status, text } = await sendOne(value)
      const what = JSON.stringify(value.slice(0, 60))
      expect({ what, isAnswered: [303, 409, 422, 429].includes(status) }).toEqual({ what, isAnswered: true })
      if (status === 303) continue
      const complaint = /class="complaint"[^>]*>([^<]*)</.exec(text)?.[1] ?? ''
      expect([what, decoded(complaint)]).toEqual([what, expect.stringMatching(/^[A-Z].*[.?]$/s)])
      expect([what, text.includes('aria-invalid="true"')]).toEqual([what, true])
      const input =
        [...text.matchAll(/<input(?:[^>"]|"[^"]*")*>/g)].find(([tag]) => tag.includes(`name="${name}"`))?.[0] ?? ''
      const kept = /\bvalue="([^"]*)"/.exec(input)?.[1]
      if (shows && value.length <= 60) expect([what, decoded(kept ?? '')]).toEqual([what, value])
    }
  }, 300_000)
})

describe('what no page shows', () => {
  it.each<[string, (value: string) => PromiseLike<{ status: number; headers: Record<string, string> }>]>([
    ['an invitation', (invitation) => send(house.browser(), '/sign-up', { username: '!', password, invitation })],
    ['the key of a sign-up', (key) => send(house.browser(), '/sign-up', { username: '!', password, key })],
    ['a link to confirm', (token) => send(house.browser(), '/confirm-email', { token })],
    ['a link to reset', (token) => send(house.browser(), '/reset-password', { token, password })],
    ['a code', (code) => send(house.browser(), '/sign-in/code', { code })],
    ['a recovery code', (recoveryCode) => send(house.browser(), '/sign-in/code', { recoveryCode })],
    ['a passkey to sign in with', (credential) => send(house.browser(), '/sign-in/passkey', { credential })],
    ['a passkey to add', (credential) => send(bob, '/settings/passkeys', { name: 'Phone', credential })],
    ['a code to set up', (code) => send(bob, '/settings/two-factor/confirm', { code })],
    ['what a comment answers', (parent) => send(bob, `${post}/comments`, { text: 'Hm', parent })],
    ['the key of a comment', (idempotencyKey) => send(bob, `${post}/comments`, { text: 'Hm', idempotencyKey })],
    ['a place among photos', (order) => send(alice, `${post}/edit`, { [`order-${photoId}`]: order })],
    ['a focal point', (focal) => send(alice, `${post}/edit`, { [`focal-${photoId}`]: focal })],
    ['a crop', (zoom) => send(alice, '/settings/avatar/crop', { zoom, focal: zoom })],
    ['who sees it', (visibility) => send(alice, `${post}/edit`, { visibility })],
    ['a collection to save to', (id) => send(alice, `${post}/save`, { chosen: 'yes', collection: id })],
    ['a photo to remove', (remove) => send(alice, `${post}/edit`, { remove })],
    ['for how long somebody is muted', (days) => send(alice, '/@bob/mute', { days, notifications: days })],
    ['what to be told', (likes) => send(alice, '/settings/notifications', { likes, follows: likes })],
    ['up to when all is read', (until) => send(alice, '/notifications/read', { until })],
    ['a rank', (rank) => send(admin, '/admin/people/bob/rank', { rank })],
    ['who may sign up', (signUpMode) => send(admin, '/admin/settings', { name: 'Here', signUpMode })],
    ['a reason', (reason) => send(bob, '/@hilda/report', { reason })],
    ['an answer', (answer) => send(alice, '/follow-requests/bob', { answer })],
    ['where to go next', (next) => send(alice, '/@bob/follow', { next })],
    ['who is sought', (name) => admin.get('/admin/people').query({ name })],
    ['what is sought', (q) => alice.get('/search').query({ q, kind: q, after: q, max_id: q })],
    ['where a page begins', (at) => alice.get('/notifications').query({ before: at, max_id: at, after: at })],
    ['where explore begins', (after) => alice.get('/explore').query({ after })],
    ['which post is embedded', (url) => alice.get('/oembed').query({ url, maxwidth: url })],
  ])(
    'is %s, and nothing breaks by it',
    async (_what, sendOne) => {
      const some = ['', 'a\0b', '\0', 'x'.repeat(5000), '9'.repeat(30), '-1', '1e400', 'NaN', ...someNaughty(16)]
      for (const value of some) {
        const { status, headers } = await sendOne(value)
        const what = JSON.stringify(value.slice(0, 60))
        expectAnswered(what, status)
        const { location = '/' } = headers
        expect([what, new URL(location, house.url).origin]).toEqual([what, house.url])
      }
    },
    240_000,
  )

  it('is a password, and every one lets in that was taken', async () => {
    // Two hashes each.
    const some = [...own, ...naughty.filter((text) => text.length >= 8)].filter((_, at) => at % 12 === 0)
    for (const [at, typed] of some.entries()) {
      const given = typed.padEnd(8, '…').slice(0, 256)
      const username = `passworded${at}`
      const signedUp = await send(house.browser(), '/sign-up', { username, password: given })
      // Some are words that many people have.
      if (signedUp.text.includes('Too many people have this password')) continue
      expect([given, signedUp.status]).toEqual([given, 303])
      const back = await send(house.browser(), '/sign-in', { username, password: given })
      expect([given, back.status]).toEqual([given, 303])
      await send(house.browser(), '/sign-in', { username, password: `${given}x` }).expect(422)
    }
    expect((await send(house.browser(), '/sign-up', { username: 'short', password: '👍👍' })).status).toBe(422)
  }, 240_000)
})

describe('a form', () => {
  it('of bytes that are no UTF-8, or of another shape than ours, is answered', async () => {
    const raw = (body: string | Buffer, type = 'application/x-www-form-urlencoded') =>
      alice
        .post('/settings/profile')
        .set('Content-Type', type)
        .serialize((given) => given)
        .send(body as string)
    await raw(Buffer.from('displayName=%FF%FEname%C3&bio=%ED%A0%80')).expect(303)
    expect(textOf(await page(bob, '/@alice'))).toContain('%FF%FEname%C3')
    await raw(Buffer.concat([Buffer.from('bio='), Buffer.from([0xff, 0xfe, 0x80, 0xc0])])).expect(303)
    const odd = [
      'bio=%',
      'bio=%zz',
      'bio[]=a&bio[]=b',
      'bio=a&bio=b',
      '__proto__=a&constructor=b',
      '=&=&&&',
      'a=b'.repeat(9),
    ]
    for (const body of odd) expectAnswered(body, (await raw(body)).status)
    for (const type of [
      'application/x-www-form-urlencoded; charset=utf-16',
      'text/plain',
      'application/json',
      'multipart/form-data',
    ])
      expectAnswered(type, (await raw('{"bio":"\\u0000"}', type)).status)
    expect((await raw(Array.from({ length: 200 }, (_, at) => `a${at}=1`).join('&'))).status).toBe(413)
    expect((await raw(`bio=${'x'.repeat(600_000)}`)).status).toBe(413)
  })
})
