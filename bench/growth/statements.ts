import type pg from 'pg'

/** What pg_stat_statements counts while something is done. */

export interface Statements {
  during(work: () => Promise<unknown>): Promise<{ milliseconds: number; count: number }>
  stop(): Promise<void>
}

const ours = '(select oid from pg_database where datname = current_database())'

/** @returns undefined where the server does not count */
export async function countStatements(client: pg.Client): Promise<Statements | undefined> {
  const { rows: loaded } = await client.query('show shared_preload_libraries')
  if (!String(loaded[0]?.shared_preload_libraries).includes('pg_stat_statements')) return undefined
  const plan = async (setting: string) => {
    await client.query(`alter system ${setting}`)
    await client.query('select pg_reload_conf()')
  }
  await plan('set pg_stat_statements.track_planning = on')
  return {
    async during(work) {
      await client.query(`select pg_stat_statements_reset(0, ${ours}, 0)`)
      await work()
      const { rows } = await client.query<{ milliseconds: number; count: number }>(`
        select coalesce(sum(total_plan_time + total_exec_time), 0) as milliseconds, coalesce(sum(calls), 0)::int as count
        from pg_stat_statements where dbid = ${ours} and query not like '%pg_stat_statements%'`)
      return rows[0] ?? { milliseconds: 0, count: 0 }
    },
    stop: () => plan('reset pg_stat_statements.track_planning'),
  }
}
