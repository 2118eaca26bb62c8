import { type ChildProcess, fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import type { Answer, Order } from './decoder-child.ts'

/** Decodes hostile files in processes of their own, each bounded in time and memory. */
export interface Decoder {
  /**
   * Makes the renditions of a photo.
   * @throws if the process died, which may be the machine's fault: worth another try
   */
  develop(order: Order): Promise<Answer>
  stop(): void
}

const limits = {
  /** A photo of 100 megapixels takes about 4 s. */
  milliseconds: 30_000,
  /** Resident. A photo of 100 megapixels in 16 bits of PNG takes about 400 MB. */
  bytes: 700 * 1024 * 1024,
  watchMilliseconds: 100,
}

// Run from the source in development and tests, where Node strips the types; from the build elsewhere.
const script = new URL(import.meta.url.endsWith('.ts') ? './decoder-child.ts' : './decoder-child.js', import.meta.url)

/**
 * Opens a pool of decoding processes: as many as photos are developed at once. They are started when needed and kept, since starting one
 * costs more than a small photo.
 */
export function openDecoder(): Decoder {
  const idle: ChildProcess[] = []
  const all = new Set<ChildProcess>()
  let isStopped = false

  function start(): ChildProcess {
    const child = fork(script, {
      // No environment: it holds the database's password.
      env: { MALLOC_ARENA_MAX: '2' },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'json',
    })
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

  return {
    async develop(order) {
      if (isStopped) throw new Error('the decoder has stopped')
      const child = idle.pop() ?? start()
      const answer = await ask(child, order)
      if (child.connected && !child.killed) idle.push(child)
      return answer
    },
    stop() {
      isStopped = true
      for (const child of all) child.kill('SIGKILL')
    },
  }
}

/** Hands one order to a child and waits for its answer, within the limits. */
async function ask(child: ChildProcess, order: Order): Promise<Answer> {
  child.ref()
  child.channel?.ref()
  try {
    return await new Promise<Answer>((resolve, reject) => {
      let isSettled = false
      // Counted in looks rather than by the clock: a machine that slept, or a container that was paused, took no time.
      let looks = 0
      const settle = (outcome: () => void) => {
        if (isSettled) return
        isSettled = true
        clearInterval(watch)
        child.off('message', onMessage)
        child.off('exit', onExit)
        outcome()
      }
      const onMessage = (answer: unknown) => settle(() => resolve(answer as Answer))
      const onExit = (code: number | null, signal: string | null) =>
        settle(() => reject(new Error(`the decoding process ended (${signal ?? `code ${code}`})`)))
      const giveUp = (because: string) =>
        settle(() => {
          child.kill('SIGKILL')
          resolve({ verdict: 'too-heavy', because })
        })
      const watch = setInterval(async () => {
        looks += 1
        if (looks * limits.watchMilliseconds > limits.milliseconds) giveUp('it took too long')
        else if ((await residentBytes(child.pid)) > limits.bytes) giveUp('it took too much memory')
      }, limits.watchMilliseconds)
      child.on('message', onMessage)
      child.on('exit', onExit)
      child.send(order, (error) => {
        if (error) settle(() => reject(error))
      })
    })
  } finally {
    child.unref()
    child.channel?.unref()
  }
}

/** How much memory a process holds; 0 where the system does not tell (only Linux does). */
async function residentBytes(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '')
  return Number(text.split(' ')[1] ?? 0) * 4096
}
