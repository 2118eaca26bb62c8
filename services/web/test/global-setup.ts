import { migrate } from '../src/db/migrate.ts'
import { createDatabase, testConfig } from './database.ts'
import { startTestServer, type TestServer } from './server.ts'

declare global {
  var testServer: TestServer | undefined
}

/** One server a run, and in it one migrated template, from which each test file copies a database of its own. */
export default async function setUp(): Promise<void> {
  // Several projects share the run.
  if (globalThis.testServer) return
  const server = await startTestServer()
  globalThis.testServer = server
  process.stdout.write(`\nTests run on PostgreSQL 18: ${server.name}\n`)
  process.env.TEST_SERVER = JSON.stringify(server.address)
  const template = `template_${process.pid}`
  process.env.TEST_TEMPLATE = template
  await createDatabase(template)
  await migrate(testConfig(template))
}
