import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { isId } from '../http/id.ts'
import { notFound, Refusal } from '../http/refusal.ts'
import { newToken } from '../http/tokens.ts'
import { readInstance } from '../instance/service.ts'
import * as queries from './queries.ts'

export {
  deleteSpentInvitations as sweepInvitations,
  isWorking as isInvitationGood,
  takeUse as redeem,
} from './queries.ts'

import { say } from '../language/say.ts'

const mostInvitations = 50

export interface Invitation {
  id: string
  path: string
  usesLeft: number
  expiresAt: Date
}

/** Invitations that somebody made and that still work. @throws {Refusal} notFound, if they may not invite */
export async function invitationsBy(db: Db, person: Person): Promise<Invitation[]> {
  await requireInviter(db, person)
  const found = await queries.selectInvitations(db, person.id)
  return found.map(({ id, token, uses_left, expires_at }) => ({
    id,
    path: pathOf(token),
    usesLeft: uses_left,
    expiresAt: expires_at,
  }))
}

/**
 * Makes an invitation for `uses` people; gives the path of its link.
 * @throws {Refusal} notFound, if the person may not invite; conflict, if they have many already
 */
export async function invite(db: Db, person: Person, { uses, days }: { uses: number; days: number }): Promise<string> {
  await requireInviter(db, person)
  const token = newToken()
  if (!(await queries.insertInvitation(db, { inviterId: person.id, token, uses, days }, mostInvitations)))
    throw new Refusal(
      'conflict',
      say('You have {mostInvitations} invitations that still work. Revoke one first.', { mostInvitations }),
    )
  return pathOf(token)
}

/** Has an invitation stop working. @throws {Refusal} notFound, if it is not this person's */
export async function revoke(db: Db, person: Person, id: string): Promise<void> {
  await requireInviter(db, person)
  if (!isId(id) || !(await queries.deleteInvitation(db, person.id, id))) throw notFound()
}

/** Whether somebody may make invitations: admins, and everybody where an admin says so. */
export async function mayInvite(db: Db, person: Person): Promise<boolean> {
  return person.isAdmin || (await readInstance(db)).membersInvite
}

async function requireInviter(db: Db, person: Person): Promise<void> {
  if (!(await mayInvite(db, person))) throw notFound()
}

function pathOf(token: string): string {
  return `/sign-up?invitation=${token}`
}
