import { render } from 'preact-render-to-string'
import type { Language } from '../language/languages.ts'
import { direction, spokenLanguage } from '../language/say.ts'

/** What a mail says. Text and HTML are made of it when it is sent. */
export interface Mail {
  subject: string
  paragraphs: readonly string[]
  /** The one thing to do, by its path on this Gramstack. */
  way?: { label: string; path: string }
  /** Of mails that somebody asked for: where they are stopped, and the address at which a mail program does so with one click. */
  stop?: { label: string; path: string; oneClickPath: string }
}

/**
 * What the worker has to send. Where the mail has a link that opens something, the job only says whom it is for: the secret is made
 * when the mail is sent, so that it stands in no table.
 */
export type Letter = {
  /** Which is spoken when it is written. */
  language?: Language
} & (
  | { what: 'notice'; to: string; mail: Mail }
  | { what: 'confirm-address'; addressId: string }
  /** Somebody says that they forgot the password of the account of this name or address, if there is one. */
  | { what: 'forgotten-password'; asked: string }
  | { what: 'reset-password'; addressId: string }
  /** What somebody has not seen, of what happened since a moment. */
  | { what: 'news'; personId: string; since: string }
)

/** @param publicUrl where this Gramstack is, without a slash at the end */
export function mailText({ paragraphs, way, stop }: Mail, publicUrl: string): string {
  const ways = [way, stop].flatMap((one) => (one ? [`${one.label}:\n${publicUrl}${one.path}`] : []))
  return [...paragraphs, ...ways, publicUrl].join('\n\n')
}

/** @param publicUrl where this Gramstack is, without a slash at the end */
export function mailHtml(mail: Mail, publicUrl: string): string {
  return `<!doctype html>${render(<MailPage mail={mail} publicUrl={publicUrl} />)}`
}

function MailPage({ mail, publicUrl }: { mail: Mail; publicUrl: string }) {
  const { subject, paragraphs, way, stop } = mail
  return (
    <html lang={spokenLanguage()} dir={direction()}>
      <head>
        <meta charset="utf-8" />
        <title>{subject}</title>
      </head>
      <body>
        {paragraphs.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
        {way && (
          <p>
            <a href={`${publicUrl}${way.path}`}>{way.label}</a>
          </p>
        )}
        {stop && (
          <p>
            <a href={`${publicUrl}${stop.path}`}>{stop.label}</a>
          </p>
        )}
        <p>
          <a href={publicUrl}>{publicUrl}</a>
        </p>
      </body>
    </html>
  )
}
