import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { type Config, type DatabaseAddress, readConfig } from '../src/config.ts'

/** The server of this run, as its superuser. */
function server(): DatabaseAddress {
  return JSON.parse(process.env.TEST_SERVER ?? '{}')
}

/** The settings of a process that works on a database of the test server. */
export function testConfig(database: string, mediaRoot = '/nowhere'): Config {
  return readConfig({ NODE_ENV: 'test', ...testEnvironment(database, mediaRoot) })
}

/** What a process of ours needs in its environment to work on a database of the test server. */
export function testEnvironment(database: string, mediaRoot: string): Record<string, string> {
  const { host, port, user, password } = server()
  return {
    DATABASE_HOST: host,
    DATABASE_PORT: String(port),
    DATABASE_NAME: database,
    DATABASE_USER: user,
    DATABASE_PASSWORD: password,
    MEDIA_ROOT: mediaRoot,
    // Tests do in seconds what people do in days; they still count.
    RATE_LIMIT_FACTOR: '1000',
  }
}

/** A new database with the schema in it. */
export async function createMigratedDatabase(): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await createDatabase(name, process.env.TEST_TEMPLATE)
  return name
}

/** A new database, empty or a copy of another. */
export async function createDatabase(name: string, template = 'template0'): Promise<void> {
  await asSuperuser(`create database ${name} template ${template}`)
}

/** Removes a database, whoever is connected to it. */
export async function dropDatabase(name: string): Promise<void> {
  await asSuperuser(`drop database if exists ${name} with (force)`)
}

async function asSuperuser(statement: string): Promise<void> {
  const client = new pg.Client(server())
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
