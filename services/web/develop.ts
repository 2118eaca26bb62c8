/**
 * Runs a process from its source, and starts it anew when a file is saved: node services/web/develop.ts main.ts [milliseconds to wait]
 *
 * All that is ours is put into one file first: a start that reads four hundred of them, each through a loader, takes twice as long, and
 * whoever saves a file waits for it. What cannot be put together, or ends at its start, waits for the next change.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Bundle } from './develop/bundle.ts'
import { watchSource } from './develop/watch.ts'

const [, , name = 'main.ts', waitMilliseconds = '0'] = process.argv
const folder = join(tmpdir(), 'gramstack-develop')
const outfile = join(folder, name.replace(/\.ts$/, '.mjs'))
const source = fileURLToPath(new URL('src/', import.meta.url))

const bundle = new Bundle({ entry: join(source, name), outfile })
const look = watchSource(source, () => void change())
let packages: string[] = []
let child: ChildProcess | undefined
/** What runs next; see develop/spare.ts. */
let spare: ChildProcess | undefined
let isBusy = false
let isChanged = false

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, async () => {
    await Promise.all([end(child), end(spare)])
    process.exit()
  })

await mkdir(folder, { recursive: true })
// Packages are not put in, and are looked for from where the one file lies.
await rm(join(folder, 'node_modules'), { force: true })
await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'))
await start()

/** Puts the source together and runs it; once more if something has changed meanwhile. */
async function start(): Promise<void> {
  isBusy = true
  do {
    isChanged = false
    const [isWhole] = await Promise.all([put(), end(child)])
    if (isWhole && !isChanged) run()
  } while (isChanged)
  isBusy = false
}

/** @returns whether it could be put together */
async function put(): Promise<boolean> {
  try {
    packages = await bundle.put(await look())
    return true
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    return false
  }
}

function run(): void {
  child = isRunning(spare) ? spare : prepare()
  spare = undefined
  child.send(outfile)
  // The processor is the child's until it is ready, which only pages say: nobody waits for another.
  child.once('message', () => {
    spare = prepare()
  })
}

function prepare(): ChildProcess {
  const script = fileURLToPath(new URL('develop/spare.ts', import.meta.url))
  return spawn(
    process.execPath,
    ['--enable-source-maps', '--disable-warning=ExperimentalWarning', script, ...packages],
    {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    },
  )
}

function isRunning(one: ChildProcess | undefined): one is ChildProcess {
  return one !== undefined && one.exitCode === null && one.signalCode === null
}

async function end(one: ChildProcess | undefined): Promise<void> {
  if (!isRunning(one)) return
  one.kill()
  await once(one, 'exit')
}

async function change(): Promise<void> {
  isChanged = true
  if (isBusy) return
  isBusy = true
  await setTimeout(Number(waitMilliseconds))
  await start()
}
