/**
 * Runs a process from its source, and starts it anew when a file is saved: node services/web/develop.ts main.ts [milliseconds to wait]
 *
 * All that is ours is put into one file first: a start that reads four hundred of them, each through a loader, takes twice as long, and
 * whoever saves a file waits for it. What cannot be put together, or ends at its start, waits for the next change.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { unwatchFile, watchFile } from 'node:fs'
import { mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'

// Looked at rather than waited to be told of: editors that replace a file on saving make others lose sight of it, and a Docker in a virtual
// machine (macOS, Windows) passes no events on.
const lookMilliseconds = 100

const [, , entry = 'main.ts', waitMilliseconds = '0'] = process.argv
const source = fileURLToPath(new URL('src/', import.meta.url))
const folder = join(tmpdir(), 'gramstack-develop')
const outfile = join(folder, entry.replace(/\.ts$/, '.mjs'))

let child: ChildProcess | undefined
let isBusy = false
let isChanged = false
const watched = new Set<string>()

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, async () => {
    await end(signal)
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
    const [isWhole] = await Promise.all([put(), end('SIGTERM')])
    if (!isWhole || isChanged) continue
    child = spawn(process.execPath, ['--enable-source-maps', '--disable-warning=ExperimentalWarning', outfile], {
      stdio: 'inherit',
    })
  } while (isChanged)
  isBusy = false
}

/** @returns whether it could be put together */
async function put(): Promise<boolean> {
  try {
    const files = await look()
    await build({
      entryPoints: [join(source, entry)],
      outfile,
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node24',
      sourcemap: 'linked',
      logLevel: 'silent',
      plugins: [placesOf(await Promise.all(files.map(async (path) => ({ path, text: await readFile(path, 'utf8') }))))],
    })
    return true
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    return false
  }
}

/** Modules that ask where they are are still where their source is: what they read, and the processes that they start, lie beside that. */
function placesOf(files: readonly { path: string; text: string }[]): Plugin {
  const asking = files.filter(({ text }) => text.includes('import.meta.url'))
  const contents = new Map(
    asking.map(({ path, text }) => [
      path,
      text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
    ]),
  )
  const names = [...contents.keys()].map((path) => path.replace(/[^\w/]/g, '\\$&'))
  return {
    name: 'places',
    setup({ onLoad }) {
      // None but these, for each is asked of this process.
      onLoad({ filter: new RegExp(`^(?:${names.join('|')})$`) }, ({ path }) => ({
        contents: contents.get(path) ?? '',
        loader: path.endsWith('x') ? 'tsx' : 'ts',
      }))
    },
  }
}

async function end(signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}

/** Watches the files, and the folders in which new ones may appear. @returns the modules */
async function look(): Promise<string[]> {
  const names = (await readdir(source, { recursive: true })).filter((name) => !/\.test\.tsx?$/.test(name))
  const all = new Set(['', ...names].map((name) => join(source, name)))
  for (const path of watched) {
    if (all.has(path)) continue
    unwatchFile(path)
    watched.delete(path)
  }
  for (const path of all) {
    if (watched.has(path)) continue
    watched.add(path)
    watchFile(path, { interval: lookMilliseconds }, () => void change())
  }
  return [...all].filter((path) => /\.tsx?$/.test(path))
}

async function change(): Promise<void> {
  isChanged = true
  if (isBusy) return
  isBusy = true
  await setTimeout(Number(waitMilliseconds))
  await start()
}
