import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run, type Stack } from './stack.ts'

/** What is lost with a machine, and brought back by the manual. */

const media = '/var/lib/gramstack/media'

/** What a fire does: nobody is told. */
export async function loseEverything(stack: Stack): Promise<void> {
  await run('docker', ['kill', ...(await stack.containers()).filter(({ State }) => State.Running).map(({ Id }) => Id)])
  await stack.compose(['down', '--volumes', '--timeout', '1'])
}

/** The commands of a section of docs/operations.md, as arguments of docker compose. */
export async function wordsOfManual(stack: Stack, section: string): Promise<string[][]> {
  const text = await readFile(join(stack.folder, 'docs/operations.md'), 'utf8')
  const [, commands = ''] = new RegExp(`^## ${section}$[^]*?^\`\`\`sh\n([^]*?)^\`\`\`$`, 'm').exec(text) ?? []
  return commands
    .split('\n')
    .filter((line) => line.startsWith('docker compose -f docker-compose.prod.yml '))
    .map((line) =>
      line
        .replace(/ *#.*$/, '')
        .split(' ')
        .slice(4),
    )
}

/** Everything that the database promises to hold, a line a table: how many rows, and the sum of their hashes. */
export function rowsOfAllTables(stack: Stack): Promise<string> {
  return stack.sql(`
    select schemaname || '.' || tablename || ' ' || (xpath('/row/hash/text()', query_to_xml(format(
      'select count(*) || chr(32) || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as hash from %I.%I t',
      schemaname, tablename), false, true, '')))[1]
    from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema', 'backup')
      and (select relpersistence from pg_class where oid = format('%I.%I', schemaname, tablename)::regclass) = 'p'
    order by 1`)
}

/** Every file with its hash, its mode and its owner. */
export async function allFiles(stack: Stack): Promise<string> {
  const folders = 'originals renditions restricted exports'
  const command = `cd ${media} && stat -c '%n %a %U' ${folders} && find ${folders} -type f -printf '%p %m %u\\n' | sort && find ${folders} -type f | sort | xargs sha256sum`
  return (await stack.compose(['run', '--rm', '--no-TTY', '--no-deps', 'web', 'sh', '-c', command])).stdout
}
