import { isKeepable, offlineCache, staticCache } from './caches.ts'

/** Style sheets, scripts and icons. Those with a hash in their name never change, and are taken from the cache first. */

// Several releases' worth.
const mostFiles = 60
const hashedName = /-[0-9A-Z]{8}\.\w+$/

export function isStatic({ pathname }: URL): boolean {
  return /^\/(static|client)\//.test(pathname)
}

/** A static file: from the cache if it never changes, else from there only when there is no network. */
export async function staticFile(request: Request): Promise<Response> {
  const isForEver = hashedName.test(new URL(request.url).pathname)
  const kept = await findKept(request)
  if (isForEver && kept) return kept
  try {
    const response = await fetch(request)
    if (isForEver && isKeepable(response)) await put(request.url, response.clone())
    return response
  } catch (error) {
    if (kept) return kept
    throw error
  }
}

async function findKept(request: Request): Promise<Response | undefined> {
  const [current, offline] = await Promise.all([caches.open(staticCache), caches.open(offlineCache)])
  return (await current.match(request)) ?? (await offline.match(request))
}

async function put(url: string, response: Response): Promise<void> {
  const cache = await caches.open(staticCache)
  await cache.put(url, response)
  const keys = await cache.keys()
  await Promise.all(keys.slice(0, -mostFiles).map((key) => cache.delete(key)))
}

/** Keeps the static files that a page needs. */
export async function keepFilesOf(html: string): Promise<void> {
  await Promise.all(
    filesOf(html).map(async (path) => {
      if (hashedName.test(path) && (await findKept(new Request(path)))) return
      const response = await fetch(path)
      if (isKeepable(response)) await put(path, response)
    }),
  )
}

/** Fetches the page for when there is no network, with what it needs. @throws if there is none now */
export async function keepOfflinePage(): Promise<void> {
  const page = await fetch('/offline', { cache: 'reload' })
  if (!isKeepable(page)) throw new Error(`/offline answered ${page.status}`)
  const cache = await caches.open(offlineCache)
  const html = await page.clone().text()
  await cache.addAll(filesOf(html))
  await cache.put('/offline', page)
}

export async function offlinePage(): Promise<Response> {
  return (await (await caches.open(offlineCache)).match('/offline')) ?? Response.error()
}

function filesOf(html: string): string[] {
  return [
    ...new Set([...html.matchAll(/ (?:href|src)="(\/(?:static|client)\/[^"]+)"/g)].flatMap(([, path]) => path ?? [])),
  ]
}
