import type { Entry, EntryPicture, Feed } from './feed.tsx'
import { type Xml, xml, xmlDocument } from './xml.ts'

/** Writes a feed as Atom (RFC 4287). */
export function atom(feed: Feed): string {
  const self = `${feed.url}.atom`
  return xmlDocument(xml`<feed xmlns="http://www.w3.org/2005/Atom">
  <id>${self}</id>
  <title>${feed.title}</title>
  <subtitle>${feed.description}</subtitle>
  <updated>${feed.updatedAt.toISOString()}</updated>
  <generator>Gramstack</generator>
  <link rel="self" type="application/atom+xml" href="${self}"/>
  <link rel="alternate" type="text/html" href="${feed.pageUrl}"/>${feed.entries.map(entry)}
</feed>`)
}

function entry({ url, title, createdAt, updatedAt, author, hashtags, pictures, html }: Entry): Xml {
  return xml`
  <entry>
    <id>${url}</id>
    <title>${title}</title>
    <published>${createdAt.toISOString()}</published>
    <updated>${updatedAt.toISOString()}</updated>
    <author><name>${author.name}</name><uri>${author.url}</uri></author>
    <link rel="alternate" type="text/html" href="${url}"/>${pictures.map(enclosure)}${hashtags.map(category)}
    <content type="html">${html}</content>
  </entry>`
}

function enclosure({ url, alt }: EntryPicture): Xml {
  return xml`
    <link rel="enclosure" type="image/jpeg" href="${url}" title="${alt}"/>`
}

function category(tag: string): Xml {
  return xml`
    <category term="${tag}"/>`
}
