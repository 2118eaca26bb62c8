import { direction, say, spokenLanguage } from '../language/say.ts'
import { styleSheet } from '../views/client-modules.ts'
import { NoIndex } from '../views/head.tsx'

/** What the service worker shows in place of a page when there is no network. It stands at the address of that page. */
export function OfflinePage() {
  return (
    <html lang={spokenLanguage()} dir={direction()}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <NoIndex />
        <title>{`${say('You are offline')} · Gramstack`}</title>
        <link rel="stylesheet" href={styleSheet()} />
      </head>
      <body>
        <main id="main">
          <section class="narrow">
            <h1>{say('You are offline')}</h1>
            <p>{say('This page needs the network. Your last feed may still be here.')}</p>
            <p class="buttons">
              {/* biome-ignore lint/a11y/useValidAnchor: the empty address is that of the page that this one stands for */}
              <a class="button" href="">
                {say('Try again')}
              </a>
              <a class="button secondary" href="/">
                {say('Your last feed')}
              </a>
            </p>
          </section>
        </main>
      </body>
    </html>
  )
}
