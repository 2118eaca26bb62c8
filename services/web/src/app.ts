import express, { type Express } from 'express'
import { accountPages } from './accounts/pages.tsx'
import { findViewer, mayUpload } from './accounts/viewer.ts'
import type { Config } from './config.ts'
import type { Db } from './db/connect.ts'
import { emailPages } from './emails/pages.tsx'
import { feedPages } from './feed/pages.tsx'
import { followPages } from './follows/pages.tsx'
import { accessLog, requestId } from './http/access-log.ts'
import type { Drain } from './http/drain.ts'
import { answerErrors, nothingHere } from './http/errors.tsx'
import { health } from './http/health.ts'
import { requireSameOrigin } from './http/same-origin.ts'
import { securityHeaders } from './http/security-headers.ts'
import { instancePages } from './instance/pages.tsx'
import { invitationPages } from './invitations/pages.tsx'
import type { Queue } from './jobs/queue.ts'
import { keptMailPages } from './mail/pages.tsx'
import type { Storage } from './media/storage.ts'
import { passwordResetPages } from './password-resets/pages.tsx'
import { mediaPages } from './photos/pages.ts'
import { composePages } from './posts/compose-pages.tsx'
import { postPages } from './posts/pages.tsx'
import { settingsPages } from './settings/pages.tsx'
import { signUpPages } from './sign-ups/pages.tsx'
import { staticFiles } from './views/static-files.ts'

export interface AppDeps {
  config: Pick<Config, 'trustProxyHops' | 'maxUploadBytes' | 'isServedByNginx' | 'publicUrl' | 'mail'>
  db: Db
  storage: Storage
  queue: Queue
  drain: Drain
}

// Long enough for a worker that has some photos before this one, short enough for somebody who waits.
const patienceSeconds = 10

/** The whole application: what every request goes through, in order, and then the rooms. */
export function createApp({ config, db, storage, queue, drain }: AppDeps): Express {
  const app = express()
  const sending = { db, queue, isMailOn: config.mail !== undefined }
  app.disable('x-powered-by')
  app.set('trust proxy', config.trustProxyHops)
  app.set('query parser', 'simple')

  app.use(requestId)
  app.use(accessLog)
  app.use(securityHeaders)
  app.use(health({ db, isMediaWritable: storage.isWritable, drain }))
  app.use(drain.middleware)
  app.use(staticFiles())
  app.get('/may-upload', mayUpload(db))
  app.use(requireSameOrigin)
  // Room for the descriptions of twenty photos, each character of which may take twelve.
  app.use(express.urlencoded({ extended: false, limit: '512kb', parameterLimit: 100 }))
  app.use(findViewer(db))

  app.use(mediaPages({ db, storage, isServedByNginx: config.isServedByNginx }))
  app.use(accountPages({ db }))
  app.use(instancePages({ db }))
  app.use(emailPages(sending))
  app.use(passwordResetPages(sending))
  app.use(invitationPages({ db, publicUrl: config.publicUrl ?? config.mail?.publicUrl }))
  app.use(signUpPages(sending))
  if (config.mail && !config.mail.smtp) app.use(keptMailPages({ db }))
  app.use(followPages({ db }))
  app.use(postPages({ db }))
  app.use(
    composePages({
      db,
      storage,
      queue,
      maxUploadBytes: config.maxUploadBytes,
      patienceSeconds,
      isLeaving: () => drain.isDraining,
    }),
  )
  app.use(settingsPages({ db, storage, queue }))
  app.use(feedPages({ db }))

  app.use(nothingHere)
  app.use(answerErrors)
  return app
}
