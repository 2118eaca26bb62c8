import type { Config } from '../config.ts'
import type { Db } from '../db/connect.ts'
import type { AtEnd } from '../process.ts'
import { watchPool } from './pool.ts'
import { serveMetrics } from './serve.ts'

/** Lets Prometheus ask this process, where METRICS_PORT says so. */
export async function tellMetrics({ host, metricsPort }: Config, db: Db, atEnd: AtEnd): Promise<void> {
  if (metricsPort === undefined) return
  watchPool(db)
  const { close } = await serveMetrics(host, metricsPort)
  atEnd(close)
}
