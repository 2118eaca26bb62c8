/** Another one whenever what lies in the caches changes its meaning: a new service worker drops those of the one before. */
const version = 'v1'

export const offlineCache = `${version}:offline`
export const staticCache = `${version}:static`
/** Of the last feed; the session that it was shown to follows. */
export const feedCachePrefix = `${version}:feed:`

/** Drops what other versions have left. What a share sheet has brought waits for the composer, and belongs to none. */
export async function dropOldCaches(kept: readonly string[]): Promise<void> {
  const names = await caches.keys()
  await Promise.all(
    names.filter((name) => !name.startsWith(`${version}:`) && !kept.includes(name)).map((name) => caches.delete(name)),
  )
}

/** Whether an answer may be kept: whole, good, from here, and from the address that was asked. */
export function isKeepable(response: Response): boolean {
  return response.status === 200 && response.type === 'basic' && !response.redirected
}
