import { statfsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually, figure, pause } from '../stack/stack.ts'
import { ask, multipart } from '../stack/visitor.ts'
import { failedBetween, type House, isWell, startVisitors, type TheHouse } from './house.ts'
import { expectKept } from './ledger.ts'

/** Disks run full. */
export function disks(house: TheHouse): void {
  /** Fills a disk until nothing more goes on it. @returns makes room again */
  async function fill(folder: string): Promise<() => Promise<void>> {
    const path = join(folder, 'ballast')
    const chunk = Buffer.alloc(1024 * 1024)
    for (let number = 0; ; number += 1) {
      const { bavail, bsize } = statfsSync(folder)
      if (bavail * bsize < chunk.length) break
      await writeFile(`${path}${number}`, chunk)
      if (number > 4_000) throw new Error('no end to this disk')
    }
    await writeFile(path, Buffer.alloc(statfsSync(folder).bavail * statfsSync(folder).bsize)).catch(() => {})
    return async () => {
      for (let number = 0; number < 4_000; number += 1) await rm(`${path}${number}`, { force: true })
      await rm(path, { force: true })
    }
  }

  async function upload({ stack, people, photo }: House, caption: string) {
    const form = multipart(Buffer.concat([photo, Buffer.from(caption)]), { caption })
    const headers = { ...form.headers, Cookie: people[0]?.cookie ?? '' }
    return ask(stack.url, '/upload', { method: 'POST', body: form.body, headers })
  }

  it('7. the disk for photos is full: that is said, nothing is half stored, reading goes on, and it heals by itself', async () => {
    const {
      stack,
      disks: { media },
    } = house()
    const traffic = startVisitors(house())
    const makeRoom = await fill(media)
    try {
      await pause(2_000)
      const refused = await upload(house(), 'onto a full disk')
      expect([refused.status, refused.json.error]).toEqual([507, expect.stringMatching(/disk for photos is full/)])
      await pause(8_000)
    } finally {
      await makeRoom()
    }
    const seconds = await eventually(async () => {
      expect((await upload(house(), `there is room again ${Math.random()}`)).status).toBe(201)
    }, 30)
    figure(`7. photos are taken again ${seconds.toFixed(1)} s after there was room`)
    await pause(2_000)
    const report = await traffic.stop()
    // Being refused is an answer, and whoever sends again succeeds.
    expect(failedBetween(report)).toEqual([])
    await expectKept(stack, '7. the disk for photos was full', report)
    expect(await stack.sql("select count(*) from posts where caption = 'onto a full disk'")).toBe('0')
  }, 300_000)

  it('8. the disk of the database is full: what is said to be done is done, and it heals by itself', async () => {
    const {
      stack,
      disks: { database },
    } = house()
    const traffic = startVisitors(house())
    await pause(2_000)
    const makeRoom = await fill(database)
    try {
      // Enough for PostgreSQL to need a new file for its log.
      await stack
        .sql('create table ballast as select repeat(md5(n::text), 50) from generate_series(1, 200000) as n')
        .catch((error: unknown) =>
          expect(String(error)).toMatch(/No space left|could not|server closed|recovery|terminat/i),
        )
      await pause(8_000)
    } finally {
      await makeRoom()
    }
    const seconds = await isWell(house())
    figure(`8. all pages back ${seconds.toFixed(1)} s after there was room`)
    await pause(2_000)
    const report = await traffic.stop()
    await stack.sql('drop table if exists ballast')
    for (const { status, retryAfter, what } of failedBetween(report))
      expect([what, [502, 503].includes(status), retryAfter]).toEqual([what, true, expect.any(Number)])
    await expectKept(stack, '8. the disk of the database was full', report)
  }, 300_000)
}
