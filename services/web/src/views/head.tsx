import { say } from '../language/say.ts'

/** What search engines, and sites that show a link as a card, read in the head of a page. */

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
