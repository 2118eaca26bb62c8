import type { Config } from './config.ts'
import type { Db } from './db/connect.ts'
import { openWorkingQueue } from './jobs/queue.ts'
import { log } from './log.ts'
import { openDecoder } from './media/decoder.ts'
import type { Storage } from './media/storage.ts'
import { developPhoto, tidyUp } from './posts/develop.ts'

const tidyMilliseconds = 10 * 60 * 1000

/**
 * Everything that is done in the background: the worker's table of contents.
 * @param stopSeconds how long what is under way may take to end when it is stopped
 */
export async function startWork(
  config: Config,
  db: Db,
  storage: Storage,
  stopSeconds?: number,
): Promise<{ stop(): Promise<void> }> {
  const { maxPixels, workerConcurrency } = config
  const decoder = openDecoder()
  const queue = await openWorkingQueue(db, stopSeconds)

  await queue.work('develop-photo', workerConcurrency, ({ photoId }, isLastTry) =>
    developPhoto({ db, storage, decoder, maxPixels }, photoId, isLastTry),
  )
  const tidying = setInterval(() => {
    tidyUp({ db, storage, queue }).catch((error: unknown) => log.error('tidying up failed', error))
  }, tidyMilliseconds)
  log.info('worker ready', { concurrency: workerConcurrency })

  return {
    async stop() {
      clearInterval(tidying)
      await queue.stop()
      decoder.stop()
    },
  }
}
