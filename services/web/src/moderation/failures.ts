import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { toCode } from '../http/code.ts'
import { isUuid } from '../http/id.ts'
import { notFound } from '../http/refusal.ts'
import type { Queue } from '../jobs/queue.ts'
import * as queries from './failure-queries.ts'
import { noteJob } from './log.ts'

/** Work that was tried as often as it is, and failed: what admins see of it, and what they do about it. */

export interface Failure {
  id: string
  /** What kind of job it is. */
  name: string
  failedAt: Date
  tries: number
  /** What the machine said, without what is nobody's business. */
  message: string
  /** Whose it is; undefined where it is nobody's, or they are gone. */
  username: string | undefined
  /** Of the post that it is about, if the viewer sees that. */
  postCode: string | undefined
}

/** The last ones first. pg-boss forgets them after a day, mails and pushes after an hour. */
export async function failures(db: Db, admin: Person, limit: number): Promise<{ items: Failure[]; hasMore: boolean }> {
  const found = await queries.selectFailures(db, admin.id, limit + 1)
  const items = found.slice(0, limit).map((row) => ({
    id: row.id,
    name: row.name,
    failedAt: row.failed_at,
    tries: row.tries,
    message: withoutSecrets(row.message),
    username: row.username ?? undefined,
    postCode: row.post_id === null ? undefined : toCode(row.post_id),
  }))
  return { items, hasMore: found.length > limit }
}

/** Has it tried once more. @throws {Refusal} notFound, if it has not failed, or somebody else was quicker */
export function tryAgain({ db, queue }: { db: Db; queue: Queue }, admin: Person, id: string): Promise<void> {
  return decide(db, id, async (tx, name) => {
    await queue.retry(tx, name, id)
    await noteJob(tx, admin, 'retry', name)
  })
}

/** Forgets it. @throws {Refusal} notFound, as for `tryAgain` */
export function letBe({ db, queue }: { db: Db; queue: Queue }, admin: Person, id: string): Promise<void> {
  return decide(db, id, async (tx, name) => {
    await queue.forget(tx, name, id)
    await noteJob(tx, admin, 'let-be', name)
  })
}

async function decide(db: Db, id: string, decision: (tx: Db, name: string) => Promise<void>): Promise<void> {
  if (!isUuid(id)) throw notFound()
  await db.transaction(async (tx) => {
    const name = await queries.lockFailure(tx, id)
    if (name === undefined) throw notFound()
    await decision(tx, name)
  })
}

const mostCharacters = 300

/** The first line of what a library says, without addresses, paths, and whatever may be a key. */
export function withoutSecrets(message: string): string {
  const [line = ''] = message.trim().split('\n', 1)
  const plain = line
    // Of an address its host: what follows may hold a token, what stands before it a password.
    .replaceAll(/\bhttps?:\/\/(?:[^\s/@]*@)?([^\s/?#'"]+)[^\s'"]*/gi, '$1')
    .replaceAll(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g, '…')
    .replaceAll(/(?<![\w.])(?:[A-Za-z]:)?(?:[/\\][^\s/\\'"`:,;)]+){2,}[/\\]?/g, '…')
    .replaceAll(/\b(pass\w*|pwd|secret|token|key|authorization)(\s*[=:]\s*)("[^"]*"|'[^']*'|\S+)/gi, '$1$2…')
    // Long, and letters and digits mixed: names of errors are not.
    .replaceAll(/(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{20,}=*/g, '…')
  return [...plain].length > mostCharacters ? `${[...plain].slice(0, mostCharacters - 1).join('')}…` : plain
}
