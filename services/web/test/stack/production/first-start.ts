import { docker, figure, run, type Stack } from '../stack.ts'
import { ask } from '../visitor.ts'

/** Builds and starts a stack as the README says, and takes the figures of that. */
export async function firstStart(stack: Stack): Promise<void> {
  const build = await stack.compose(['build'], { patienceSeconds: 850 })
  figure(`build of the images ${build.seconds.toFixed(1)} s (with whatever the builder has kept)`)
  const up = await stack.compose(['up', '--detach', '--build', '--wait'])
  figure(`up --wait with built images, on empty volumes ${up.seconds.toFixed(1)} s`)

  // Now, not soon: --wait has ended.
  const front = await ask(stack.url, '/readyz')
  expect([front.status, front.json]).toEqual([200, { status: 'ready' }])
  const states = (await stack.containers()).map(({ Config, State }) =>
    [Config.Labels['com.docker.compose.service'], State.Health?.Status ?? `${State.Status} ${State.ExitCode}`].join(
      ' ',
    ),
  )
  expect(states.sort()).toEqual([
    'db healthy',
    'migrate exited 0',
    'nginx healthy',
    'pgbouncer healthy',
    'web healthy',
    'web healthy',
    'web healthy',
    'worker healthy',
  ])
  await tellSizes(stack)
  await tellMemory(stack, 'idle')
}

async function tellSizes(stack: Stack): Promise<void> {
  const containers = await stack.containers()
  for (const image of new Set(containers.map(({ Image }) => Image))) {
    const [name = image, bytes] = (
      await docker(['image', 'inspect', image, '--format', '{{index .RepoTags 0}}|{{.Size}}'])
    ).stdout
      .trim()
      .split('|')
    figure(`image ${name} ${(Number(bytes) / 1e6).toFixed(0)} MB`)
  }
}

/** Memory of each container, as it is now. */
export async function tellMemory(stack: Stack, when: string): Promise<void> {
  const running = (await stack.containers()).filter(({ State }) => State.Running).map(({ Id }) => Id)
  const { stdout } = await run('docker', ['stats', '--no-stream', '--format', '{{.Name}} {{.MemUsage}}', ...running])
  for (const line of stdout.split('\n').filter(Boolean).sort())
    figure(`memory ${when}: ${line.replace(`${stack.project}-`, '')}`)
}
