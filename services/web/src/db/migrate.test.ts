import { randomBytes } from 'node:crypto'
import { createDatabase, dropDatabase, testConfig } from '../../test/database.ts'
import { connect } from './connect.ts'
import { isMigrated, migrate } from './migrate.ts'
import { rows, sql } from './sql.ts'

describe('migrations', () => {
  const name = `fresh_${randomBytes(4).toString('hex')}`
  const config = testConfig(name)
  beforeAll(() => createDatabase(name))
  afterAll(() => dropDatabase(name))

  it('run once when three first boots come at the same time', async () => {
    const taken = await Promise.all([migrate(config), migrate(config), migrate(config)])
    expect(taken.filter((steps) => steps.length > 0)).toHaveLength(1)
  })

  it('change nothing when they run again, and lose nothing', async () => {
    const db = connect(config.database, 'gramstack test')
    try {
      await rows(db, sql`insert into users (username, password_hash) values ('kept', 'x')`)
      expect(await migrate(config)).toEqual([])
      expect(await isMigrated(db)).toBe(true)
      expect(await rows(db, sql`select username from users`)).toEqual([{ username: 'kept' }])
    } finally {
      await db.destroy()
    }
  })

  it('say in one sentence where the database was looked for, when none answers', async () => {
    const nowhere = { ...config, directDatabase: { ...config.directDatabase, port: 1 } }
    await expect(migrate(nowhere, 1)).rejects.toThrow(
      /No database answers at .*:1 after 1 s .*: check that the db and pgbouncer services run/,
    )
  })

  it('store a check that holds question marks as it was written', async () => {
    // knex.raw would turn each into a binding: the reason why migrations escape them.
    const db = connect(config.database, 'gramstack test')
    try {
      await db.raw(
        "create table probe (code text constraint probe_shape check (code ~ '^a?b$'))".replaceAll('?', '\\?'),
      )
      const [found] = await rows<{ definition: string }>(
        db,
        sql`select pg_get_constraintdef(oid) as definition from pg_constraint where conname = 'probe_shape'`,
      )
      expect(found?.definition).toContain('^a?b$')
    } finally {
      await db.destroy()
    }
  })
})
