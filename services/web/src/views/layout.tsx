import type { ComponentChildren } from 'preact'
import { direction, say, spokenLanguage } from '../language/say.ts'
import { asset } from './asset.ts'
import { clientModule, styleSheet } from './client-modules.ts'
import { Frame } from './frame.tsx'
import { WebAppTags } from './head.tsx'
import { KeyHelp } from './key-help.tsx'
import { SuggestionList } from './suggestion-list.tsx'

/** As much of the signed-in person as the furniture shows. */
export interface Visitor {
  username: string
  displayName: string
  avatarKey: string | undefined
  /** Light or dark pages, or as the system says. */
  theme: 'auto' | 'light' | 'dark'
  /** How many notifications are unread, where that was counted. */
  unread?: number | undefined
}

interface LayoutProps {
  title: string
  visitor: Visitor | undefined
  /** The path of the page, where it is one of the places that the frame leads to. */
  here?: string
  /** Has the browser ask again by itself, for a page that waits for something. */
  refreshSeconds?: number | undefined
  /** What the page needs of `clientModule`; it has to be of use without them. */
  modules?: readonly string[]
  /** What else stands in the head: what search engines and other sites are told of the page. */
  head?: ComponentChildren
  children: ComponentChildren
}

/** The frame of every page: head, header with the ways to go, main. */
export function Layout({ title, visitor, here, refreshSeconds, modules = [], head, children }: LayoutProps) {
  return (
    <html lang={spokenLanguage()} dir={direction()} data-theme={visitor?.theme}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content={!visitor || visitor.theme === 'auto' ? 'light dark' : visitor.theme} />
        {refreshSeconds && <meta http-equiv="refresh" content={String(refreshSeconds)} />}
        <title>{title === 'Gramstack' ? title : `${title} · Gramstack`}</title>
        {head}
        <link rel="icon" href="/favicon.ico" sizes="32x32" />
        <link rel="icon" href={asset('favicon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={styleSheet()} />
        <WebAppTags theme={visitor?.theme} />
        {[clientModule('page'), ...(visitor ? [clientModule('notifications')] : []), ...modules].map((url) => (
          <script key={url} type="module" src={url} />
        ))}
      </head>
      <body>
        <a class="skip" href="#main">
          {say('Skip to the content')}
        </a>
        <Frame visitor={visitor} here={here} />
        <main id="main">
          {children}
          <SuggestionList />
        </main>
        <p
          class="said-now"
          role="status"
          data-unreached={say('That did not arrive. Look at your connection, and try again.')}
        />
        <KeyHelp />
      </body>
    </html>
  )
}
