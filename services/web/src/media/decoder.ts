import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { log } from '../log.ts'
import type { Budget } from './budget.ts'
import { type Answer, type Developed, go, type Order, type Progress, type Trouble } from './orders.ts'

/** Decodes hostile files in processes of their own, each bounded in time and memory. */
export interface Decoder {
  /**
   * Makes renditions of a photo.
   * @param onFeed is told when what a feed needs is there; the answer waits for it
   * @throws if the file or the disk could not be used, or the process died: the machine's fault, and worth another try
   */
  develop(order: Order, onFeed?: (developed: Developed) => Promise<void>): Promise<Answer>
  stop(): void
}

interface DecoderOptions {
  /** Bytes of memory that all decoding processes share. */
  memory: Budget
  /** Of the processes: 0 as everybody, 19 only with what nobody else wants of the processor. */
  niceness?: number
  /** Starts a process at once, rather than with the first photo. */
  isWarm?: boolean
  limits?: Partial<typeof usualLimits>
}

const usualLimits = {
  /** Without the time that it waits for memory. A photo of 100 megapixels takes about 4 s. */
  milliseconds: 30_000,
  /** What a process holds before it has begun, and what is not foreseen, in bytes. */
  ownBytes: 250 * 1024 * 1024,
  watchMilliseconds: 50,
}

// Run from the source in development and tests, where Node strips the types; from the build elsewhere.
const script = new URL(import.meta.url.endsWith('.ts') ? './decoder-child.ts' : './decoder-child.js', import.meta.url)

/**
 * Opens a pool of decoding processes: as many as photos are developed at once. They are started when needed and kept, since
 * starting one costs more than a small photo.
 */
export function openDecoder({ memory, niceness = 0, isWarm = false, limits: own = {} }: DecoderOptions): Decoder {
  const limits = { ...usualLimits, ...own }
  const idle: ChildProcess[] = []
  const all = new Set<ChildProcess>()
  let isStopped = false

  function start(): ChildProcess {
    const child = fork(script, {
      // No environment: it holds the database's password.
      env: { MALLOC_ARENA_MAX: '2', VIPS_WARNING: '0' },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'json',
    })
    // A process that could not be started has no exit.
    child.on('error', (error) => log.error('decoding process', error))
    if (niceness && child.pid) setPriority(child.pid, niceness)
    all.add(child)
    child.once('exit', () => {
      all.delete(child)
      const index = idle.indexOf(child)
      if (index >= 0) idle.splice(index, 1)
    })
    // Does not keep a process alive that has nothing else to do.
    child.unref()
    child.channel?.unref()
    return child
  }

  if (isWarm) idle.push(start())

  return {
    async develop(order, onFeed) {
      if (isStopped) throw new Error('the decoder has stopped')
      const child = idle.pop() ?? start()
      try {
        return await ask(child, order, { limits, memory, isPatient: niceness > 0 }, onFeed)
      } finally {
        // What a large picture has left behind is not given back by itself.
        if (residentBytes(child.pid) > limits.ownBytes) child.kill('SIGKILL')
        if (all.has(child) && child.connected && !child.killed) idle.push(child)
      }
    },
    stop() {
      isStopped = true
      for (const child of all) child.kill('SIGKILL')
    },
  }
}

/** Hands one order to a child and waits for its answer, within the limits. */
async function ask(
  child: ChildProcess,
  order: Order,
  { limits, memory, isPatient }: { limits: typeof usualLimits; memory: Budget; isPatient: boolean },
  onFeed: (developed: Developed) => Promise<void> = async () => {},
): Promise<Answer> {
  child.ref()
  child.channel?.ref()
  let feed: Promise<void> = Promise.resolve()
  let giveBack = () => {}
  try {
    const answer = await new Promise<Answer>((resolve, reject) => {
      let isSettled = false
      // Counted in looks rather than by the clock: a machine that slept, or a container that was paused, took no time.
      let looks = 0
      let isWaiting = false
      let mayHoldBytes = limits.ownBytes
      const settle = (outcome: () => void) => {
        if (isSettled) return
        isSettled = true
        clearInterval(watch)
        child.off('message', onMessage)
        child.off('exit', onExit)
        outcome()
      }
      const onMessage = (message: unknown) => {
        const news = message as Answer | Progress | Trouble
        if ('needs' in news) void grant(news.needs)
        else if ('isDecoded' in news) giveBack()
        else if ('feed' in news) {
          feed = onFeed(news.feed)
          // Looked at when the answer is there; until then it must not count as unheard.
          feed.catch(() => {})
        } else if ('trouble' in news) settle(() => reject(new Error(news.trouble)))
        else settle(() => resolve(news))
      }
      const onExit = (code: number | null, signal: string | null) =>
        settle(() => reject(new Error(`the decoding process ended (${signal ?? `code ${code}`})`)))
      const giveUp = (because: string) =>
        settle(() => {
          child.kill('SIGKILL')
          resolve({ verdict: 'too-heavy', because })
        })
      const makeWay = () =>
        settle(() => {
          child.kill('SIGKILL')
          giveBack()
          reject(new Error('the decoding process made way for another'))
        })
      const grant = async (bytes: number) => {
        if (!memory.holds(bytes)) return giveUp(`it needs ${Math.round(bytes / 1024 / 1024)} MiB of memory`)
        isWaiting = true
        giveBack = await memory.take(bytes, isPatient ? makeWay : undefined)
        isWaiting = false
        mayHoldBytes = limits.ownBytes + bytes
        if (isSettled) giveBack()
        else child.send(go, () => {}) // Whether it has died meanwhile is heard by onExit.
      }
      const watch = setInterval(() => {
        if (!isWaiting) looks += 1
        if (looks * limits.watchMilliseconds > limits.milliseconds) giveUp('it took too long')
        else if (residentBytes(child.pid) > mayHoldBytes) giveUp('it took too much memory')
      }, limits.watchMilliseconds)
      child.on('message', onMessage)
      child.on('exit', onExit)
      child.send(order, (error) => {
        if (error) settle(() => reject(error))
      })
    })
    await feed
    return answer
  } finally {
    giveBack()
    child.unref()
    child.channel?.unref()
  }
}

/** How much memory a process holds; 0 where the system does not tell (only Linux does). */
function residentBytes(pid: number | undefined): number {
  try {
    // No disk is behind it: at once is a tenth of the work of waiting for it, twenty times a second and process.
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1] ?? 0) * 4096
  } catch {
    return 0
  }
}
