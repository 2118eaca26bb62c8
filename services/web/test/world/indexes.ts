import type pg from 'pg'

/**
 * Fills tables without their indexes, but for those of constraints, and makes these anew at the end: sorting once costs less than finding
 * the place of each row.
 * @param clients each makes one index at a time
 */
export async function withoutIndexes(
  clients: readonly [pg.Client, ...pg.Client[]],
  tables: readonly string[],
  fill: () => Promise<void>,
): Promise<void> {
  const { rows: indexes } = await clients[0].query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
     from pg_index
     where indrelid = any($1::regclass[]) and not exists (select from pg_constraint where conindid = indexrelid)`,
    [tables],
  )
  for (const { name } of indexes) await clients[0].query(`drop index ${name}`)
  await fill()
  await Promise.all(
    clients.map(async (client) => {
      for (let index = indexes.pop(); index; index = indexes.pop()) await client.query(index.definition)
    }),
  )
}
