import { type House, openHouse } from '../../test/house.ts'
import { firstRow, rows, sql } from './sql.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ withWorker: false })
})
afterAll(() => house.close())

describe('a statement', () => {
  it('binds values and never splices them in as text', async () => {
    const nasty = "'; drop table users; --"
    expect(await firstRow(house.db, sql`select ${nasty}::text as said`)).toEqual({ said: nasty })
  })

  it('keeps its question marks, which knex would take for bindings', async () => {
    expect(await firstRow(house.db, sql`select '{"a":1}'::jsonb ? ${'a'} as found, 'why?' as text`)).toEqual({
      found: true,
      text: 'why?',
    })
  })

  it('takes other statements in, with their values in order', async () => {
    const inner = sql`n > ${1} and n < ${4}`
    expect(
      await rows(house.db, sql`select n from generate_series(${0}::int, ${9}::int) n where ${inner} and n <> ${2}`),
    ).toEqual([{ n: 3 }])
  })
})
