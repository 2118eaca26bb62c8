import { createReadStream } from 'node:fs'
import { appendFile, writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { render } from 'preact-render-to-string'
import type { Db } from '../db/connect.ts'
import { toCode } from '../http/code.ts'
import { say } from '../language/say.ts'
import { fileName } from '../media/renditions.ts'
import type { Storage } from '../media/storage.ts'
import { originalExtension } from '../photos/service.ts'
import { type Archive, openArchive } from './archive.ts'
import { BrowsePage, type BrowsePost, pageName, stylesheet } from './browse.tsx'
import * as queries from './content-queries.ts'

/** What is in an export: every original, all that the database knows of its owner, and pages to look at it. */

interface ContentDeps {
  db: Db
  storage: Storage
  /** Ends it wherever it is. */
  signal: AbortSignal
}

/** Few enough that they take little memory, whatever their authors have written. */
const postsAtOnce = 20
const rowsAtOnce = 1000

/** What browsers show as it is; of others a JPEG is put beside the original. */
const shownFormats = ['jpeg', 'png', 'webp', 'avif', 'gif']

/**
 * Writes everything of somebody into a zip file. It goes through the posts once, so that the list of posts and the pages speak of
 * exactly the photos that are in it, whatever is posted or deleted meanwhile.
 * @param zipPath of the file, which is new
 * @param postsPath of a file to keep the list of posts in meanwhile
 * @param onProgress is told the percentage that is done
 * @returns how long the file is
 */
export async function writeContent(
  { db, storage, signal }: ContentDeps,
  userId: string,
  { zipPath, postsPath }: { zipPath: string; postsPath: string },
  onProgress: (percent: number) => Promise<void>,
): Promise<number> {
  const account = await queries.selectAccount(db, userId)
  if (!account) throw new Error('nobody is there any more')
  const madeAt = new Date()
  const bytesInAll = await queries.sumOriginals(db, userId)
  const archive = openArchive(zipPath, signal)
  await writeFile(postsPath, '', { mode: 0o600 })

  let bytes = 0
  let posts = await queries.selectPosts(db, userId, undefined, postsAtOnce)
  for (let page = 1; ; page += 1) {
    const written: BrowsePost[] = []
    for (const post of posts) {
      signal.throwIfAborted()
      const added = await addPhotos({ storage, archive }, post.id, post.photos)
      bytes += added.bytes
      written.push({ ...post, photos: added.photos })
      await onProgress(Math.min(99, Math.floor((100 * bytes) / Math.max(1, bytesInAll))))
    }
    const older = posts.length < postsAtOnce ? [] : await queries.selectPosts(db, userId, posts.at(-1)?.id, postsAtOnce)
    await appendFile(
      postsPath,
      written.map((post) => `${post === written[0] && page === 1 ? '' : ',\n'}${inJson(post)}`).join(''),
    )
    const html = render(BrowsePage({ account, madeAt, posts: written, page, hasOlder: older.length > 0 }))
    await archive.add(pageName(page), Readable.from([Buffer.from(`<!doctype html>${html}`)]), { isPacked: true })
    if (!older.length) break
    posts = older
  }
  await archive.add('style.css', Readable.from([Buffer.from(stylesheet)]), { isPacked: true })
  const data = Readable.from(dataOf(db, userId, account, madeAt, postsPath), { objectMode: false })
  await archive.add('data.json', data, { isPacked: true })
  return archive.finish()
}

async function addPhotos(
  { storage, archive }: { storage: Storage; archive: Archive },
  postId: string,
  photos: readonly queries.ExportedPhoto[],
): Promise<{ bytes: number; photos: BrowsePost['photos'] }> {
  const added: BrowsePost['photos'] = []
  let bytesInAll = 0
  for (const [index, photo] of photos.entries()) {
    const { mediaKey, renditionKey, renditionWidths, format, ...said } = photo
    // By numbers alone, so that no two are the same where case makes no difference.
    const name = `${postId}-${index + 1}`
    const original = `photos/${name}.${originalExtension(format)}`
    const bytes = await storage.originalBytes(mediaKey)
    // A post that is deleted at this moment, or an accident that only a backup mends: the rest is no worse for it.
    if (bytes === undefined) continue
    await archive.add(original, createReadStream(storage.originalPath(mediaKey)), { isPacked: false, bytes })
    bytesInAll += bytes
    let shown: string | undefined = original
    if (!shownFormats.includes(format ?? '')) {
      const rendition = renditionKey ? fileName('whole', renditionWidths.at(-1) ?? 0, 'jpg') : undefined
      const path = renditionKey && rendition && (await storage.renditionPath(renditionKey, rendition))
      shown = path ? `pictures/${name}.jpg` : undefined
      if (path && shown) await archive.add(shown, createReadStream(path), { isPacked: false })
    }
    added.push({ ...said, file: original, shown })
  }
  return { bytes: bytesInAll, photos: added }
}

function inJson(post: BrowsePost): string {
  const photos = post.photos.map(({ shown: _, ...photo }) => photo)
  return JSON.stringify({ ...post, code: toCode(post.id), photos }, null, 1)
}

/** data.json, as it is written: piece by piece, so that it may be as long as it likes. */
async function* dataOf(
  db: Db,
  userId: string,
  account: queries.Entry,
  madeAt: Date,
  postsPath: string,
): AsyncIterable<string | Buffer> {
  const { settings, ...facts } = account
  const field = (name: string, value: unknown) => `${JSON.stringify(name)}: ${JSON.stringify(value, null, 1)},\n`
  yield '{\n'
  yield field(
    'about',
    say('All that a Gramstack knows of one person, by their wish. Times are in UTC; "file" is a path in this zip.'),
  )
  yield field('madeAt', madeAt)
  yield field('account', facts)
  yield field('settings', settings)
  yield field('followedHashtags', await queries.selectFollowedHashtags(db, userId))
  for (const list of queries.lists) {
    yield `${JSON.stringify(list.name)}: [`
    let below: string | undefined
    for (;;) {
      const found = await list.select(db, userId, below, rowsAtOnce)
      yield found
        .map(
          ({ position: _, ...entry }, index) =>
            `${below === undefined && index === 0 ? '' : ','}\n${JSON.stringify(entry)}`,
        )
        .join('')
      if (found.length < rowsAtOnce) break
      below = found.at(-1)?.position
    }
    yield '],\n'
  }
  yield '"posts": [\n'
  yield* createReadStream(postsPath)
  yield ']\n}\n'
}
