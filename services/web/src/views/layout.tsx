import type { ComponentChildren } from 'preact'
import { asset } from './asset.ts'

/** As much of the signed-in person as the furniture shows. */
export interface Visitor {
  username: string
}

interface LayoutProps {
  title: string
  visitor: Visitor | undefined
  /** Has the browser ask again by itself, for a page that waits for something. */
  refreshSeconds?: number | undefined
  children: ComponentChildren
}

/** The frame of every page: head, header with the ways to go, main. */
export function Layout({ title, visitor, refreshSeconds, children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {refreshSeconds && <meta http-equiv="refresh" content={String(refreshSeconds)} />}
        <title>{title === 'Gramstack' ? title : `${title} · Gramstack`}</title>
        <link rel="icon" href="/favicon.ico" sizes="32x32" />
        <link rel="icon" href={asset('favicon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={asset('app.css')} />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header class="bar">
          <a class="brand" href="/">
            Gramstack
          </a>
          <nav aria-label="Main">{visitor ? <SignedInWays visitor={visitor} /> : <SignedOutWays />}</nav>
        </header>
        <main id="main">{children}</main>
      </body>
    </html>
  )
}

function SignedInWays({ visitor }: { visitor: Visitor }) {
  return (
    <>
      <a href="/explore">Explore</a>
      <a class="button" href="/upload">
        Share photos
      </a>
      <a href={`/@${visitor.username}`}>@{visitor.username}</a>
      <form method="post" action="/sign-out">
        <button class="quiet" type="submit">
          Sign out
        </button>
      </form>
    </>
  )
}

function SignedOutWays() {
  return (
    <>
      <a href="/explore">Explore</a>
      <a href="/sign-in">Sign in</a>
      <a class="button" href="/sign-up">
        Sign up
      </a>
    </>
  )
}
