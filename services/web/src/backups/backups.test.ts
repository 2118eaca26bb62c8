import { readFileSync } from 'node:fs'
import { type House, openHouse } from '../../test/house.ts'
import { diagnose } from '../doctor/doctor.ts'
import { readBackups } from './service.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ withWorker: false })
})
afterAll(() => house.close())
const cleanups: (() => unknown)[] = []
afterEach(() => Promise.all(cleanups.splice(0).map((cleanup) => cleanup())))

/** What services/postgres/backups.sql makes, but for the roles, which are the same for all databases of a server. */
const table = (): string =>
  /create table[^;]+;/.exec(readFileSync(new URL('../../../postgres/backups.sql', import.meta.url), 'utf8'))?.[0] ?? ''

const said = async (): Promise<string[]> =>
  (
    await diagnose(
      async () => house.config,
      (cleanup) => cleanups.push(cleanup),
    )
  )
    .map(({ what, problem }) => (problem ? `${what}: WRONG: ${problem}` : what))
    .filter((line) => line.startsWith('backups'))

describe('backups', () => {
  it('that nobody makes are named by doctor, and nothing wrong', async () => {
    expect(await readBackups(house.db)).toBeUndefined()
    expect(await said()).toEqual([expect.stringMatching(/^backups: none; docs\/operations\.md/)])
  })

  it('that have not been made yet are none', async () => {
    await house.db.raw(`create schema backup; ${table()} insert into backup.state default values`)
    expect(await readBackups(house.db)).toBeUndefined()
  })

  it('that are as young as was promised are well', async () => {
    await house.db.raw("update backup.state set safe_until = now() - interval '100 seconds', promised_seconds = 30")
    expect(await readBackups(house.db)).toEqual({
      ageSeconds: expect.any(Number),
      oldestSeconds: 120,
      verifiedAt: undefined,
    })
    expect(await said()).toEqual([expect.stringMatching(/^backups: of 10\d s ago, never tried/)])
    await house.db.raw("update backup.state set verified_at = '2026-03-01'")
    expect(await said()).toEqual([expect.stringMatching(/^backups: of 10\d s ago, last tried on 2026-0/)])
  })

  it('that are older are wrong', async () => {
    await house.db.raw("update backup.state set safe_until = now() - interval '3 hours'")
    expect(await said()).toEqual([
      'backups: WRONG: what came in the last 3 hours would be lost: see docker compose logs backup',
    ])
  })
})
