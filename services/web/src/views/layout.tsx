import type { ComponentChildren } from 'preact'
import { direction, say, spokenLanguage } from '../language/say.ts'
import { asset } from './asset.ts'
import { Avatar } from './avatar.tsx'
import { clientModule } from './client-modules.ts'
import { badgeText, bellLabel } from './unread.ts'

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
  /** Has the browser ask again by itself, for a page that waits for something. */
  refreshSeconds?: number | undefined
  /** What the page needs of `clientModule`; it has to be of use without them. */
  modules?: readonly string[]
  /** What else stands in the head: what search engines and other sites are told of the page. */
  head?: ComponentChildren
  children: ComponentChildren
}

/** The frame of every page: head, header with the ways to go, main. */
export function Layout({ title, visitor, refreshSeconds, modules = [], head, children }: LayoutProps) {
  return (
    <html lang={spokenLanguage()} dir={direction()} data-theme={visitor?.theme}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content={!visitor || visitor.theme === 'auto' ? 'light dark' : visitor.theme} />
        {refreshSeconds && <meta http-equiv="refresh" content={String(refreshSeconds)} />}
        <title>{title === 'Gramstack' ? title : `${title} · Gramstack`}</title>
        {head}
        <link rel="icon" href="/favicon.ico" sizes="32x32" />
        <link rel="icon" href={asset('favicon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={asset('app.css')} />
        {[...(visitor ? [clientModule('notifications')] : []), ...modules].map((url) => (
          <script key={url} type="module" src={url} />
        ))}
      </head>
      <body>
        <a class="skip" href="#main">
          {say('Skip to the content')}
        </a>
        <header class="bar">
          <a class="brand" href="/">
            {say('Gramstack')}
          </a>
          <SearchForm />
          <nav aria-label={say('Main')}>{visitor ? <SignedInWays visitor={visitor} /> : <SignedOutWays />}</nav>
        </header>
        <main id="main">{children}</main>
      </body>
    </html>
  )
}

/** A field where there is room for one, and a way to it where there is not. */
function SearchForm() {
  return (
    <search class="bar-search">
      <form method="get" action="/search">
        <input
          type="search"
          name="q"
          aria-label={say('Search')}
          placeholder={say('Search')}
          maxLength={100}
          autocapitalize="none"
        />
      </form>
      <a href="/search">
        <span class="visually-hidden">{say('Search')}</span>
        <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="10.5" cy="10.5" r="6.5" fill="none" stroke="currentColor" stroke-width="2" />
          <path d="m15.5 15.5 5 5" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
        </svg>
      </a>
    </search>
  )
}

function SignedInWays({ visitor }: { visitor: Visitor }) {
  return (
    <>
      <a href="/explore">{say('Explore')}</a>
      <a class="button" href="/upload">
        {say('Share photos')}
      </a>
      <NotificationsLink unread={visitor.unread ?? 0} />
      <a class="own oneself" href={`/@${visitor.username}`}>
        <Avatar of={visitor} />@{visitor.username}
      </a>
      <form method="post" action="/sign-out">
        <button class="quiet" type="submit">
          {say('Sign out')}
        </button>
      </form>
    </>
  )
}

/** The way to the notifications, with how many are unread; client/notifications.ts keeps that up to date. */
function NotificationsLink({ unread }: { unread: number }) {
  return (
    <>
      <a class="bell" href="/notifications" aria-label={bellLabel(unread)}>
        <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
          <path
            fill="none"
            stroke="currentColor"
            stroke-width="1.8"
            stroke-linejoin="round"
            d="M12 3a6 6 0 0 0-6 6v4l-2 4h16l-2-4V9a6 6 0 0 0-6-6zM10 20h4"
          />
        </svg>
        <span class="badge" hidden={unread === 0} data-unread={unread}>
          {badgeText(unread)}
        </span>
      </a>
      <span class="visually-hidden" role="status" id="unread-news" />
    </>
  )
}

function SignedOutWays() {
  return (
    <>
      <a href="/explore">{say('Explore')}</a>
      <a href="/sign-in">{say('Sign in')}</a>
      <a class="button" href="/sign-up">
        {say('Sign up')}
      </a>
    </>
  )
}
