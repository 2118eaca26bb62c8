import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Db } from '../db/connect.ts'
import type { Queue } from '../jobs/queue.ts'
import { fileName, promptFormats } from '../media/renditions.ts'
import type { Storage } from '../media/storage.ts'
import { placePhotos } from './place.ts'
import * as queries from './queries.ts'
import { orphans, remove, settledHours } from './tidy.ts'

/** Compares database and storage, both ways. */

interface VerifyDeps {
  db: Db
  storage: Storage
  queue: Queue
}

export interface Problem {
  /** One line for whoever runs this. */
  what: string
  /** What repairing does; undefined where only a backup helps. */
  remedy: string | undefined
}

const pageSize = 500

/**
 * Finds what does not fit: photos without their files, files of another size or content, photos that lie open and should not, or the
 * reverse, and files without a photo.
 * @param isRepairing carries out each remedy as it is found
 * @param isHashing reads every original and compares it with what was uploaded; else only the size is looked at
 */
export async function* verifyMedia(
  deps: VerifyDeps,
  { isRepairing, isHashing }: { isRepairing: boolean; isHashing: boolean },
): AsyncIterable<Problem> {
  for await (const { problem, repair } of findings(deps, isHashing)) {
    if (isRepairing) await repair?.()
    yield problem
  }
}

interface Found {
  problem: Problem
  repair: (() => Promise<void>) | undefined
}

async function* findings(deps: VerifyDeps, isHashing: boolean): AsyncIterable<Found> {
  const { db, storage } = deps
  let last = '0'
  for (;;) {
    const page = await queries.selectPhotosAfter(db, last, pageSize)
    for (const photo of page) {
      yield* ofOriginal(deps, photo, isHashing)
      if (photo.state === 'ready') yield* ofRenditions(deps, photo)
    }
    if (page.length < pageSize) break
    last = page.at(-1)?.id ?? last
  }
  for await (const orphan of orphans({ db, storage }, settledHours)) {
    yield {
      problem: { what: `${orphan.kind} ${orphan.key} belongs to no photo`, remedy: 'removed' },
      repair: () => remove(storage, orphan),
    }
  }
}

async function* ofOriginal(
  { storage }: VerifyDeps,
  photo: queries.VerifiedRow,
  isHashing: boolean,
): AsyncIterable<Found> {
  // Of what could not be shown nothing was kept.
  if (photo.refusal && !queries.retriable.includes(photo.refusal)) return
  const lost = (what: string): Found => ({
    problem: { what: `original ${photo.media_key} of photo ${photo.id} ${what}`, remedy: undefined },
    repair: undefined,
  })
  const bytes = await storage.originalBytes(photo.media_key)
  if (bytes === undefined) yield lost('is missing')
  else if (String(bytes) !== photo.original_bytes)
    yield lost(`has ${bytes} bytes, and was uploaded with ${photo.original_bytes}`)
  else if (isHashing && !(await hash(storage.originalPath(photo.media_key))).equals(photo.original_sha256))
    yield lost('is not what was uploaded')
}

async function* ofRenditions(deps: VerifyDeps, photo: queries.VerifiedRow): AsyncIterable<Found> {
  const { db, storage, queue } = deps
  const key = photo.rendition_key ?? photo.media_key
  const found = await storage.describeRenditions(key)
  const missing = expectedFiles(photo).filter((file) => !found?.files.includes(file))
  if (missing.length) {
    yield {
      problem: {
        what: `renditions ${key} of photo ${photo.id} lack ${found ? missing.join(', ') : 'every file'}`,
        remedy: 'to be made anew by the worker',
      },
      repair: async () => {
        await queries.updateOutdated(db, photo.id)
        await queue.add(db, 'develop-photo', { photoId: photo.id }, -1)
      },
    }
  }
  if (found && found.isOpen !== photo.is_open) {
    yield {
      problem: {
        what: `renditions ${key} of photo ${photo.id} are ${found.isOpen ? 'open to all, and should not be' : 'closed, and could be open'}`,
        remedy: found.isOpen ? 'closed' : 'opened',
      },
      repair: () => placePhotos({ db, storage }, photo.post_id),
    }
  }
}

function expectedFiles(photo: queries.VerifiedRow): string[] {
  const extensions = [...promptFormats.map(({ extension }) => extension), ...(photo.avif_done ? ['avif' as const] : [])]
  return extensions.flatMap((extension) => [
    ...photo.rendition_widths.map((width) => fileName('whole', width, extension)),
    ...photo.square_sizes.map((size) => fileName('square', size, extension)),
  ])
}

/** The SHA-256 of a file. */
export async function hash(path: string): Promise<Buffer> {
  const sum = createHash('sha256')
  await pipeline(createReadStream(path), sum)
  return sum.digest()
}
