import type { Db } from '../db/connect.ts'
import { rows, sql } from '../db/sql.ts'
import type { Mail } from './mail.tsx'

/** Mails that are shown rather than sent, where somebody develops and has no server for them. */

const mostKept = 100

/** Keeps a mail, and of all only the newest. */
export async function keepMail(db: Db, recipient: string, mail: Mail): Promise<void> {
  await rows(db, sql`insert into kept_mails (recipient, mail) values (${recipient}, ${JSON.stringify(mail)})`)
  await rows(
    db,
    sql`delete from kept_mails where id <= (select id from kept_mails order by id desc offset ${mostKept} limit 1)`,
  )
}

/** All that are kept, the newest first. */
export function keptMails(db: Db): Promise<{ id: string; recipient: string; mail: Mail }[]> {
  return rows(db, sql`select id, recipient, mail from kept_mails order by id desc`)
}
