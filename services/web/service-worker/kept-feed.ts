import { feedCachePrefix, isKeepable } from './caches.ts'
import { keepFilesOf } from './static-files.ts'

/**
 * The last feed, to be read without a network: of one session alone, and only for as long as nothing says that this session is not the
 * one that asks any more (docs/decisions/0028).
 */

const mostPhotos = 60
const mostPhotoBytes = 500_000
const mostPageCharacters = 1_000_000
const longestMilliseconds = 7 * 24 * 60 * 60 * 1000

/** What the server says of whoever asks: the id of their session, or this. */
const nobody = 'none'

// Who was asking when the latest request was begun that we have an answer to. Answers may come in another order than requests.
let latest = { number: 0, session: nobody }
let lastNumber = 0

// One thing after another: nothing is kept while something is being thrown away.
let tail: Promise<unknown> = Promise.resolve()
function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const result = tail.then(work)
  tail = result.catch(() => {})
  return result
}

/** The number of a request that begins now. */
export function nextNumber(): number {
  lastNumber += 1
  return lastNumber
}

/**
 * Takes in an answer to a page that was asked for: throws away what was kept for another session, and keeps the page if it is the feed.
 * @param number of the request
 * @param response which nobody else reads
 */
export async function takeIn(path: string, number: number, response: Response): Promise<void> {
  const session = response.headers.get('gramstack-session')
  // What is the same for everybody, and what nginx says, tells nothing of who asks.
  if (session === null) return
  await hear(session, number)
  if (path !== '/' || session === nobody || !isKeepable(response) || isSavingData()) return
  const html = await response.text()
  if (html.length > mostPageCharacters) return
  const cache = await inTurn(async () => {
    if (latest.session !== session) return undefined
    const opened = await caches.open(feedCachePrefix + session)
    const headers = withoutEncoding(response.headers)
    headers.set('kept-at', String(Date.now()))
    await opened.put('/', new Response(html, { headers }))
    return opened
  })
  if (!cache) return
  await keepFilesOf(html)
  await keepPhotosOf(html, cache)
}

/** Throws away what is kept: nobody is signed in any more, or is about to be. */
export function forget(): Promise<void> {
  return hear(nobody, nextNumber())
}

async function hear(session: string, number: number): Promise<void> {
  if (number < latest.number) return
  latest = { number, session }
  await inTurn(async () => {
    const own = feedCachePrefix + latest.session
    const others = (await caches.keys()).filter((name) => name.startsWith(feedCachePrefix) && name !== own)
    // A cache that is thrown away is gone for whoever is writing to it still.
    await Promise.all(others.map((name) => caches.delete(name)))
  })
}

/** The feed as it was kept, marked as such; undefined if there is none, or if it is too old. */
export function keptFeed(): Promise<Response | undefined> {
  return inTurn(async () => {
    const cache = await keptCache()
    const page = await cache?.match('/')
    if (!page) return undefined
    if (Date.now() - Number(page.headers.get('kept-at')) > longestMilliseconds) {
      await deleteAll()
      return undefined
    }
    const html = await page.text()
    // The page says below it that it is not of now.
    return new Response(html.replace('<html', '<html data-offline'), { headers: page.headers })
  })
}

/** One of the kept photos; in the size that was kept, whichever is asked for. */
export async function keptPhoto({ pathname }: URL): Promise<Response | undefined> {
  const cache = await inTurn(keptCache)
  const shape = shapeOf(pathname)
  if (!cache || !shape) return undefined
  const key = (await cache.keys()).find(({ url }) => shapeOf(new URL(url).pathname) === shape)
  return key && cache.match(key)
}

/** The photo and its shape, whole or square, without its size and format. */
function shapeOf(pathname: string): string | undefined {
  return /^\/media\/.+\/s?(?=\d)/.exec(pathname)?.[0]
}

async function keptCache(): Promise<Cache | undefined> {
  const name = (await caches.keys()).find((one) => one.startsWith(feedCachePrefix))
  return name === undefined ? undefined : caches.open(name)
}

async function deleteAll(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(feedCachePrefix))
  await Promise.all(names.map((name) => caches.delete(name)))
}

/** Of each photo in the page one size, and none that is not in it. One after another: the page itself comes first. */
async function keepPhotosOf(html: string, cache: Cache): Promise<void> {
  const wanted = photosOf(html)
  const kept = (await cache.keys()).map(({ url }) => new URL(url).pathname).filter((path) => path !== '/')
  await Promise.all(kept.filter((path) => !wanted.includes(path)).map((path) => cache.delete(path)))
  for (const path of wanted) {
    if (kept.includes(path)) continue
    const response = await fetch(path, { priority: 'low' })
    if (!isKeepable(response)) continue
    const photo = await response.blob()
    if (photo.size <= mostPhotoBytes)
      await cache.put(path, new Response(photo, { headers: withoutEncoding(response.headers) }))
  }
}

function photosOf(html: string): string[] {
  const paths = [...html.matchAll(/<img\b[^>]*? src="(\/media\/[^"]+)\.jpg"/g)].map(([, path]) => `${path}.webp`)
  return [...new Set(paths)].slice(0, mostPhotos)
}

/** The body is as it was before it was compressed. */
function withoutEncoding(given: Headers): Headers {
  const headers = new Headers(given)
  headers.delete('content-encoding')
  headers.delete('content-length')
  return headers
}

function isSavingData(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true
}
