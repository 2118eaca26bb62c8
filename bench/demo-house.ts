/**
 * A Gramstack of its own for a while, as `npm start` has it: with the demo people, who follow each other, like, save and comment, and with
 * something for those to do who look after it.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Secret, TOTP } from 'otpauth'
import { type APIRequestContext, request } from 'playwright-core'
import { demoPassword } from '../services/web/src/demo/seed.ts'

const names = ['ada', 'mateo', 'yuki', 'nour', 'sam.k'] as const

/** Who looks after it. */
export const keeper = 'hilda'
/** Who has deleted their account, and who has a second step of signing in. */
export const [leaver, carefulOne] = ['leaving', 'careful']

const headers = { Accept: 'application/json' }

export interface DemoHouse {
  url: string
  close(): Promise<void>
}

export async function openDemoHouse(port: number): Promise<DemoHouse> {
  const data = await mkdtemp(join(tmpdir(), 'gramstack-demo-'))
  // PostgreSQL runs as another user where this runs as root.
  await chmod(data, 0o755)
  const env = { ...process.env, GRAMSTACK_DATA: data, PORT: String(port) }
  const server = spawn(process.execPath, ['dist/local/start.js'], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const url = `http://localhost:${port}`
  const close = () => stop(server, data)
  try {
    while (!(await fetch(`${url}/healthz`).catch(() => undefined))?.ok) {
      if (server.exitCode !== null) throw new Error('Gramstack has not started.')
      await setTimeout(250)
    }
    execFileSync(process.execPath, ['dist/cli.js', 'seed'], { env })
    await enliven(url)
    return { url, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function stop(server: ChildProcess, data: string): Promise<void> {
  if (server.exitCode === null) {
    await new Promise((resolve) => {
      server.once('exit', resolve)
      server.kill('SIGTERM')
    })
  }
  await rm(data, { recursive: true, force: true })
}

/** Signs somebody in, with the cookies of a browser or of nothing else. */
export async function signIn(own: APIRequestContext, url: string, username: string): Promise<void> {
  const form = { username, password: demoPassword }
  const answer = await own.post(`${url}/sign-in`, { form, headers })
  if (!answer.ok()) throw new Error(`${username} cannot sign in: ${await answer.text()}`)
}

type Send = (path: string, form?: Record<string, string>) => Promise<unknown>

async function enliven(url: string): Promise<void> {
  const contexts: APIRequestContext[] = []
  async function arrive(): Promise<{ own: APIRequestContext; send: Send }> {
    const own = await request.newContext()
    contexts.push(own)
    const send: Send = async (path, form = {}) => {
      const answer = await own.post(url + path, { form, headers })
      return answer.ok() && answer.status() !== 204 ? answer.json() : undefined
    }
    return { own, send }
  }
  const signUp = async (username: string): Promise<Send> => {
    const { send } = await arrive()
    await send('/sign-up', { username, password: demoPassword })
    return send
  }

  // The first to sign up is the admin.
  const keeperSends = await signUp(keeper)
  const senders = new Map<string, Send>()
  for (const username of names) {
    const { own, send } = await arrive()
    await signIn(own, url, username)
    senders.set(username, send)
  }
  const posts = await postsOf(contexts.at(1), url)
  await befriend(
    senders,
    posts.map(({ path }) => path),
  )
  await tidy(senders, posts)
  await keepOrder({ url, signUp, keeperSends, senders, posts })
  await settled(contexts[0], url)
  for (const own of contexts) await own.dispose()
}

interface Shared {
  author: string
  path: string
}

/** What there is, as the pages of those who have shared it say. */
async function postsOf(own: APIRequestContext | undefined, url: string): Promise<Shared[]> {
  const posts: Shared[] = []
  for (const author of names) {
    const page = await own?.get(`${url}/@${author}`, { headers: { Accept: 'text/html' } })
    for (const [, path = ''] of (await page?.text())?.matchAll(/<a href="(\/p\/[\w-]{11})"/g) ?? [])
      posts.push({ author, path })
  }
  return posts
}

/** Has the demo people follow each other, like, save and comment, as far as they may. */
async function befriend(senders: ReadonlyMap<string, Send>, paths: readonly string[]): Promise<void> {
  for (const [follower, send] of senders)
    for (const followee of names) if (follower !== followee) await send(`/@${followee}/follow`)
  const remarks = [
    'What a light!',
    'I want to be there, now.',
    'Which lens was it? #gear',
    'Wunderbar, @ada.',
    'جميل جدا',
  ]
  for (const [index, path] of paths.entries()) {
    for (const [turn, send] of [...senders.values()].entries()) {
      if ((index + turn) % 3 !== 0) await send(`${path}/like`)
      if ((index + turn) % 4 === 0) await send(`${path}/save`)
      if ((index * 2 + turn) % 3 === 0) await send(`${path}/comments`, { text: remarks[(index + turn) % 5] ?? '' })
    }
  }
  await senders.get('nour')?.('/settings', { isPrivate: 'on' })
  for (const username of ['ada', 'sam.k']) await senders.get(username)?.('/@nour/unfollow')
  await senders.get('sam.k')?.('/@nour/follow')
}

/** What one of them, through whose eyes most pages are seen, has arranged for herself. */
async function tidy(senders: ReadonlyMap<string, Send>, posts: readonly Shared[]): Promise<void> {
  const send = senders.get('ada')
  await send?.('/settings/profile', {
    displayName: 'Ada Lindqvist',
    bio: 'Mostly up before the sun. #aurora, and whatever @mateo talks me into.',
    website: 'https://ada.example/prints',
    theme: 'auto',
    language: 'auto',
  })
  await send?.('/tags/aurora/follow')
  const path = posts.find(({ author }) => author === 'ada')?.path
  await send?.(`${path}/edit`, {
    caption: 'Up at four for this. Worth every yawn. With @mateo #sunrise',
    place: 'Åreskutan',
  })
  for (const [index, name] of ['For the wall', 'Places to go', 'North'].entries())
    await send?.(`${posts.at(index)?.path}/save`, { chosen: 'yes', name })
}

interface Order {
  url: string
  signUp: (username: string) => Promise<Send>
  keeperSends: Send
  senders: ReadonlyMap<string, Send>
  posts: readonly Shared[]
}

/** Leaves something to decide, and something decided. */
async function keepOrder({ signUp, keeperSends, senders, posts }: Order): Promise<void> {
  const of = (author: string) => posts.find((post) => post.author === author)?.path ?? ''
  const [ada, mateo, yuki] = ['ada', 'mateo', 'yuki'].map((name) => senders.get(name))
  for (const name of ['brass.band', 'door.to.door', 'cheap.watches']) await signUp(name)
  await ada?.('/@brass.band/mute', { days: '30', notifications: 'yes' })
  await ada?.('/@door.to.door/block')
  await mateo?.(`${of('sam.k')}/report`, { reason: 'rights', note: 'That is my photo: I have the original.' })
  await yuki?.(`${of('sam.k')}/report`, { reason: 'rights' })
  await ada?.('/@brass.band/report', { reason: 'other', note: 'Plays at night.' })
  await yuki?.(`${of('mateo')}/report`, { reason: 'spam' })

  await keeperSends('/admin/settings', {
    name: 'Photos of friends',
    description: 'A place for us and those whom we invite.',
    rules: 'Be kind.\nOwn photos only.',
    signUpMode: 'approval',
    membersInvite: 'on',
  })
  for (const name of ['lena', 'ibrahim']) await signUp(name)
  await keeperSends('/admin/settings', {
    name: 'Gramstack',
    description: 'A place for us and those whom we invite.',
    rules: 'Be kind.\nOwn photos only.',
    signUpMode: 'open',
    membersInvite: 'on',
  })
  await keeperSends('/admin/people/yuki/rank', { rank: 'moderator' })
  await keeperSends('/admin/people/cheap.watches/suspend', { reason: 'Nothing but advertisements.' })
  await keeperSends('/invitations', { uses: '5', days: '7' })
  await keeperSends('/invitations', { uses: '1', days: '1' })

  const careful = await signUp(carefulOne)
  const { secret } = (await careful('/settings/two-factor/set-up', { password: demoPassword })) as { secret: string }
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate()
  await careful('/settings/two-factor/confirm', { code })
  await (await signUp(leaver))('/settings/delete', { username: leaver, password: demoPassword })
}

/** Waits until all photos are developed. @param own of the admin, who is told */
async function settled(own: APIRequestContext | undefined, url: string): Promise<void> {
  for (;;) {
    const facts = await (await own?.get(`${url}/admin`, { headers }))?.json()
    if (!facts?.jobsWaiting) return
    await setTimeout(500)
  }
}
