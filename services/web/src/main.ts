/** The web process: pages and API. Any number of them run side by side. */
import { readConfig } from './config.ts'
import { connect, fillPool } from './db/connect.ts'
import { waitForDatabase } from './db/migrate.ts'
import { setSlowMilliseconds } from './db/watched-statements.ts'
import { Drain } from './http/drain.ts'
import { listen } from './http/listen.ts'
import { openQueue } from './jobs/queue.ts'
import { log, setLogLevel } from './log.ts'
import { openStorage } from './media/local-storage.ts'
import { tellMetrics } from './metrics/tell.ts'
import { runProcess } from './process.ts'
import { requireFit } from './upgrades/service.ts'

await runProcess(async (atEnd) => {
  // All rooms with their libraries, which are read while the database is being reached.
  const loading = import('./app.ts')
  loading.catch(() => {})
  const config = readConfig()
  setLogLevel(config.logLevel)
  setSlowMilliseconds(config.slowQueryMilliseconds)
  const db = connect(config.database, 'gramstack web', { isImpatient: true })
  atEnd(() => db.destroy())
  await waitForDatabase(db, config.database)
  const storage = await openStorage(config.mediaRoot)
  const [queue] = await Promise.all([openQueue(db), requireFit({ db, storage })])
  atEnd(() => queue.stop())
  await tellMetrics(config, db, atEnd)
  // The first requests come all at once, as soon as nginx finds us; in development whoever saved a file is the only one who waits.
  if (config.isProduction) await fillPool(db, config.database.poolSize)
  const { createApp } = await loading
  const drain = new Drain()
  const server = await listen(createApp({ config, db, storage, queue, drain }), config)
  atEnd(() => drain.leave(server, config.drainSeconds))
  log.info('web ready', { port: config.port })
  // Tells pm2 (wait_ready) that the old process may go.
  process.send?.('ready')
})
