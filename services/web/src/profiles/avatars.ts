import { setTimeout } from 'node:timers/promises'
import { setAvatarKey } from '../accounts/profile.ts'
import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { unlessOutage } from '../db/outage.ts'
import { invalidField } from '../http/refusal.ts'
import type { Queue } from '../jobs/queue.ts'
import { say } from '../language/say.ts'
import { log } from '../log.ts'
import type { Crop } from '../media/orders.ts'
import type { Storage } from '../media/storage.ts'
import { type PhotoDeps, removeUnlessCommitted, storeFiles, toRefusal } from '../photos/service.ts'
import * as queries from './queries.ts'

/**
 * The picture that stands for a person. It is everybody's, also that of a private account, so it lies open; that of somebody
 * suspended is nobody's, and lies closed.
 */

interface AvatarDeps {
  db: Db
  storage: Storage
}

/** What is to be known of somebody's pictures on the page where they change them. */
export interface AvatarState {
  /** Which part is shown, or will be; undefined where there is no original of which to show another. */
  crop: Crop | undefined
  isUnderWay: boolean
  /** Why the newest cannot be shown. */
  complaint: string | undefined
}

/**
 * Takes in a new picture, and waits for a while until it is shown. Until then the one before stays.
 * @param path of a file under `incoming`
 * @throws {Refusal} what is wrong with it
 */
export async function changeAvatar(
  deps: PhotoDeps,
  person: Person,
  path: string | undefined,
  crop: Crop,
): Promise<void> {
  if (!path) throw invalidField('file', say('Choose a photo.'))
  const { db, storage, queue } = deps
  const files = await storeFiles(storage, [path])
  try {
    const replaced = await db.transaction(async (tx) => {
      await queries.lockPerson(tx, person.id)
      const others = await queries.deleteAvatars(tx, person.id, 'new')
      for (const { mediaKey, bytes, sha256 } of files) {
        const avatar = { userId: person.id, mediaKey, originalBytes: bytes, originalSha256: sha256, crop }
        await queries.insertAvatar(tx, avatar)
        await queue.add(tx, 'develop-avatar', { mediaKey })
      }
      return others
    })
    for (const mediaKey of replaced) await storage.removeOriginal(mediaKey)
  } catch (error) {
    void removeUnlessCommitted(deps, files)
    throw error
  }
  for (const { mediaKey } of files) await awaitVerdict(deps, mediaKey)
}

/**
 * Shows another part of somebody's picture, once it is developed.
 * @throws {Refusal} invalid, if there is none
 */
export async function cropAvatar(deps: PhotoDeps, person: Person, crop: Crop): Promise<void> {
  const { mediaKey, refused } = await deps.db.transaction(async (tx) => {
    await queries.lockPerson(tx, person.id)
    const gone = await queries.deleteAvatars(tx, person.id, 'refused')
    const key = await queries.updateCrop(tx, person.id, crop)
    if (key) await deps.queue.add(tx, 'develop-avatar', { mediaKey: key })
    return { mediaKey: key, refused: gone }
  })
  for (const key of refused) await deps.storage.removeOriginal(key)
  if (!mediaKey) throw invalidField('file', say('There is no picture yet. Choose a photo.'))
  await awaitVerdict(deps, mediaKey)
}

/** Removes all pictures of a person, files included; for one who leaves, before their account is deleted. */
export async function removeAvatar({ db, storage }: AvatarDeps, personId: string): Promise<void> {
  const { originals, shown } = await db.transaction(async (tx) => {
    await queries.lockPerson(tx, personId)
    const deleted = await queries.deleteAvatars(tx, personId, 'all')
    const key = await setAvatarKey(tx, personId, null)
    if (key) await storage.setOpen([key], false)
    return { originals: deleted, shown: key }
  })
  if (shown) await storage.removeRenditions(shown)
  for (const mediaKey of originals) await storage.removeOriginal(mediaKey)
}

/** Opens or closes somebody's picture, as they are now in the database: after a suspension has ended. */
export async function placeAvatar({ db, storage }: AvatarDeps, personId: string): Promise<void> {
  await db.transaction(async (tx) => {
    const placement = await queries.lockPlacement(tx, personId)
    if (placement?.avatar_key) await storage.setOpen([placement.avatar_key], placement.is_open)
  })
}

/** Closes somebody's picture: inside the transaction that suspends them, once that has changed their row. */
export async function closeAvatar(tx: Db, storage: Storage, personId: string): Promise<void> {
  const placement = await queries.lockPlacement(tx, personId)
  if (placement?.avatar_key) await storage.setOpen([placement.avatar_key], false)
}

export async function avatarStateOf(db: Db, person: Person): Promise<AvatarState> {
  const avatars = await queries.selectAvatarsOf(db, person.id)
  const refused = avatars.find(({ refusal }) => refusal)
  const shown = avatars.find(({ refusal }) => !refusal)
  return {
    crop: shown && { x: shown.focal_x, y: shown.focal_y, zoom: shown.zoom },
    isUnderWay: avatars.some(({ state }) => state === 'received'),
    complaint: refused?.refusal ? toRefusal(refused.refusal).message : undefined,
  }
}

/** Has pictures developed whose job is gone. */
export async function tidyAvatars({ db, queue }: { db: Db; queue: Queue }): Promise<void> {
  for (const { media_key: mediaKey } of await queries.selectForgotten(db)) {
    await queue.add(db, 'develop-avatar', { mediaKey })
    log.warn('picture of a person taken up again', { mediaKey })
  }
}

async function awaitVerdict({ db, patienceSeconds, isLeaving }: PhotoDeps, mediaKey: string): Promise<void> {
  const deadline = Date.now() + patienceSeconds * 1000
  while (Date.now() < deadline && !isLeaving()) {
    // What is committed stays so: an outage after that is no reason to say that it failed.
    const avatar = await queries.selectAvatar(db, mediaKey).catch(unlessOutage(() => undefined))
    if (avatar?.refusal) throw toRefusal(avatar.refusal)
    if (avatar?.state !== 'received') return
    await setTimeout(40)
  }
}
