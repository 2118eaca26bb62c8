import { Router } from 'express'
import type { Db } from '../db/connect.ts'
import { isMigrated } from '../db/migrate.ts'
import type { Drain } from './drain.ts'

export interface HealthDeps {
  db: Db
  isMediaWritable: () => Promise<boolean>
  drain: Drain
}

/**
 * GET /healthz: this process lives (asks nobody). GET /readyz: it can serve; 503 with the first reason why not, which is
 * also the answer once it is leaving.
 */
export function health({ db, isMediaWritable, drain }: HealthDeps): Router {
  const router = Router()
  // Migrations only go forward, so once they have all run there is nothing more to ask.
  let migrated = false

  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' })
  })

  router.get('/readyz', async (_request, response) => {
    const refuse = (reason: string) =>
      response.status(503).set('Retry-After', '1').json({ status: 'not ready', reason })
    if (drain.isDraining) return refuse('stopping')
    try {
      await db.raw('select 1')
      migrated ||= await isMigrated(db)
    } catch {
      return refuse('the database does not answer')
    }
    if (!migrated) return refuse('migrations have not all run')
    if (!(await isMediaWritable())) return refuse('the media volume cannot be written')
    return response.json({ status: 'ready' })
  })

  return router
}
