import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { isDatabaseOutage } from '../db/outage.ts'
import { notFound, Refusal, type RefusalKind } from '../http/refusal.ts'
import type { Queue } from '../jobs/queue.ts'
import { log } from '../log.ts'
import type { Verdict } from '../media/decoder-child.ts'
import { newMediaKey, type Storage } from '../media/storage.ts'
import { toCode } from './code.ts'
import * as queries from './queries.ts'

/** A photo of a post, as far as it has got. */
export type Photo =
  | { state: 'received' }
  | { state: 'refused'; reason: string }
  | { state: 'ready'; mediaKey: string; width: number; height: number; renditionWidths: number[] }

export interface Post {
  id: string
  code: string
  caption: string
  isPublished: boolean
  createdAt: Date
  author: { username: string; displayName: string }
  photos: Photo[]
}

/** A page of posts, newest first, and where the next one begins. */
export interface PostPage {
  posts: Post[]
  nextMaxId: string | undefined
}

export interface ShareDeps {
  db: Db
  storage: Storage
  queue: Queue
  /** How long an upload waits to be told what became of its photo. */
  patienceSeconds: number
  /** Whether this process is about to end: then nobody is kept waiting. */
  isLeaving: () => boolean
}

/**
 * Shares a photo. It is safe once its file is on the disk and its row and job are committed; then this waits for the worker,
 * so that whoever shared it sees it, or hears what was wrong with it.
 * @param upload the file under `incoming`; it is moved away from there
 * @returns the post; not yet published if the worker is slow, and then it appears by itself
 * @throws {Refusal} if the file is not a photo that can be shown; nothing of it is kept
 */
export async function sharePhoto(
  deps: ShareDeps,
  author: Person,
  upload: { path: string; caption: string },
): Promise<Post> {
  const { db, storage, queue } = deps
  const { size } = await stat(upload.path)
  if (size === 0) throw new Refusal('invalid', 'That file is empty.', { file: 'That file is empty.' })
  const originalSha256 = await hashFile(upload.path)
  const mediaKey = newMediaKey()
  await storage.keepOriginal(upload.path, mediaKey)

  let postId: string
  let photoId: string
  let mayBeCommitted = false
  try {
    ;({ postId, photoId } = await db.transaction(async (tx) => {
      const post = await queries.insertPost(tx, { authorId: author.id, caption: upload.caption })
      const photo = await queries.insertPhoto(tx, { postId: post, mediaKey, originalBytes: size, originalSha256 })
      await queue.add(tx, 'develop-photo', { photoId: photo })
      mayBeCommitted = true
      return { postId: post, photoId: photo }
    }))
  } catch (error) {
    // A connection that is lost at the commit leaves open whether it took place: rather a file without a row for a while than
    // a post without its photo.
    if (mayBeCommitted) void removeUnlessCommitted(deps, mediaKey)
    else await storage.removePhoto(mediaKey)
    throw error
  }

  const verdict = await awaitVerdict(deps, photoId)
  if (verdict) {
    await queries.deletePost(db, postId)
    await storage.removePhoto(mediaKey)
    throw refuse(verdict)
  }
  return findPost(db, author, postId).catch(
    unlessOutage(() => ({
      id: postId,
      code: toCode(postId),
      caption: upload.caption,
      isPublished: false,
      createdAt: new Date(),
      author: { username: author.username, displayName: author.displayName },
      photos: [{ state: 'received' as const }],
    })),
  )
}

/**
 * Removes the file of a photo once the database answers again and knows nothing of it. Should this process end before that,
 * the worker's tidying up does the same later.
 */
async function removeUnlessCommitted({ db, storage }: ShareDeps, mediaKey: string): Promise<void> {
  for (let tries = 0; tries < 30; tries += 1) {
    // Also long enough for a commit that was still on its way.
    await setTimeout(2_000, undefined, { ref: false })
    const known = await queries.selectKnownMediaKeys(db, [mediaKey]).catch(() => undefined)
    if (!known) continue
    if (!known.has(mediaKey))
      await storage.removePhoto(mediaKey).catch((error: unknown) => log.error('file left over', error, { mediaKey }))
    return
  }
}

/** What is committed stays so: an outage after that is no reason to say that it failed, and have it sent again. */
function unlessOutage<Value>(instead: () => Value): (error: unknown) => Value {
  return (error) => {
    if (isDatabaseOutage(error)) return instead()
    throw error
  }
}

/** @throws {Refusal} notFound, also for what the viewer may not see */
export async function findPost(db: Db, viewer: Person | undefined, id: string): Promise<Post> {
  const row = await queries.selectPost(db, id, viewer?.id ?? null)
  if (!row) throw notFound()
  const [post] = await withPhotos(db, [row])
  if (!post) throw notFound()
  return post
}

/** The newest posts of everybody. */
export async function latestPosts(
  db: Db,
  viewer: Person | undefined,
  page: { maxId: string | undefined; limit: number },
): Promise<PostPage> {
  return toPage(db, await queries.selectLatestPosts(db, viewer?.id ?? null, page.maxId, page.limit + 1), page.limit)
}

/** The newest posts of one person. */
export async function postsBy(
  db: Db,
  author: Person,
  viewer: Person | undefined,
  page: { maxId: string | undefined; limit: number },
): Promise<PostPage> {
  return toPage(
    db,
    await queries.selectPostsBy(db, author.id, viewer?.id ?? null, page.maxId, page.limit + 1),
    page.limit,
  )
}

/** How many posts somebody has made, published or not. */
export function countPostsBy(db: Db, author: Person): Promise<number> {
  return queries.countPostsBy(db, author.id)
}

/** One row more than the page was asked for, to know whether there is another page. */
async function toPage(db: Db, rows: queries.PostRow[], limit: number): Promise<PostPage> {
  const posts = await withPhotos(db, rows.slice(0, limit))
  return { posts, nextMaxId: rows.length > limit ? posts.at(-1)?.id : undefined }
}

async function withPhotos(db: Db, rows: queries.PostRow[]): Promise<Post[]> {
  const photos = rows.length
    ? await queries.selectPhotosOf(
        db,
        rows.map(({ id }) => id),
      )
    : []
  const byPost = Map.groupBy(photos, ({ post_id }) => post_id)
  return rows.map((row) => ({
    id: row.id,
    code: toCode(row.id),
    caption: row.caption,
    isPublished: row.is_published,
    createdAt: row.created_at,
    author: { username: row.author_username, displayName: row.author_display_name },
    photos: (byPost.get(row.id) ?? []).map(toPhoto),
  }))
}

function toPhoto(row: queries.PhotoRow): Photo {
  if (row.refusal) return { state: 'refused', reason: refuse(row.refusal).message }
  if (row.state !== 'ready' || !row.width || !row.height) return { state: 'received' }
  return {
    state: 'ready',
    mediaKey: row.media_key,
    width: row.width,
    height: row.height,
    renditionWidths: row.rendition_widths,
  }
}

/** Waits until a photo has been developed or refused; gives up after a while, when it goes on by itself. */
async function awaitVerdict(
  { db, patienceSeconds, isLeaving }: ShareDeps,
  photoId: string,
): Promise<Verdict | undefined> {
  const deadline = Date.now() + patienceSeconds * 1000
  while (Date.now() < deadline && !isLeaving()) {
    const photo = await queries
      .selectPhoto(db, photoId)
      .catch(unlessOutage(() => ({ state: 'received', refusal: null })))
    if (photo?.state !== 'received') return photo?.refusal ?? undefined
    await setTimeout(60)
  }
  return undefined
}

const refusals: Record<Verdict, [RefusalKind, string]> = {
  unsupported: ['unsupported', 'That file is not a photo we can show: JPEG, PNG, WebP, AVIF and GIF are welcome.'],
  damaged: [
    'invalid',
    'That photo is damaged or incomplete, so it cannot be shown. Please try to save or send it again.',
  ],
  'too-many-pixels': ['tooLarge', 'That picture has more pixels than we can take. Please make it smaller.'],
  'given-up': ['unavailable', 'That photo could not be developed just now. Please try again later.'],
  'too-heavy': ['invalid', 'That picture takes too much time or memory to develop. Please save it again as a JPEG.'],
}

function refuse(verdict: Verdict): Refusal {
  const [kind, message] = refusals[verdict]
  return new Refusal(kind, message, { file: message })
}

async function hashFile(path: string): Promise<Buffer> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest()
}
