import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readBackups } from '../backups/service.ts'
import { type Config, type DatabaseAddress, isPooled } from '../config.ts'
import { connect, type Db } from '../db/connect.ts'
import { isMigrated } from '../db/migrate.ts'
import { showPool } from '../db/pgbouncer.ts'
import { describeQueue } from '../jobs/queue.ts'
import { checkSmtp } from '../mail/mailer.ts'
import type { AtEnd } from '../process.ts'
import { refuseFuture } from '../upgrades/service.ts'
import { costliestStatements } from './costly-statements.ts'

export interface Finding {
  what: string
  /** What is wrong and what would do; undefined if all is well. */
  problem?: string
}

const leastFreeBytes = 500 * 1024 * 1024
const patientSeconds = 60
// Of a line of the doctor's.
const mostCharacters = 80

/**
 * Looks at everything that Gramstack stands on.
 * @param readSettings may fail, and that is a finding as well: the only one then
 */
export async function diagnose(readSettings: () => Promise<Config>, atEnd: AtEnd): Promise<Finding[]> {
  let config: Config
  try {
    config = await readSettings()
  } catch (error) {
    return [{ what: 'settings', problem: messageOf(error) }]
  }
  const { database, directDatabase, mediaRoot } = config
  const direct = connect({ ...directDatabase, poolSize: 1 }, 'gramstack doctor')
  const pooled = connect({ ...database, poolSize: 1 }, 'gramstack doctor')
  atEnd(() => Promise.all([direct.destroy(), pooled.destroy()]))

  const findings: Finding[] = [
    { what: 'settings' },
    await check(`database at ${place(directDatabase)}`, () => checkVersion(direct)),
  ]
  if (isPooled(config)) {
    findings.push(
      await check(`pool (pgbouncer) at ${place(database)}`, async () => {
        await pooled.raw('select 1')
        return checkPool(database)
      }),
    )
  }
  const canAsk = findings.every(({ problem }) => !problem)
  if (canAsk) {
    findings.push(
      await check('migrations', async () => {
        await refuseFuture(pooled)
        return (await isMigrated(pooled)) ? undefined : 'not all have run: run gramstack migrate'
      }),
      await check('queue', () => checkQueue(pooled)),
      await describeStatements(pooled),
      await checkBackups(pooled),
    )
  }
  findings.push(await check(`media volume at ${mediaRoot}`, () => checkVolume(mediaRoot)))
  findings.push(await checkMail(config), await checkMetrics(config))
  return findings
}

/** Prometheus is a choice as well. */
async function checkMetrics({ metricsPort, host }: Config): Promise<Finding> {
  if (metricsPort === undefined) return { what: 'metrics: off, for METRICS_PORT is not set' }
  // An address that stands for all of them is none to go to.
  const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${metricsPort}/metrics`
  return check(`metrics at ${url}`, async () => {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
    if (!answer) return 'nobody answers there: ask the doctor inside a container of web or worker that runs (exec)'
    return (await answer.text()).includes('gramstack_') ? undefined : 'something else answers there'
  })
}

/** Whether it is too much is not for us to say. */
async function describeStatements(db: Db): Promise<Finding> {
  return costliestStatements(db, 1).then(
    (found) => {
      const [first] = found ?? []
      if (!first)
        return { what: 'statements: not counted, for pg_stat_statements is not loaded (shared_preload_libraries)' }
      const { calls, meanMilliseconds, statement } = first
      const said = statement.length > mostCharacters ? `${statement.slice(0, mostCharacters)}…` : statement
      return {
        what: `statements: what costs most was run ${calls} times, ${meanMilliseconds.toFixed(1)} ms each: ${said}`,
      }
    },
    (error: unknown) => ({ what: 'statements', problem: messageOf(error) }),
  )
}

/** Everybody who waits there is a visitor who waits. */
async function checkPool(address: DatabaseAddress): Promise<string | undefined> {
  const { pool } = await showPool(address)
  const waiting = Number(pool.cl_waiting)
  const seconds = Number(pool.maxwait)
  if (!waiting || seconds < 1) return undefined
  return `${waiting} clients wait for a connection, the first for ${seconds} s: what holds the others is in gramstack slow-queries`
}

/** No mail is a choice, and nothing wrong; but one should know of it. */
async function checkMail({ mail }: Config): Promise<Finding> {
  if (!mail) return { what: 'mail: off, for SMTP_HOST is not set; nobody can reset a forgotten password' }
  const { smtp, publicUrl } = mail
  if (!smtp) return { what: `mail: shown at ${publicUrl}/dev/mail, and not sent` }
  return check(
    `mail through ${smtp.host}:${smtp.port}, with links to ${publicUrl}`,
    async () => void (await checkSmtp(smtp)),
  )
}

/** To have none is a choice as well. */
async function checkBackups(db: Db): Promise<Finding> {
  try {
    const backups = await readBackups(db)
    if (!backups) return { what: 'backups: none; docs/operations.md says how to have them' }
    const { ageSeconds, oldestSeconds, verifiedAt } = backups
    const age = ageSeconds < 7200 ? `${Math.round(ageSeconds)} s` : `${Math.round(ageSeconds / 3600)} hours`
    if (ageSeconds > oldestSeconds)
      return { what: 'backups', problem: `what came in the last ${age} would be lost: see docker compose logs backup` }
    const trial = verifiedAt ? `last tried on ${verifiedAt.toISOString().slice(0, 10)}` : 'never tried (backup verify)'
    return { what: `backups: of ${age} ago, ${trial}` }
  } catch (error) {
    return { what: 'backups', problem: messageOf(error) }
  }
}

async function checkVersion(db: Db): Promise<string | undefined> {
  const { rows } = await db.raw<{ rows: { server_version_num: string }[] }>('show server_version_num')
  const version = Number(rows[0]?.server_version_num)
  return version >= 180_000 ? undefined : `PostgreSQL 18 is needed, this is ${version / 10_000}`
}

async function checkQueue(db: Db): Promise<string | undefined> {
  // AVIF may wait: it takes only what nobody else wants.
  const queue = await describeQueue(db, ['develop-photo', 'open-photos', 'send-mail'])
  if (queue.oldestSeconds > patientSeconds) {
    return `${queue.waiting} jobs wait, the oldest for ${Math.round(queue.oldestSeconds)} s: does the worker run?`
  }
  return queue.failed ? `${queue.failed} jobs failed for good: see the worker's log` : undefined
}

async function checkVolume(root: string): Promise<string | undefined> {
  const probe = await mkdtemp(join(root, 'incoming', 'doctor-'))
  try {
    await writeFile(join(probe, 'file'), 'can this be written?')
  } finally {
    await rm(probe, { recursive: true, force: true })
  }
  const { bavail, bsize } = await statfs(root)
  return bavail * bsize < leastFreeBytes ? `only ${Math.floor((bavail * bsize) / 1024 / 1024)} MiB are free` : undefined
}

/** Runs one check; what it throws is a problem like any other. */
async function check(what: string, find: () => Promise<string | undefined>): Promise<Finding> {
  try {
    const problem = await find()
    return problem === undefined ? { what } : { what, problem }
  } catch (error) {
    return { what, problem: messageOf(error) }
  }
}

function place({ host, port }: DatabaseAddress): string {
  return `${host}:${port}`
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
