import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Outcome, run, type Stack } from './stack.ts'

/** Other versions of Gramstack, made by editing a stack's copy of the source; and what brings them in. */

export async function edit(stack: Stack, path: string, from: string | RegExp, to: string): Promise<void> {
  const file = join(stack.folder, path)
  const before = await readFile(file, 'utf8')
  const after = before.replace(from, to)
  if (after === before) throw new Error(`${path} has no ${from} to be edited`)
  await writeFile(file, after)
}

/** Another greeting of `/`, another style sheet, and so another name of it; without a migration. */
export async function changeGreeting(stack: Stack, greeting: string): Promise<void> {
  await edit(stack, 'services/web/src/feed/pages.tsx', /hello: '[^']*'/, `hello: '${greeting}'`)
  await edit(stack, 'services/web/styles/base.css', /$/, `\n.greets-${greeting} { color: inherit }\n`)
}

/** As an operator types it; the project's name would be the compose file's. */
export function deploy(stack: Stack, args: readonly string[] = []): Promise<Outcome> {
  return run('sh', ['services/deploy', ...args], {
    cwd: stack.folder,
    env: { COMPOSE_PROJECT_NAME: stack.project },
    patienceSeconds: 550,
  })
}

/** What `down --rmi local` does not know of. */
export async function removeVersions(stack: Stack): Promise<void> {
  await run('docker', ['image', 'rm', '--force', `${stack.project}-app:before`, `${stack.project}-nginx:before`])
}
