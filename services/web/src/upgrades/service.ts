import { type Config, ConfigError } from '../config.ts'
import { connect, type Db } from '../db/connect.ts'
import { migrate } from '../db/migrate.ts'
import { migrationNames } from '../db/migrations/index.ts'
import type { Storage } from '../media/storage.ts'
import { version } from '../version.ts'
import { selectContent, selectInstallation, selectTakenSteps } from './queries.ts'

/**
 * From one release to the next, and back (docs/decisions/0034): this program, the database and the media volume fit each other, or
 * nothing starts. Otherwise a program would work on tables that it does not know, and an empty database would begin anew beside
 * photos that nobody knows any more.
 */

export interface Belongings {
  db: Db
  storage: Storage
}

/**
 * Brings the database up to date, if it and the media volume belong together, and marks the volume as its own.
 * @param isAnew to go on where they do not: somebody has looked, and wants it so
 * @returns the names of the steps that were taken
 * @throws {ConfigError} before anything is changed
 */
export async function upgrade(config: Config, storage: Storage, isAnew = false): Promise<string[]> {
  const taken = await migrate(config, undefined, async (db) => {
    await refuseFuture(db)
    if (!isAnew) await refuseStrangers({ db, storage })
  })
  const db = connect({ ...config.directDatabase, poolSize: 1 }, 'gramstack migrate')
  try {
    const id = await selectInstallation(db)
    if (id && (await storage.installation()) !== id) await storage.keepInstallation(id)
  } finally {
    await db.destroy()
  }
  return taken
}

/**
 * Whether this program may start: it knows the database, and the media volume belongs to it.
 * @throws {ConfigError} in one sentence that says what to do
 */
export async function requireFit(belongings: Belongings): Promise<void> {
  await refuseFuture(belongings.db)
  await refuseStrangers(belongings)
}

/**
 * Refuses a database of a later release, unless all that it has taken away is what this one does not use either: as on the way back to
 * the release before.
 * @throws {ConfigError}
 */
export async function refuseFuture(db: Db): Promise<void> {
  const known = new Set(migrationNames)
  const taken = await selectTakenSteps(db)
  const strange = taken.filter(
    ({ name, isExplained, unusedSince }) =>
      !known.has(name) && !(isExplained && (unusedSince === null || isAtLeast(version, unusedSince))),
  )
  if (!strange.length) return
  throw new ConfigError(
    `The database is of a later Gramstack than this one, ${version}: it has taken ${strange.map(({ name }) => name).join(', ')}. ` +
      'Start that version again, or restore the backup of before it.',
  )
}

async function refuseStrangers({ db, storage }: Belongings): Promise<void> {
  const [id, mark] = [await selectInstallation(db), await storage.installation()]
  if (id !== undefined && id === mark) return
  const { hasPeople, photos } = await selectContent(db)
  const hasFiles = await holdsOriginals(storage)
  const ifMeant = 'or, if it is meant to be so, run gramstack migrate --anew (docs/operations.md).'
  if (hasFiles && !hasPeople)
    throw new ConfigError(
      'The database is empty and the media volume is not: with another database than before, all of its photos would be removed. ' +
        `Bring back the database that they belong to, ${ifMeant}`,
    )
  if (!hasFiles && photos)
    throw new ConfigError(
      `The database knows ${photos} photos and the media volume holds none: it is another volume than before, or it has lost them. ` +
        `Bring the right one back, ${ifMeant}`,
    )
  if (hasFiles && id !== undefined && mark !== undefined)
    throw new ConfigError(
      'The media volume belongs to another Gramstack than the database: photos that this one does not know would be removed. ' +
        `Bring the two together that belong together, ${ifMeant}`,
    )
}

async function holdsOriginals(storage: Storage): Promise<boolean> {
  for await (const keys of storage.originals(0)) if (keys.length) return true
  return false
}

/** Whether a version, as in 1.2.3, is another or came after it. */
function isAtLeast(one: string, other: string): boolean {
  return one.localeCompare(other, 'en', { numeric: true }) >= 0
}
