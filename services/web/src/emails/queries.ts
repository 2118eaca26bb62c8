import type { Db } from '../db/connect.ts'
import { firstRow, rows, sql } from '../db/sql.ts'
import type { EmailAddress } from './input.ts'

export interface AddressRow {
  id: string
  user_id: string
  username: string
  address: string
  comparable: string
  is_confirmed: boolean
}

const columns = sql`
  email_addresses.id, email_addresses.user_id, users.username, email_addresses.address, email_addresses.comparable,
  email_addresses.confirmed_at is not null as is_confirmed`

const addresses = sql`email_addresses join users on users.id = email_addresses.user_id`

export function selectAddressesOf(db: Db, userId: string): Promise<AddressRow[]> {
  return rows(db, sql`select ${columns} from ${addresses} where email_addresses.user_id = ${userId}`)
}

/** One of each person: a confirmed one, if there is one. */
export function selectAddressesOfAll(db: Db, userIds: string[]): Promise<{ user_id: string; address: string }[]> {
  return rows(
    db,
    sql`
      select distinct on (user_id) user_id, address from email_addresses
      where user_id = any(${userIds}::bigint[])
      order by user_id, confirmed_at nulls last`,
  )
}

export function selectAddress(db: Db, id: string): Promise<AddressRow | undefined> {
  return firstRow(db, sql`select ${columns} from ${addresses} where email_addresses.id = ${id}`)
}

/** Whose an address is. */
export function selectOwner(db: Db, comparable: string): Promise<AddressRow | undefined> {
  return firstRow(
    db,
    sql`
      select ${columns} from ${addresses}
      where email_addresses.comparable = ${comparable} and email_addresses.confirmed_at is not null`,
  )
}

export function selectConfirmedByUsername(db: Db, username: string): Promise<AddressRow | undefined> {
  return firstRow(
    db,
    sql`
      select ${columns} from ${addresses}
      where users.username = ${username} and email_addresses.confirmed_at is not null`,
  )
}

export function selectAdminAddresses(db: Db): Promise<{ address: string }[]> {
  return rows(
    db,
    sql`
      select email_addresses.address from ${addresses}
      where users.is_admin and users.suspended_at is null and email_addresses.confirmed_at is not null
      order by email_addresses.id`,
  )
}

/** Locks a person, so that what they do with their addresses comes one after the other. */
export async function lockUser(tx: Db, userId: string): Promise<void> {
  await rows(tx, sql`select from users where id = ${userId} for no key update`)
}

/** Puts an address in the place of the one that was to be confirmed. Links to that one stop working. */
export async function replaceUnconfirmed(
  tx: Db,
  userId: string,
  { address, comparable }: EmailAddress,
): Promise<string> {
  await rows(tx, sql`delete from email_addresses where user_id = ${userId} and confirmed_at is null`)
  const [row] = await rows<{ id: string }>(
    tx,
    sql`
      insert into email_addresses (user_id, address, comparable) values (${userId}, ${address}, ${comparable})
      returning id`,
  )
  if (!row) throw new Error('insert gave no row')
  return row.id
}

export async function deleteAddressesOf(tx: Db, userId: string): Promise<void> {
  await rows(tx, sql`delete from email_addresses where user_id = ${userId}`)
}

export async function deleteConfirmedAddress(tx: Db, userId: string): Promise<void> {
  await rows(tx, sql`delete from email_addresses where user_id = ${userId} and confirmed_at is not null`)
}

/** Makes an address its owner's; its links have done what they were for. */
export async function confirmAddress(tx: Db, id: string): Promise<void> {
  await rows(tx, sql`delete from email_confirmations where address_id = ${id}`)
  await rows(tx, sql`update email_addresses set confirmed_at = now() where id = ${id}`)
}

export async function insertConfirmation(db: Db, tokenHash: Buffer, addressId: string, hours: number): Promise<void> {
  await rows(
    db,
    sql`
      insert into email_confirmations (token_hash, address_id, expires_at)
      select ${tokenHash}, id, now() + make_interval(hours => ${hours}) from email_addresses where id = ${addressId}`,
  )
}

/** What a link that still works would confirm. */
export function selectConfirmation(db: Db, tokenHash: Buffer): Promise<AddressRow | undefined> {
  return firstRow(
    db,
    sql`
      select ${columns}
      from email_confirmations join email_addresses on email_addresses.id = email_confirmations.address_id
        join users on users.id = email_addresses.user_id
      where email_confirmations.token_hash = ${tokenHash} and email_confirmations.expires_at > now()`,
  )
}

/** Uses a link up. @returns whether there was one to use: of two who come at once, one finds it */
export async function deleteConfirmation(tx: Db, tokenHash: Buffer): Promise<boolean> {
  return (
    (await rows(tx, sql`delete from email_confirmations where token_hash = ${tokenHash} returning address_id`)).length >
    0
  )
}

export async function deleteExpiredConfirmations(db: Db): Promise<void> {
  await rows(db, sql`delete from email_confirmations where expires_at < now()`)
}
