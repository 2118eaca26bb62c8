import pg from 'pg'
import { createMigratedDatabase, dropDatabase, testConfig } from '../../test/database.ts'
import { findFaults } from '../../test/plans.ts'
import { visitsTo } from '../../test/world/visits.ts'
import { makeWorld } from '../../test/world/world.ts'
import { computePopular } from '../explore/service.ts'
import { connect } from './connect.ts'

/**
 * What people come for costs no more the more people there are: `npm run bench:growth` measures it in large worlds. Here is asked, in a small
 * one, whether an index can serve each query, and whether it finds what it looks for there.
 */

const world = { people: 3000, posts: 9000, readers: [150, 20], mostLikes: 30, isLively: true }
let database: string

beforeAll(async () => {
  database = await createMigratedDatabase()
  await makeWorld(testConfig(database).database, world)
  const db = connect(testConfig(database).database, 'gramstack test')
  await computePopular(db)
  await db.raw('analyze post_scores')
  await db.destroy()
})
afterAll(() => dropDatabase(database))

it('no visit reads a table that grows from end to end, or throws away most of what it reads', async () => {
  const client = new pg.Client(testConfig(database).database)
  await client.connect()
  const visits = await visitsTo(client, world)
  await client.end()
  const faults = await findFaults(testConfig(database), visits, {
    mostScanned: 100,
    mostRemoved: 1000,
    mustUseIndexes: true,
  })
  expect(faults).toEqual([])
})
