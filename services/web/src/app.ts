import express, { type Express } from 'express'
import { findViewer, mayUpload } from './accounts/viewer.ts'
import { blockPages } from './blocks/pages.tsx'
import { collectionPages } from './collections/pages.tsx'
import { commentPages } from './comments/pages.tsx'
import type { Config } from './config.ts'
import type { Db } from './db/connect.ts'
import { departurePages } from './departures/pages.tsx'
import { emailPages } from './emails/pages.tsx'
import { explorePages } from './explore/pages.tsx'
import { exportPages } from './exports/pages.tsx'
import { feedPages } from './feed/pages.tsx'
import { followPages } from './follows/pages.tsx'
import { hashtagPages } from './hashtags/pages.tsx'
import { accessLog, requestId } from './http/access-log.ts'
import type { Drain } from './http/drain.ts'
import { answerErrors, nothingHere } from './http/errors.tsx'
import { health } from './http/health.ts'
import { findOrigin } from './http/origin.ts'
import { requireSameOrigin } from './http/same-origin.ts'
import { securityHeaders } from './http/security-headers.ts'
import { speakAsAsked } from './http/speak.ts'
import { instancePages } from './instance/pages.tsx'
import { invitationPages } from './invitations/pages.tsx'
import type { Queue } from './jobs/queue.ts'
import { likePages } from './likes/pages.tsx'
import { keptMailPages } from './mail/pages.tsx'
import type { Storage } from './media/storage.ts'
import { countRequests } from './metrics/requests.ts'
import { adminPages } from './moderation/admin-pages.tsx'
import { failurePages } from './moderation/failure-pages.tsx'
import { peoplePages } from './moderation/people-pages.tsx'
import { reportPages } from './moderation/report-pages.tsx'
import { mutePages } from './mutes/pages.tsx'
import { unreadInHeader } from './notifications/header.ts'
import { notificationPages } from './notifications/pages.tsx'
import { passkeyPages } from './passkeys/pages.tsx'
import { passwordResetPages } from './password-resets/pages.tsx'
import { mediaPages } from './photos/pages.ts'
import { composePages } from './posts/compose-pages.tsx'
import { editsPages } from './posts/edits-pages.tsx'
import { postPages } from './posts/pages.tsx'
import { avatarPages } from './profiles/avatar-pages.tsx'
import { leadToNewNames } from './profiles/former-names.ts'
import { profilePages } from './profiles/pages.tsx'
import { pushPages } from './push/pages.tsx'
import { limitRates } from './rate-limits/middleware.ts'
import { searchPages } from './search/pages.tsx'
import { settingsPages } from './settings/pages.tsx'
import { passwordPages } from './settings/password-pages.tsx'
import { sessionPages } from './settings/session-pages.tsx'
import { signInPages } from './sign-in/pages.tsx'
import { signUpPages } from './sign-ups/pages.tsx'
import { syndicationPages } from './syndication/pages.ts'
import { twoFactorPages } from './two-factor/pages.tsx'
import { clientModules } from './views/client-modules.ts'
import { staticFiles } from './views/static-files.ts'
import { webAppPages } from './web-app/pages.tsx'

export interface AppDeps {
  config: Pick<
    Config,
    'trustProxyHops' | 'rateLimitFactor' | 'maxUploadBytes' | 'isServedByNginx' | 'publicUrl' | 'mail' | 'push'
  >
  db: Db
  storage: Storage
  queue: Queue
  drain: Drain
}

// Long enough for a worker that has some photos before this one, short enough for somebody who waits.
const patienceSeconds = 10

/** The whole application: what every request goes through, in order, and then the rooms. */
export function createApp({ config, db, storage, queue, drain }: AppDeps): Express {
  const photoDeps = {
    db,
    storage,
    queue,
    maxUploadBytes: config.maxUploadBytes,
    patienceSeconds,
    isLeaving: () => drain.isDraining,
  }
  const app = express()
  const sending = { db, queue, isMailOn: config.mail !== undefined }
  app.disable('x-powered-by')
  app.set('trust proxy', config.trustProxyHops)
  app.set('query parser', 'simple')

  app.use(requestId)
  app.use(accessLog)
  app.use(securityHeaders)
  app.use(findOrigin(config.publicUrl))
  app.use(health({ db, isMediaWritable: storage.isWritable, drain }))
  app.use(countRequests)
  app.use(drain.middleware)
  app.use(staticFiles())
  app.use(clientModules())
  app.get('/may-upload', mayUpload(db))
  app.use(syndicationPages({ db }))
  app.use(speakAsAsked)
  app.use(webAppPages({ db }))
  app.use(requireSameOrigin)
  // Room for the descriptions of twenty photos, each character of which may take twelve.
  app.use(express.urlencoded({ extended: false, limit: '512kb', parameterLimit: 100 }))
  app.use(findViewer(db))
  app.use(limitRates({ db, factor: config.rateLimitFactor }))

  app.use(mediaPages({ db, storage, isServedByNginx: config.isServedByNginx }))
  app.use(unreadInHeader(db))
  // What is asked for most, before others: a request tries one room after another.
  app.use(feedPages({ db }))
  app.use(postPages({ db }))
  app.use(profilePages({ db }))
  app.use(explorePages({ db }))
  app.use(likePages({ db }))
  app.use(commentPages({ db }))
  app.use(signInPages({ db }))
  app.use(instancePages({ db }))
  app.use(emailPages(sending))
  app.use(passwordResetPages(sending))
  app.use(invitationPages({ db }))
  app.use(signUpPages(sending))
  if (config.mail && !config.mail.smtp) app.use(keptMailPages({ db }))
  app.use(followPages({ db }))
  app.use(blockPages({ db }))
  app.use(mutePages({ db }))
  app.use(composePages(photoDeps))
  app.use(editsPages(photoDeps))
  app.use(notificationPages({ ...sending, drain, isPushOn: config.push !== undefined }))
  if (config.push) app.use(pushPages({ db, push: config.push }))
  app.use(searchPages({ db }))
  app.use(hashtagPages({ db }))
  app.use(collectionPages({ db }))
  app.use(reportPages({ db }))
  app.use(adminPages({ db, storage }))
  app.use(peoplePages({ ...sending, storage }))
  app.use(failurePages({ db, queue }))
  app.use(settingsPages({ db, storage, queue }))
  app.use(passwordPages({ db }))
  app.use(sessionPages({ db }))
  app.use(exportPages({ db, storage, queue }))
  app.use(departurePages({ db, storage, queue }))
  app.use(twoFactorPages({ db }))
  app.use(passkeyPages({ db }))
  app.use(avatarPages(photoDeps))

  app.use(nothingHere)
  app.use(leadToNewNames(db))
  app.use(answerErrors)
  return app
}
