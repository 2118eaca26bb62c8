import type pg from 'pg'
import { chance } from './chance.ts'
import { copyInto } from './copy.ts'
import { isPrivate, isSuspended, someRank } from './people.ts'
import { idAt, idOf, type Tally, timeAt, type WorldSize } from './scale.ts'
import { word } from './words.ts'

/** Posts, and all that hangs on them. Of a photo there is the row alone: pages name files, and open none. */

interface Post {
  id: string
  time: string
  turn: number
  author: number
  isDeleted: boolean
  visibility: string
  words: string[]
  altText: string
  likes: number
  comments: number
}

const mostWords = 60_000
const altText = 'Somebody at the window'
/** Chunks of posts: each table gets its part of one before the next is made, so that few are held. */
const atOnce = 20_000

export async function copyPosts(client: pg.Client, size: WorldSize, tally: Tally): Promise<void> {
  const vocabulary = Array.from({ length: Math.min(mostWords, size.posts) }, (_, n) => word(n))
  const stems = await stemsOf(client, [...vocabulary, 'christmas', 'zanzibar', ...altText.toLowerCase().split(' ')])
  const written = new Set<string>()
  const tagged = new Map<string, number>()
  const random = chance(2)
  for (let first = 1; first <= size.posts; first += atOnce) {
    const posts: Post[] = []
    for (let turn = first; turn < first + atOnce && turn <= size.posts; turn += 1)
      posts.push(newPost(turn, size, vocabulary, random))
    for (const post of posts) count(post, tally)
    await copyChunk(client, size, posts, { stems, written, tagged, random })
  }
  await copyInto(client, 'post_words', 'word', [...written].sort())
  await copyInto(client, 'hashtags', 'tag, post_count', [...tagged].map((counted) => counted.join('\t')).sort())
}

function newPost(turn: number, size: WorldSize, vocabulary: readonly string[], random: () => number): Post {
  const words = Array.from(
    { length: 8 + (turn % 9) },
    () => vocabulary[Math.floor(vocabulary.length * random() ** 3)] ?? '',
  )
  // A word of last season, and one of few posts.
  if (turn >= size.posts * 0.4 && turn <= size.posts * 0.5 && turn % 5 < 3) words.push('christmas')
  if (turn % Math.ceil(size.posts / 30) === 7) words.push('zanzibar')
  const at = size.now - (size.posts - turn) * size.apart
  // The newest one of all is by whom everybody follows, and liked by every fourth.
  const isFamous = turn === size.posts - 1
  return {
    id: idAt(at),
    time: timeAt(at),
    turn,
    author: isFamous ? 1 : someRank(size, random),
    // One in a hundred deleted, and of each audience some.
    isDeleted: turn % 100 === 0,
    visibility: isFamous ? 'public' : visibilityOf(turn),
    words,
    altText: turn % 4 ? '' : altText,
    likes: isFamous && size.isLively ? Math.floor(size.people / 4) : Math.floor(size.mostLikes * random() ** 5),
    comments: size.isLively ? Math.floor(4 * random() ** 2) : 0,
  }
}

function visibilityOf(turn: number): string {
  if (turn % 20 === 1) return 'private'
  if (turn % 25 === 2) return 'unlisted'
  return turn % 100 === 3 ? 'direct' : 'public'
}

function count({ author, id, isDeleted, visibility }: Post, tally: Tally): void {
  if (isDeleted || visibility === 'direct') return
  tally.posts[author] = (tally.posts[author] ?? 0) + 1
  if (visibility !== 'private') tally.openPosts[author] = (tally.openPosts[author] ?? 0) + 1
  tally.lastPost[author] = Number(BigInt(id) >> 23n)
}

interface Kept {
  stems: ReadonlyMap<string, readonly string[]>
  written: Set<string>
  tagged: Map<string, number>
  random: () => number
}

async function copyChunk(client: pg.Client, size: WorldSize, posts: readonly Post[], kept: Kept): Promise<void> {
  const there = posts.filter(({ isDeleted }) => !isDeleted)
  await copyInto(
    client,
    'posts',
    'id, author_id, caption, published_at, deleted_at, visibility, like_count, comment_count',
    posts.map((post) =>
      [
        post.id,
        idOf(post.author),
        post.words.join(' '),
        post.time,
        post.isDeleted ? post.time : '\\N',
        post.visibility,
        post.likes,
        post.comments,
      ].join('\t'),
    ),
  )
  await copyInto(
    client,
    'photos',
    `id, post_id, state, media_key, rendition_key, original_bytes, original_sha256, width, height,
     rendition_widths, square_sizes, alt_text, dominant_colour`,
    posts.map(({ id, turn, altText }) => {
      const key = turn.toString(16).padStart(32, '0')
      return `${id}\t${id}\tready\t${key}\t${key}\t1000000\t\\\\x${key}\t1080\t810\t{320,640,1080}\t{150,320,640}\t${altText}\t#203040`
    }),
  )
  await copyInto(
    client,
    'post_search',
    'post_id, words',
    there.map((post) => `${post.id}\t${vectorOf(post, kept)}`),
  )
  await copyInto(
    client,
    'post_hashtags',
    'post_id, tag, is_listed',
    there.flatMap((post) => tagsOf(post, vocabularyOf(size), kept)),
  )
  const everybody = size.people + size.readers.length
  await copyInto(
    client,
    'post_mentions',
    'post_id, user_id, since',
    posts
      .filter(({ turn }) => turn % 3 === 0)
      .map(({ id, turn, time }) => `${id}\t${idOf(1 + (turn % everybody))}\t${time}`),
  )
  // Of a place with moderators, who look at them: an empty table is read as a whole, whatever its indexes.
  await copyInto(
    client,
    'reports',
    'reporter_id, post_id, reason',
    posts.filter(({ turn }) => turn % 100 === 50).map(({ id }) => `${idOf(1)}\t${id}\tspam`),
  )
  if (!size.isLively) return
  await copyInto(client, 'likes', 'post_id, user_id, author_id, created_at', likes(posts, size, kept.random))
  await copyInto(client, 'comments', 'id, post_id, author_id, text, post_author_id', comments(posts, size, kept.random))
}

const vocabularyOf = ({ posts }: WorldSize): number => Math.min(40_000, posts)

/** The words of a caption and a description, as `search_vector` has them: that takes each word by itself. */
function vectorOf({ words, altText }: Post, { stems, written }: Kept): string {
  const places = altText ? [...words, ...altText.toLowerCase().split(' ')] : words
  return places
    .flatMap((word, index) => {
      written.add(word)
      return (stems.get(word) ?? []).map((stem) => `${stem}:${index + 1}${stem === word ? 'A' : ''}`)
    })
    .join(' ')
}

async function stemsOf(client: pg.Client, words: readonly string[]): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ word: string; stems: string[] }>(
    'select word, search_stems(word) as stems from unnest($1::text[]) as word',
    [words],
  )
  return new Map(rows.map(({ word, stems }) => [word, stems]))
}

function tagsOf(post: Post, words: number, { tagged, random }: Kept): string[] {
  const isListed = post.visibility === 'public' && !isPrivate(post.author) && !isSuspended(post.author)
  const tags = new Set(['everything', `tag${Math.min(post.likes, 99)}`])
  for (let turn = 0; turn < 3; turn += 1) tags.add(word(Math.floor(words * random() ** 3)))
  if (isListed) for (const tag of tags) tagged.set(tag, (tagged.get(tag) ?? 0) + 1)
  return [...tags].map((tag) => `${post.id}\t${tag}\t${isListed}`)
}

function* likes(posts: readonly Post[], { people }: WorldSize, random: () => number): Generator<string> {
  for (const { id, author, likes, time } of posts) {
    const isOfMany = likes > people / 8
    const likers = isOfMany ? undefined : new Set<number>()
    while (likers && likers.size < likes) likers.add(1 + Math.floor(random() * people))
    const ranks = likers ?? Array.from({ length: likes }, (_, index) => 1 + 4 * index)
    for (const liker of ranks) yield `${id}\t${idOf(liker)}\t${idOf(author)}\t${time}`
  }
}

function* comments(posts: readonly Post[], { people }: WorldSize, random: () => number): Generator<string> {
  for (const post of posts)
    for (let turn = 1; turn <= post.comments; turn += 1) {
      const id = String(BigInt(post.id) + BigInt(turn))
      yield `${id}\t${post.id}\t${idOf(1 + Math.floor(random() * people))}\tHow ${word(turn)} this is\t${idOf(post.author)}`
    }
}
