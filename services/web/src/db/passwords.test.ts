import { randomBytes } from 'node:crypto'
import { createDatabase, dropDatabase, testConfig } from '../../test/database.ts'
import type { DatabaseAddress } from '../config.ts'
import { listenOn } from '../jobs/listen.ts'
import { connect, type Db } from './connect.ts'
import { Passwords } from './passwords.ts'
import { ProbeLine } from './probe-line.ts'

const [one, other] = ['the first of its passwords', 'the second of its passwords'] as const

describe('while the password of the database is being changed', () => {
  const name = `test_${randomBytes(6).toString('hex')}`
  let superuser: Db
  let address: DatabaseAddress
  const change = (password: string) => superuser.raw(`alter role ${name} password '${password}'`)

  beforeAll(async () => {
    await createDatabase(name)
    const { database } = testConfig(name)
    superuser = connect({ ...database, poolSize: 1 }, 'test')
    await superuser.raw(`create role ${name} login password '${one}'`)
    address = { ...database, user: name, password: one, nextPassword: other }
  })
  afterAll(async () => {
    await superuser.raw(`drop role ${name}`)
    await superuser.destroy()
    await dropDatabase(name)
  })
  beforeEach(() => change(one))

  it('a pool connects before and after', async () => {
    const db = connect({ ...address, poolSize: 1 }, 'test')
    try {
      const newConnection = async () => {
        const { rows } = await db.raw<{ rows: { pid: number }[] }>('select pg_backend_pid() as pid')
        await superuser.raw('select pg_terminate_backend(?, 5000)', [rows[0]?.pid ?? 0])
        return rows[0]?.pid
      }
      const pids = [await newConnection(), await newConnection()]
      await change(other)
      pids.push(await newConnection(), await newConnection())
      expect(new Set(pids).size).toBe(4)
    } finally {
      await db.destroy()
    }
  })

  it('many connections that are made at once all do', async () => {
    const db = connect({ ...address, poolSize: 8 }, 'test')
    const all = () => Promise.all(Array.from({ length: 8 }, () => db.raw('select pg_sleep(0.2)')))
    try {
      await all()
      await change(other)
      await superuser.raw(
        'select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = ? and datname = current_database()',
        [name],
      )
      await all()
    } finally {
      await db.destroy()
    }
  })

  it('the probe is answered before and after', async () => {
    const line = new ProbeLine(address)
    const answers = [await line.isAnswered(5_000)]
    await change(other)
    line.cut()
    answers.push(await line.isAnswered(5_000))
    line.cut()
    expect(answers).toEqual([true, true])
  })

  it('whoever listens hears before and after', async () => {
    for (const now of [one, other]) {
      await change(now)
      const heard = Promise.withResolvers<string>()
      const listening = await listenOn(address)('test', heard.resolve, () => {})
      await superuser.raw(`select pg_notify('test', 'hello')`)
      expect(await heard.promise).toBe('hello')
      await listening.close()
    }
  })

  it('one that neither is, is refused by its name', async () => {
    await change('a third of its passwords')
    const db = connect({ ...address, poolSize: 1 }, 'test')
    await expect(db.raw('select 1')).rejects.toMatchObject({ code: '28P01' })
    await db.destroy()
  })
})

describe('Passwords', () => {
  const nowhere = { host: 'nowhere', port: 1, database: 'none', user: 'nobody' }
  const refused = Object.assign(new Error('refused'), { code: '28P01' })

  it('tries what else it knows only where a password was refused', async () => {
    const passwords = new Passwords({ ...nowhere, password: one, nextPassword: other })
    const tried: string[] = []
    const attempt = async (error: Error) => {
      tried.push(passwords.settings.password())
      throw error
    }
    await expect(passwords.connect(() => attempt(new Error('no route')))).rejects.toThrow('no route')
    expect(tried.splice(0)).toEqual([one])
    await expect(passwords.connect(() => attempt(refused))).rejects.toThrow('refused')
    expect(tried).toEqual([one, other, one, other])
  })

  it('asks once where there is one', async () => {
    let count = 0
    const attempt = async () => {
      count += 1
      throw refused
    }
    await expect(new Passwords({ ...nowhere, password: one }).connect(attempt)).rejects.toThrow('refused')
    expect(count).toBe(1)
  })
})
