import { type House, openHouse } from '../../test/house.ts'
import { askedBy } from './asker.ts'
import { constant, firstRow, prepared, rows, type Sql, sql } from './sql.ts'

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

describe('a prepared statement', () => {
  const countOf = (db: House['db'], text: string) =>
    rows<{ times: string }>(
      db,
      sql`select generic_plans + custom_plans as times from pg_prepared_statements where statement like ${`%${text}%`}`,
    )

  it('is parsed once in a connection, whoever asks and whatever is bound', async () => {
    await house.db.transaction(async (tx) => {
      for (const [place, requestId] of ['a', 'b', 'c'].entries()) {
        const asked = prepared(sql`select ${place}::int + 1 as kept`)
        expect(await askedBy({ requestId }, () => rows(tx, asked))).toEqual([{ kept: place + 1 }])
      }
      expect(await countOf(tx, '+ 1 as kept')).toEqual([{ times: '3' }])
    })
  })

  it('goes on after an upgrade has added a column to what it reads', async () => {
    await house.db.raw('create table upgraded (id int)')
    const read = (tx: House['db'], part: Sql) =>
      rows(tx, prepared(sql`select id from upgraded where id = ${1} and ${part}`))
    await house.db.transaction(async (tx) => {
      await read(tx, sql`true`)
      await tx.raw('alter table upgraded add column name text; insert into upgraded values (1, null)')
      expect(await read(tx, sql`true`)).toEqual([{ id: 1 }])
      expect(await read(tx, sql`name is null`)).toEqual([{ id: 1 }])
    })
  })

  it('has whole numbers in its text, and nothing else', () => {
    expect(sql`limit ${constant(500)}`).toEqual({ text: 'limit 500', values: [] })
    expect(() => constant(1.5)).toThrow('1.5 is no whole number')
    expect(() => constant('1; drop table users' as never)).toThrow('is no whole number')
  })
})
