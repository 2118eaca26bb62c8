import { ConfigError } from './config.ts'
import { log } from './log.ts'

/** EX_CONFIG of BSD's sysexits.h. pm2 takes it for a reason not to try again (ecosystem.config.cjs). */
const badSettings = 78

type Cleanup = () => unknown

/** Registers how to close something when the process ends. */
export type AtEnd = (cleanup: Cleanup) => void

/**
 * Runs a process from start to end. What fails at the start ends it with status 1, or 78 and one sentence if it is for
 * whoever runs it to mend. A signal ends it in order, at whatever point it has got to: pm2 sends SIGINT, Docker SIGTERM.
 * @param start registers, for each thing that it opens, how to close it; the last opened is closed first. A status that it
 *   returns ends the process: there is nothing to wait for.
 */
export async function runProcess(start: (atEnd: AtEnd) => Promise<number | undefined>): Promise<void> {
  const cleanups: Cleanup[] = []
  let isEnding = false

  async function end(status: number): Promise<never> {
    isEnding = true
    for (const cleanup of cleanups.reverse()) {
      await Promise.resolve()
        .then(cleanup)
        .catch((error: unknown) => log.error('closing failed', error))
    }
    // pm2's channel, or a start that was cut off, would keep the process alive.
    process.exit(status)
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isEnding) return
      log.info('stopping', { signal })
      void end(0)
    })
  }

  try {
    const status = await start((cleanup) => cleanups.push(cleanup))
    if (status !== undefined) await end(status)
  } catch (error) {
    if (isEnding) return
    if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`)
    else log.error('start failed', error)
    await end(error instanceof ConfigError ? badSettings : 1)
  }
}
