import { Layout, type Visitor } from '../views/layout.tsx'
import { Moment } from '../views/time.tsx'
import { type Export, keptDays } from './service.ts'

export function ExportPage({ visitor, present }: { visitor: Visitor; present: Export | undefined }) {
  const isWorking = present?.state === 'working'
  return (
    <Layout title="Take everything along" visitor={visitor} refreshSeconds={isWorking ? 2 : undefined}>
      <section class="narrow stack">
        <h1>Take everything along</h1>
        <p>
          One zip file with every photo as you uploaded it, pages to look at them in any browser, and a file for
          programs, data.json, with all else that is kept of you here: your account and settings, posts, comments,
          likes, follows, blocks, and what you have saved.
        </p>
        {present && <Progress present={present} />}
        {!present || present.mayAskAgain ? (
          <form method="post" action="/settings/export">
            <button type="submit" class={present?.state === 'ready' ? 'secondary' : undefined}>
              {present ? 'Make it again' : 'Make it'}
            </button>
          </form>
        ) : (
          present.state === 'ready' && <p class="hint">It can be made again a day after the last time.</p>
        )}
        <p>
          <a href="/settings">Settings</a>
        </p>
      </section>
    </Layout>
  )
}

function Progress({ present }: { present: Export }) {
  if (present.state === 'failed') {
    return (
      <p class="complaint" role="alert">
        It could not be made. {present.failure}
      </p>
    )
  }
  if (present.state === 'working') {
    return (
      <div role="status" class="stack">
        <label for="progress">It is being made. You may leave this page, and come back later.</label>
        <progress id="progress" max={100} value={present.percent}>
          {present.percent} %
        </progress>
      </div>
    )
  }
  return (
    <div class="note stack">
      <p>
        Made on <Moment of={present.askedAt} />, {inWords(present.bytes)}. It is kept for {keptDays} days, until{' '}
        <Moment of={present.keptUntil} />, and nobody but you can fetch it.
      </p>
      <p>
        <a class="button" href="/settings/export/file" download>
          Download
        </a>
      </p>
    </div>
  )
}

function inWords(bytes: number): string {
  const [amount, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : bytes < 1e9 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB']
  return `${amount.toLocaleString('en', { maximumFractionDigits: 1 })} ${unit}`
}
