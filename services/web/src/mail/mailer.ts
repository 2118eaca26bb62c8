import { createTransport } from 'nodemailer'
import type { Config, SmtpServer } from '../config.ts'
import type { Db } from '../db/connect.ts'
import { log } from '../log.ts'
import { keepMail } from './kept.ts'
import { type Mail, mailHtml, mailText } from './mail.tsx'

/** Whatever brings mails to people. */
export interface Mailer {
  /**
   * Hands a mail to the server. One that the server will never take, whenever it is asked, is dropped with a line in the log.
   * @throws the reason, if it may succeed later
   */
  send(to: string, mail: Mail): Promise<void>
}

/** Opens the way that the settings name. No connection is made until the first mail, so this never fails. */
export function openMailer({ mail: settings }: Pick<Config, 'mail'>, db: Db): Mailer {
  if (!settings) {
    return {
      // Asked for before mail was turned off.
      async send(_to, { subject }) {
        log.warn('mail dropped: there is no server for it', { subject })
      },
    }
  }
  const { publicUrl, smtp } = settings
  if (!smtp) return { send: (to, mail) => keepMail(db, to, mail) }
  const transport = openTransport(smtp)
  return {
    async send(to, mail) {
      try {
        await transport.sendMail({
          from: smtp.from,
          to: { name: '', address: to },
          subject: mail.subject,
          text: mailText(mail, publicUrl),
          html: mailHtml(mail, publicUrl),
          // Nobody's holiday notice should come back.
          headers: { 'Auto-Submitted': 'auto-generated', ...(mail.stop && oneClick(publicUrl, mail.stop)) },
        })
      } catch (error) {
        if (!isRefusedForGood(error)) throw error
        log.warn('mail dropped: the server refused it for good', { subject: mail.subject, message: error.message })
      }
    },
  }
}

/** How a mail program stops mails of a kind for somebody, by a button of its own: RFC 8058. */
function oneClick(publicUrl: string, { oneClickPath }: { oneClickPath: string }): Record<string, string> {
  return {
    'List-Unsubscribe': `<${publicUrl}${oneClickPath}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  }
}

/** Connects and signs in, and sends nothing. @throws the reason why mail cannot be sent */
export async function checkSmtp(smtp: SmtpServer): Promise<void> {
  await openTransport(smtp).verify()
}

function openTransport({ host, port, security, user, password }: SmtpServer) {
  return createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    // What a mail says is text, never the name of something to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

/**
 * Whether the server will not take this mail, whenever it is asked: 5xx to its recipient or its text. A 5xx at signing in is
 * the operator's to mend, so those mails wait.
 */
function isRefusedForGood(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  const { code, responseCode = 0 } = error as { code?: string; responseCode?: number }
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode >= 500
}
