import { writeFile } from 'node:fs/promises'
import { createAccount, findPerson, type Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { Refusal } from '../http/refusal.ts'
import type { Queue } from '../jobs/queue.ts'
import type { Storage } from '../media/storage.ts'
import { countPostsBy, sharePhoto } from '../posts/service.ts'
import { type DemoPerson, demoPeople } from './people.ts'
import { drawScene } from './scenes.ts'

/** Of every demo person, outside production. It stands in the README. */
export const demoPassword = 'gramstack-demo'

interface SeedDeps {
  db: Db
  queue: Queue
  storage: Storage
}

/**
 * Adds the demo people and photos that are missing, through the same doors as everybody else. Nobody of them is an admin.
 * @returns who and how many photos were added; nothing on a second run
 */
export async function seed(deps: SeedDeps, password: string): Promise<{ people: string[]; photos: number }> {
  const added = { people: [] as string[], photos: 0 }
  const missing: { person: Person; photo: DemoPerson['photos'][number]; index: number }[] = []
  for (const demo of demoPeople) {
    const { person, isNew } = await findOrCreate(deps.db, demo, password)
    if (isNew) added.people.push(demo.username)
    // A run that was cut off left some out: go on behind what is there.
    const done = await countPostsBy(deps.db, person)
    for (const [index, photo] of demo.photos.entries()) if (index >= done) missing.push({ person, photo, index })
  }
  // Turn by turn, as a feed would be.
  missing.sort((one, other) => one.index - other.index)
  for (const [turn, { person, photo }] of missing.entries()) {
    await share(deps, person, await drawScene(photo.scene, photo.shape, 1000 + turn * 7), photo.caption)
    added.photos += 1
  }
  return added
}

async function findOrCreate(db: Db, demo: DemoPerson, password: string): Promise<{ person: Person; isNew: boolean }> {
  const { username, displayName } = demo
  try {
    return { person: await findPerson(db, username), isNew: false }
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind !== 'notFound') throw error
    return { person: await createAccount(db, { username, displayName, password, isAdmin: false }), isNew: true }
  }
}

async function share({ db, queue, storage }: SeedDeps, person: Person, photo: Buffer, caption: string): Promise<void> {
  const path = storage.incomingPath()
  try {
    await writeFile(path, photo)
    await sharePhoto({ db, queue, storage, patienceSeconds: 0, isLeaving: () => false }, person, { path, caption })
  } finally {
    await storage.removeIncoming(path)
  }
}
