import type { Db } from '../db/connect.ts'
import { firstRow, rows, sql } from '../db/sql.ts'

export interface StatementRow {
  statement: string
  calls: number
  mean_milliseconds: number
  most_milliseconds: number
  total_milliseconds: number
}

/** Whether the extension is there; what it counts may still not be, where the server has not loaded it. */
export async function hasStatements(db: Db): Promise<boolean> {
  const row = await firstRow<{ found: boolean }>(db, sql`select to_regclass('pg_stat_statements') is not null as found`)
  return row?.found === true
}

/** What our role's statements in this database have cost, those that took most time of all first. */
export function selectCostliest(db: Db, limit: number): Promise<StatementRow[]> {
  return rows(
    db,
    sql`
      select query as statement, calls::float8, mean_exec_time as mean_milliseconds, max_exec_time as most_milliseconds,
        total_exec_time as total_milliseconds
      from pg_stat_statements
      where dbid = (select oid from pg_database where datname = current_database())
        and userid = (select oid from pg_roles where rolname = current_user)
        and toplevel
      order by total_exec_time desc limit ${limit}`,
  )
}
