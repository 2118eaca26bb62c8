import { writeFile } from 'node:fs/promises'
import { createAccount, findPerson, type Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { Refusal } from '../http/refusal.ts'
import type { Queue } from '../jobs/queue.ts'
import type { Storage } from '../media/storage.ts'
import { editPost } from '../posts/editing.ts'
import { postFields } from '../posts/input.ts'
import { countPostsBy } from '../posts/service.ts'
import { sharePhotos } from '../posts/sharing.ts'
import { type DemoPerson, type DemoPost, demoPeople } from './people.ts'
import { drawScene } from './scenes.ts'

/** Of every demo person, outside production. It stands in the README. */
export const demoPassword = 'gramstack-demo'

interface SeedDeps {
  db: Db
  queue: Queue
  storage: Storage
}

/**
 * Adds the demo people and posts that are missing, through the same doors as everybody else. Nobody of them is an admin.
 * @returns who was added and how many posts; nothing on a second run
 */
export async function seed(deps: SeedDeps, password: string): Promise<{ people: string[]; posts: number }> {
  const added = { people: [] as string[], posts: 0 }
  const missing: { person: Person; post: DemoPost; index: number }[] = []
  for (const demo of demoPeople) {
    const { person, isNew } = await findOrCreate(deps.db, demo, password)
    if (isNew) added.people.push(demo.username)
    // A run that was cut off left some out: go on behind what is there.
    const done = await countPostsBy(deps.db, person)
    for (const [index, post] of demo.posts.entries()) if (index >= done) missing.push({ person, post, index })
  }
  // Turn by turn, as a feed would be.
  missing.sort((one, other) => one.index - other.index)
  for (const [turn, { person, post }] of missing.entries()) {
    await share(deps, person, post, 1000 + turn * 7)
    added.posts += 1
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

async function share(deps: SeedDeps, person: Person, demo: DemoPost, seedNumber: number): Promise<void> {
  const { storage } = deps
  const paths = demo.photos.map(() => storage.incomingPath())
  try {
    for (const [index, { scene, shape }] of demo.photos.entries())
      await writeFile(paths[index] ?? '', await drawScene(scene, shape, seedNumber + index))
    const fields = postFields.parse(demo)
    const { post } = await sharePhotos({ ...deps, patienceSeconds: 0, isLeaving: () => false }, person, {
      paths,
      fields,
      isDraft: false,
      idempotencyKey: undefined,
      ifDuplicate: 'share',
    })
    const descriptions = post.photos.map(({ id }, index) => [`alt-${id}`, demo.photos[index]?.alt])
    await editPost(deps, person, post.id, Object.fromEntries(descriptions))
  } finally {
    for (const path of paths) await storage.removeIncoming(path)
  }
}
