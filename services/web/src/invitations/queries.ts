import type { Db } from '../db/connect.ts'
import { firstRow, rows, sql } from '../db/sql.ts'

export interface InvitationRow {
  id: string
  token: string
  uses_left: number
  expires_at: Date
}

/** An invitation that would let somebody in now: what its inviter may no longer do, it does not do either. */
const works = sql`
  invitations.uses_left > 0 and invitations.expires_at > now()
  and exists (
    select from users, instance
    where users.id = invitations.inviter_id and users.suspended_at is null and (users.is_admin or instance.members_invite)
  )`

/** Those of one person that still work, the newest first. */
export function selectInvitations(db: Db, inviterId: string): Promise<InvitationRow[]> {
  return rows(
    db,
    sql`
      select invitations.id, invitations.token, invitations.uses_left, invitations.expires_at from invitations
      where invitations.inviter_id = ${inviterId} and ${works}
      order by invitations.id desc`,
  )
}

export async function isWorking(db: Db, token: string): Promise<boolean> {
  return (
    (await firstRow(db, sql`select from invitations where invitations.token = ${token} and ${works}`)) !== undefined
  )
}

/** Takes one use. @returns whether there was one left: of many who come at once, as many find it as there are */
export async function takeUse(tx: Db, token: string): Promise<boolean> {
  const taken = await rows(
    tx,
    sql`
      update invitations set uses_left = invitations.uses_left - 1
      where invitations.token = ${token} and ${works}
      returning invitations.id`,
  )
  return taken.length > 0
}

/** @returns false, and nothing, if the inviter has as many as one may have */
export async function insertInvitation(
  db: Db,
  { inviterId, token, uses, days }: { inviterId: string; token: string; uses: number; days: number },
  most: number,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    // Or two at once would count the same number.
    await rows(tx, sql`select from users where id = ${inviterId} for no key update`)
    const inserted = await rows(
      tx,
      sql`
        insert into invitations (inviter_id, token, uses_left, expires_at)
        select ${inviterId}, ${token}, ${uses}, now() + make_interval(days => ${days})
        where (select count(*) from invitations where invitations.inviter_id = ${inviterId} and ${works}) < ${most}
        returning id`,
    )
    return inserted.length > 0
  })
}

export async function deleteInvitation(db: Db, inviterId: string, id: string): Promise<boolean> {
  return (
    (await rows(db, sql`delete from invitations where id = ${id} and inviter_id = ${inviterId} returning id`)).length >
    0
  )
}

export async function deleteSpentInvitations(db: Db): Promise<void> {
  await rows(db, sql`delete from invitations where uses_left = 0 or expires_at < now()`)
}
