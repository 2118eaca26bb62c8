/**
 * What goes on when there is no page, or no network: pages come from the network, always, and the last feed is kept for when there is
 * none. Without it everything works as it does with a network (docs/decisions/0028).
 */
import { dropOldCaches } from './caches.ts'
import { forget, keptFeed, keptPhoto, nextNumber, takeIn } from './kept-feed.ts'
import { closeNotifications, open, show } from './push.ts'
import { dropShared, holdShared, sharedCache } from './shared-photos.ts'
import { isStatic, keepOfflinePage, offlinePage, staticFile } from './static-files.ts'

declare const self: ServiceWorkerGlobalScope

self.addEventListener('install', (event) => {
  // It keeps nothing of the pages that are open, so it need not wait for them to be closed.
  event.waitUntil(keepOfflinePage().then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOldCaches([sharedCache]).then(() => self.clients.claim()))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== self.location.origin) return
  if (request.method === 'POST') {
    if (url.pathname === '/share-target') event.respondWith(takeShare(request))
    if (url.pathname === '/sign-out') event.waitUntil(forgetEverything())
    return
  }
  if (request.method !== 'GET') return
  if (request.mode === 'navigate') event.respondWith(page(event, url))
  else if (isStatic(url)) event.respondWith(staticFile(request))
  else if (url.pathname.startsWith('/media/') && request.destination === 'image') event.respondWith(photo(request, url))
})

self.addEventListener('message', (event) => {
  // An open page has heard that its session was ended elsewhere.
  if (event.data === 'signed-out') event.waitUntil(forgetEverything())
})

self.addEventListener('push', (event) => {
  if (event.data) event.waitUntil(show(event.data.json()))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(event.notification.data))
})

async function page(event: FetchEvent, url: URL): Promise<Response> {
  const number = nextNumber()
  const path = url.pathname + url.search
  try {
    const response = await fetch(event.request)
    event.waitUntil(Promise.all([takeIn(path, number, response.clone()), dropShared(false)]))
    return response
  } catch {
    return (path === '/' && (await keptFeed())) || offlinePage()
  }
}

async function photo(request: Request, url: URL): Promise<Response> {
  try {
    return await fetch(request)
  } catch (error) {
    const kept = await keptPhoto(url)
    if (kept) return kept
    throw error
  }
}

/**
 * What a phone's share sheet posts. The browser does not say who sends a form, so it may be any site: nothing is sent on, and the
 * composer shows the photos to somebody who then shares them, or does not.
 */
async function takeShare(request: Request): Promise<Response> {
  try {
    await holdShared(await request.formData())
    return Response.redirect('/upload?shared', 303)
  } catch {
    // No form that can be read, or no room: they have to be chosen there.
    return Response.redirect('/upload', 303)
  }
}

async function forgetEverything(): Promise<void> {
  await Promise.all([forget(), dropShared(true), closeNotifications()])
}
