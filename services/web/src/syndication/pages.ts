import { type Response, Router } from 'express'
import type { Db } from '../db/connect.ts'
import { readInput } from '../http/input.ts'
import { originOf } from '../http/origin.ts'
import { notFound, Refusal } from '../http/refusal.ts'
import { atom } from './atom.ts'
import type { Feed } from './feed.tsx'
import { embedInput, sitemapInput } from './input.ts'
import { embedOf } from './oembed.ts'
import { rss } from './rss.ts'
import { feedOfHashtag, feedOfPerson } from './service.ts'
import { sitemap, sitemapIndex } from './sitemaps.ts'

const formats = {
  atom: { type: 'application/atom+xml', write: atom },
  rss: { type: 'application/rss+xml', write: rss },
} as const
type Format = keyof typeof formats

/**
 * What other sites and programs read of public things: feeds, oEmbed, sitemaps. It stands before anybody is asked who they are, for
 * everybody gets the same, and a cache may keep it.
 */
export function syndicationPages({ db }: { db: Db }): Router {
  const router = Router()

  for (const format of Object.keys(formats) as Format[]) {
    router.get(`/@:username.${format}`, async (request, response) => {
      sendFeed(response, format, await feedOfPerson(db, originOf(response), request.params.username))
    })
    router.get(`/tags/:tag.${format}`, async (request, response) => {
      sendFeed(response, format, await feedOfHashtag(db, originOf(response), request.params.tag))
    })
  }

  router.get('/oembed', async (request, response) => {
    const input = readInput(embedInput, request.query)
    if (input.format !== 'json') throw new Refusal('notImplemented', 'oEmbed is to be had as JSON here: format=json.')
    const embed = await embedOf(db, originOf(response), input)
    sendPublic(response, 'application/json', JSON.stringify(embed), feedSeconds)
  })

  router.get('/sitemap.xml', async (_request, response) => {
    sendPublic(response, 'application/xml', await sitemapIndex(db, originOf(response)), sitemapSeconds)
  })

  router.get('/sitemap-:kind-:firstId.xml', async (request, response) => {
    const named = sitemapInput.safeParse(request.params)
    if (!named.success) throw notFound()
    const { kind, firstId } = named.data
    sendPublic(response, 'application/xml', await sitemap(db, originOf(response), kind, firstId), sitemapSeconds)
  })

  return router
}

// Somebody who goes private is gone from everywhere soon, and a reader that asks every minute mostly asks a cache.
const feedSeconds = 300
const sitemapSeconds = 3600

function sendFeed(response: Response, format: Format, feed: Feed): void {
  const { type, write } = formats[format]
  sendPublic(response, type, write(feed), feedSeconds)
}

/** Express gives it an ETag, and answers 304 where that is still right. */
function sendPublic(response: Response, type: string, body: string, seconds: number): void {
  response
    .set({
      'Cache-Control': `public, max-age=${seconds}`,
      // Any page may read what is for all; and it is no page for search engines to show.
      'Access-Control-Allow-Origin': '*',
      'X-Robots-Tag': 'noindex',
    })
    .type(type)
    .send(body)
}
