import { mkdtemp, readdir, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import supertest from 'supertest'
import { createApp } from '../src/app.ts'
import type { Config } from '../src/config.ts'
import { connect, type Db } from '../src/db/connect.ts'
import { Drain } from '../src/http/drain.ts'
import { listen } from '../src/http/listen.ts'
import { describeQueue, openQueue } from '../src/jobs/queue.ts'
import { setLogLevel } from '../src/log.ts'
import { openStorage } from '../src/media/local-storage.ts'
import type { Storage } from '../src/media/storage.ts'
import { startWork } from '../src/work.ts'
import { createMigratedDatabase, dropDatabase, testConfig } from './database.ts'

/** The real application with a real database, a worker and a folder for photos, for one test file. */
export interface House {
  config: Config
  db: Db
  server: Server
  /** Its address, without a slash at the end. */
  url: string
  drain: Drain
  mediaRoot: string
  storage: Storage
  /** A visitor with cookies of their own, who takes pages as a browser does. */
  browser(): ReturnType<typeof supertest.agent>
  /** A visitor who takes JSON, as curl does. */
  client(): ReturnType<typeof supertest.agent>
  /** Every file of the photo folder, by its path in it. */
  files(): Promise<string[]>
  /** Waits until the worker has nothing to do. */
  idle(): Promise<void>
  close(): Promise<void>
}

type HouseSettings = Partial<
  Pick<
    Config,
    | 'trustProxyHops'
    | 'rateLimitFactor'
    | 'avifEffort'
    | 'decodingBytes'
    | 'isServedByNginx'
    | 'publicUrl'
    | 'mail'
    | 'push'
  >
> & {
  withWorker?: boolean
  /** A folder of one's own for the photos, which is not removed at the end. */
  ownMediaRoot?: string
}

export async function openHouse({ withWorker, ownMediaRoot, ...settings }: HouseSettings = {}): Promise<House> {
  setLogLevel(process.env.TEST_LOG === '1' ? 'info' : 'silent')
  const database = await createMigratedDatabase()
  const mediaRoot = ownMediaRoot ?? (await mkdtemp(join(tmpdir(), 'gramstack-media-')))
  // AVIF takes longer than everything else: for tests that ask for it.
  const config: Config = { ...testConfig(database, mediaRoot), avifEffort: undefined, ...settings }
  const db = connect(config.database, 'gramstack test')
  const storage = await openStorage(mediaRoot)
  const queue = await openQueue(db)
  // As in production, on connections of its own: what `db` is asked, requests have asked for.
  const workDb = withWorker === false ? undefined : connect(config.database, 'gramstack test worker')
  const work = workDb && (await startWork(config, workDb, storage))
  const drain = new Drain()
  const server = await listen(createApp({ config, db, storage, queue, drain }), { host: '127.0.0.1', port: 0 })
  const visitor = (accept: string) => supertest.agent(server).set('Accept', accept)

  return {
    config,
    db,
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    drain,
    mediaRoot,
    storage,
    browser: () => visitor('text/html,application/xhtml+xml,*/*;q=0.8'),
    client: () => visitor('*/*'),
    async files() {
      const entries = await readdir(mediaRoot, { recursive: true, withFileTypes: true })
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(mediaRoot.length + 1))
    },
    async idle() {
      for (;;) {
        const { waiting, active } = await describeQueue(db)
        if (waiting + active === 0) return
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await work?.stop()
      await workDb?.destroy()
      await queue.stop()
      await db.destroy()
      await dropDatabase(database)
      if (!ownMediaRoot) await rm(mediaRoot, { recursive: true, force: true })
    },
  }
}

let people = 0

/** Signs somebody up, and gives their browser. */
export async function person(house: House, username = `person${++people}`) {
  const browser = house.browser()
  await browser.post('/sign-up').type('form').send({ username, password: 'correct horse battery' }).expect(303)
  return Object.assign(browser, { username })
}

/** Signs somebody up, and gives their client for JSON. */
export async function apiPerson(house: House, username = `person${++people}`) {
  const client = house.client()
  await client.post('/sign-up').type('form').send({ username, password: 'correct horse battery' }).expect(201)
  return Object.assign(client, { username })
}
