import { type Config, ConfigError, type DatabaseAddress } from '../config.ts'
import { installQueue, isQueueInstalled } from '../jobs/queue.ts'
import { connect, type Db } from './connect.ts'
import { migrationNames, migrationSource } from './migrations/index.ts'
import { isDatabaseOutage } from './outage.ts'
import { isPasswordRefused } from './passwords.ts'
import { firstRow, rows, sql } from './sql.ts'

// Steps that it does not know are judged before (upgrades/service.ts), and not by knex.
const migrationConfig = { migrationSource, tableName: 'migrations', disableMigrationsListValidation: true }
const lockTries = 30

/**
 * Brings the schema up to date, ours and the job queue's. Runs on a direct connection and from one place at a time:
 * knex's own lock is a row that two first boots can trip over, so an advisory lock is held around it.
 * @param patienceSeconds how long to wait for a database that does not answer yet
 * @param check is asked before anything is changed, while nobody else migrates; what it throws ends the matter
 * @returns the names of the steps that were taken, none if there was nothing to do
 */
export async function migrate(
  config: Config,
  patienceSeconds = 10,
  check?: (db: Db) => Promise<void>,
): Promise<string[]> {
  // One connection holds the lock, knex takes two more.
  const db = connect({ ...config.directDatabase, poolSize: 4 }, 'gramstack migrate', { queryMilliseconds: 0 })
  try {
    await waitForDatabase(db, config.directDatabase, patienceSeconds)
    return await db.transaction(async (lock) => {
      // This transaction does nothing but hold the lock, for as long as the migrations take.
      await lock.raw('set local idle_in_transaction_session_timeout = 0; set local lock_timeout = 0')
      await lock.raw('select pg_advisory_xact_lock(4872360149)')
      await check?.(db)
      const taken = await takeSteps(db)
      await installQueue(config)
      return taken
    })
  } finally {
    await db.destroy()
  }
}

/** Takes all steps together, or none. Requests of replicas that run meanwhile come first: it tries until they leave a gap. */
async function takeSteps(db: Db): Promise<string[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      const [, taken] = (await db.migrate.latest(migrationConfig)) as [number, string[]]
      return taken
    } catch (error) {
      const lockNotAvailable = '55P03'
      if ((error as { code?: string }).code !== lockNotAvailable || tries === lockTries) throw error
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }
}

/** Whether every step of this release, and the job queue, stand in the database. */
export async function isMigrated(db: Db): Promise<boolean> {
  // Not knex's own list: that makes its tables where they are missing, and two replicas at once would make them twice.
  const isThere = await firstRow<{ found: boolean }>(db, sql`select to_regclass('migrations') is not null as found`)
  if (!isThere?.found) return false
  const taken = new Set((await rows<{ name: string }>(db, sql`select name from migrations`)).map(({ name }) => name))
  return migrationNames.every((name) => taken.has(name)) && (await isQueueInstalled(db))
}

/**
 * Waits for the database to answer, up to `seconds`.
 * @throws {ConfigError} with one sentence that says where it was looked for
 */
export async function waitForDatabase(db: Db, { host, port }: DatabaseAddress, seconds = 10): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    try {
      await db.raw('select 1')
      return
    } catch (error) {
      if (isPasswordRefused(error)) {
        throw new ConfigError(
          `The database at ${host}:${port} refuses DATABASE_PASSWORD: it was set when the database was first made; ` +
            'use that one, or change it there with "alter role gramstack password".',
        )
      }
      if (!isDatabaseOutage(error)) throw error
      if (Date.now() > deadline) {
        throw new ConfigError(
          `No database answers at ${host}:${port} after ${seconds} s (${(error as Error).message}): ` +
            'check that the db and pgbouncer services run and are healthy.',
        )
      }
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  }
}
