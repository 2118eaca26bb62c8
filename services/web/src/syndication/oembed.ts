import type { Db } from '../db/connect.ts'
import { fromCode } from '../http/code.ts'
import { notFound } from '../http/refusal.ts'
import { jpegsOf } from '../photos/jpeg.ts'
import { findPost, type Post } from '../posts/service.ts'
import { headlineOf } from '../posts/words.ts'
import type { EmbedRequest } from './input.ts'

/**
 * What another site shows in place of a link to a post (oembed.com): its first photo, as large as there is room for. A sensitive post,
 * and one without room for its picture, is a link with a title.
 * @throws {Refusal} notFound, for what is no post of ours or not open to all
 */
export async function embedOf(db: Db, origin: string, { url, maxwidth, maxheight }: EmbedRequest) {
  const id = idIn(url, origin)
  if (!id) throw notFound()
  const post = await findPost(db, undefined, id)
  const jpeg = picturesOf(post).findLast(({ width, height }) => width <= maxwidth && height <= maxheight)
  const facts = {
    version: '1.0',
    title: headlineOf(post),
    author_name: post.author.displayName,
    author_url: `${origin}/@${post.author.username}`,
    provider_name: 'Gramstack',
    provider_url: `${origin}/`,
  }
  if (!jpeg) return { type: 'link', ...facts }
  return { type: 'photo', ...facts, url: `${origin}${jpeg.path}`, width: jpeg.width, height: jpeg.height }
}

function picturesOf(post: Post) {
  const [photo] = post.photos
  return photo && post.contentWarning === null ? jpegsOf(photo) : []
}

/** The post that an address is of, however it came to us: over http or https, with more behind it. */
function idIn(given: string, origin: string): string | undefined {
  const url = URL.parse(given)
  if (!url || !/^https?:$/.test(url.protocol) || url.host !== new URL(origin).host) return undefined
  const [, code] = /^\/p\/([^/]+)\/?$/.exec(url.pathname) ?? []
  return code && fromCode(code)
}
