import {
  type ConstructorOptions,
  fromKnex,
  type Db as JobDb,
  PgBoss,
  type Queue as QueueOptions,
  type WorkOptions,
} from 'pg-boss'
import type { Config, DatabaseAddress } from '../config.ts'
import type { Db } from '../db/connect.ts'
import type { Language } from '../language/languages.ts'
import { log } from '../log.ts'
import type { Letter } from '../mail/mail.tsx'
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
      const id = await boss.send(name, data, { db: fromKnex(on), priority })
      if (id === null) throw new Error(`the queue took no ${name} job`)
    },
    async addOnce(on, name, data, { key, afterSeconds }) {
      await boss.send(name, data, { db: fromKnex(on), singletonKey: key, startAfter: afterSeconds })
    },
    async work(name, concurrency, handler) {
      // One pg-boss worker for each job at once, rather than its localConcurrency: each wakes itself when it has done one, and
      // does not leave its core idle until the next poll.
      for (let index = 0; index < concurrency; index += 1) {
        const workerId: string = await boss.work<Jobs[typeof name], void, WorkOptions & { includeMetadata: true }>(
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
              await handler(job.data, job.retryCount >= job.retryLimit)
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
