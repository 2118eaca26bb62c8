import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { createApp } from '../src/app.ts'
import type { Config } from '../src/config.ts'
import { connect, type Db } from '../src/db/connect.ts'
import { rows, sql } from '../src/db/sql.ts'
import { Drain } from '../src/http/drain.ts'
import { listen } from '../src/http/listen.ts'
import { openQueue } from '../src/jobs/queue.ts'
import { setLogLevel } from '../src/log.ts'
import { openStorage } from '../src/media/local-storage.ts'
import type { Visit } from './world/visits.ts'

/**
 * How the database went about what visits asked of it, in functions and triggers too: auto_explain tells each plan to the connection that
 * asked. For the real application, in this process.
 */

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Actual Loops'?: number
  'Rows Removed by Filter'?: number
  'Rows Removed by Join Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: Plan[]
}

export interface Fault {
  visit: string
  what: string
  statement: string
}

interface Limits {
  /** Of a table with as many rows, reading it from end to end is one. */
  mostScanned: number
  /** Of rows that a part of a plan reads, and throws away. */
  mostRemoved: number
  /**
   * Whether tables are read from end to end only where no index can serve. In a small world it is cheaper to read a table than to look
   * into its index, and says nothing of a large one.
   */
  mustUseIndexes: boolean
}

/** Pays the visits, each twice, and gives what the second of them did that gets slower as the world grows. */
export async function findFaults(config: Config, visits: readonly Visit[], limits: Limits): Promise<Fault[]> {
  setLogLevel('silent')
  const mediaRoot = await mkdtemp(join(tmpdir(), 'gramstack-plans-'))
  const db = connect(config.database, 'gramstack plans')
  let told: string[] = []
  listenToPlans(db, limits.mustUseIndexes, (message) => told.push(message))
  const queue = await openQueue(db)
  const app = createApp({ config, db, storage: await openStorage(mediaRoot), queue, drain: new Drain() })
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const large = await largeTables(db, limits.mostScanned)
    const faults: Fault[] = []
    for (const visit of visits) {
      await pay(url, visit)
      told = []
      await pay(url, visit)
      // Or all of it would be found without a fault.
      if (!told.length) throw new Error(`the database told no plan of ${visit.name}`)
      faults.push(...told.flatMap((message) => faultsIn(message, large, limits.mostRemoved, visit.name)))
    }
    return faults
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await queue.stop()
    await db.destroy()
    await rm(mediaRoot, { recursive: true, force: true })
  }
}

function listenToPlans(db: Db, mustUseIndexes: boolean, tell: (message: string) => void): void {
  const client = db.client as { acquireRawConnection(): Promise<pg.Client> }
  const acquire = client.acquireRawConnection.bind(client)
  client.acquireRawConnection = async () => {
    const connection = await acquire()
    connection.on('notice', ({ message }) => {
      if (message?.startsWith('duration:')) tell(message)
    })
    await connection.query(`
      load 'auto_explain';
      set auto_explain.log_level = notice;
      set auto_explain.log_min_duration = 0;
      set auto_explain.log_analyze = on;
      set auto_explain.log_timing = off;
      set auto_explain.log_nested_statements = on;
      set auto_explain.log_format = json;
      set enable_seqscan = ${mustUseIndexes ? 'off' : 'on'}`)
    return connection
  }
}

async function largeTables(db: Db, mostScanned: number): Promise<Set<string>> {
  const found = await rows<{ name: string }>(
    db,
    sql`select relname as name from pg_class where relkind = 'r' and reltuples >= ${mostScanned}`,
  )
  return new Set(found.map(({ name }) => name))
}

async function pay(url: string, { path, form, undo, cookie }: Visit): Promise<void> {
  const ask = async (path: string, form?: Record<string, string>) => {
    const response = await fetch(`${url}${path}`, {
      headers: { Accept: 'text/html', Cookie: cookie },
      redirect: 'manual',
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    })
    await response.text()
    if (response.status >= 400) throw new Error(`${path} answered ${response.status}`)
  }
  await ask(path, form)
  if (undo) await ask(undo, {})
}

function faultsIn(message: string, large: ReadonlySet<string>, mostRemoved: number, visit: string): Fault[] {
  const told = JSON.parse(message.slice(message.indexOf('{'))) as { 'Query Text': string; Plan: Plan }
  const statement = told['Query Text'].replaceAll(/\/\*.*?\*\/|\s+/g, ' ').trim()
  return nodesOf(told.Plan)
    .flatMap((node) => {
      const table = node['Relation Name'] ?? ''
      if (node['Node Type'] === 'Seq Scan' && large.has(table)) return [`read the whole of ${table}`]
      const removed = removedBy(node)
      return removed >= mostRemoved ? [`threw ${removed} rows away in a ${node['Node Type']} of ${table}`] : []
    })
    .map((what) => ({ visit, what, statement }))
}

/** PostgreSQL says it for one turn of a loop. */
function removedBy(node: Plan): number {
  const inOneTurn =
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Join Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0)
  return Math.round(inOneTurn * (node['Actual Loops'] ?? 1))
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
}
