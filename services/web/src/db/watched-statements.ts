import PostgresClient from 'knex/lib/dialects/postgres/index.js'
import type pg from 'pg'
import { log } from '../log.ts'
import { slowStatements, statementSeconds } from '../metrics/statements.ts'
import { commentOf, currentAsker } from './asker.ts'
import type { Passwords } from './passwords.ts'
import type { SilenceWatch } from './silence.ts'

let slowMilliseconds: number | undefined

/** From how long on a statement is logged; undefined, as at first, for none. */
export function setSlowMilliseconds(milliseconds: number | undefined): void {
  slowMilliseconds = milliseconds
}

// One of ours is 5,000 long, and its beginning says which it is.
const mostCharacters = 2_000

/** Kept where transactions' own clients have it as well, which knex makes without a constructor. */
function watchOf({ config }: PostgresClient): SilenceWatch | undefined {
  return (config as { silence?: SilenceWatch }).silence
}

/**
 * knex's client, which says in each statement for whom it is run, measures each, and logs what is slow with the request's id and
 * route. As long as we waited for the answer counts, so a wait for one of pgbouncer's connections is in it; not one for our own.
 */
export class WatchedClient extends PostgresClient {
  override async acquireConnection(): Promise<unknown> {
    const acquire = () => super.acquireConnection()
    const watch = watchOf(this)
    return watch ? watch.connect(acquire, (connection) => this.releaseConnection(connection)) : acquire()
  }

  override async acquireRawConnection(): Promise<unknown> {
    const acquire = () => super.acquireRawConnection()
    const { passwords } = this.config as { passwords?: Passwords }
    return passwords ? passwords.connect(acquire) : acquire()
  }

  override async destroy(callback?: () => void): Promise<void> {
    watchOf(this)?.stop()
    await super.destroy(callback)
  }

  override async _query(connection: object, statement: Parameters<PostgresClient['_query']>[1]): Promise<unknown> {
    const asker = currentAsker()
    const begin = performance.now()
    try {
      // A copy, so that errors quote what was written. A prepared statement has one text, whoever asks.
      const isComment = asker && !statement.options?.name
      const sent = isComment ? { ...statement, sql: commentOf(asker) + statement.sql } : statement
      const send = () => super._query(connection, sent)
      const watch = watchOf(this)
      return await (watch ? watch.send(send, () => hangUp(connection)) : send())
    } finally {
      const milliseconds = performance.now() - begin
      statementSeconds.observe(milliseconds / 1000)
      if (slowMilliseconds !== undefined && milliseconds >= slowMilliseconds) {
        slowStatements.inc()
        // The text alone: values are people's own.
        const text = statement.sql.replace(/\s+/g, ' ').trim().slice(0, mostCharacters)
        log.warn('slow statement', { milliseconds: Math.round(milliseconds), statement: text })
      }
    }
  }
}

/** Ends a connection as a broken line does. knex gives it to nobody any more. */
function hangUp(connection: object): void {
  const client = connection as pg.Client & { __knex__disposed?: unknown }
  client.__knex__disposed = 'the database was silent'
  client.connection.stream.destroy()
}
