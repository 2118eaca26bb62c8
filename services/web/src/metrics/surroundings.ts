import { type Config, isPooled } from '../config.ts'
import type { Db } from '../db/connect.ts'
import { watchCertificate } from './certificate.ts'
import { watchDisk } from './disk.ts'
import { watchNginx } from './nginx.ts'
import { watchPgbouncer } from './pgbouncer.ts'
import { watchQueue } from './queue.ts'

// Where the site speaks https in nginx's container.
const httpsPort = 8443

/**
 * Tells of what is there once, however many processes there are: for the worker. Of several workers each says the same, so it is to
 * be read with max(), not with sum().
 */
export function watchSurroundings(config: Config, db: Db): void {
  watchQueue(db)
  watchDisk(config.mediaRoot)
  if (isPooled(config)) watchPgbouncer(config.database)
  if (config.nginxStatusUrl === undefined) return
  watchNginx(config.nginxStatusUrl)
  watchCertificate(new URL(config.nginxStatusUrl).hostname, httpsPort)
}
