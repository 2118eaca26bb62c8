/** The worker process: background jobs. Any number of them run side by side. */
import { createServer } from 'node:http'
import { readConfig } from './config.ts'
import { connect } from './db/connect.ts'
import { waitForDatabase } from './db/migrate.ts'
import { setLogLevel } from './log.ts'
import { openStorage } from './media/local-storage.ts'
import { runProcess } from './process.ts'
import { startWork } from './work.ts'

await runProcess(async (atEnd) => {
  const config = readConfig()
  setLogLevel(config.logLevel)
  const db = connect(config.database, 'gramstack worker')
  atEnd(() => db.destroy())
  await waitForDatabase(db, config.database)
  const work = await startWork(config, db, await openStorage(config.mediaRoot))
  atEnd(() => work.stop())
  // For the container's health check: a worker whose event loop turns is alive.
  const health = createServer((_request, response) => {
    response.setHeader('Content-Type', 'application/json').end('{"status":"ok"}')
  })
  atEnd(() => void health.close())
  health.listen(config.port, config.host)
})
