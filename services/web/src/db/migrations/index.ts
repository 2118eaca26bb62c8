import type { Knex } from 'knex'
import { ids } from './0001-ids.ts'
import { firstPerson } from './0002-first-person.ts'
import { photosAndPosts } from './0003-photos-and-posts.ts'
import { peopleAndEachOther } from './0004-people-and-each-other.ts'
import { safetyOfAccounts } from './0005-safety-of-accounts.ts'
import { mailAndSignUps } from './0006-mail-and-sign-ups.ts'
import { notifications } from './0007-notifications.ts'
import { search } from './0008-search.ts'
import { reading } from './0010-reading.ts'
import { hiddenPeople } from './0011-hidden-people.ts'
import { relations } from './0012-relations.ts'
import { moderation } from './0013-moderation.ts'
import { syndication } from './0014-syndication.ts'
import { profiles } from './0015-profiles.ts'
import { leaving } from './0016-leaving.ts'
import { thumbhash } from './0017-thumbhash.ts'
import { avatarRecipes } from './0018-avatar-recipes.ts'
import { push } from './0019-push.ts'
import { language } from './0020-language.ts'
import { mailAboutNews } from './0021-mail-about-news.ts'
import { edits } from './0022-edits.ts'
import { silence } from './0023-silence.ts'
import { watching } from './0024-watching.ts'
import { upgrades } from './0025-upgrades.ts'
import { adminsDecide } from './0026-admins-decide.ts'
import { countsForViewers } from './0027-counts-for-viewers.ts'

export interface Step {
  name: string
  sql: string
  /** For a step that takes something away: since which version nobody uses it. Older versions refuse to start beside it. */
  unusedSince?: string
}

/**
 * Every change to the schema, oldest first; a line that has been released is never edited. Forward only. A change expands
 * first and contracts in a later release, because old and new replicas run at the same time.
 */
export const steps: readonly Step[] = [
  { name: '0001-ids', sql: ids },
  { name: '0002-first-person', sql: firstPerson },
  { name: '0003-photos-and-posts', sql: photosAndPosts },
  { name: '0004-people-and-each-other', sql: peopleAndEachOther },
  { name: '0005-safety-of-accounts', sql: safetyOfAccounts },
  { name: '0006-mail-and-sign-ups', sql: mailAndSignUps },
  { name: '0007-notifications', sql: notifications },
  { name: '0008-search', sql: search },
  { name: '0010-reading', sql: reading },
  { name: '0011-hidden-people', sql: hiddenPeople },
  { name: '0012-relations', sql: relations },
  { name: '0013-moderation', sql: moderation },
  { name: '0014-syndication', sql: syndication },
  { name: '0015-profiles', sql: profiles },
  { name: '0016-leaving', sql: leaving },
  { name: '0017-thumbhash', sql: thumbhash },
  { name: '0018-avatar-recipes', sql: avatarRecipes },
  { name: '0019-push', sql: push },
  { name: '0020-language', sql: language },
  { name: '0021-mail-about-news', sql: mailAboutNews },
  { name: '0022-edits', sql: edits },
  { name: '0023-silence', sql: silence },
  { name: '0024-watching', sql: watching },
  { name: '0025-upgrades', sql: upgrades },
  { name: '0026-admins-decide', sql: adminsDecide },
  { name: '0027-counts-for-viewers', sql: countsForViewers },
]

/** Their names, in order. */
export const migrationNames: readonly string[] = steps.map(({ name }) => name)

/** The steps as knex wants them: listed here rather than found on disk, so that they are the same built or not. */
export const migrationSource: Knex.MigrationSource<Step> = {
  getMigrations: async () => [...steps],
  getMigrationName: (step) => step.name,
  getMigration: async (step) => ({
    up: async (db) => {
      // A step may take longer than what a page may ask for.
      await db.raw('set local statement_timeout = 0')
      // While it waits for a lock, everybody else waits behind it: rather let them pass, and try again (see migrate).
      await db.raw("set local lock_timeout = '1s'")
      // knex takes every ? for a binding, even where none are given.
      await db.raw(step.sql.replaceAll('?', '\\?'))
      await note(db, step)
    },
    down: async () => {
      throw new Error('Migrations only go forward: restore a backup instead.')
    },
  }),
}

/** Tells releases to come, and those that are older, what a step means for them. The first steps had nowhere to say so. */
async function note(db: Knex, { name, unusedSince }: Step): Promise<void> {
  const { rows } = await db.raw("select to_regclass('upgrades') is not null as found")
  if (!rows[0]?.found) return
  await db.raw('insert into upgrades (step, unused_since) values (?, ?)', [name, unusedSince ?? null] as never)
}
