import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, createMigratedDatabase, dropDatabase, testConfig } from '../../test/database.ts'
import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { picture } from '../../test/pictures.ts'
import type { Config } from '../config.ts'
import { connect, type Db } from '../db/connect.ts'
import { isMigrated, migrate } from '../db/migrate.ts'
import { rows, sql } from '../db/sql.ts'
import { openStorage } from '../media/local-storage.ts'
import type { Storage } from '../media/storage.ts'
import { version } from '../version.ts'
import { refuseFuture, requireFit, upgrade } from './service.ts'

/** Databases and media volumes of every kind, put together. */

const closers: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const close of closers.reverse()) await close()
})

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gramstack-upgrades-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  return folder
}

interface Place {
  config: Config
  db: Db
  storage: Storage
}

/** A database, migrated or without anything in it, and a media volume without a photo. */
async function place(kind: 'migrated' | 'empty'): Promise<Place> {
  const name = kind === 'migrated' ? await createMigratedDatabase() : `test_${randomBytes(6).toString('hex')}`
  if (kind === 'empty') await createDatabase(name)
  closers.push(() => dropDatabase(name))
  const mediaRoot = await newFolder()
  const config = testConfig(name, mediaRoot)
  const db = connect(config.database, 'gramstack test')
  closers.push(() => db.destroy())
  return { config, db, storage: await openStorage(mediaRoot) }
}

/** A Gramstack in which somebody has shared a photo. */
async function livedIn(): Promise<House> {
  const mediaRoot = await newFolder()
  const house = await openHouse({ ownMediaRoot: mediaRoot })
  const client = await apiPerson(house)
  await client
    .post('/upload')
    .attach('file', await picture(), 'photo.jpg')
    .expect(201)
  closers.push(() => house.close())
  return house
}

const isUnchanged = async ({ db }: Place) =>
  expect(await rows(db, sql`select to_regclass('migrations') as found`)).toEqual([{ found: null }])

describe('a database of a later release', () => {
  it('is refused, by the name of what it has taken', async () => {
    const { db, config, storage } = await place('migrated')
    await rows(db, sql`insert into migrations (name, batch, migration_time) values ('0999-later', 9, now())`)
    const sentence = `The database is of a later Gramstack than this one, ${version}: it has taken 0999-later. Start`
    await expect(refuseFuture(db)).rejects.toThrow(sentence)
    await expect(requireFit({ db, storage })).rejects.toThrow(sentence)
    await expect(upgrade(config, storage)).rejects.toThrow(sentence)
  })

  it.each([
    ['only adds', null, true],
    ['takes away what this release does not use', version, true],
    ['takes away what the first release did not use', '0.0.9', true],
    ['takes away what this release uses', '0.10.0', false],
    ['takes away what this release uses', '99.0.0', false],
  ])('that %s (%s) may be gone on with: %s', async (_what, unusedSince, isFine) => {
    const { db, config, storage } = await place('migrated')
    await rows(db, sql`insert into migrations (name, batch, migration_time) values ('0999-later', 9, now())`)
    await rows(db, sql`insert into upgrades (step, unused_since) values ('0999-later', ${unusedSince})`)
    if (!isFine) return expect(refuseFuture(db)).rejects.toThrow('0999-later')
    await refuseFuture(db)
    expect(await isMigrated(db)).toBe(true)
    return expect(await upgrade(config, storage)).toEqual([])
  })
})

describe('a step', () => {
  it('is noted together with what it means for other releases', async () => {
    const { db, config, storage } = await place('empty')
    const taken = await upgrade(config, storage)
    const noted = await rows<{ step: string }>(db, sql`select step from upgrades where unused_since is null`)
    expect(noted.map(({ step }) => step).sort()).toEqual([...taken].sort())
  })

  it('waits for requests under way rather than have everybody wait behind it', async () => {
    const { db, config } = await place('empty')
    await migrate(config)
    await rows(db, sql`delete from migrations where name = '0025-upgrades'`)
    await db.raw('drop table upgrades, installation')
    let isOver = false
    const holding = db.transaction(async (tx) => {
      await tx.raw('lock table migrations in share mode')
      await new Promise((resolve) => setTimeout(resolve, 2500))
      isOver = true
    })
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(await migrate(config)).toEqual(['0025-upgrades'])
    expect(isOver).toBe(true)
    await holding
  })
})

describe('a media volume', () => {
  it('is marked as the database’s own', async () => {
    const { db, config, storage } = await place('empty')
    await upgrade(config, storage)
    const [row] = await rows<{ id: string }>(db, sql`select id from installation`)
    expect(row?.id).toMatch(/^[0-9a-f-]{36}$/)
    expect((await readFile(join(config.mediaRoot, 'installation'), 'utf8')).trim()).toBe(row?.id)
    await requireFit({ db, storage })
    expect(await upgrade(config, storage)).toEqual([])
  })

  it('that is full is refused by an empty database, before anything is changed, and taken if it is meant so', async () => {
    const house = await livedIn()
    const fresh = await place('empty')
    const sentence = /^The database is empty and the media volume is not: .*migrate --anew/
    await expect(upgrade(fresh.config, house.storage)).rejects.toThrow(sentence)
    await isUnchanged(fresh)
    await expect(requireFit({ db: fresh.db, storage: house.storage })).rejects.toThrow(sentence)
    // Also by one that has its tables already, and nobody in it.
    const started = await place('migrated')
    await expect(upgrade(started.config, house.storage)).rejects.toThrow(sentence)
    expect((await upgrade(fresh.config, house.storage, true)).length).toBeGreaterThan(10)
    await requireFit({ db: fresh.db, storage: house.storage })
  })

  it('that is empty is refused by a database with photos, and taken if it is meant so', async () => {
    const house = await livedIn()
    await upgrade(house.config, house.storage)
    const fresh = await openStorage(await newFolder())
    const sentence = /^The database knows 1 photos and the media volume holds none: .*migrate --anew/
    await expect(upgrade(house.config, fresh)).rejects.toThrow(sentence)
    await expect(requireFit({ db: house.db, storage: fresh })).rejects.toThrow(sentence)
    expect(await fresh.installation()).toBeUndefined()
    await upgrade(house.config, fresh, true)
    await requireFit({ db: house.db, storage: fresh })
    expect(await upgrade(house.config, fresh)).toEqual([])
  })

  it('of another Gramstack is refused', async () => {
    const [one, other] = [await livedIn(), await livedIn()]
    // In these tests all databases are copies of one, its id included.
    await rows(one.db, sql`update installation set id = gen_random_uuid()`)
    for (const { config, storage } of [one, other]) await upgrade(config, storage)
    const sentence = /^The media volume belongs to another Gramstack than the database: .*migrate --anew/
    await expect(upgrade(one.config, other.storage)).rejects.toThrow(sentence)
    await expect(requireFit({ db: one.db, storage: other.storage })).rejects.toThrow(sentence)
    await requireFit(one)
  })

  it('of before there were marks is taken with the database whose photos it holds', async () => {
    const house = await livedIn()
    expect(await house.storage.installation()).toBeUndefined()
    await requireFit(house)
    await upgrade(house.config, house.storage)
    expect(await house.storage.installation()).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('the version', () => {
  it('is on the page of what an admin chooses', async () => {
    const house = await openHouse({ withWorker: false })
    closers.push(() => house.close())
    const admin = await person(house)
    expect((await admin.get('/admin/settings').expect(200)).text).toContain(`Gramstack ${version}`)
  })
})
