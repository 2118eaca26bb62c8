import { confirmPassword, setPassword } from '../accounts/credentials.ts'
import { type Person, type Preferences, setPreferences } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { acceptAll, holdDoor } from '../follows/service.ts'
import type { Queue } from '../jobs/queue.ts'
import type { Storage } from '../media/storage.ts'
import { forgetResets } from '../password-resets/service.ts'
import { closePhotosBy } from '../photos/place.ts'

/**
 * Changes what a person has chosen. Going private hides their photos from all but followers at once, files included; when this
 * returns, an old link leads nowhere. Going public lets the app show them at once, and nginx by itself a little later.
 */
export async function changePreferences(
  { db, storage, queue }: { db: Db; storage: Storage; queue: Queue },
  person: Person,
  preferences: Preferences,
): Promise<void> {
  await db.transaction(async (tx) => {
    // Thousands of photos to move take longer than a page may leave a transaction idle.
    await tx.raw('set local idle_in_transaction_session_timeout = 0')
    await holdDoor(tx, person)
    if (!preferences.isPrivate) await acceptAll(tx, person)
    // As it is in the database: another tab may have changed it since this request began.
    const wasPrivate = await setPreferences(tx, person.id, preferences)
    if (preferences.isPrivate && !wasPrivate) await closePhotosBy(tx, storage, person.id)
    if (!preferences.isPrivate && wasPrivate) await queue.add(tx, 'open-photos', { personId: person.id })
  })
}

/**
 * Changes a password. What the old one opened ends, but for the session in which it is changed, and so do links that were asked for to
 * reset it.
 * @throws {Refusal} invalid; tooMany
 */
export async function changePassword(
  db: Db,
  person: Person,
  { currentPassword, password }: { currentPassword: string; password: string },
  sessionId: string,
): Promise<void> {
  await confirmPassword(db, person, currentPassword, 'currentPassword')
  await db.transaction(async (tx) => {
    await setPassword(tx, person, password, sessionId)
    await forgetResets(tx, person.id)
  })
}
