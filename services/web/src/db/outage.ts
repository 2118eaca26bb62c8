import { isNativeError } from 'node:util/types'

/**
 * Tells "the database can't be reached now" from a mistake of ours. The first is a 503 that heals by itself, the second a
 * 500 that somebody has to look at.
 */

const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
])

// PostgreSQL's classes 08 (connection, which pgbouncer uses for its own refusals), 57P (shutting down) and 53 (too many
// connections, out of memory): https://www.postgresql.org/docs/18/errcodes-appendix.html
const sqlState = /^(08|57P|53)/

// pg and knex say these in words only.
const words =
  /Connection terminated|timeout expired|Query read timeout|Timeout acquiring a connection|Client has encountered a connection error/i

/** Whether a failed query failed because there was no database to ask. */
export function isDatabaseOutage(error: unknown): boolean {
  if (!isNativeError(error)) return false
  // Node tries each address of a name, and gives all that went wrong.
  const { code, errors } = error as { code?: unknown; errors?: unknown }
  if (Array.isArray(errors) && errors.some(isDatabaseOutage)) return true
  if (typeof code === 'string' && (socketCodes.has(code) || sqlState.test(code))) return true
  return words.test(error.message)
}

/** For a promise's catch: what to go on with where there is no database to ask; everything else is thrown again. */
export function unlessOutage<Value>(instead: () => Value): (error: unknown) => Value {
  return (error) => {
    if (isDatabaseOutage(error)) return instead()
    throw error
  }
}
