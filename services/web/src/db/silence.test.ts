import type { Server as HttpServer } from 'node:http'
import { type AddressInfo, connect as connectTo, createServer, type Server, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import supertest from 'supertest'
import { apiPerson, type House, openHouse } from '../../test/house.ts'
import { createApp } from '../app.ts'
import { listen } from '../http/listen.ts'
import { openQueue, type Queue } from '../jobs/queue.ts'
import { connect, type Db } from './connect.ts'
import { DatabaseSilent } from './silence.ts'

/** The way to the database, on which everything can be held up. */
interface Line {
  port: number
  hold(): void
  letGo(): void
  close(): Promise<void>
}

async function openLine(to: { host: string; port: number }): Promise<Line> {
  const sockets = new Set<Socket>()
  /** What is on its way while everything is held up. */
  let held: (() => void)[] | undefined
  const server: Server = createServer((near) => {
    const far = connectTo(to.port, to.host)
    for (const [from, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (chunk) => (held ? held.push(() => other.write(chunk)) : other.write(chunk)))
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    hold() {
      held = []
    },
    letGo() {
      const all = held ?? []
      held = undefined
      for (const pass of all) pass()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('a process whose database says nothing', () => {
  let house: House
  let line: Line
  let db: Db
  let queue: Queue
  let server: HttpServer

  beforeAll(async () => {
    house = await openHouse({ withWorker: false })
    line = await openLine(house.config.database)
    const database = { ...house.config.database, host: '127.0.0.1', port: line.port, poolSize: 4 }
    db = connect(database, 'gramstack test', { isImpatient: true })
    queue = await openQueue(db)
    server = await listen(createApp({ ...house, db, queue }), { host: '127.0.0.1', port: 0 })
  })
  afterAll(async () => {
    line.letGo()
    await new Promise((resolve) => server.close(resolve))
    await queue.stop()
    await db.destroy()
    await line.close()
    await house.close()
  })

  const ask = (path: string) => supertest(server).get(path).set({ Accept: 'text/html', 'Accept-Language': 'de' })
  const isWell = async () => {
    while ((await ask('/@nobody')).status !== 404) await setTimeout(20)
  }

  it('tells everybody so within two seconds, those too who wait for a connection, and all is well when it speaks again', async () => {
    await ask('/@nobody').expect(404)
    line.hold()
    const begin = Date.now()
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('/@nobody')))
    expect(Date.now() - begin).toBeLessThan(2_000)
    for (const { status, headers, text } of answers) {
      expect([status, Number(headers['retry-after'])]).toEqual([503, expect.any(Number)])
      expect(text).toContain('Datenbank')
    }
    // From now on at once, and what needs no database as ever.
    const later = Date.now()
    await ask('/@nobody').expect(503)
    expect(Date.now() - later).toBeLessThan(500)
    await ask('/healthz').expect(200)

    line.letGo()
    await isWell()
  }, 30_000)

  it('ends a transaction that was in the middle, and nobody else finds themselves in it', async () => {
    await apiPerson(house)
    const { promise: isHeld, resolve: hold } = Promise.withResolvers<void>()
    const { promise: isSilent, resolve: goOn } = Promise.withResolvers<void>()
    const cut = db.transaction(async (tx) => {
      await tx.raw("update users set bio = 'cut off'")
      hold()
      await isSilent
      await tx.raw('select 1')
    })
    cut.catch(() => {})
    await isHeld
    line.hold()
    await ask('/@nobody').expect(503)
    goOn()
    await expect(cut).rejects.toThrow(DatabaseSilent)
    line.letGo()
    await isWell()
    // Only when the line has brought it the news.
    const open = () =>
      db.raw('select from pg_stat_activity where datname = current_database() and backend_xid is not null')
    while ((await open()).rows.length) await setTimeout(50)
    expect(await db('users').where({ bio: 'cut off' })).toEqual([])
  }, 30_000)

  it('lets a statement take its time while the database is there', async () => {
    await db.raw('select pg_sleep(2.5)')
    // Others wait for their turn meanwhile.
    await Promise.all(Array.from({ length: 8 }, () => db.raw('select pg_sleep(1.2)')))
  }, 30_000)

  it('is not misled by having been away itself', async () => {
    const asked = db.raw('select 1')
    const until = Date.now() + 3_000
    while (Date.now() < until);
    await asked
    await ask('/@nobody').expect(404)
  }, 30_000)
})
