import { isNativeError } from 'node:util/types'
import type { Db } from '../db/connect.ts'
import * as queries from './queries.ts'

/** What one statement, whatever its values, has cost since the server began to count. */
export interface Cost {
  /** Its text, on one line, with `$1` for values. */
  statement: string
  calls: number
  meanMilliseconds: number
  mostMilliseconds: number
  totalMilliseconds: number
}

/** The statements that took most time of all; undefined where the database does not count (pg_stat_statements). */
export async function costliestStatements(db: Db, limit: number): Promise<Cost[] | undefined> {
  if (!(await queries.hasStatements(db))) return undefined
  const found = await queries.selectCostliest(db, limit).catch(unlessNotLoaded)
  return found?.map((row) => ({
    statement: onOneLine(row.statement),
    calls: row.calls,
    meanMilliseconds: row.mean_milliseconds,
    mostMilliseconds: row.most_milliseconds,
    totalMilliseconds: row.total_milliseconds,
  }))
}

/** For whom it was run the first time (db/asker.ts) says nothing of the others. */
function onOneLine(statement: string): string {
  return statement
    .replace(/^\/\*.*?\*\/ */s, '')
    .replace(/\s+/g, ' ')
    .trim()
}

function unlessNotLoaded(error: unknown): undefined {
  const notInPrerequisiteState = '55000'
  if (isNativeError(error) && 'code' in error && error.code === notInPrerequisiteState) return undefined
  throw error
}
