import { type Budget, takeAttempt } from '../attempts/service.ts'
import type { Db } from '../db/connect.ts'
import { violatedConstraint } from '../db/sql.ts'
import { invalidField } from '../http/refusal.ts'
import { mentionsIn } from '../text/entities.ts'
import { confirmPassword } from './credentials.ts'
import * as queries from './profile-queries.ts'
import type { Person } from './service.ts'

/** What people say of themselves, and what they are called. */

export {
  deletePastUsernames as sweepFormerNames,
  type Profile,
  updateAvatarKey as setAvatarKey,
  updateProfile as setProfile,
} from './profile-queries.ts'

import { phrase, say } from '../language/say.ts'

/** Each holds a name for as long, and others shall find some that are free. */
const renames: Budget = {
  name: 'rename',
  most: 3,
  seconds: 30 * 24 * 60 * 60,
  complaint: phrase('You have changed your username three times in 30 days.'),
}

/**
 * Gives somebody another username. The one before leads to them for 30 days, and is nobody else's until then.
 * @param password to be confirmed: a name is what others know somebody by
 * @throws {Refusal} invalid; conflict, if the name is somebody's; tooMany
 */
export async function rename(
  db: Db,
  person: Person,
  { username, password }: { username: string; password: string },
): Promise<void> {
  if (username === person.username) throw invalidField('username', say('That is your username already.'))
  await confirmPassword(db, person, password)
  if (password.toLowerCase() === username) {
    throw invalidField('username', say('That is your password: a name is something else.'))
  }
  try {
    await db.transaction(async (tx) => {
      await queries.lockRenaming(tx)
      // Given back with the transaction, should the name be taken.
      await takeAttempt(tx, renames, person.id)
      await queries.updateUsername(tx, person.id, username)
    })
  } catch (error) {
    if (violatedConstraint(error) !== 'users_username_key') throw error
    throw invalidField('username', say('The name {username} is taken.', { username }), 'conflict')
  }
}

/** The names that a text mentions to which somebody answers who is there for the viewer. */
export async function namesMentioned(db: Db, viewer: Person | undefined, text: string): Promise<ReadonlySet<string>> {
  const usernames = mentionsIn(text)
  return new Set(usernames.length ? await queries.selectNamesThereFor(db, viewer?.id ?? null, usernames) : [])
}

/** What somebody is called now who had a name up to 30 days ago, as the viewer finds them; undefined for a name of nobody. */
export function newNameOf(db: Db, viewer: Person | undefined, formerName: string): Promise<string | undefined> {
  return queries.selectNewUsername(db, viewer?.id ?? null, formerName.toLowerCase())
}
