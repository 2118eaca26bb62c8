import { say } from '../language/say.ts'
import { asset } from './asset.ts'
import { clientModule } from './client-modules.ts'

/** What search engines, sites that show a link as a card, and browsers that install an app read in the head of a page. */

export interface CardProps {
  type: 'website' | 'profile' | 'article'
  /** The one address of the page, absolute. */
  url: string
  title: string
  description: string
  image: CardImage | undefined
}

export interface CardImage {
  url: string
  width: number
  height: number
  alt: string
}

/** The address that the page goes by, and the card of a link to it (ogp.me; Twitter's and Mastodon's cards read the same). */
export function CardTags({ type, url, title, description, image }: CardProps) {
  return (
    <>
      <link rel="canonical" href={url} />
      <meta name="description" content={description} />
      <meta property="og:site_name" content="Gramstack" />
      <meta property="og:type" content={type} />
      <meta property="og:url" content={url} />
      <meta property="og:title" content={title} />
      <meta property="og:description" content={description} />
      {image && (
        <>
          <meta property="og:image" content={image.url} />
          <meta property="og:image:type" content="image/jpeg" />
          <meta property="og:image:width" content={String(image.width)} />
          <meta property="og:image:height" content={String(image.height)} />
          <meta property="og:image:alt" content={image.alt} />
        </>
      )}
      <meta name="twitter:card" content={image ? 'summary_large_image' : 'summary'} />
    </>
  )
}

/** Asks search engines to leave the page out. */
export function NoIndex() {
  return <meta name="robots" content="noindex" />
}

/** Where feed readers find the page. @param path of the feed, without its ending */
export function FeedLinks({ path, title }: { path: string; title: string }) {
  return (
    <>
      <link
        rel="alternate"
        type="application/atom+xml"
        href={`${path}.atom`}
        title={say('{title} (Atom)', { title })}
      />
      <link rel="alternate" type="application/rss+xml" href={`${path}.rss`} title={say('{title} (RSS)', { title })} />
    </>
  )
}

/** Of the window around the page: as --page in styles/tokens.css. */
export const themeColours = { light: '#ffffff', dark: '#0a0a0b' } as const

/** What makes the site an app that can be installed. @param theme that the visitor has chosen, if it is not as the system says */
export function WebAppTags({ theme = 'auto' }: { theme: 'auto' | 'light' | 'dark' | undefined }) {
  return (
    <>
      <link rel="manifest" href="/manifest.webmanifest" />
      <link rel="apple-touch-icon" href={asset('apple-touch-icon.png')} />
      {theme === 'auto' ? (
        <>
          <meta name="theme-color" media="(prefers-color-scheme: light)" content={themeColours.light} />
          <meta name="theme-color" media="(prefers-color-scheme: dark)" content={themeColours.dark} />
        </>
      ) : (
        <meta name="theme-color" content={themeColours[theme]} />
      )}
      <script type="module" src={clientModule('web-app')} />
    </>
  )
}
