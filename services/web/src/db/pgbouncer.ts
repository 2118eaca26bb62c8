import pg from 'pg'
import type { DatabaseAddress } from '../config.ts'
import { Passwords } from './passwords.ts'

/**
 * What pgbouncer tells of itself on its admin console (https://www.pgbouncer.org/usage.html#show-commands), where our role may look
 * and not steer (stats_users in its ini).
 */

/** Numbers come as text. */
type Figures<Names extends string> = Record<Names, string>
export type PoolRow = Figures<
  'cl_active' | 'cl_waiting' | 'sv_active' | 'sv_idle' | 'sv_used' | 'maxwait' | 'maxwait_us'
>
export type StatsRow = Figures<
  'total_xact_count' | 'total_query_count' | 'total_received' | 'total_sent' | 'total_wait_time'
>

const noPool: PoolRow = {
  cl_active: '0',
  cl_waiting: '0',
  sv_active: '0',
  sv_idle: '0',
  sv_used: '0',
  maxwait: '0',
  maxwait_us: '0',
}

/**
 * Asks for the pool of our database, and for what went through it.
 * @throws {Error} if there is no pgbouncer there, or it does not answer
 */
export async function showPool(address: DatabaseAddress): Promise<{ pool: PoolRow; stats: StatsRow }> {
  const passwords = new Passwords(address)
  const console = await passwords.connect(() => openConsole(passwords.settings))
  try {
    // Without values, so in the simple protocol: the console speaks no other.
    const pools = await console.query<PoolRow & { database: string; user: string }>('show pools')
    const stats = await console.query<StatsRow & { database: string }>('show stats')
    const { database, user } = address
    const ours = stats.rows.find((row) => row.database === database)
    if (!ours) throw new Error(`pgbouncer knows no database ${database}`)
    // There is none until somebody has asked for a connection.
    return { pool: pools.rows.find((row) => row.database === database && row.user === user) ?? noPool, stats: ours }
  } finally {
    await console.end().catch(() => {})
  }
}

async function openConsole(settings: Passwords['settings']): Promise<pg.Client> {
  const console = new pg.Client({
    ...settings,
    database: 'pgbouncer',
    application_name: 'gramstack metrics',
    connectionTimeoutMillis: 2_000,
    query_timeout: 2_000,
  })
  // What happens while nobody waits for an answer is seen when the next is asked.
  console.on('error', () => {})
  try {
    await console.connect()
    return console
  } catch (error) {
    await console.end().catch(() => {})
    throw error
  }
}
