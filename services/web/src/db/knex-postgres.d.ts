/** knex's client for PostgreSQL, which it documents for being extended and has no types for. */
declare module 'knex/lib/dialects/postgres/index.js' {
  import { type Knex, knex } from 'knex'
  export default class PostgresClient extends knex.Client {
    /** Sends one statement, and gives it back with the answer in it. */
    _query(connection: object, statement: Knex.Sql & { sql: string }): Promise<unknown>
  }
}
