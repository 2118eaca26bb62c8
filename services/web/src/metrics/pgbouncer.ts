import type { DatabaseAddress } from '../config.ts'
import { type PoolRow, type StatsRow, showPool } from '../db/pgbouncer.ts'
import { addSource, type Sample } from './sources.ts'

/** Tells what pgbouncer tells of itself: of our database alone. */
export function watchPgbouncer(address: DatabaseAddress): () => void {
  return addSource(
    'pgbouncer',
    {
      pgbouncer_connections: {
        help: 'Connections by side and state: clients active or waiting, and those to PostgreSQL active or idle.',
        labels: ['side', 'state'],
      },
      pgbouncer_wait_seconds: { help: 'For how long the first client in the line has waited for a connection.' },
      pgbouncer_transactions_total: { help: 'Transactions that went through pgbouncer.', isCounter: true },
      pgbouncer_statements_total: { help: 'Statements that went through pgbouncer.', isCounter: true },
      pgbouncer_received_bytes_total: { help: 'What clients have sent.', isCounter: true },
      pgbouncer_sent_bytes_total: { help: 'What clients were sent.', isCounter: true },
      pgbouncer_wait_seconds_total: { help: 'What all clients together have waited for connections.', isCounter: true },
    },
    async () => {
      const { pool, stats } = await showPool(address)
      return {
        pgbouncer_connections: connections(pool),
        pgbouncer_wait_seconds: [{ value: Number(pool.maxwait) + Number(pool.maxwait_us) / 1_000_000 }],
        pgbouncer_transactions_total: figure(stats, 'total_xact_count'),
        pgbouncer_statements_total: figure(stats, 'total_query_count'),
        pgbouncer_received_bytes_total: figure(stats, 'total_received'),
        pgbouncer_sent_bytes_total: figure(stats, 'total_sent'),
        pgbouncer_wait_seconds_total: figure(stats, 'total_wait_time', 1_000_000),
      }
    },
  )
}

function connections(pool: PoolRow): Sample[] {
  return [
    { labels: { side: 'client', state: 'active' }, value: Number(pool.cl_active) },
    { labels: { side: 'client', state: 'waiting' }, value: Number(pool.cl_waiting) },
    { labels: { side: 'server', state: 'active' }, value: Number(pool.sv_active) },
    { labels: { side: 'server', state: 'idle' }, value: Number(pool.sv_idle) + Number(pool.sv_used) },
  ]
}

function figure(stats: StatsRow, name: keyof StatsRow, divisor = 1): Sample[] {
  return [{ value: Number(stats[name]) / divisor }]
}
