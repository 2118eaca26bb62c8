import { spawn } from 'node:child_process'
import { appendFile, chmod, copyFile, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The whole stack as a person would start it: a copy of the working tree in a folder of its own, and docker compose there. */

const root = fileURLToPath(new URL('../../../../', import.meta.url))

export interface Outcome {
  status: number
  stdout: string
  stderr: string
  seconds: number
}

/** What a person's shell would have; nothing that happens to be set here may reach the compose files. */
function environment(more: Record<string, string> = {}): Record<string, string> {
  const kept = ['PATH', 'HOME', 'DOCKER_HOST', 'DOCKER_CONFIG', 'DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY']
  return {
    ...Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    ...more,
  }
}

interface RunOptions {
  cwd?: string
  env?: Record<string, string>
  input?: string
  /** When to give up and kill it. */
  patienceSeconds?: number
}

/** Runs a command to its end, whatever that is. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { cwd = root, env = {}, input = '', patienceSeconds = 300 } = options
  return new Promise((resolve, reject) => {
    const begin = Date.now()
    const child = spawn(command, args, { cwd, env: environment(env), stdio: 'pipe' })
    const output = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text
      })
    }
    const deadline = setTimeout(() => child.kill('SIGKILL'), patienceSeconds * 1000)
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.on('error', reject)
    child.on('close', (status) => {
      clearTimeout(deadline)
      resolve({ ...output, status: status ?? -1, seconds: (Date.now() - begin) / 1000 })
    })
  })
}

/** Runs docker. @throws if it fails */
export async function docker(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return succeed(`docker ${args.join(' ')}`, await run('docker', args, options))
}

function succeed(what: string, outcome: Outcome): Outcome {
  if (outcome.status === 0) return outcome
  throw new Error(`${what}: status ${outcome.status}\n${outcome.stdout.slice(-4000)}\n${outcome.stderr.slice(-4000)}`)
}

/** A figure for the closing note. */
export function figure(line: string): void {
  process.stdout.write(`figure: ${line}\n`)
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/**
 * Tries until it succeeds.
 * @returns how long that took, in seconds
 * @throws what the last try threw
 */
export async function eventually(check: () => unknown, patienceSeconds = 30, everyMilliseconds = 100): Promise<number> {
  const begin = Date.now()
  for (;;) {
    try {
      await check()
      return (Date.now() - begin) / 1000
    } catch (error) {
      if (Date.now() - begin > patienceSeconds * 1000) throw error
      await pause(everyMilliseconds)
    }
  }
}

/** How many files nginx holds of uploads on their way; what it keeps of static files is none. */
export async function uploadsHeld(stack: Stack): Promise<string> {
  const find = 'find /var/cache/nginx -path /var/cache/nginx/kept -prune -o -type f -print | wc -l'
  return (await stack.shell('nginx', find)).stdout.trim()
}

/** What these tests look at in `docker inspect`. */
export interface Container {
  Id: string
  Name: string
  Image: string
  RestartCount: number
  State: {
    Status: string
    Running: boolean
    ExitCode: number
    OOMKilled: boolean
    Pid: number
    StartedAt: string
    FinishedAt: string
    Health?: { Status: string }
  }
  Config: {
    User: string
    Env: string[]
    Labels: Record<string, string>
    Healthcheck?: unknown
    StopTimeout?: number
  }
  HostConfig: {
    ReadonlyRootfs: boolean
    CapDrop: string[] | null
    CapAdd: string[] | null
    Privileged: boolean
    SecurityOpt: string[] | null
    Memory: number
    PidsLimit: number | null
    LogConfig: { Type: string; Config: Record<string, string> }
    RestartPolicy: { Name: string }
    PortBindings: Record<string, unknown> | null
    NetworkMode: string
    PidMode: string
    IpcMode: string
    UTSMode: string
    UsernsMode: string
    CgroupParent: string
    Devices: unknown[] | null
  }
  NetworkSettings: { Networks: Record<string, { IPAddress: string }> }
  Mounts: { Type: string; Name?: string; Source: string; Destination: string; RW: boolean; Propagation: string }[]
}

export interface Stack {
  project: string
  folder: string
  /** The front door, without a slash at the end. */
  url: string
  httpsUrl: string
  /** docker compose in the folder of the copy. @throws if it fails */
  compose(args: readonly string[], options?: RunOptions): Promise<Outcome>
  /** The same, whatever comes of it. */
  tryCompose(args: readonly string[], options?: RunOptions): Promise<Outcome>
  /** The containers of a service, or of all, stopped ones too, in the order of their numbers. */
  containers(service?: string): Promise<Container[]>
  container(service: string): Promise<Container>
  /** Runs a shell command inside a service's first container, as its user. */
  shell(service: string, command: string): Promise<Outcome>
  /** Asks PostgreSQL directly, as its superuser; rows by line, columns by `|`. */
  sql(query: string): Promise<string>
  /** Everything that a service's containers have written. */
  logs(service?: string): Promise<string>
  /** Waits until all that has a health check is healthy. */
  healthy(service?: string): Promise<void>
  /** Ends the stack and removes everything that it was: containers, volumes, networks, images, the folder. */
  remove(): Promise<void>
}

interface Settings {
  project: string
  file: 'docker-compose.yml' | 'docker-compose.prod.yml'
  httpPort: number
  httpsPort?: number
  /** Lines of an `.env` beside the compose file. */
  env?: Record<string, string>
  /** Whether to make the secrets, as the README says. */
  withSecrets?: boolean
  /** A compose file on top, of what a test needs to be otherwise. */
  override?: string
}

/** nginx's limits for each address, where all visitors have the same one. */
export const raisedLimits = {
  SIGN_IN_RATE: '60000r/m',
  SIGN_IN_BURST: '1000',
  UPLOAD_RATE: '60000r/m',
  UPLOAD_BURST: '1000',
  UPLOADS_PER_ADDRESS: '200',
}

/** Copies the working tree to where nobody's settings are. Nothing is started. */
export async function openStack(settings: Settings): Promise<Stack> {
  const { project, file, httpPort, httpsPort = httpPort + 1 } = settings
  const folder = await mkdtemp(join(tmpdir(), `${project}-`))
  await copyTree(folder)
  // The tests' own settings: a person would have an .env like this one, or none.
  const lines = Object.entries({ HTTP_PORT: httpPort, HTTPS_PORT: httpsPort, ...settings.env })
  if (file === 'docker-compose.prod.yml')
    await writeFile(join(folder, '.env'), lines.map(([name, value]) => `${name}=${value}\n`).join(''))
  if (settings.withSecrets) {
    succeed('make-env', await run('sh', ['services/make-env'], { cwd: folder }))
    // One person does in minutes what others do in days. The last line counts.
    await appendFile(join(folder, '.env.prod'), 'RATE_LIMIT_FACTOR=1000\n')
  }

  const arguments_ = ['compose', '--project-name', project, '--file', file]
  if (settings.override !== undefined) {
    await writeFile(join(folder, 'override.yml'), settings.override)
    arguments_.push('--file', 'override.yml')
  }
  const env = file === 'docker-compose.yml' ? { HTTP_PORT: String(httpPort) } : {}
  const tryCompose: Stack['tryCompose'] = (args, options = {}) =>
    run('docker', [...arguments_, ...args], { cwd: folder, env, ...options })
  const compose: Stack['compose'] = async (args, options) =>
    succeed(`docker compose ${args.join(' ')}`, await tryCompose(args, options))

  async function containers(service?: string): Promise<Container[]> {
    const filters = ['--filter', `label=com.docker.compose.project=${project}`]
    if (service) filters.push('--filter', `label=com.docker.compose.service=${service}`)
    const { stdout } = await docker(['ps', '--all', '--quiet', '--no-trunc', ...filters])
    const ids = stdout.split('\n').filter(Boolean)
    if (!ids.length) return []
    const found = JSON.parse((await docker(['inspect', ...ids])).stdout) as Container[]
    // Those of `run` are nobody's replica.
    return found
      .filter(({ Config }) => Config.Labels['com.docker.compose.oneoff'] !== 'True')
      .sort((one, other) => one.Name.localeCompare(other.Name, 'en', { numeric: true }))
  }

  /** Containers of `run` first, which `down` leaves, and whose volumes it then cannot remove. */
  async function clear(more: readonly string[] = []): Promise<void> {
    const { stdout } = await docker([
      'ps',
      '--all',
      '--quiet',
      '--filter',
      `label=com.docker.compose.project=${project}`,
    ])
    const ids = stdout.split('\n').filter(Boolean)
    if (ids.length) await run('docker', ['rm', '--force', ...ids])
    // Volumes and networks of a profile stay unless it is named.
    await tryCompose(['--profile', '*', 'down', '--volumes', '--remove-orphans', '--timeout', '1', ...more])
  }

  const stack: Stack = {
    project,
    folder,
    url: `http://localhost:${httpPort}`,
    httpsUrl: `https://localhost:${httpsPort}`,
    compose,
    tryCompose,
    containers,
    async container(service) {
      const [first] = await containers(service)
      if (!first) throw new Error(`${service} has no container`)
      return first
    },
    shell: (service, command) => tryCompose(['exec', '--no-TTY', service, 'sh', '-c', command]),
    async sql(query) {
      const args = ['exec', '--no-TTY', 'db', 'psql', '--username=postgres', '--dbname=gramstack', '--no-psqlrc']
      return (await compose([...args, '--tuples-only', '--no-align', '--command', query])).stdout.trim()
    },
    async logs(service) {
      const all = await Promise.all(
        (await containers(service)).map(async ({ Id }) => {
          const { stdout, stderr } = await docker(['logs', Id])
          return stdout + stderr
        }),
      )
      return all.join('')
    },
    async healthy(service) {
      await eventually(async () => {
        for (const { Name, State, Config } of await containers(service)) {
          if (Config.Labels['com.docker.compose.service'] === 'migrate') continue
          if (State.Health?.Status !== 'healthy') throw new Error(`${Name} is ${State.Health?.Status ?? State.Status}`)
        }
      }, 90)
    },
    async remove() {
      await clear(['--rmi', 'local'])
      await rm(folder, { recursive: true, force: true })
    },
  }
  // Left over from a run that was killed.
  await clear()
  return stack
}

/** What git would clone, with what is not committed yet. */
async function copyTree(folder: string): Promise<void> {
  const list = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'])
  for (const path of succeed('git ls-files', list).stdout.split('\0').filter(Boolean)) {
    const from = join(root, path)
    const found = await stat(from).catch(() => undefined)
    if (!found?.isFile()) continue
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await copyFile(from, join(folder, path))
    await chmod(join(folder, path), found.mode)
  }
  // The containers' users read what is mounted.
  await chmod(folder, 0o755)
}

/** Adds a line to a file of the copy, such as a setting; the last one counts. */
export async function addLine(stack: Stack, file: string, line: string): Promise<void> {
  await appendFile(join(stack.folder, file), `${line}\n`)
}
