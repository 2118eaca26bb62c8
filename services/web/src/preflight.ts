/**
 * Before pm2 takes over: are the settings right, does the database answer, can photos be written, do they fit each other? pm2 tries again for ever what fails at its
 * start; a container should rather end, with one sentence and a status that says so.
 */
import { readConfig } from './config.ts'
import { connect } from './db/connect.ts'
import { waitForDatabase } from './db/migrate.ts'
import { openStorage } from './media/local-storage.ts'
import { runProcess } from './process.ts'
import { requireFit } from './upgrades/service.ts'

await runProcess(async (atEnd) => {
  const config = readConfig()
  const db = connect({ ...config.database, poolSize: 1 }, 'gramstack preflight')
  atEnd(() => db.destroy())
  await waitForDatabase(db, config.database)
  await requireFit({ db, storage: await openStorage(config.mediaRoot) })
  return 0
})
