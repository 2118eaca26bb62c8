import type { Db } from '../db/connect.ts'
import { firstRow, rows, sql } from '../db/sql.ts'

export interface TakenStep {
  name: string
  /** Whether the release that took it has said who may go on beside it. */
  isExplained: boolean
  unusedSince: string | null
}

/** The steps that stand in a database, whichever release took them; none in an empty one. */
export async function selectTakenSteps(db: Db): Promise<TakenStep[]> {
  if (!(await hasTable(db, 'migrations'))) return []
  if (!(await hasTable(db, 'upgrades')))
    return rows(db, sql`select name, false as "isExplained", null as "unusedSince" from migrations order by id`)
  return rows(
    db,
    sql`
      select migrations.name, upgrades.step is not null as "isExplained", upgrades.unused_since as "unusedSince"
      from migrations left join upgrades on upgrades.step = migrations.name
      order by migrations.id`,
  )
}

/** Undefined before there was such an id. */
export async function selectInstallation(db: Db): Promise<string | undefined> {
  if (!(await hasTable(db, 'installation'))) return undefined
  return (await firstRow<{ id: string }>(db, sql`select id from installation`))?.id
}

/** What a database knows that a volume should fit. */
export async function selectContent(db: Db): Promise<{ hasPeople: boolean; photos: number }> {
  if (!(await hasTable(db, 'users'))) return { hasPeople: false, photos: 0 }
  const people = await firstRow<{ found: boolean }>(db, sql`select exists (select from users) as found`)
  const hasPhotos = await hasTable(db, 'photos')
  const photos = hasPhotos
    ? await firstRow<{ count: number }>(db, sql`select count(*)::int as count from photos where state = 'ready'`)
    : undefined
  return { hasPeople: people?.found === true, photos: photos?.count ?? 0 }
}

async function hasTable(db: Db, name: string): Promise<boolean> {
  const row = await firstRow<{ found: boolean }>(db, sql`select to_regclass(${name}) is not null as found`)
  return row?.found === true
}
