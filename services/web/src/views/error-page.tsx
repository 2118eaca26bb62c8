import { phrase, say } from '../language/say.ts'
import { Icon } from './icon.tsx'
import { Layout, type Visitor } from './layout.tsx'

const titles: Readonly<Record<number, string>> = {
  401: phrase('Please sign in'),
  403: phrase('Not allowed'),
  404: phrase('Not found'),
  413: phrase('Too large'),
  429: phrase('Too many requests'),
  500: phrase('Something went wrong'),
  503: phrase('Back in a moment'),
  507: phrase('No room left'),
}

interface ErrorPageProps {
  status: number
  message: string
  requestId: string
  visitor: Visitor | undefined
}

/** What a visitor sees of an error: what it is, what would do, a way on, and the id to quote when asking for help. */
export function ErrorPage({ status, message, requestId, visitor }: ErrorPageProps) {
  const title = say(titles[status] ?? phrase('That did not work'))
  return (
    <Layout title={title} visitor={visitor}>
      <section class="doorstep mishap">
        <Icon name="camera" size={56} />
        <h1>{title}</h1>
        <p>{message}</p>
        <p>
          <a class="button" href="/">
            {say('To the home page')}
          </a>
        </p>
        <p class="faint">{say('{status} · request {id}', { status: String(status), id: requestId })}</p>
      </section>
    </Layout>
  )
}
