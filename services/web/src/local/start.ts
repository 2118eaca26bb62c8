/**
 * Gramstack without Docker: the real PostgreSQL from npm, web and worker, all ended by one Ctrl-C. The same code as in the
 * containers, in one process.
 */
import { join } from 'node:path'
import { createApp } from '../app.ts'
import { watchBackups } from '../backups/figures.ts'
import { ConfigError, localFolder, readEnvironmentFile, readLocalConfig } from '../config.ts'
import { connect } from '../db/connect.ts'
import { setSlowMilliseconds } from '../db/watched-statements.ts'
import { Drain } from '../http/drain.ts'
import { listen } from '../http/listen.ts'
import { openQueue } from '../jobs/queue.ts'
import { setLogLevel } from '../log.ts'
import { openStorage } from '../media/local-storage.ts'
import { watchSurroundings } from '../metrics/surroundings.ts'
import { tellMetrics } from '../metrics/tell.ts'
import { runProcess } from '../process.ts'
import { upgrade } from '../upgrades/service.ts'
import { startWork } from '../work.ts'
import { startCluster } from './cluster.ts'
import { keptSecret } from './kept-secret.ts'

await runProcess(async (atEnd) => {
  readEnvironmentFile()
  const folder = localFolder()
  const address = await startCluster(folder, atEnd)
  const config = readLocalConfig(address, { pushSecret: await keptSecret(join(folder, 'push-secret')) })
  setLogLevel(config.logLevel)
  setSlowMilliseconds(config.slowQueryMilliseconds)
  const storage = await openStorage(config.mediaRoot)
  await upgrade(config, storage)
  const db = connect(config.database, 'gramstack local', { isImpatient: true })
  atEnd(() => db.destroy())
  const queue = await openQueue(db)
  atEnd(() => queue.stop())
  const work = await startWork(config, db, storage, 2)
  atEnd(() => work.stop())
  watchSurroundings(config, db)
  watchBackups(db)
  await tellMetrics(config, db, atEnd)
  const drain = new Drain()
  const server = await listen(createApp({ config, db, storage, queue, drain }), config).catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'EADDRINUSE') throw error
    throw new ConfigError(
      `Port ${config.port} is taken by another program: stop that one, or choose another port, as in PORT=${config.port + 1} npm start.`,
    )
  })
  atEnd(() => drain.leave(server, config.drainSeconds, 1))
  process.stdout.write(`\nGramstack is ready on http://localhost:${config.port} (Ctrl-C ends it)\n\n`)
})
