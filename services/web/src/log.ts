/**
 * One JSON line per event on standard output, for whatever collects the container's logs.
 * Never bodies, cookies, tokens or query strings.
 * What is done for a request or a job names it, without being told.
 */

import { askerFields } from './db/asker.ts'

type Fields = Record<string, unknown>

const levels = ['info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof levels)[number]

let leastLevel: LogLevel = 'info'

/** From which level on events are written. */
export function setLogLevel(level: LogLevel): void {
  leastLevel = level
}

function write(level: Exclude<LogLevel, 'silent'>, event: string, fields: Fields): void {
  if (levels.indexOf(level) < levels.indexOf(leastLevel)) return
  process.stdout.write(
    `${JSON.stringify({ time: new Date().toISOString(), level, event, ...askerFields(), ...fields })}\n`,
  )
}

/** What is worth knowing of an error, its causes included. */
export function describeError(error: unknown): Fields {
  // Whatever has a message: some libraries give plain objects.
  if (typeof error !== 'object' || error === null || !('message' in error)) return { message: String(error) }
  const { name, message, code, stack, cause } = error as Partial<Error> & { code?: unknown }
  return {
    name,
    message,
    ...(code === undefined ? {} : { code }),
    stack,
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  }
}

export const log = {
  info: (event: string, fields: Fields = {}) => write('info', event, fields),
  warn: (event: string, fields: Fields = {}) => write('warn', event, fields),
  error: (event: string, error: unknown, fields: Fields = {}) =>
    write('error', event, { ...fields, error: describeError(error) }),
}
