/** What the server has sent while perhaps no page is open: shown, and opened when it is clicked. */

declare const self: ServiceWorkerGlobalScope

/** As services/web/src/push/message.ts puts it into words. */
interface Message {
  title: string
  body: string
  path: string
  tag: string
}

export function show({ title, body, path, tag }: Message): Promise<void> {
  return self.registration.showNotification(title, { body, tag, icon: '/static/icon-192.png', data: path })
}

/** Opens a path of ours, in a window that is open already if there is one. Anything else is not opened. */
export async function open(path: unknown): Promise<void> {
  const url = URL.parse(String(path), self.location.origin)
  if (url?.origin !== self.location.origin) return
  const windows = await self.clients.matchAll({ type: 'window' })
  for (const window of windows) {
    try {
      await (await window.navigate(url))?.focus()
      return
    } catch {
      // One that this service worker has not taken over, or that may not come to the front.
    }
  }
  await self.clients.openWindow(url)
}

/** Takes back what is shown still. */
export async function closeNotifications(): Promise<void> {
  for (const notification of await self.registration.getNotifications()) notification.close()
}
