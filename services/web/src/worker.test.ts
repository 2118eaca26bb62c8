import { type ChildProcess, spawn } from 'node:child_process'
import { testEnvironment } from '../test/database.ts'
import { apiPerson, type House, openHouse } from '../test/house.ts'
import { picture } from '../test/pictures.ts'
import { rows, sql } from './db/sql.ts'

let house: House
const workers: ChildProcess[] = []
beforeAll(async () => {
  house = await openHouse({ withWorker: false })
})
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL')
  await house.close()
})

/** A worker as a process of its own. */
async function startWorker(): Promise<ChildProcess> {
  const env = {
    PATH: process.env.PATH ?? '',
    ...testEnvironment(house.config.database.database, house.mediaRoot),
    PORT: '0',
  }
  const worker = spawn('node', ['dist/worker.js'], {
    env: { ...env, PORT: String(20_000 + (process.pid % 20_000) + workers.length) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  workers.push(worker)
  await new Promise<void>((resolve, reject) => {
    worker.once('exit', () => reject(new Error('the worker ended')))
    worker.stdout?.on('data', (text) => String(text).includes('worker ready') && resolve())
  })
  return worker
}

const states = () => rows<{ state: string }>(house.db, sql`select state from photos`)

async function until(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 50))
}

describe('a worker', () => {
  it('that is killed over a photo leaves it to the next, which finishes it', async () => {
    const alice = await apiPerson(house)
    const first = await startWorker()
    // Large enough that the worker is at it when it dies.
    const uploading = alice.post('/upload').attach('file', await picture('png', 6000, 4000), 'large.png')
    const answered = uploading.then((answer) => answer)
    await until(async () => (await rows(house.db, sql`select from jobs.job where state = 'active'`)).length > 0)
    first.kill('SIGKILL')
    expect(await states()).toEqual([{ state: 'received' }])
    await startWorker()
    await until(async () => (await states())[0]?.state === 'ready')
    expect((await answered).status).toBe(201)
    expect((await house.files()).filter((path) => path.startsWith('renditions/'))).toHaveLength(8)
  })

  it('ends in order when it is asked to', async () => {
    const worker = await startWorker()
    const ended = new Promise((resolve) => worker.once('exit', (code) => resolve(code)))
    worker.kill('SIGTERM')
    expect(await ended).toBe(0)
  })
})
