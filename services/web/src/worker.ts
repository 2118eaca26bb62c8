/** The worker process: background jobs. Any number of them run side by side. */
import { createServer } from 'node:http'
import { watchBackups } from './backups/figures.ts'
import { readConfig } from './config.ts'
import { connect } from './db/connect.ts'
import { waitForDatabase } from './db/migrate.ts'
import { setSlowMilliseconds } from './db/watched-statements.ts'
import { setLogLevel } from './log.ts'
import { openStorage } from './media/local-storage.ts'
import { watchSurroundings } from './metrics/surroundings.ts'
import { tellMetrics } from './metrics/tell.ts'
import { runProcess } from './process.ts'
import { requireFit } from './upgrades/service.ts'
import { startWork } from './work.ts'

await runProcess(async (atEnd) => {
  const config = readConfig()
  setLogLevel(config.logLevel)
  setSlowMilliseconds(config.slowQueryMilliseconds)
  const db = connect(config.database, 'gramstack worker')
  atEnd(() => db.destroy())
  await waitForDatabase(db, config.database)
  const storage = await openStorage(config.mediaRoot)
  await requireFit({ db, storage })
  const work = await startWork(config, db, storage)
  atEnd(() => work.stop())
  watchSurroundings(config, db)
  watchBackups(db)
  await tellMetrics(config, db, atEnd)
  // For the container's health check: a worker whose event loop turns is alive.
  const health = createServer((_request, response) => {
    response.setHeader('Content-Type', 'application/json').end('{"status":"ok"}')
  })
  atEnd(() => void health.close())
  health.listen(config.port, config.host)
})
