import { Gauge } from 'prom-client'
import type { Db } from '../db/connect.ts'
import { described, registry } from './registry.ts'

interface Pool {
  max: number
  numUsed(): number
  numFree(): number
  numPendingAcquires(): number
}

/** Tells how this process's own connections are used. */
export function watchPool(db: Db): void {
  const pool = db.client.pool as Pool
  registry.removeSingleMetric('gramstack_pool_connections')
  new Gauge({
    ...described(
      'pool_connections',
      'Connections of this process: used, free, waited for, and the most there may be.',
      ['state'],
    ),
    collect() {
      this.set({ state: 'used' }, pool.numUsed())
      this.set({ state: 'free' }, pool.numFree())
      this.set({ state: 'waited-for' }, pool.numPendingAcquires())
      this.set({ state: 'most' }, pool.max)
    },
  })
}
