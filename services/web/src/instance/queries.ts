import type { Db } from '../db/connect.ts'
import { firstRow, rows, type Sql, sql } from '../db/sql.ts'
import type { SignUpMode } from './input.ts'

/** What an admin chooses about this Gramstack as a whole. */
export interface Instance {
  name: string
  description: string
  rules: string
  signUpMode: SignUpMode
  /** Whether everybody may invite people, and not admins alone. */
  membersInvite: boolean
}

export function selectInstance(db: Db): Promise<Instance> {
  return select(db, sql``)
}

/** As `selectInstance`, and nobody changes it until the transaction ends. */
export function selectInstanceForShare(tx: Db): Promise<Instance> {
  return select(tx, sql`for share`)
}

async function select(db: Db, lock: Sql): Promise<Instance> {
  const row = await firstRow<Instance>(
    db,
    sql`
      select
        name, description, rules, sign_up_mode as "signUpMode", members_invite as "membersInvite"
      from instance ${lock}`,
  )
  if (!row) throw new Error('the table instance has lost its row')
  return row
}

export async function updateInstance(
  db: Db,
  { name, description, rules, signUpMode, membersInvite }: Instance,
): Promise<void> {
  await rows(
    db,
    sql`
      update instance set
        name = ${name}, description = ${description}, rules = ${rules}, sign_up_mode = ${signUpMode},
        members_invite = ${membersInvite}`,
  )
}

export async function updateSignUpMode(db: Db, mode: SignUpMode): Promise<void> {
  await rows(db, sql`update instance set sign_up_mode = ${mode}`)
}
