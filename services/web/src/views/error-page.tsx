import { Icon } from './icon.tsx'
import { Layout, type Visitor } from './layout.tsx'

const titles: Readonly<Record<number, string>> = {
  401: 'Please sign in',
  403: 'Not allowed',
  404: 'Not found',
  413: 'Too large',
  429: 'Too many requests',
  500: 'Something went wrong',
  503: 'Back in a moment',
  507: 'No room left',
}

interface ErrorPageProps {
  status: number
  message: string
  requestId: string
  visitor: Visitor | undefined
}

/** What a visitor sees of an error: what it is, what would do, a way on, and the id to quote when asking for help. */
export function ErrorPage({ status, message, requestId, visitor }: ErrorPageProps) {
  const title = titles[status] ?? 'That did not work'
  return (
    <Layout title={title} visitor={visitor}>
      <section class="doorstep mishap">
        <Icon name="camera" size={56} />
        <h1>{title}</h1>
        <p>{message}</p>
        <p>
          <a class="button" href="/">
            To the home page
          </a>
        </p>
        <p class="faint">
          {status} · request {requestId}
        </p>
      </section>
    </Layout>
  )
}
