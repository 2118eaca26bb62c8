import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config, DatabaseAddress } from '../config.ts'
import { connect, type Db } from '../db/connect.ts'
import { isMigrated } from '../db/migrate.ts'
import { describeQueue } from '../jobs/queue.ts'
import { checkSmtp } from '../mail/mailer.ts'
import type { AtEnd } from '../process.ts'

export interface Finding {
  what: string
  /** What is wrong and what would do; undefined if all is well. */
  problem?: string
}

const leastFreeBytes = 500 * 1024 * 1024
const patientSeconds = 60

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
  const isPooled = database.host !== directDatabase.host || database.port !== directDatabase.port
  const direct = connect({ ...directDatabase, poolSize: 1 }, 'gramstack doctor')
  const pooled = connect({ ...database, poolSize: 1 }, 'gramstack doctor')
  atEnd(() => Promise.all([direct.destroy(), pooled.destroy()]))

  const findings: Finding[] = [
    { what: 'settings' },
    await check(`database at ${place(directDatabase)}`, () => checkVersion(direct)),
  ]
  if (isPooled)
    findings.push(
      await check(`pool (pgbouncer) at ${place(database)}`, async () => void (await pooled.raw('select 1'))),
    )
  const canAsk = findings.every(({ problem }) => !problem)
  if (canAsk) {
    findings.push(
      await check('migrations', async () =>
        (await isMigrated(pooled)) ? undefined : 'not all have run: run gramstack migrate',
      ),
      await check('queue', () => checkQueue(pooled)),
    )
  }
  findings.push(await check(`media volume at ${mediaRoot}`, () => checkVolume(mediaRoot)))
  findings.push(await checkMail(config))
  return findings
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
