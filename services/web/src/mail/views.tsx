import { Layout, type Visitor } from '../views/layout.tsx'
import type { Mail } from './mail.tsx'

interface KeptMailsProps {
  mails: readonly { id: string; recipient: string; mail: Mail }[]
  visitor: Visitor | undefined
}

export function KeptMailsPage({ mails, visitor }: KeptMailsProps) {
  return (
    <Layout title="Mail" visitor={visitor}>
      <section class="stack narrow">
        <h1>Mail</h1>
        <p class="faint">
          In development, and without SMTP_HOST, mails are not sent but shown here: the newest hundred, to everybody who
          can open this page.
        </p>
        {mails.length === 0 && <p class="empty">None yet.</p>}
        {mails.map(({ id, recipient, mail }) => (
          <article key={id} class="note">
            <h2>{mail.subject}</h2>
            <p class="faint">To {recipient}</p>
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
