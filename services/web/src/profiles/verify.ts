import type { Db } from '../db/connect.ts'
import type { Queue } from '../jobs/queue.ts'
import { avatarSizes, fileName, promptFormats } from '../media/renditions.ts'
import type { Storage } from '../media/storage.ts'
import { hash, type Problem } from '../photos/verify.ts'
import { placeAvatar } from './avatars.ts'
import * as queries from './queries.ts'

interface VerifyDeps {
  db: Db
  storage: Storage
  queue: Queue
}

interface Found extends Problem {
  repair: () => Promise<void>
}

const pageSize = 500
const files = promptFormats.flatMap(({ extension }) => avatarSizes.map((size) => fileName('square', size, extension)))

/**
 * Finds what does not fit of the pictures of people. (Files that belong to nobody are found with those of photos.)
 * @param isRepairing carries out each remedy as it is found
 * @param isHashing reads every original and compares it with what was uploaded; else only the size is looked at
 */
export async function* verifyAvatars(
  deps: VerifyDeps,
  { isRepairing, isHashing }: { isRepairing: boolean; isHashing: boolean },
): AsyncIterable<Problem> {
  let last = '0'
  for (;;) {
    const page = await queries.selectAfter(deps.db, last, pageSize)
    for (const row of page) {
      const lost = await whatIsLost(deps, row, isHashing)
      if (lost) yield { what: `original ${row.media_key} of person ${row.user_id} ${lost}`, remedy: undefined }
    }
    for (const row of new Map(page.map((one) => [one.user_id, one])).values()) {
      for await (const { what, remedy, repair } of ofRenditions(deps, row)) {
        if (isRepairing && remedy) await repair()
        yield { what, remedy }
      }
    }
    const next = page.at(-1)?.user_id
    if (next === undefined) return
    last = next
  }
}

async function whatIsLost({ storage }: VerifyDeps, row: queries.VerifiedRow, isHashing: boolean) {
  if (!row.media_key || !row.original_sha256) return undefined
  const bytes = await storage.originalBytes(row.media_key)
  if (bytes === undefined) return 'is missing'
  if (String(bytes) !== row.original_bytes) return `has ${bytes} bytes, and was uploaded with ${row.original_bytes}`
  const isSame = !isHashing || (await hash(storage.originalPath(row.media_key))).equals(row.original_sha256)
  return isSame ? undefined : 'is not what was uploaded'
}

async function* ofRenditions({ db, storage, queue }: VerifyDeps, row: queries.VerifiedRow): AsyncIterable<Found> {
  const { user_id: userId, avatar_key: key, is_open } = row
  if (!key) return
  const found = await storage.describeRenditions(key)
  const missing = files.filter((file) => !found?.files.includes(file))
  if (missing.length) {
    yield {
      what: `renditions ${key} of person ${userId} lack ${found ? missing.join(', ') : 'every file'}`,
      remedy: row.media_key ? 'to be made anew by the worker' : undefined,
      repair: () =>
        db.transaction(async (tx) => {
          await queries.lockPerson(tx, userId)
          const mediaKey = await queries.updateReceivedAgain(tx, userId)
          if (mediaKey) await queue.add(tx, 'develop-avatar', { mediaKey })
        }),
    }
  }
  if (found && found.isOpen !== is_open) {
    yield {
      what: `renditions ${key} of person ${userId} are ${found.isOpen ? 'open to all, and should not be' : 'closed, and could be open'}`,
      remedy: found.isOpen ? 'closed' : 'opened',
      repair: () => placeAvatar({ db, storage }, userId),
    }
  }
}
