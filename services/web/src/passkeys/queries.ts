import type { Db } from '../db/connect.ts'
import { firstRow, rows, sql } from '../db/sql.ts'

export interface PasskeyRow {
  id: string
  name: string
  rp_id: string
  credential_id: string
  transports: string[]
  created_at: Date
  last_used_at: Date | null
}

export function selectPasskeys(db: Db, userId: string): Promise<PasskeyRow[]> {
  return rows(
    db,
    sql`
      select id, name, rp_id, credential_id, transports, created_at, last_used_at
      from passkeys where user_id = ${userId} order by id`,
  )
}

export interface CredentialRow {
  id: string
  user_id: string
  credential_id: string
  public_key: Buffer
  rp_id: string
  sign_count: string
}

export function selectCredential(db: Db, credentialId: string): Promise<CredentialRow | undefined> {
  return firstRow(
    db,
    sql`
      select id, user_id, credential_id, public_key, rp_id, sign_count
      from passkeys where credential_id = ${credentialId}`,
  )
}

/** @returns the new passkey's id; undefined if its owner has as many as one may have */
export async function insertPasskey(
  db: Db,
  passkey: {
    userId: string
    name: string
    credentialId: string
    publicKey: Buffer
    rpId: string
    signCount: number
    transports: readonly string[]
    most: number
  },
): Promise<string | undefined> {
  const { userId, name, credentialId, publicKey, rpId, signCount, transports, most } = passkey
  const row = await firstRow<{ id: string }>(
    db,
    sql`
      insert into passkeys (user_id, name, credential_id, public_key, rp_id, sign_count, transports)
      select ${userId}, ${name}, ${credentialId}, ${publicKey}, ${rpId}, ${signCount}, ${transports}::text[]
      where (select count(*) from passkeys where user_id = ${userId}) < ${most}
      returning id`,
  )
  return row?.id
}

/** Notes that a passkey was used. @returns whether its count had risen, as it does with every use, where it counts at all */
export async function touchPasskey(db: Db, id: string, signCount: number): Promise<boolean> {
  const touched = await rows(
    db,
    sql`
      update passkeys set sign_count = ${signCount}, last_used_at = now()
      where id = ${id} and (sign_count < ${signCount} or sign_count = 0 and ${signCount} = 0) returning id`,
  )
  return touched.length > 0
}

/** @returns whether there was such a passkey of this person */
export async function deletePasskey(db: Db, userId: string, id: string): Promise<boolean> {
  return (await rows(db, sql`delete from passkeys where id = ${id} and user_id = ${userId} returning id`)).length > 0
}

export async function deletePasskeysOf(db: Db, userId: string): Promise<void> {
  await rows(db, sql`delete from passkeys where user_id = ${userId}`)
}

export async function insertChallenge(db: Db, challenge: string, holderHash: Buffer): Promise<void> {
  await rows(
    db,
    sql`
      insert into passkey_challenges (challenge, holder_hash, expires_at)
      values (${challenge}, ${holderHash}, now() + interval '10 minutes')`,
  )
}

/** @returns whether it was given to this holder, lately, and not taken yet: of two at once, one has it */
export async function deleteChallenge(db: Db, challenge: string, holderHash: Buffer): Promise<boolean> {
  const gone = await rows(
    db,
    sql`
      delete from passkey_challenges
      where challenge = ${challenge} and holder_hash = ${holderHash} and expires_at > now() returning challenge`,
  )
  return gone.length > 0
}

export async function deletePastChallenges(db: Db): Promise<void> {
  await rows(db, sql`delete from passkey_challenges where expires_at < now()`)
}
