import {
  type ConstructorOptions,
  fromKnex,
  type Db as JobDb,
  PgBoss,
  type Queue as QueueOptions,
  type WorkOptions,
} from 'pg-boss'
import type { Config, DatabaseAddress } from '../config.ts'
import { askedBy, currentAsker } from '../db/asker.ts'
import type { Db } from '../db/connect.ts'
import type { Language } from '../language/languages.ts'
import { describeError, log } from '../log.ts'
import type { Letter } from '../mail/mail.tsx'
import { jobSeconds } from '../metrics/jobs.ts'
import { listenOn } from './listen.ts'

/**
 * Background jobs in PostgreSQL (pg-boss). A job is written in the transaction of the thing it is about: neither can be there
 * without the other. Workers poll, which works through pgbouncer's transaction pooling, and hear of new jobs by NOTIFY, on
 * a connection of their own past it.
 */

/** The kinds of job, and what each needs to be told. */
export interface Jobs {
  'develop-photo': { photoId: string }
  /** The renditions that take long. */
  'develop-avif': { photoId: string }
  /** The picture that stands for a person, by its original. */
  'develop-avatar': { mediaKey: string }
  /** After somebody has gone public. */
  'open-photos': { personId: string }
  'send-mail': Letter
  /** To a browser, of what its person has not been told. */
  push: { subscriptionId: string }
  /** Of everything that somebody takes along. */
  export: { fileKey: string; language?: Language }
  /** Of somebody who has left, when they cannot come back any more. */
  'remove-account': { personId: string }
}

export type JobName = keyof Jobs

const whileSomebodyWaits: Omit<QueueOptions, 'name'> = {
  retryLimit: 3,
  retryDelay: 1,
  retryBackoff: true,
  // The decoder's own limits are tighter: a job that takes this long hangs.
  expireInSeconds: 120,
  // A worker that was killed stops beating, and another takes its job up.
  heartbeatSeconds: 10,
  deleteAfterSeconds: 24 * 60 * 60,
}

const queues: Record<JobName, Omit<QueueOptions, 'name'>> = {
  'develop-photo': whileSomebodyWaits,
  'develop-avatar': whileSomebodyWaits,
  'develop-avif': {
    // It makes way for others, and then waits.
    retryLimit: 10,
    retryDelay: 10,
    // Only with what nobody else wants of the processor, so it may take long.
    expireInSeconds: 15 * 60,
    heartbeatSeconds: 10,
    deleteAfterSeconds: 24 * 60 * 60,
  },
  'open-photos': {
    retryLimit: 10,
    retryDelay: 10,
    retryBackoff: true,
    expireInSeconds: 60 * 60,
    heartbeatSeconds: 10,
    deleteAfterSeconds: 24 * 60 * 60,
  },
  'send-mail': {
    // For about a day, which is how long mail servers are known to be away.
    retryLimit: 30,
    retryDelay: 5,
    retryBackoff: true,
    retryDelayMax: 60 * 60,
    // Longer than the mailer's own limits together.
    expireInSeconds: 120,
    heartbeatSeconds: 10,
    // They hold addresses.
    deleteAfterSeconds: 60 * 60,
  },
  push: {
    // For about an hour: after that it is no news.
    retryLimit: 7,
    retryDelay: 20,
    retryBackoff: true,
    retryDelayMax: 20 * 60,
    // Longer than the sender's own limits together.
    expireInSeconds: 120,
    heartbeatSeconds: 10,
    deleteAfterSeconds: 60 * 60,
  },
  export: {
    retryLimit: 5,
    retryDelay: 10,
    retryBackoff: true,
    // Of some hundred gigabytes.
    expireInSeconds: 6 * 60 * 60,
    heartbeatSeconds: 10,
    deleteAfterSeconds: 24 * 60 * 60,
  },
  'remove-account': {
    retryLimit: 10,
    retryDelay: 10,
    retryBackoff: true,
    expireInSeconds: 6 * 60 * 60,
    heartbeatSeconds: 10,
    deleteAfterSeconds: 24 * 60 * 60,
  },
}

/** Of these one job with the same key waits at most. */
const onceQueues: readonly JobName[] = ['push']

/**
 * What is to be tried again is told by nobody: how often it is looked for. Each look is a query, of every worker and for every job that
 * it could do at once.
 */
const lookSeconds = (name: JobName): number => (queues[name] === whileSomebodyWaits ? 1 : 5)

const schema = 'jobs'

/** What a web process needs: it only puts jobs in. */
export interface Queue {
  /** Puts a job in; inside a transaction if `db` is one. Those of higher priority come first; the usual one is 0. */
  add<Name extends JobName>(db: Db, name: Name, data: Jobs[Name], priority?: number): Promise<void>
  /** Puts a job in, unless one with this key waits already. It is begun no sooner than `afterSeconds` from now. */
  addOnce<Name extends JobName>(
    db: Db,
    name: Name,
    data: Jobs[Name],
    how: { key: string; afterSeconds: number },
  ): Promise<void>
  /** Has a job that failed for good tried once more, soon. */
  retry(tx: Db, name: string, id: string): Promise<void>
  /** Forgets a job. Whoever asks holds it. */
  forget(tx: Db, name: string, id: string): Promise<void>
  stop(): Promise<void>
}

/** What a worker needs: it also takes jobs out. */
export interface WorkingQueue extends Queue {
  /**
   * Runs `handler` for each job, up to `concurrency` at once in this process. A handler that throws has its job tried
   * again; `isLastTry` tells it that there will be no other time.
   */
  work<Name extends JobName>(
    name: Name,
    concurrency: number,
    handler: (data: Jobs[Name], isLastTry: boolean) => Promise<void>,
  ): Promise<void>
}

/** Starts the queue for a process that only puts jobs in. */
export async function openQueue(db: Db): Promise<Queue> {
  return start(fromKnex(db), { supervise: false, registerInstance: false })
}

/**
 * Starts the queue for a process that works. It also looks after the queue: retries, expiry, clearing up.
 * @param directDatabase past pgbouncer, to listen for what is urgent; without it jobs are found by polling
 * @param stopSeconds how long jobs under way may take to end when it is stopped; what is cut off is tried again
 */
export async function openWorkingQueue(
  db: Db,
  directDatabase: DatabaseAddress,
  stopSeconds = 8,
): Promise<WorkingQueue> {
  const options = { supervise: true, superviseIntervalSeconds: 5, monitorIntervalSeconds: 5, instanceName: 'worker' }
  return start(
    { ...fromKnex(db), listen: listenOn(directDatabase) },
    { ...options, useListenNotify: true },
    stopSeconds,
  )
}

async function start(db: JobDb, options: ConstructorOptions, stopSeconds = 8): Promise<WorkingQueue> {
  const boss = new PgBoss({
    ...options,
    db,
    schema,
    migrate: false,
    createSchema: false,
    schedule: false,
  })
  boss.on('error', (error) => log.error('queue error', error))
  await boss.start()
  return {
    async add(on, name, data, priority = 0) {
      const id = await boss.send(name, signed(data), { db: fromKnex(on), priority })
      if (id === null) throw new Error(`the queue took no ${name} job`)
    },
    async addOnce(on, name, data, { key, afterSeconds }) {
      await boss.send(name, signed(data), { db: fromKnex(on), singletonKey: key, startAfter: afterSeconds })
    },
    async retry(tx, name, id) {
      await boss.retry(name, id, { db: fromKnex(tx) })
    },
    async forget(tx, name, id) {
      await boss.deleteJob(name, id, { db: fromKnex(tx) })
    },
    async work(name, concurrency, handler) {
      // One pg-boss worker for each job at once, rather than its localConcurrency: each wakes itself when it has done one, and
      // does not leave its core idle until the next poll.
      for (let index = 0; index < concurrency; index += 1) {
        const workerId: string = await boss.work<
          Signed<Jobs[typeof name]>,
          void,
          WorkOptions & { includeMetadata: true }
        >(
          name,
          {
            includeMetadata: true,
            pollingIntervalSeconds: 0.5,
            notifyPollingIntervalSeconds: lookSeconds(name),
            batchSize: 1,
          },
          async ([job]) => {
            if (!job) return
            try {
              const isLastTry = job.retryCount >= job.retryLimit
              const asker = { requestId: job.data.requestId, job: name, jobId: job.id }
              await askedBy(asker, () => watched(name, isLastTry, () => handler(job.data, isLastTry)))
            } catch (error) {
              throw asKept(error)
            } finally {
              setImmediate(() => boss.notifyWorker(workerId))
            }
          },
        )
      }
    },
    async stop() {
      await boss.stop({ graceful: true, close: false, timeout: stopSeconds * 1000 })
    },
  }
}

/** A job's data, with the id of the request that asked for it. */
type Signed<Data> = Data & { requestId?: string }

function signed<Data extends object>(data: Data): Signed<Data> {
  const requestId = currentAsker()?.requestId
  return requestId === undefined ? data : { ...data, requestId }
}

/** Does a job, and leaves a line and a figure of it. */
async function watched(name: JobName, isLastTry: boolean, run: () => Promise<void>): Promise<void> {
  const begin = performance.now()
  const end = (outcome: string) => {
    const milliseconds = performance.now() - begin
    jobSeconds.observe({ job: name, outcome }, milliseconds / 1000)
    return { outcome, milliseconds: Math.round(milliseconds) }
  }
  try {
    await run()
    log.info('job', end('done'))
  } catch (error) {
    // What is tried again may only have made way for something else, or a mail server is away for a while.
    if (isLastTry) log.error('job', error, end('failed'))
    else log.warn('job', { ...end('retry'), error: describeError(error) })
    throw error
  }
}

/**
 * What is kept of an error: its words. pg-boss would write down whatever hangs on it, and where some of that is undefined, as in the
 * certificate of a mail server, knex takes no such statement: the job would be active for ever.
 */
function asKept(error: unknown): Error {
  const kept = new Error(error instanceof Error ? error.message : String(error))
  if (error instanceof Error) {
    kept.name = error.name
    kept.stack = error.stack ?? ''
  }
  return kept
}

/** Makes or updates the queue's tables. On a direct connection: pg-boss takes session locks here. */
export async function installQueue(config: Config): Promise<void> {
  const boss = new PgBoss({
    ...config.directDatabase,
    application_name: 'gramstack migrate',
    schema,
    supervise: false,
    schedule: false,
    registerInstance: false,
  })
  boss.on('error', (error) => log.error('queue error', error))
  await boss.start()
  try {
    for (const [name, options] of Object.entries(queues)) {
      const policy = onceQueues.includes(name as JobName) ? 'short' : 'standard'
      // Workers are told at once, rather than at their next look.
      await boss.createQueue(name, { ...options, notify: true, policy })
      await boss.updateQueue(name, { ...options, notify: true })
    }
  } finally {
    await boss.stop({ graceful: false })
  }
}

/** Whether the queue's tables are there. */
export async function isQueueInstalled(db: Db): Promise<boolean> {
  const result = await db.raw<{ rows: { found: boolean }[] }>(
    "select to_regclass('jobs.version') is not null and to_regclass('jobs.queue') is not null as found",
  )
  return result.rows[0]?.found === true
}

/** How many jobs wait, work and failed for good, and for how long the oldest has waited. Of all kinds if none is named. */
export async function describeQueue(
  db: Db,
  names: readonly JobName[] = Object.keys(queues) as JobName[],
): Promise<{ waiting: number; active: number; failed: number; oldestSeconds: number }> {
  const result = await db.raw<{ rows: { waiting: number; active: number; failed: number; oldestSeconds: number }[] }>(
    `select
      count(*) filter (where state in ('created', 'retry'))::int as waiting,
      count(*) filter (where state = 'active')::int as active,
      count(*) filter (where state = 'failed')::int as failed,
      coalesce(extract(epoch from now() - min(created_on) filter (where state in ('created', 'retry'))), 0)::float8
        as "oldestSeconds"
    from jobs.job where name = any(?)`,
    [names as never],
  )
  return result.rows[0] ?? { waiting: 0, active: 0, failed: 0, oldestSeconds: 0 }
}

/** Jobs of one kind. */
export interface KindOfJob {
  name: JobName
  waiting: number
  active: number
  /** For good; they are kept for a day at most. */
  failed: number
  /** For how long the oldest has waited since it could be begun. */
  oldestSeconds: number
}

/** The same of each kind. @throws {Error} if that takes long: whoever only looks must not be what is slow */
export async function describeKinds(db: Db): Promise<KindOfJob[]> {
  const found = await db.transaction(async (tx) => {
    await tx.raw("set local statement_timeout = '2s'")
    const result = await tx.raw<{ rows: KindOfJob[] }>(
      `select
        name,
        count(*) filter (where state in ('created', 'retry'))::int as waiting,
        count(*) filter (where state = 'active')::int as active,
        count(*) filter (where state = 'failed')::int as failed,
        coalesce(extract(epoch from now() - min(greatest(created_on, start_after))
          filter (where state in ('created', 'retry') and start_after <= now())), 0)::float8 as "oldestSeconds"
      from jobs.job where name = any(?) and state in ('created', 'retry', 'active', 'failed') group by name`,
      [Object.keys(queues) as never],
    )
    return new Map(result.rows.map((kind) => [kind.name, kind]))
  })
  return (Object.keys(queues) as JobName[]).map(
    (name) => found.get(name) ?? { name, waiting: 0, active: 0, failed: 0, oldestSeconds: 0 },
  )
}
