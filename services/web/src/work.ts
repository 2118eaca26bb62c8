import { sweepFormerNames } from './accounts/profile.ts'
import { sweepAttempts } from './attempts/service.ts'
import type { Config } from './config.ts'
import type { Db } from './db/connect.ts'
import { removeDeparted, sweepDepartures } from './departures/service.ts'
import { sendConfirmation } from './emails/service.ts'
import { computePopular } from './explore/service.ts'
import { makeExport, sweepExports } from './exports/make.ts'
import { sweepInvitations } from './invitations/service.ts'
import { openWorkingQueue } from './jobs/queue.ts'
import { speaking } from './language/say.ts'
import { log } from './log.ts'
import type { Letter } from './mail/mail.tsx'
import { type Mailer, openMailer } from './mail/mailer.ts'
import type { Sending } from './mail/sending.ts'
import { Budget } from './media/budget.ts'
import { openDecoder } from './media/decoder.ts'
import type { Storage } from './media/storage.ts'
import { askForNews, sendNews } from './notifications/news.ts'
import { sweepChallenges } from './passkeys/service.ts'
import { answerForgotten, sendReset } from './password-resets/service.ts'
import { type DevelopDeps, developAvif, developPhoto } from './photos/develop.ts'
import { openPhotosBy } from './photos/place.ts'
import { tidyFiles, tidyPhotos } from './photos/tidy.ts'
import { sweepPosts } from './posts/editing.ts'
import { publishIfReady } from './posts/publishing.ts'
import { placeAvatar, tidyAvatars } from './profiles/avatars.ts'
import { developAvatar } from './profiles/develop.ts'
import { openSender } from './push/sender.ts'
import { beginTelling, tellBrowser } from './push/telling.ts'
import { vapidFrom } from './push/vapid.ts'
import { sweepSessions } from './sessions/service.ts'
import { beginSitemaps } from './syndication/sitemaps.ts'

const tidyMilliseconds = 10 * 60 * 1000
const tidyUpsADay = (24 * 60 * 60 * 1000) / tidyMilliseconds
// Only a look, mostly: what is popular is computed less often, but a new place has its first posts there soon.
const popularMilliseconds = 10 * 1000

/**
 * Everything that is done in the background: the worker's table of contents.
 * @param stopSeconds how long what is under way may take to end when it is stopped
 */
export async function startWork(
  config: Config,
  db: Db,
  storage: Storage,
  stopSeconds?: number,
): Promise<{ stop(): Promise<void> }> {
  const { maxPixels, workerConcurrency, avifEffort } = config
  const memory = new Budget(config.decodingBytes)
  const decoder = openDecoder({ memory, isWarm: true })
  // The lowest priority there is, and much time: it must never delay what somebody waits for.
  const patientDecoder = openDecoder({ memory, niceness: 19, limits: { milliseconds: 10 * 60 * 1000 } })
  const queue = await openWorkingQueue(db, config.directDatabase, stopSeconds)
  const changePost: DevelopDeps['changePost'] = (postId, change) => publishIfReady({ db, storage }, postId, change)
  const deps = { db, storage, queue, decoder, patientDecoder, maxPixels, avifEffort, changePost }

  await queue.work('develop-photo', workerConcurrency, ({ photoId }, isLastTry) =>
    developPhoto(deps, photoId, isLastTry),
  )
  await queue.work('develop-avif', 1, ({ photoId }) => developAvif(deps, photoId))
  const stopping = new AbortController()
  await queue.work('export', 1, ({ fileKey, language = 'en' }, isLastTry) =>
    speaking(language, () => makeExport({ db, storage, signal: stopping.signal }, fileKey, isLastTry)),
  )
  await queue.work('remove-account', 1, ({ personId }) => removeDeparted({ db, storage }, personId))
  await queue.work('develop-avatar', 1, ({ mediaKey }, isLastTry) => developAvatar(deps, mediaKey, isLastTry))
  await queue.work('open-photos', 1, async ({ personId }) => {
    await placeAvatar({ db, storage }, personId)
    await openPhotosBy({ db, storage }, personId)
  })

  const mailDeps = { db, queue, isMailOn: config.mail !== undefined, mailer: openMailer(config, db) }
  // While one waits for a slow server, another goes on.
  await queue.work('send-mail', 2, (letter) => speaking(letter.language ?? 'en', () => sendLetter(mailDeps, letter)))

  let telling: { stop(): Promise<void> } | undefined
  if (config.push) {
    const sender = openSender(await vapidFrom(config.push), config.push.mayBePrivate)
    await queue.work('push', 4, ({ subscriptionId }, isLastTry) =>
      tellBrowser({ db, sender }, subscriptionId, isLastTry),
    )
    telling = beginTelling({ db, queue })
  }

  let isTidying = false
  let tidyUps = 0
  async function tidyUp(): Promise<void> {
    if (isTidying) return
    isTidying = true
    // What goes wrong in one part is no reason to leave out the other.
    for (const part of [
      () => tidyPhotos({ db, storage, queue }),
      () => tidyAvatars({ db, queue }),
      ...(tidyUps++ % tidyUpsADay ? [] : [() => tidyFiles({ db, storage })]),
      () => sweepPosts({ db, storage }, config.deletedPostDays),
      () => sweepSessions(db),
      () => sweepAttempts(db),
      () => sweepChallenges(db),
      () => sweepInvitations(db),
      () => sweepFormerNames(db),
      () => beginSitemaps(db),
      () => sweepExports({ db, storage, queue }),
      () => sweepDepartures({ db, queue }),
      () => askForNews(mailDeps),
    ])
      await part().catch((error: unknown) => log.error('tidying up failed', error))
    isTidying = false
  }
  const tidying = setInterval(() => void tidyUp(), tidyMilliseconds)
  const compute = (): void => {
    computePopular(db).catch((error: unknown) => log.error('computing what is popular failed', error))
  }
  compute()
  const computing = setInterval(compute, popularMilliseconds)
  log.info('worker ready', { concurrency: workerConcurrency })

  return {
    async stop() {
      clearInterval(tidying)
      clearInterval(computing)
      stopping.abort()
      await telling?.stop()
      // Nobody waits for AVIF: what is cut off there is done again later.
      patientDecoder.stop()
      await queue.stop()
      decoder.stop()
    },
  }
}

/** Each kind of mail is its room's to write. */
function sendLetter(deps: { db: Db; mailer: Mailer } & Sending, letter: Letter): Promise<void> {
  switch (letter.what) {
    case 'notice':
      return deps.mailer.send(letter.to, letter.mail)
    case 'confirm-address':
      return sendConfirmation(deps, letter.addressId)
    case 'forgotten-password':
      return answerForgotten(deps, letter.asked)
    case 'reset-password':
      return sendReset(deps, letter.addressId)
    case 'news':
      return sendNews(deps, letter)
  }
}
