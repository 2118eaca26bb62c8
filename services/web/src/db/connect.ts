import knex, { type Knex } from 'knex'
import type { DatabaseAddress } from '../config.ts'
import { log } from '../log.ts'
import { Passwords } from './passwords.ts'
import { SilenceWatch } from './silence.ts'
import { WatchedClient } from './watched-statements.ts'

/** A pool of connections, or a transaction on one of them: whoever runs SQL need not know which. */
export type Db = Knex

/** Opens as many connections as a pool may have, before anybody waits for them. */
export async function fillPool(db: Db, poolSize: number): Promise<void> {
  await Promise.all(Array.from({ length: poolSize }, () => db.raw('select pg_sleep(0.05)')))
}

interface ConnectOptions {
  /** How long a query may take, counted on our side; 0 for as long as it likes. */
  queryMilliseconds?: number
  /** Whether whoever asks is told within two seconds that the database is silent, if it is: for those whom people wait for. */
  isImpatient?: boolean
}

/**
 * Opens a pool. No connection is made until the first query, so this never fails.
 *
 * Everything sent at connection time must pass pgbouncer: no `options`, no `statement_timeout` (those are set on the
 * role instead), no `searchPath` (knex would send a session SET). `query_timeout` is counted on our side only.
 */
export function connect(
  address: DatabaseAddress & { poolSize: number },
  applicationName: string,
  { queryMilliseconds = 10_000, isImpatient = false }: ConnectOptions = {},
): Db {
  const passwords = new Passwords(address)
  return knex({
    client: WatchedClient as unknown as typeof knex.Client,
    // Whatever knex does not know it leaves to the client.
    ...{ passwords, ...(isImpatient ? { silence: new SilenceWatch(address) } : {}) },
    // Or every error, and so the log, would quote the values: captions, hashes of passwords.
    compileSqlOnError: false,
    connection: {
      ...passwords.settings,
      application_name: applicationName,
      connectionTimeoutMillis: 2_000,
      query_timeout: queryMilliseconds,
      keepAlive: true,
    },
    // min 0: connections that pgbouncer or PostgreSQL dropped are not kept; a dead database is noticed at the next query.
    pool: { min: 0, max: address.poolSize },
    // Fail fast with a 503 rather than let a visitor wait.
    acquireConnectionTimeout: 3_000,
    // What it would write to the console is thrown as well, except what it is going to drop.
    log: {
      debug() {},
      error() {},
      warn() {},
      deprecate: (method, alternative) => log.warn('knex deprecation', { method, alternative }),
    },
  })
}
