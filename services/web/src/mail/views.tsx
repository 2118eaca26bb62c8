import { say } from '../language/say.ts'
import { Layout, type Visitor } from '../views/layout.tsx'
import type { Mail } from './mail.tsx'

interface KeptMailsProps {
  mails: readonly { id: string; recipient: string; mail: Mail }[]
  visitor: Visitor | undefined
}

export function KeptMailsPage({ mails, visitor }: KeptMailsProps) {
  return (
    <Layout title={say('Mail')} visitor={visitor}>
      <section class="stack narrow">
        <h1>{say('Mail')}</h1>
        <p class="faint">
          {say(
            'In development, and without SMTP_HOST, mails are not sent but shown here: the newest hundred, to everybody who can open this page.',
          )}
        </p>
        {mails.length === 0 && <p class="empty">{say('None yet.')}</p>}
        {mails.map(({ id, recipient, mail }) => (
          <article key={id} class="note">
            <h2>{mail.subject}</h2>
            <p class="faint">{say('To {recipient}', { recipient })}</p>
            {mail.paragraphs.map((paragraph) => (
              <p key={paragraph}>{paragraph}</p>
            ))}
            {mail.way && (
              <p>
                <a href={mail.way.path}>{mail.way.label}</a>
              </p>
            )}
            {mail.stop && (
              <p>
                <a href={mail.stop.path}>{mail.stop.label}</a>
              </p>
            )}
          </article>
        ))}
      </section>
    </Layout>
  )
}
