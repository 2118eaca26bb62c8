import { type Sql, sql } from './sql.ts'

/** By which names people are found: their own, and those that they have given up lately (docs/decisions/0024). */

const isHeld: Sql = sql`former_usernames.held_until > now()`

/** Whether a person of `users` answers to one of some names. */
export function answersTo(usernames: readonly string[]): Sql {
  return sql`users.id in (
    select id from users where username = any(${usernames}::text[])
    union all
    select user_id from former_usernames where username = any(${usernames}::text[]) and ${isHeld}
  )`
}

/** The names to which a person of `users` answers, to be joined: rows with a `username`. */
export const namesOfUser: Sql = sql`lateral (
  select users.username
  union all
  select former_usernames.username from former_usernames where former_usernames.user_id = users.id and ${isHeld}
)`
