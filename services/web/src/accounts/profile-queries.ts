import type { Db } from '../db/connect.ts'
import { answersTo, namesOfUser } from '../db/names.ts'
import { firstRow, rows, sql } from '../db/sql.ts'
import { isFoundBy, isThereFor } from '../db/visible-to.ts'
import type { Language } from '../language/languages.ts'
import type { Theme } from './queries.ts'

export interface Profile {
  displayName: string
  bio: string
  website: string
  theme: Theme
  language: Language | 'auto'
}

/** Changes what is given of what a person says of themselves, and leaves the rest. */
export async function updateProfile(
  db: Db,
  id: string,
  { displayName, bio, website, theme, language }: { [Field in keyof Profile]: Profile[Field] | undefined },
): Promise<void> {
  await rows(
    db,
    sql`
      update users
      set display_name = coalesce(${displayName ?? null}, display_name), bio = coalesce(${bio ?? null}, bio),
        website = coalesce(${website ?? null}, website), theme = coalesce(${theme ?? null}, theme),
        language = coalesce(${language ?? null}, language)
      where id = ${id}`,
  )
}

/** Lets one change of name through at a time: two who swap theirs would wait for each other. */
export async function lockRenaming(db: Db): Promise<void> {
  await rows(db, sql`select pg_advisory_xact_lock(4872360153)`)
}

export async function updateUsername(db: Db, id: string, username: string): Promise<void> {
  await rows(db, sql`update users set username = ${username} where id = ${id}`)
}

/** Those of some names to which somebody answers who is there for the viewer. */
export async function selectNamesThereFor(
  db: Db,
  viewerId: string | null,
  usernames: readonly string[],
): Promise<string[]> {
  const found = await rows<{ username: string }>(
    db,
    sql`
      select names.username from users cross join ${namesOfUser} as names
      where ${answersTo(usernames)} and names.username = any(${usernames}::text[]) and ${isThereFor(viewerId)}`,
  )
  return found.map(({ username }) => username)
}

/** What somebody is called now who had a name before, as the viewer finds them. */
export async function selectNewUsername(
  db: Db,
  viewerId: string | null,
  formerUsername: string,
): Promise<string | undefined> {
  const row = await firstRow<{ username: string }>(
    db,
    sql`
      select users.username
      from former_usernames join users on users.id = former_usernames.user_id
      where former_usernames.username = ${formerUsername} and former_usernames.held_until > now()
        and ${isFoundBy(viewerId)}`,
  )
  return row?.username
}

/** Shows other renditions as somebody's picture, or none. @returns those that were shown before */
export async function updateAvatarKey(db: Db, id: string, avatarKey: string | null): Promise<string | undefined> {
  const row = await firstRow<{ was: string | null }>(
    db,
    sql`update users set avatar_key = ${avatarKey} where id = ${id} returning old.avatar_key as was`,
  )
  return row?.was ?? undefined
}

export async function deletePastUsernames(db: Db): Promise<void> {
  await rows(db, sql`delete from former_usernames where held_until <= now()`)
}
