import { type Person, setPreferences } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { acceptAll } from '../follows/service.ts'
import type { Queue } from '../jobs/queue.ts'
import type { Storage } from '../media/storage.ts'
import { closePhotosBy } from '../photos/place.ts'

export interface Preferences {
  isPrivate: boolean
  showsCamera: boolean
  allowsIndexing: boolean
}

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
    await setPreferences(tx, person.id, preferences)
    if (preferences.isPrivate && !person.isPrivate) await closePhotosBy(tx, storage, person.id)
    else if (person.isPrivate) {
      await acceptAll(tx, person)
      await queue.add(tx, 'open-photos', { personId: person.id })
    }
  })
}
