import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { DatabaseAddress } from '../services/web/src/config.ts'
import { startTestServer } from '../services/web/test/server.ts'

/** A Gramstack to be measured: the built web and worker as processes of their own, a real PostgreSQL, a new folder for photos. */

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const webPort = 14_700

export interface Gramstack {
  url: string
  mediaRoot: string
  address: DatabaseAddress
  sql<Row extends pg.QueryResultRow>(text: string): Promise<Row[]>
  /** Runs a command of `gramstack` to its end. */
  command(...words: string[]): void
  /** @returns the worker, once it takes jobs */
  startWorker(environment?: Record<string, string>): Promise<Running>
  stop(): Promise<void>
}

export interface Running {
  pid: number
  stop(): Promise<void>
}

export async function startGramstack(): Promise<Gramstack> {
  const server = await startTestServer()
  const mediaRoot = await mkdtemp(join(tmpdir(), 'gramstack-bench-'))
  const { host, port, database, user, password } = server.address
  const environment = {
    PATH: process.env.PATH ?? '',
    NODE_ENV: 'production',
    DATABASE_HOST: host,
    DATABASE_PORT: String(port),
    DATABASE_NAME: database,
    DATABASE_USER: user,
    DATABASE_PASSWORD: password,
    MEDIA_ROOT: mediaRoot,
    DRAIN_SECONDS: '0',
    // One person shares more photos here than anybody would.
    RATE_LIMIT_FACTOR: '10000',
  }
  const command = (...words: string[]) => {
    execFileSync(process.execPath, [join(dist, 'cli.js'), ...words], { env: environment })
  }
  command('migrate')
  const pool = new pg.Pool({ ...server.address, max: 2 })

  const start = async (script: string, sayingItIsReady: string, more: Record<string, string>): Promise<Running> => {
    const child = spawn(process.execPath, [join(dist, script)], {
      env: { ...environment, ...more },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await untilSaid(child, sayingItIsReady)
    return {
      pid: child.pid ?? 0,
      stop: () =>
        new Promise((resolve) => {
          child.once('exit', () => resolve())
          child.kill('SIGTERM')
        }),
    }
  }
  const web = await start('main.js', 'web ready', { HOST: '127.0.0.1', PORT: String(webPort) })

  return {
    url: `http://127.0.0.1:${webPort}`,
    mediaRoot,
    address: server.address,
    command,
    sql: async (text) => (await pool.query(text)).rows,
    startWorker: (more = {}) =>
      start('worker.js', 'worker ready', { HOST: '127.0.0.1', PORT: String(webPort + 1), ...more }),
    async stop() {
      await web.stop()
      await pool.end()
      await server.stop()
      await rm(mediaRoot, { recursive: true, force: true })
    },
  }
}

function untilSaid(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it said "${text}"`)))
    child.stdout?.on('data', (chunk) => String(chunk).includes(text) && resolve())
  })
}

/** Looks at a process and its children until told to stop; gives the most memory that they held together, in MB. */
export function watchMemory(pid: number): () => number {
  let most = 0
  const timer = setInterval(async () => {
    const pids = [pid, ...(await childrenOf(pid))]
    const pages = await Promise.all(
      pids.map(async (one) =>
        Number((await readFile(`/proc/${one}/statm`, 'utf8').catch(() => '')).split(' ')[1] ?? 0),
      ),
    )
    most = Math.max(most, pages.reduce((sum, count) => sum + count, 0) * 4096)
  }, 250)
  return () => {
    clearInterval(timer)
    return most / 1e6
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => [])
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')),
  )
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number))
}
