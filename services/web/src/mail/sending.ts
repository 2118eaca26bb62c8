import type { Db } from '../db/connect.ts'
import type { Queue } from '../jobs/queue.ts'
import { say, spokenLanguage } from '../language/say.ts'
import type { Letter } from './mail.tsx'

/** What it takes to have mail sent. */
export interface Sending {
  queue: Queue
  /** Whether this Gramstack sends mail at all. */
  isMailOn: boolean
}

/** Said wherever mail would be needed and there is none. */
export function mailIsOff(): string {
  return say('This Gramstack sends no mail: whoever runs it has not set that up.')
}

/**
 * Has a mail sent in the language that is spoken here, once the transaction that `db` may be is committed, and not if it is taken back. Where there is no mail, nothing
 * happens: what needs it says so before.
 */
export async function sendSoon({ queue, isMailOn }: Sending, db: Db, letter: Letter): Promise<void> {
  if (isMailOn) await queue.add(db, 'send-mail', { language: spokenLanguage(), ...letter })
}
