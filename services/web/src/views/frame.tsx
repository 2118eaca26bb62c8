import { say } from '../language/say.ts'
import { Avatar } from './avatar.tsx'
import { Handle } from './handle.tsx'
import { Icon, type IconName } from './icon.tsx'
import type { Visitor } from './layout.tsx'
import { badgeText, bellLabel } from './unread.ts'

interface FrameProps {
  visitor: Visitor | undefined
  /** The path of the page, where it is one of the places that the frame leads to. */
  here: string | undefined
}

/** What stands around every page: the name, the search, and the ways to go. */
export function Frame({ visitor, here }: FrameProps) {
  return (
    <header class={visitor ? 'frame members' : 'frame strangers'}>
      <div class="bar">
        <a class="brand" href="/">
          {say('Gramstack')}
        </a>
        <SearchForm here={here} />
        {visitor && <NotificationsLink unread={visitor.unread ?? 0} here={here} />}
      </div>
      <nav aria-label={say('Main')}>
        {visitor ? <SignedInWays visitor={visitor} here={here} /> : <SignedOutWays here={here} />}
      </nav>
    </header>
  )
}

/** A field where there is room for one, and a way to it where there is not. */
function SearchForm({ here }: { here: string | undefined }) {
  return (
    <search class="bar-search">
      <form method="get" action="/search">
        <input
          type="search"
          name="q"
          aria-label={say('Search')}
          placeholder={say('Search')}
          maxLength={100}
          autocomplete="off"
          autocapitalize="none"
          data-suggests="places"
        />
      </form>
      <Way href="/search" icon="search" label={say('Search')} here={here} />
    </search>
  )
}

function SignedInWays({ visitor, here }: { visitor: Visitor; here: string | undefined }) {
  const own = `/@${visitor.username}`
  return (
    <>
      <Way href="/" icon="home" label={say('Home')} here={here} />
      <Way href="/explore" icon="explore" label={say('Explore')} here={here} />
      <Way href="/upload" icon="plus" label={say('Share photos')} here={here} />
      <Way href="/saved" icon="bookmark" label={say('Saved')} here={here} />
      <a class="place-to-go" href={own} aria-current={here === own ? 'page' : undefined}>
        <Avatar of={visitor} />
        <Handle of={visitor.username} class="label" />
      </a>
    </>
  )
}

/** A sign with what it leads to, which stands beside it where there is room and is read out where there is not. */
function Way({ href, icon, label, here }: { href: string; icon: IconName; label: string; here: string | undefined }) {
  return (
    <a class="place-to-go" href={href} aria-current={here === href ? 'page' : undefined}>
      <Icon name={icon} />
      <span class="label">{label}</span>
    </a>
  )
}

/** The way to the notifications, with how many are unread; client/notifications.ts keeps that up to date. */
function NotificationsLink({ unread, here }: { unread: number; here: string | undefined }) {
  const href = '/notifications'
  return (
    <>
      <a
        class="place-to-go bell"
        href={href}
        aria-label={bellLabel(unread)}
        aria-current={here === href ? 'page' : undefined}
      >
        <Icon name="bell" />
        <span class="label">{say('Notifications')}</span>{' '}
        <span class="badge" hidden={unread === 0} aria-hidden="true" data-unread={unread}>
          {badgeText(unread)}
        </span>
      </a>
      <span class="visually-hidden" role="status" id="unread-news" />
    </>
  )
}

function SignedOutWays({ here }: { here: string | undefined }) {
  return (
    <>
      <a class="place-to-look" href="/explore" aria-current={here === '/explore' ? 'page' : undefined}>
        {say('Explore')}
      </a>
      <a href="/sign-in">{say('Sign in')}</a>
      <a class="button" href="/sign-up">
        {say('Sign up')}
      </a>
    </>
  )
}
