import { createHash } from 'node:crypto'
import { isNativeError } from 'node:util/types'
import type { Db } from './connect.ts'

/** A statement and the values bound to it. Values never become text. */
export interface Sql {
  readonly text: string
  readonly values: readonly Value[]
  /** Whether each connection keeps its plan: see `prepared`. */
  readonly isPrepared?: boolean
}

export type Value = string | number | boolean | null | Date | Buffer | readonly string[] | readonly number[]

/**
 * Writes a statement with bound values: sql`select * from users where id = ${id}`. Another `Sql` may stand in it and is
 * spliced in with its own values.
 *
 * knex takes every `?` for a binding, so a literal one is escaped here and nowhere else.
 */
export function sql(strings: TemplateStringsArray, ...parts: readonly (Value | Sql)[]): Sql {
  let text = escapeQuestionMarks(strings[0] ?? '')
  const values: Value[] = []
  parts.forEach((part, index) => {
    if (isSql(part)) {
      text += part.text
      values.push(...part.values)
    } else {
      text += '?'
      values.push(part)
    }
    text += escapeQuestionMarks(strings[index + 1] ?? '')
  })
  return { text, values }
}

/**
 * Has each connection of the database keep the plan of a statement. For those that are asked all the time, are long, and are answered in
 * the same way whatever is bound: to plan one of them anew takes ten times as long as to run it (docs/decisions/0038).
 *
 * What differs from one time to the next is bound, not written: each text that there is has a plan of its own, in every connection.
 */
export function prepared(statement: Sql): Sql {
  return { ...statement, isPrepared: true }
}

/**
 * A whole number that is part of a statement, such as how many rows it looks through: a kept plan knows nothing of what is bound, and takes
 * a limit that it does not know for a large one.
 */
export function constant(whole: number): Sql {
  if (!Number.isSafeInteger(whole)) throw new Error(`${whole} is no whole number`)
  return { text: String(whole), values: [] }
}

/** Runs a statement and gives its rows. The caller vouches for their shape. */
export async function rows<Row>(db: Db, statement: Sql): Promise<Row[]> {
  const raw = db.raw<{ rows: Row[] }>(statement.text, statement.values as never)
  const result = await (statement.isPrepared ? raw.options({ name: nameOf(statement.text) }) : raw)
  return result.rows
}

const names = new Map<string, string>()

/** Under one name a connection knows one text, so the name follows from the text. */
function nameOf(text: string): string {
  const known = names.get(text)
  if (known) return known
  const name = createHash('sha256').update(text).digest('hex').slice(0, 32)
  names.set(text, name)
  return name
}

/** Runs a statement and gives its first row, if there is one. */
export async function firstRow<Row>(db: Db, statement: Sql): Promise<Row | undefined> {
  return (await rows<Row>(db, statement))[0]
}

/** The name of the constraint that a failed statement ran into, if that is why it failed. */
export function violatedConstraint(error: unknown): string | undefined {
  if (!isNativeError(error) || !('constraint' in error)) return undefined
  return typeof error.constraint === 'string' ? error.constraint : undefined
}

/** For the `catch` of a write: goes on otherwise where a row that it speaks of has gone at that moment, a deleted account's. */
export function unlessGone<Value>(otherwise: () => Value): (error: unknown) => Value {
  return (error) => {
    if (isGone(error)) return otherwise()
    throw error
  }
}

/** Whether a write failed because a row that it speaks of has gone at that moment. */
export function isGone(error: unknown): boolean {
  return isNativeError(error) && 'code' in error && error.code === '23503'
}

function isSql(part: Value | Sql): part is Sql {
  return typeof part === 'object' && part !== null && 'text' in part && 'values' in part
}

function escapeQuestionMarks(text: string): string {
  return text.replaceAll('?', '\\?')
}
