import type { Db } from '../db/connect.ts'
import { toCode } from '../http/code.ts'
import { notFound } from '../http/refusal.ts'
import * as queries from './queries.ts'
import { type Xml, xml, xmlDocument } from './xml.ts'

/**
 * Sitemaps (sitemaps.org): the addresses of public profiles and posts, for search engines. Each covers a range of ids that is fixed
 * once the next has begun.
 */

/** How many people or posts one begins with: what is hidden of them is left out, and what is published late is added. */
export const sitemapLength = 10_000

/** What the protocol allows, of addresses in a sitemap and of sitemaps in the index. */
const most = 50_000

const namespace = 'http://www.sitemaps.org/schemas/sitemap/0.9'

/** The index of all sitemaps. */
export async function sitemapIndex(db: Db, origin: string): Promise<string> {
  const firsts = queries.sitemapKinds.map((kind) => ({ kind, first_id: '0' }))
  const starts = [...firsts, ...(await queries.selectSitemapStarts(db, most - firsts.length))]
  return xmlDocument(
    xml`<sitemapindex xmlns="${namespace}">${starts.map(
      ({ kind, first_id }) => xml`
  <sitemap><loc>${origin}/sitemap-${kind}-${first_id}.xml</loc></sitemap>`,
    )}
</sitemapindex>`,
  )
}

/**
 * One sitemap.
 * @param firstId where it begins, as the index has it
 * @throws {Refusal} notFound, if none begins there
 */
export async function sitemap(db: Db, origin: string, kind: queries.SitemapKind, firstId: string): Promise<string> {
  const range = await queries.selectSitemapRange(db, kind, firstId)
  if (!range) throw notFound()
  const urls = kind === 'people' ? await peopleIn(db, origin, range) : await postsIn(db, origin, range)
  return xmlDocument(xml`<urlset xmlns="${namespace}">${urls}
</urlset>`)
}

/** Begins the sitemaps that are due. The worker's part; to do it twice, or two at once, does no harm. */
export async function beginSitemaps(db: Db, length = sitemapLength): Promise<void> {
  for (const kind of queries.sitemapKinds) while (await queries.insertSitemapStart(db, kind, length));
}

async function peopleIn(db: Db, origin: string, range: queries.IdRange): Promise<Xml[]> {
  const found = await queries.selectSitemapPeople(db, range, most)
  return found.map(
    ({ username }) => xml`
  <url><loc>${origin}/@${username}</loc></url>`,
  )
}

async function postsIn(db: Db, origin: string, range: queries.IdRange): Promise<Xml[]> {
  const found = await queries.selectSitemapPosts(db, range, most)
  return found.map(
    ({ id, changed_at }) => xml`
  <url><loc>${origin}/p/${toCode(id)}</loc><lastmod>${changed_at.toISOString()}</lastmod></url>`,
  )
}
