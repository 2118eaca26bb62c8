import { eventually, type Stack } from '../../services/web/test/stack/stack.ts'
import { multipart } from '../../services/web/test/stack/visitor.ts'
import type { Question } from './plan.ts'

/** Directus, with a world of the same size as ours, made by its own API as whoever uses it would. */

export interface Directus {
  url: string
  /** Twenty posts with their authors and photos, from different places of the list. */
  lists: Question[]
  /** A photo, 1080 pixels wide. */
  resized: Question
  upload: Question
}

const token = { Authorization: 'Bearer only-for-measuring' }
const personCount = 300
const postCount = 1_500

/** Its database has to be there before it starts. */
export async function makeDirectusDatabase(stack: Stack): Promise<void> {
  await stack.sql('create database directus owner gramstack')
}

/**
 * Waits until it serves, and fills it.
 * @param url where it does
 * @param photo a JPEG
 */
export async function furnishDirectus(stack: Stack, url: string, photo: Buffer): Promise<Directus> {
  await eventually(async () => {
    const { status } = await fetch(`${url}/server/ping`)
    if (status !== 200) throw new Error(`Directus answers ${status}`)
  }, 180)
  const send = async (path: string, body: unknown) => {
    const headers = { ...token, 'Content-Type': 'application/json' }
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`Directus, ${path}: ${answer.status} ${(await answer.text()).slice(0, 300)}`)
  }
  const file = multipart(photo)
  const headers = { ...token, ...file.headers }
  const uploaded = await fetch(`${url}/files`, { method: 'POST', headers, body: new Uint8Array(file.body) })
  if (!uploaded.ok) throw new Error(`Directus takes no photo: ${uploaded.status} ${await uploaded.text()}`)
  const { data } = (await uploaded.json()) as { data: { id: string } }

  const key = { field: 'id', type: 'integer', schema: { is_primary_key: true, has_auto_increment: true } }
  const fields = (types: Record<string, string>) =>
    Object.entries(types).map(([field, type]) => ({ field, type, schema: {} }))
  const people = fields({ username: 'string', name: 'string' })
  await send('/collections', { collection: 'people', schema: {}, fields: [key, ...people] })
  const figures = { like_count: 'integer', comment_count: 'integer' }
  const posts = fields({ caption: 'text', ...figures, published_at: 'timestamp', author: 'integer', photo: 'uuid' })
  await send('/collections', { collection: 'posts', schema: {}, fields: [key, ...posts] })
  for (const [field, related] of [
    ['author', 'people'],
    ['photo', 'directus_files'],
  ])
    await send('/relations', { collection: 'posts', field, related_collection: related, schema: {} })
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
  await send(
    '/items/people',
    numbers(personCount).map((rank) => ({ username: `person${rank}`, name: `Person ${rank}` })),
  )
  await send(
    '/items/posts',
    numbers(postCount).map((turn) => ({
      caption: `World ${turn}: a caption as long as captions are, or a little longer. #everyday`,
      like_count: 20,
      comment_count: 4,
      published_at: new Date(Date.now() - turn * 600_000).toISOString(),
      author: 1 + (turn % personCount),
      photo: data.id,
    })),
  )

  // Each process remembers what collections there were when it began.
  await stack.compose(['exec', '--no-TTY', 'directus', 'pm2', 'reload', 'directus'])

  const wanted = 'id,caption,like_count,comment_count,published_at,author.username,author.name,photo.id,photo.width'
  return {
    url,
    lists: numbers(20).map((turn) => ({
      path: `/items/posts?limit=20&sort=-id&fields=${wanted}&filter[id][_lt]=${postCount - turn * 50}`,
      headers: token,
    })),
    resized: { path: `/assets/${data.id}?width=1080&format=webp`, headers: token },
    upload: { method: 'POST', path: '/files', headers, body: file.body.toString('base64') },
  }
}
