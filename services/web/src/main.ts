/** The web process: pages and API. Any number of them run side by side. */
import { createApp } from './app.ts'
import { readConfig } from './config.ts'
import { connect } from './db/connect.ts'
import { waitForDatabase } from './db/migrate.ts'
import { Drain } from './http/drain.ts'
import { listen } from './http/listen.ts'
import { openQueue } from './jobs/queue.ts'
import { log, setLogLevel } from './log.ts'
import { openStorage } from './media/local-storage.ts'
import { runProcess } from './process.ts'

await runProcess(async (atEnd) => {
  const config = readConfig()
  setLogLevel(config.logLevel)
  const db = connect(config.database, 'gramstack web')
  atEnd(() => db.destroy())
  await waitForDatabase(db, config.database)
  const storage = await openStorage(config.mediaRoot)
  const queue = await openQueue(db)
  atEnd(() => queue.stop())
  const drain = new Drain()
  const server = await listen(createApp({ config, db, storage, queue, drain }), config)
  atEnd(() => drain.leave(server, config.drainSeconds))
  log.info('web ready', { port: config.port })
  // Tells pm2 (wait_ready) that the old process may go.
  process.send?.('ready')
})
