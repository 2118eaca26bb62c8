import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Outcome, run } from '../stack/stack.ts'

/** Scanners are programs of others, as Debian has them. */

/** Runs one to its end. @throws if it is not on this machine */
export async function scanWith(program: string, args: readonly string[], minutes: number): Promise<Outcome> {
  try {
    return await run(program, args, { patienceSeconds: minutes * 60 })
  } catch (cause) {
    throw new Error(`${program} is not on this machine: apt-get install ${packages[program] ?? program}`, { cause })
  }
}

const packages: Record<string, string> = { testssl: 'testssl.sh' }

/** Gives something a folder, for as long as it takes. */
export async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'gramstack-scan-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
