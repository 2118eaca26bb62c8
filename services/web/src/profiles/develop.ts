import { mkdir } from 'node:fs/promises'
import { setAvatarKey } from '../accounts/profile.ts'
import type { Db } from '../db/connect.ts'
import { log } from '../log.ts'
import type { Decoder } from '../media/decoder.ts'
import { avatarRecipe } from '../media/renditions.ts'
import { newMediaKey, type Storage } from '../media/storage.ts'
import { placeAvatar } from './avatars.ts'
import * as queries from './queries.ts'

/** The worker's part of the pictures of people. */

interface DevelopDeps {
  db: Db
  storage: Storage
  decoder: Decoder
  maxPixels: number
}

/**
 * Makes the squares of a picture, the first or new ones, and shows them in place of those before. Safe to run again after having been
 * stopped anywhere.
 * @param isLastTry whether a failure now is final
 * @throws whatever went wrong that another try may mend; never on the last one
 */
export async function developAvatar(deps: DevelopDeps, mediaKey: string, isLastTry: boolean): Promise<void> {
  try {
    const avatar = await queries.selectAvatar(deps.db, mediaKey)
    const isOutdated = avatar?.state === 'ready' && avatar.recipe !== avatarRecipe
    if (avatar && (avatar.state === 'received' || isOutdated)) await tryToDevelop(deps, avatar)
  } catch (error) {
    if (!isLastTry) throw error
    log.error('picture of a person given up', error, { mediaKey })
    await queries.updateRefused(deps.db, mediaKey, 'given-up')
  }
}

async function tryToDevelop(deps: DevelopDeps, avatar: queries.AvatarRow): Promise<void> {
  const { db, storage, decoder, maxPixels } = deps
  const { media_key: mediaKey, user_id: userId } = avatar
  const folder = storage.incomingPath()
  await mkdir(folder, { mode: 0o755 })
  try {
    const answer = await decoder.develop({
      task: 'avatar',
      input: storage.originalPath(mediaKey),
      crop: { x: avatar.focal_x, y: avatar.focal_y, zoom: avatar.zoom },
      maxPixels,
      folder,
    })
    if ('verdict' in answer) {
      log.info('picture of a person refused', { mediaKey, ...answer })
      if (await queries.updateRefused(db, mediaKey, answer.verdict)) await storage.removeOriginal(mediaKey)
      return
    }
    const avatarKey = newMediaKey()
    await storage.keepRenditions(folder, avatarKey)
    const shown = await db.transaction(async (tx) => {
      await queries.lockPerson(tx, userId)
      const change = await queries.updateReady(tx, avatar, avatarRecipe)
      if (!change) return undefined
      const before = await setAvatarKey(tx, userId, avatarKey)
      return { before, ...change }
    })
    // Another part of it was chosen meanwhile, another picture, or none: that is another job's.
    if (!shown) return await storage.removeRenditions(avatarKey)
    await placeAvatar(deps, userId)
    if (shown.before) await storage.removeRenditions(shown.before)
    for (const replaced of shown.replaced) await storage.removeOriginal(replaced)
  } finally {
    await storage.removeIncoming(folder)
  }
}
