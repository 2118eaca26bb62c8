import type { Test } from 'supertest'
import { computePopular } from '../../src/explore/service.ts'
import { apiPerson, type House, openHouse } from '../house.ts'
import { newPicture } from '../pictures.ts'

/** One world for the whole table: an author of each kind with a post of each kind, and a viewer of each kind. */

export const accounts = ['public', 'private', 'silenced', 'suspended'] as const
export type Account = (typeof accounts)[number]

export const kinds = ['public', 'unlisted', 'private', 'direct', 'reported', 'draft', 'deleted'] as const
export type Kind = (typeof kinds)[number]

export const viewers = [
  'nobody',
  'stranger',
  'follower',
  'requested',
  'blocked',
  'blocking',
  'muted',
  'muting',
  'mentioned',
  'owner',
  'moderator',
  'suspended',
] as const
export type Viewer = (typeof viewers)[number]

type Client = ReturnType<House['client']>

/** What an app or a browser got. */
export interface Answer {
  status: number
  headers: Record<string, string | undefined>
  text: string
  // Read as each thing has it.
  body: unknown
}

/** A viewer who looks. Nothing changes any more, so whoever has looked at something needs not look again. */
export interface Eyes {
  page(path: string): Promise<Answer>
  json(path: string): Promise<Answer>
}

export interface PostOf {
  code: string
  url: string
  /** A word that stands in all captions of its author. */
  word: string
  /** A hashtag likewise, of all authors' posts of this kind only this one's. */
  tag: string
  /** Every rendition. */
  media: string[]
  original: string
  /** Its author's; '0' where there is none. */
  comment: string
}

export interface Author {
  username: string
  posts: Record<Kind, PostOf>
  /** Every rendition of their own picture. */
  avatar: string[]
  /** What they have said below the post of somebody whom everybody sees. */
  comment: string
  /** The same below another post of theirs, which everybody finds on their home page. */
  aside: string
}

export interface World {
  origin: string
  authors: Record<Account, Author>
  /** The post of somebody whom everybody sees, where each author has commented, and which each likes. */
  host: { username: string; url: string; code: string }
  /** @param account whose owner is meant, where that is the viewer */
  eyes(viewer: Viewer, account: Account): Eyes
  close(): Promise<void>
}

const origin = 'https://photos.example.org'
const usernames = {
  public: 'olive',
  private: 'clara',
  silenced: 'quinn',
  suspended: 'gus',
} as const satisfies Record<Account, string>
/** Who has followed everybody, before it came to what the name says. */
const followers = ['follower', 'blocked', 'blocking', 'muted', 'muting', 'suspended'] as const

export async function makeWorld(): Promise<World> {
  const house = await openHouse({ publicUrl: origin })
  try {
    return await fill(house)
  } catch (error) {
    await house.close()
    throw error
  }
}

async function fill(house: House): Promise<World> {
  // The first one is the admin.
  const admin = await apiPerson(house, 'admin')
  const host = await apiPerson(house, 'hanna')
  const names = viewers.filter((name) => name !== 'nobody' && name !== 'owner').map(usernameOf)
  const people: Record<string, Client> = {}
  for (const name of [...Object.values(usernames), ...names]) people[name] = await apiPerson(house, name)
  const as = (name: string): Client => people[name] ?? house.client()
  await send(admin, `/admin/people/${usernameOf('moderator')}/rank`, { rank: 'moderator' })

  const shared = await share(host, { caption: 'Everybody sees this' })
  const all = names.map((name) => `@${name}`).join(' ')
  const authors = {} as Record<Account, Author>
  for (const account of accounts) {
    const username = usernames[account]
    for (const name of followers) await send(as(name), `/@${username}/follow`)
    const posts = await sharePosts(as, username, all)
    const picture = as(username)
      .post('/settings/avatar')
      .attach('file', await newPicture(), 'a.jpg')
    await picture.expect(204)
    await send(as(username), `/@${host.username}/follow`)
    await send(as(username), `${shared.url}/like`)
    const greeting = await comment(as(username), shared.url, `${username} greets ${all}`)
    const aside = `Between others, ${username} says this`
    await comment(as(username), (await share(host, { caption: `For ${all}` })).url, aside)
    authors[account] = { username, posts, avatar: [], comment: greeting, aside }
  }
  await house.idle()
  for (const author of Object.values(authors)) await lookUpFiles(house, as(author.username), author)

  for (const author of Object.values(authors)) await become(as, author)
  await send(admin, `/admin/people/${usernames.silenced}/silence`, { reason: 'Loud' })
  for (const name of ['suspended', usernames.suspended])
    await send(admin, `/admin/people/${name}/suspend`, { reason: 'Spam' })
  await house.idle()
  await computePopular(house.db, 0)

  const eyes = new Map(['nobody', ...Object.keys(people)].map((name) => [name, eyesOf(as(name))]))
  return {
    origin,
    authors,
    host: { username: host.username, ...shared },
    eyes(viewer, account) {
      const found = eyes.get(viewer === 'owner' ? usernames[account] : usernameOf(viewer))
      if (!found) throw new Error(`nobody is called ${viewer}`)
      return found
    },
    close: () => house.close(),
  }
}

type As = (name: string) => Client

/** A post of each kind. At first all are public, and everybody is told of them. */
async function sharePosts(as: As, username: string, all: string): Promise<Record<Kind, PostOf>> {
  const posts = {} as Record<Kind, PostOf>
  for (const kind of kinds) {
    const [word, tag] = [`${username}word`, `${username}${kind}`]
    // Whoever is going to be blocked is mentioned as well.
    const caption = `${word} #${tag} @mentioned @blocked @blocking`
    const post = await share(as(username), { caption, ...(kind === 'draft' ? { draft: 'yes' } : {}) })
    posts[kind] = { ...post, word, tag, media: [], original: '', comment: '0' }
    if (kind === 'draft') continue
    posts[kind].comment = await comment(as(username), post.url, `For ${all}`)
    for (const name of ['follower', 'suspended']) await send(as(name), `${post.url}/like`)
    await comment(as('suspended'), post.url, 'Soon gone')
  }
  return posts
}

/** Finds out where all renditions are, as long as there is somebody who may know. */
async function lookUpFiles(house: House, client: Client, author: Author): Promise<void> {
  const files = await house.files()
  const under = (key: string) =>
    files.filter((file) => file.includes(`/${key}/`)).map((file) => file.replace(/^[^/]+/, '/media'))
  const found = await client.get(`/search?q=${author.username}&kind=people`).expect(200)
  author.avatar = under(found.body.people[0].avatarKey)
  for (const post of Object.values(author.posts)) {
    const [photo] = (await client.get(post.url).expect(200)).body.photos
    post.media = under(photo.url.split('/').at(-2))
    post.original = `${post.url}/photos/${photo.id}/original`
  }
}

/** Makes posts, an account and people around it what they are called; all but silenced and suspended, which takes an admin. */
async function become(as: As, { username, posts }: Author): Promise<void> {
  const author = as(username)
  for (const kind of ['unlisted', 'private', 'direct'] as const)
    await send(author, `${posts[kind].url}/edit`, { visibility: kind })
  await send(author, `${posts.reported.url}/edit`, { visibility: 'private' })
  await send(as('follower'), `${posts.reported.url}/report`, { reason: 'spam' })
  await send(author, `${posts.deleted.url}/delete`)
  if (username === usernames.private) await send(author, '/settings', { isPrivate: 'on' })
  await send(as('requested'), `/@${username}/follow`)
  await send(author, '/@blocked/block')
  await send(as('blocking'), `/@${username}/block`)
  await send(author, '/@muted/mute')
  await send(as('muting'), `/@${username}/mute`)
}

/** The name of a viewer. Nobody may be called as if they spoke for the house. */
function usernameOf(viewer: Exclude<Viewer, 'owner'>): string {
  return viewer === 'moderator' ? 'marshal' : viewer
}

async function share(author: Client, fields: Record<string, string>): Promise<{ code: string; url: string }> {
  let form = author.post('/upload').attach('file', await newPicture(), 'a.jpg')
  for (const [name, value] of Object.entries(fields)) form = form.field(name, value)
  const { code, url } = (await form.expect(201)).body
  return { code, url }
}

async function send(client: Client, path: string, fields: Record<string, string> = {}): Promise<void> {
  const answer = await client.post(path).type('form').send(fields)
  if (![200, 201, 204].includes(answer.status)) throw new Error(`${path}: ${answer.status} ${answer.text}`)
}

async function comment(author: Client, url: string, text: string): Promise<string> {
  return (await author.post(`${url}/comments`).type('form').send({ text }).expect(201)).body.id
}

function eyesOf(client: Client): Eyes {
  const seen = new Map<string, Promise<Answer>>()
  const look = (path: string, accept: string) => {
    const key = `${accept} ${path}`
    const answer = seen.get(key) ?? ask(client.get(path).set('Accept', accept))
    seen.set(key, answer)
    return answer
  }
  return {
    page: (path) => look(path, 'text/html'),
    json: (path) => look(path, 'application/json'),
  }
}

async function ask(request: Test): Promise<Answer> {
  const { status, headers, text, body } = await request
  return { status, headers, text: text ?? '', body }
}
