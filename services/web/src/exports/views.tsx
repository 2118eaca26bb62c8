import { number, say, sayWith } from '../language/say.ts'
import { Layout, type Visitor } from '../views/layout.tsx'
import { Moment } from '../views/time.tsx'
import { type Export, keptDays } from './service.ts'

export function ExportPage({ visitor, present }: { visitor: Visitor; present: Export | undefined }) {
  const isWorking = present?.state === 'working'
  return (
    <Layout title={say('Take everything along')} visitor={visitor} refreshSeconds={isWorking ? 2 : undefined}>
      <section class="narrow stack">
        <h1>{say('Take everything along')}</h1>
        <p>
          {say(
            'One zip file with every photo as you uploaded it, pages to look at them in any browser, and a file for programs, data.json, with all else that is kept of you here: your account and settings, posts, comments, likes, follows, blocks, and what you have saved.',
          )}
        </p>
        {present && <Progress present={present} />}
        {!present || present.mayAskAgain ? (
          <form method="post" action="/settings/export">
            <button type="submit" class={present?.state === 'ready' ? 'secondary' : undefined}>
              {present ? say('Make it again') : say('Make it')}
            </button>
          </form>
        ) : (
          present.state === 'ready' && <p class="hint">{say('It can be made again a day after the last time.')}</p>
        )}
        <p>
          <a href="/settings">{say('Settings')}</a>
        </p>
      </section>
    </Layout>
  )
}

function Progress({ present }: { present: Export }) {
  if (present.state === 'failed') {
    return (
      <p class="complaint" role="alert">
        {say('It could not be made. {failure}', { failure: present.failure })}
      </p>
    )
  }
  if (present.state === 'working') {
    return (
      <div role="status" class="stack">
        <label for="progress">{say('It is being made. You may leave this page, and come back later.')}</label>
        <progress id="progress" max={100} value={present.percent}>
          {number(present.percent / 100, { style: 'percent' })}
        </progress>
      </div>
    )
  }
  return (
    <div class="note stack">
      <p>
        {sayWith(
          'Made on {made}, {size}. It is kept for {keptDays} days, until {until}, and nobody but you can fetch it.',
          {
            made: <Moment of={present.askedAt} />,
            size: inWords(present.bytes),
            keptDays,
            until: <Moment of={present.keptUntil} />,
          },
        )}
      </p>
      <p>
        <a class="button" href="/settings/export/file" download>
          {say('Download')}
        </a>
      </p>
    </div>
  )
}

function inWords(bytes: number): string {
  const [amount, unit] =
    bytes < 1e6 ? [bytes / 1e3, 'kilobyte'] : bytes < 1e9 ? [bytes / 1e6, 'megabyte'] : [bytes / 1e9, 'gigabyte']
  return number(amount, { maximumFractionDigits: 1, style: 'unit', unit })
}
