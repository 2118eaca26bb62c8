import { type House, openHouse } from '../../test/house.ts'
import { firstRow, rows, sql } from './sql.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ withWorker: false })
})
afterAll(() => house.close())

const draw = async (count: number): Promise<bigint[]> =>
  (await rows<{ id: string }>(house.db, sql`select next_id() as id from generate_series(1, ${count})`)).map(({ id }) =>
    BigInt(id),
  )

describe('ids', () => {
  it('rise, also when thousands are drawn within a millisecond', async () => {
    const ids = await draw(20_000)
    expect(ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? id))).toBe(true)
  })

  it('are never given twice, however many draw at once', async () => {
    const drawn = (await Promise.all(Array.from({ length: 8 }, () => draw(10_000)))).flat()
    expect(new Set(drawn).size).toBe(80_000)
  })

  it('rise from one draw to the next for somebody who waits for each', async () => {
    const first = await draw(1)
    const second = await draw(1)
    expect((second[0] ?? 0n) > (first[0] ?? 0n)).toBe(true)
  })

  it('hold the time to the millisecond', async () => {
    // A burst of an earlier test may have borrowed from the milliseconds ahead.
    await new Promise((resolve) => setTimeout(resolve, 200))
    const row = await firstRow<{ apart: number }>(
      house.db,
      sql`select extract(epoch from clock_timestamp() - id_time(next_id()))::float8 as apart`,
    )
    expect(Math.abs(row?.apart ?? 9)).toBeLessThan(0.5)
  })

  it('exceed what a JavaScript number can hold, and come as strings', async () => {
    const row = await firstRow<{ id: unknown }>(house.db, sql`select next_id() as id`)
    expect(typeof row?.id).toBe('string')
    expect(BigInt(String(row?.id))).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER))
  })

  it('put time, 13 bits of shard and 10 of sequence side by side, up to the largest bigint', async () => {
    const row = await firstRow<{ id: string }>(
      house.db,
      sql`select make_id((1::bigint << 40) - 1, (1 << 13) - 1, (1 << 10) - 1) as id`,
    )
    expect(BigInt(row?.id ?? 0)).toBe(2n ** 63n - 1n)
    const parts = await firstRow<{ id: string }>(house.db, sql`select make_id(5, 3, 7) as id`)
    expect(BigInt(parts?.id ?? 0)).toBe((5n << 23n) | (3n << 10n) | 7n)
  })

  it.each([
    ['time', '1::bigint << 40', '0', '0'],
    ['time', '-1', '0', '0'],
    ['shard', '0', '1 << 13', '0'],
    ['sequence', '0', '0', '1 << 10'],
    ['sequence', '0', '0', '-1'],
  ])('refuse a %s beyond its bits', async (_what, ms, shard, seq) => {
    await expect(house.db.raw(`select make_id(${ms}, ${shard}, ${seq})`)).rejects.toMatchObject({ code: '22003' })
  })

  it('go on rising when the clock is set back', async () => {
    // As if the last id had been given an hour from now.
    await house.db.raw(
      "select setval('id_clock', (floor(extract(epoch from now() + interval '1 hour' - id_epoch()) * 1000)::bigint << 10))",
    )
    const ids = await draw(3)
    expect((ids[1] ?? 0n) > (ids[0] ?? 0n) && (ids[2] ?? 0n) > (ids[1] ?? 0n)).toBe(true)
  })

  it('leave no lock behind when drawing is cut off', async () => {
    await expect(
      house.db.raw('set local statement_timeout = 20; select next_id() from generate_series(1, 100000000)'),
    ).rejects.toMatchObject({ code: '57014' })
    const held = await rows(
      house.db,
      sql`
        select from pg_locks join pg_database on pg_database.oid = pg_locks.database
        where locktype = 'advisory' and datname = current_database()`,
    )
    expect(held).toHaveLength(0)
    expect(await draw(1)).toHaveLength(1)
  })
})
