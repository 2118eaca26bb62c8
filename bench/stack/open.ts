import { readFile } from 'node:fs/promises'
import { openStack, raisedLimits, type Stack } from '../../services/web/test/stack/stack.ts'

/** The production stack as it is shipped, with what it is measured beside, which does not start by itself. */
export async function openBench(): Promise<Stack> {
  return openStack({
    project: 'gramstack-measure',
    file: 'docker-compose.prod.yml',
    httpPort: 14_537,
    withSecrets: true,
    // All visitors have one address here.
    env: { ...raisedLimits, CONNECTIONS_PER_ADDRESS: '1000' },
    override: await readFile(new URL('compose.yml', import.meta.url), 'utf8'),
  })
}
