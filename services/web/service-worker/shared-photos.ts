/**
 * Photos on their way from a phone's share sheet to the composer: held by the service worker (service-worker.ts), taken by the page
 * (client/shared-photos.ts). Both can name a cache, and nothing has to be sent from one to the other.
 */

/** Where they wait. */
export const sharedCache = 'shared-photos'

const mostFiles = 20
const mostBytes = 500_000_000
const longestMilliseconds = 10 * 60 * 1000

/** Holds the files of a form, in place of those that are held already. */
export async function holdShared(form: FormData): Promise<void> {
  await caches.delete(sharedCache)
  const cache = await caches.open(sharedCache)
  let bytes = 0
  const files = form.getAll('file').filter((file) => file instanceof File && file.size > 0) as File[]
  for (const [index, file] of files.slice(0, mostFiles).entries()) {
    bytes += file.size
    if (bytes > mostBytes) break
    const headers = {
      'Content-Type': file.type,
      'File-Name': encodeURIComponent(file.name),
      'Held-Since': String(Date.now()),
    }
    await cache.put(`/shared-photos/${index}`, new Response(file, { headers }))
  }
}

/** Takes the files that are held, so that they are not held any more; none, if they have waited for long. */
export async function takeShared(): Promise<File[]> {
  const cache = await caches.open(sharedCache)
  const answers = await cache.matchAll()
  await caches.delete(sharedCache)
  const fresh = answers.filter(({ headers }) => Date.now() - Number(headers.get('Held-Since')) < longestMilliseconds)
  return Promise.all(
    fresh.map(
      async (answer) =>
        new File([await answer.blob()], decodeURIComponent(answer.headers.get('File-Name') ?? ''), {
          type: answer.headers.get('Content-Type') ?? '',
        }),
    ),
  )
}

/** Lets go of what has waited for long, or of all. */
export async function dropShared(isAll: boolean): Promise<void> {
  if (!(await caches.has(sharedCache))) return
  const [first] = await (await caches.open(sharedCache)).matchAll()
  const since = Number(first?.headers.get('Held-Since') ?? 0)
  if (isAll || Date.now() - since >= longestMilliseconds) await caches.delete(sharedCache)
}
