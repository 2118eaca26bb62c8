import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mountSmallDisk } from '../small-disk.ts'

/** `npm start` as somebody runs it who has nothing but Node, npm and git. */

let folder: string
let port: number
const started: Run[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gramstack-local-'))
  await chmod(folder, 0o755)
  port = await freePort()
})
afterAll(async () => {
  for (const run of started) run.kill('SIGKILL')
  for (const line of processes()) process.kill(Number(line.split(' ')[0]), 'SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

interface Run {
  kill(signal: NodeJS.Signals): void
  /** Sends a signal and waits for the end; gives the status. */
  end(signal: NodeJS.Signals): Promise<number | null>
  /** Waits for the end; gives the status and all that was said. */
  ended: Promise<{ code: number | null; said: string }>
  ready: Promise<void>
}

/** Starts one; resolves once it says that it is ready, rejects with what it said if it ends instead. */
async function start(environment: Record<string, string> = {}, command?: string[]): Promise<Run> {
  const run = launch(environment, command)
  await run.ready
  return run
}

function launch(
  environment: Record<string, string> = {},
  commandLine: readonly string[] = ['node', 'dist/local/start.js'],
): Run {
  const [command = '', ...args] = commandLine
  const env = { ...process.env, GRAMSTACK_DATA: folder, PORT: String(port), ...environment }
  // A process group of its own, as a terminal gives: Ctrl-C goes to all of it.
  const child: ChildProcess = spawn(command, args, { env, detached: true })
  let said = ''
  const ended = new Promise<{ code: number | null; said: string }>((resolve) =>
    child.once('exit', (code) => resolve({ code, said })),
  )
  const ready = new Promise<void>((resolve, reject) => {
    const listen = (text: Buffer) => {
      said += text
      if (said.includes('Gramstack is ready')) resolve()
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    child.once('exit', () => reject(new Error(said)))
  })
  ready.catch(() => undefined)
  const run: Run = {
    kill: (signal) => {
      if (child.exitCode === null && child.signalCode === null && child.pid) process.kill(-child.pid, signal)
    },
    end: async (signal) => {
      run.kill(signal)
      return (await ended).code
    },
    ended,
    ready,
  }
  started.push(run)
  return run
}

const get = (path: string) => fetch(`http://localhost:${port}${path}`, { headers: { Accept: 'text/html' } })

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: free } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return free
}

/** The processes that name our folder, or that one of those has started. */
function processes(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => {
      try {
        return `${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')} ${readFileSync(`/proc/${pid}/environ`, 'latin1').includes(folder) ? folder : ''}`
      } catch {
        return ''
      }
    })
    .filter((line) => line.includes(folder))
}

describe('npm start', () => {
  it('begins empty, and invites the first person to become the admin', async () => {
    const from = Date.now()
    await start()
    process.stdout.write(`figure: first start of all, to ready: ${((Date.now() - from) / 1000).toFixed(1)} s\n`)
    expect(await (await get('/')).text()).toContain('The first person to sign up becomes its admin')
  })

  it('says so in one sentence when it runs already', async () => {
    const { code, said } = await launch({ PORT: String(await freePort()) }).ended
    expect([code, said.trim()]).toEqual([
      78,
      expect.stringMatching(/^Another Gramstack already runs on .*: use that one, or stop it first\.$/),
    ])
    expect((await get('/')).status).toBe(200)
  })

  it('lets the command line work on it while it runs', async () => {
    const env = { ...process.env, GRAMSTACK_DATA: folder, PORT: String(port) }
    expect(execFileSync('node', ['dist/cli.js', 'seed'], { env, encoding: 'utf8' })).toMatch(
      /^Added 5 people .* and 15 posts/,
    )
    expect(execFileSync('node', ['dist/cli.js', 'doctor'], { env, encoding: 'utf8' })).not.toContain('WRONG')
    for (;;) {
      const page = await (await get('/')).text()
      const url = /<img src="(\/media\/[^"]+)"/.exec(page)?.[1]
      if (url) {
        expect((await get(url)).headers.get('content-type')).toBe('image/jpeg')
        break
      }
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  })

  it('ends at Ctrl-C within 5 s, and leaves no process', async () => {
    const from = Date.now()
    expect(await started[0]?.end('SIGINT')).toBe(0)
    process.stdout.write(`figure: Ctrl-C to the end: ${((Date.now() - from) / 1000).toFixed(1)} s\n`)
    expect(Date.now() - from).toBeLessThan(5_000)
    expect(processes()).toEqual([])
  })

  it('finds everything again at the next start', async () => {
    const from = Date.now()
    // With all that npm does before: the very command of the README.
    await start({}, ['npm', 'start'])
    process.stdout.write(`figure: a later npm start, to ready: ${((Date.now() - from) / 1000).toFixed(1)} s\n`)
    expect(await (await get('/@ada')).text()).toContain('Ada Lindqvist')
  })

  it('recovers by itself from kill -9', async () => {
    await started.at(-1)?.end('SIGKILL')
    // The database was left behind, as a real kill leaves it.
    expect(processes().join()).toContain('postgres')
    await start()
    expect(await (await get('/@ada')).text()).toContain('Ada Lindqvist')
  })

  it('recovers when everything was killed, the database included', async () => {
    await started.at(-1)?.end('SIGKILL')
    for (const line of processes()) process.kill(Number(line.split(' ')[0]), 'SIGKILL')
    const run = await start()
    expect(await (await get('/@ada')).text()).toContain('Ada Lindqvist')
    expect(await run.end('SIGTERM')).toBe(0)
    expect(processes()).toEqual([])
  })

  it('does not begin anew beside the old photos when its database is gone', async () => {
    const [database, away] = [join(folder, 'postgres'), join(folder, 'postgres-away')]
    await rename(database, away)
    const { code, said } = await launch().ended
    expect([code, said.trim()]).toEqual([
      78,
      expect.stringMatching(/^The database is empty and the media volume is not: .*gramstack migrate --anew .*\.$/),
    ])
    await rm(database, { recursive: true })
    await rename(away, database)
    const run = await start()
    expect(await (await get('/@ada')).text()).toContain('Ada Lindqvist')
    expect(await run.end('SIGTERM')).toBe(0)
  })

  it('ends in order at a Ctrl-C in the middle of its start, whenever that comes', async () => {
    for (const milliseconds of [50, 300, 600, 1000]) {
      const run = launch()
      await new Promise((resolve) => setTimeout(resolve, milliseconds))
      run.kill('SIGINT')
      await run.ended
      expect([milliseconds, processes()]).toEqual([milliseconds, []])
    }
  })

  it('says in one sentence that its port is taken, and ends its database again', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve))
    try {
      const { code, said } = await launch().ended
      const sentences = said.split('\n').filter((line) => line && !line.startsWith('{'))
      expect([code, sentences]).toEqual([
        78,
        [expect.stringMatching(/^Port \d+ is taken by another program: .*PORT=\d+ npm start\.$/)],
      ])
      expect(processes()).toEqual([])
    } finally {
      await new Promise((resolve) => taken.close(resolve))
    }
  })

  it('says in one sentence that its data is of another PostgreSQL', async () => {
    const other = await mkdtemp(join(tmpdir(), 'gramstack-local-other-'))
    try {
      execFileSync('mkdir', [join(other, 'postgres')])
      await writeFile(join(other, 'postgres', 'PG_VERSION'), '17\n')
      const { code, said } = await launch({ GRAMSTACK_DATA: other }).ended
      expect([code, said.trim()]).toEqual([
        78,
        expect.stringMatching(/^The database in .* was made by PostgreSQL 17, and this Gramstack comes with 18: .*\.$/),
      ])
    } finally {
      await rm(other, { recursive: true })
    }
  })

  // A small disk can only be mounted as root.
  if (canMount())
    it('says in one sentence that the disk is full', async () => {
      const small = mountSmallDisk(20)
      try {
        const { code, said } = await launch({ GRAMSTACK_DATA: small?.path ?? '' }).ended
        expect([code, said.trim()]).toEqual([
          78,
          expect.stringMatching(
            /^The disk that holds .* has \d+ MiB left, and Gramstack needs 300 MiB to start: free some room\.$/,
          ),
        ])
      } finally {
        small?.remove()
      }
    })
})

function canMount(): boolean {
  const disk = mountSmallDisk(1)
  disk?.remove()
  return disk !== undefined
}
