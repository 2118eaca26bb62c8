import type { Config } from './config.ts'
import type { Db } from './db/connect.ts'
import { openWorkingQueue } from './jobs/queue.ts'
import { log } from './log.ts'
import { openDecoder } from './media/decoder.ts'
import type { Storage } from './media/storage.ts'
import { developPhoto } from './posts/service.ts'

const sweepMilliseconds = 10 * 60 * 1000

/** Everything that is done in the background, one line a kind of job: the worker's table of contents. */
export async function startWork(config: Config, db: Db, storage: Storage): Promise<{ stop(): Promise<void> }> {
  const { maxPixels, workerConcurrency } = config
  const decoder = openDecoder()
  const queue = await openWorkingQueue(db)

  await queue.work('develop-photo', workerConcurrency, ({ photoId }, isLastTry) =>
    developPhoto({ db, storage, decoder, maxPixels }, photoId, isLastTry),
  )
  const sweep = setInterval(() => {
    storage.sweepIncoming().catch((error: unknown) => log.error('sweep failed', error))
  }, sweepMilliseconds)
  log.info('worker ready', { concurrency: workerConcurrency })

  return {
    async stop() {
      clearInterval(sweep)
      await queue.stop()
      decoder.stop()
    },
  }
}
