import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { reachableAt } from '../emails/service.ts'
import { invalidField, notFound } from '../http/refusal.ts'
import { newToken } from '../http/tokens.ts'
import { isLanguage } from '../language/languages.ts'
import { say, speaking } from '../language/say.ts'
import type { Mailer } from '../mail/mailer.ts'
import { mailIsOff, type Sending, sendSoon } from '../mail/sending.ts'
import * as queries from './news-queries.ts'
import { sentenceOf } from './sentences.ts'
import { countUnread, notificationsFor } from './service.ts'

/** Letters about what somebody has missed, once a day at the most, to whoever wants them (docs/decisions/0027). */

/** More lines than this are read on the page. */
const mostLines = 30
const chunkSize = 100
/** Whoever is about to look needs no letter. */
const patienceMilliseconds = 60 * 60 * 1000

export const wantsNews = queries.selectWantsNews

/**
 * Turns letters on or off.
 * @throws {Refusal} invalid, where there is no mail or no confirmed address to send them to
 */
export async function setNews(deps: Sending & { db: Db }, person: Person, wants: boolean): Promise<void> {
  const { db, isMailOn } = deps
  if (wants && !isMailOn) throw invalidField('news', mailIsOff())
  if (wants && !(await reachableAt(db, person.id)))
    throw invalidField('news', say('Add an e-mail address to your account first, and confirm it.'))
  await queries.updateWantsNews(db, person.id, wants, newToken())
}

/** Stops the letters of whoever got this link by mail; to do so again changes nothing. @throws {Refusal} notFound */
export async function stopNews(db: Db, token: string): Promise<void> {
  if (!(await queries.updateNewsStopped(db, token))) throw notFound()
}

/** The worker's part, every few minutes: asks for the letters that are due, one for each person, however many workers there are. */
export async function askForNews(deps: Sending & { db: Db }): Promise<void> {
  const { db, isMailOn } = deps
  if (!isMailOn) return
  for (let last: queries.DueRow | undefined; ; ) {
    const due = await queries.selectDue(db, last, chunkSize)
    const unread = await countUnread(
      db,
      due.map(({ user_id }) => user_id),
    )
    for (const row of due) if (unread.get(row.user_id)) await askForLetter(deps, row)
    if (due.length < chunkSize) return
    last = due.at(-1)
  }
}

/** Only where something is new since the last one, which has told the rest. Without, somebody is looked at again in a day. */
async function askForLetter(
  deps: Sending & { db: Db },
  { user_id: personId, mailed_at }: queries.DueRow,
): Promise<void> {
  const { db } = deps
  const lines = await missed(db, personId, mailed_at)
  const patienceEnds = Date.now() - patienceMilliseconds
  if (lines.length && lines.every(({ happenedAt }) => happenedAt.getTime() > patienceEnds)) return
  await db.transaction(async (tx) => {
    const since = await queries.claimLetter(tx, personId)
    if (since && lines.length) await sendSoon(deps, tx, { what: 'news', personId, since: since.toISOString() })
  })
}

/** Writes the letter, of what is unread still and to be seen still. For the worker. */
export async function sendNews(
  { db, mailer }: { db: Db; mailer: Mailer },
  { personId, since }: { personId: string; since: string },
): Promise<void> {
  // Turned off, or gone, meanwhile.
  const recipient = await queries.selectRecipient(db, personId)
  if (!recipient) return
  const lines = await missed(db, personId, new Date(since))
  if (!lines.length) return
  // Nobody's browser asks here: whoever has chosen no language reads English.
  await speaking(isLanguage(recipient.language) ? recipient.language : 'en', () =>
    mailer.send(recipient.address, {
      subject: say('What you have not seen yet'),
      paragraphs: lines.map(sentenceOf),
      way: { label: say('See all of it'), path: '/notifications' },
      stop: {
        label: say('Choose what to be told, or stop these mails'),
        path: '/settings/notifications',
        oneClickPath: `/notifications/stop-mail?token=${recipient.news_token}`,
      },
    }),
  )
}

async function missed(db: Db, personId: string, since: Date) {
  const page = await notificationsFor(db, { id: personId }, { before: undefined, limit: mostLines })
  return page.notifications.filter(({ isUnread, happenedAt }) => isUnread && happenedAt > since)
}
