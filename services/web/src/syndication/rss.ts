import type { Entry, EntryPicture, Feed } from './feed.tsx'
import { type Xml, xml, xmlDocument } from './xml.ts'

/** Writes a feed as RSS 2.0, with what Media RSS has for several pictures and their descriptions. */
export function rss(feed: Feed): string {
  return xmlDocument(xml`<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
<channel>
  <title>${feed.title}</title>
  <link>${feed.pageUrl}</link>
  <description>${feed.description}</description>
  <lastBuildDate>${feed.updatedAt.toUTCString()}</lastBuildDate>
  <generator>Gramstack</generator>
  <atom:link rel="self" type="application/rss+xml" href="${feed.url}.rss"/>${feed.entries.map(item)}
</channel>
</rss>`)
}

function item({ url, title, createdAt, author, hashtags, pictures, html }: Entry): Xml {
  return xml`
  <item>
    <guid isPermaLink="true">${url}</guid>
    <link>${url}</link>
    <title>${title}</title>
    <pubDate>${createdAt.toUTCString()}</pubDate>
    <dc:creator>${author.name}</dc:creator>
    <description>${html}</description>${hashtags.map(category)}${pictures.slice(0, 1).map(enclosure)}${pictures.map(media)}
  </item>`
}

/** There may be one only; and what its length is must be said, though nobody looks it up: 0 is what to say then. */
function enclosure({ url }: EntryPicture): Xml {
  return xml`
    <enclosure type="image/jpeg" length="0" url="${url}"/>`
}

function media({ url, width, height, alt }: EntryPicture): Xml {
  return xml`
    <media:content medium="image" type="image/jpeg" url="${url}" width="${String(width)}" height="${String(height)}">
      <media:description type="plain">${alt}</media:description>
    </media:content>`
}

function category(tag: string): Xml {
  return xml`
    <category>${tag}</category>`
}
