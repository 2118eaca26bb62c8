import type { Person } from '../accounts/service.ts'
import { savedAmong } from '../bookmarks/service.ts'
import { commentCountsOf } from '../comments/service.ts'
import type { Db } from '../db/connect.ts'
import type { PageRequest } from '../db/paging.ts'
import { toCode } from '../http/code.ts'
import { notFound } from '../http/refusal.ts'
import { type LikeFacts, likeFactsOf } from '../likes/service.ts'
import { type Photo, photosOf } from '../photos/service.ts'
import type { Visibility } from './input.ts'
import * as queries from './queries.ts'

/** Reading posts. Making them is in sharing.ts, changing them in editing.ts. */

export interface Post extends LikeFacts {
  id: string
  code: string
  caption: string
  /** The names in the caption that are somebody's who is there for the viewer. */
  mentioned: ReadonlySet<string>
  place: string
  visibility: Visibility
  allowsComments: boolean
  /** Null for a post that needs none, empty for one without words. */
  contentWarning: string | null
  isDraft: boolean
  isPublished: boolean
  /** Whether everybody may see it who has its address, signed in or not. */
  isOpenToAll: boolean
  createdAt: Date
  /** When it was changed last after others could see it. */
  editedAt: Date | undefined
  author: {
    id: string
    username: string
    displayName: string
    avatarKey: string | undefined
    showsCamera: boolean
    allowsIndexing: boolean
  }
  photos: Photo[]
  /** How many comments and replies are there for the viewer. */
  comments: number
  /** Whether the viewer has saved it; undefined for one who is not signed in. */
  isSaved: boolean | undefined
}

/** A page of posts, newest first, and where the next one begins. */
export interface PostPage {
  posts: Post[]
  nextMaxId: string | undefined
}

/** @throws {Refusal} notFound, also for what the viewer may not see */
export async function findPost(db: Db, viewer: Person | undefined, id: string): Promise<Post> {
  const row = await queries.selectPost(db, id, viewer?.id ?? null)
  if (!row) throw notFound()
  const [post] = await withFacts(db, viewer, [row])
  if (!post) throw notFound()
  return post
}

/** @throws {Refusal} notFound, also for what is somebody else's */
export async function findOwnPost(db: Db, author: Person, id: string): Promise<Post> {
  const post = await findPost(db, author, id)
  if (post.author.id !== author.id) throw notFound()
  return post
}

/** A photo of a post. */
export function photoIn(post: Post, photoId: string | undefined): Photo | undefined {
  return post.photos.find(({ id }) => id === photoId)
}

/** Whether what its author does to a photo can still be changed: nobody else has seen it, and it can be shown at all. */
export function mayEditPhoto(post: Post, photo: Photo): boolean {
  return !post.isPublished && (photo.state !== 'refused' || photo.mayRetry)
}

/**
 * Posts that another room has found.
 * @returns those that the viewer may see, in the order of `ids`
 */
export async function postsOf(db: Db, viewer: Person | undefined, ids: readonly string[]): Promise<Post[]> {
  if (!ids.length) return []
  const found = await withFacts(db, viewer, await queries.selectPostsOf(db, ids, viewer?.id ?? null))
  const byId = new Map(found.map((post) => [post.id, post]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/**
 * A page of posts that another room has found, newest first.
 * @param ids one more than the page was asked for, if there is another page
 */
export async function pageOf(
  db: Db,
  viewer: Person | undefined,
  ids: readonly string[],
  limit: number,
): Promise<PostPage> {
  // By the ids, not by the posts: one that was deleted just now is no reason to end here.
  const nextMaxId = ids.length > limit ? ids[limit - 1] : undefined
  return { posts: await postsOf(db, viewer, ids.slice(0, limit)), nextMaxId }
}

/** The newest public posts of everybody. */
export async function latestPosts(db: Db, viewer: Person | undefined, page: PageRequest): Promise<PostPage> {
  const found = await queries.selectLatestPosts(db, viewer?.id ?? null, page.maxId, page.limit + 1)
  return toPage(db, viewer, found, page.limit)
}

/** The newest posts of one person. */
export async function postsBy(
  db: Db,
  author: Person,
  viewer: Person | undefined,
  page: PageRequest,
): Promise<PostPage> {
  const found = await queries.selectPostsBy(db, author.id, viewer?.id ?? null, page.maxId, page.limit + 1)
  return toPage(db, viewer, found, page.limit)
}

/** The newest of somebody's posts that are meant for everybody: the same whoever asks. */
export async function publicPostsBy(db: Db, authorId: string, limit: number): Promise<Post[]> {
  return withFacts(db, undefined, await queries.selectPublicPostsBy(db, authorId, limit))
}

/** The newest public posts of others that mention somebody. */
export async function postsMentioning(
  db: Db,
  person: Person,
  viewer: Person | undefined,
  { maxId, limit }: PageRequest,
): Promise<PostPage> {
  return pageOf(
    db,
    viewer,
    await queries.selectIdsMentioning(db, person.id, viewer?.id ?? null, maxId, limit + 1),
    limit,
  )
}

/** The newest posts that somebody likes: for themselves. */
export async function postsLikedBy(db: Db, viewer: Person, { maxId, limit }: PageRequest): Promise<PostPage> {
  return pageOf(db, viewer, await queries.selectIdsLikedBy(db, viewer.id, maxId, limit + 1), limit)
}

/** What somebody has begun and not posted, newest first. */
export async function draftsOf(db: Db, author: Person): Promise<Post[]> {
  return withFacts(db, author, await queries.selectDrafts(db, author.id, 50))
}

/** How many posts a person's profile tells a viewer of; undefined where strangers learn nothing. */
export function postCountFor(db: Db, viewer: Person | undefined, author: Person): Promise<number | undefined> {
  return queries.selectPostCount(db, author.id, viewer?.id ?? null)
}

/** How many posts somebody has made, published or not. */
export function countPostsBy(db: Db, author: Person): Promise<number> {
  return queries.countPostsBy(db, author.id)
}

/** What a post has said before it was edited, newest first: for its author. */
export async function revisionsOf(db: Db, author: Person, id: string) {
  const post = await findOwnPost(db, author, id)
  return { post, revisions: await queries.selectRevisions(db, id) }
}

/** One row more than the page was asked for, to know whether there is another page. */
async function toPage(db: Db, viewer: Person | undefined, rows: queries.PostRow[], limit: number): Promise<PostPage> {
  const posts = await withFacts(db, viewer, rows.slice(0, limit))
  return { posts, nextMaxId: rows.length > limit ? posts.at(-1)?.id : undefined }
}

async function withFacts(db: Db, viewer: Person | undefined, rows: queries.PostRow[]): Promise<Post[]> {
  if (!rows.length) return []
  const ids = rows.map(({ id }) => id)
  // One after another: a transaction has one connection, which takes one query at a time.
  const photos = await photosOf(db, ids)
  const mentions = await queries.selectMentions(db, viewer?.id ?? null, ids)
  const likes = await likeFactsOf(db, viewer, ids)
  const comments = await commentCountsOf(db, viewer, ids)
  const saved = viewer && (await savedAmong(db, viewer, ids))
  return rows.map((row) => ({
    id: row.id,
    code: toCode(row.id),
    caption: row.caption,
    mentioned: mentions.get(row.id) ?? new Set(),
    place: row.place,
    visibility: row.visibility,
    allowsComments: row.allows_comments,
    contentWarning: row.content_warning,
    isDraft: row.is_draft,
    isPublished: row.is_published,
    isOpenToAll: row.is_open_to_all,
    createdAt: row.created_at,
    editedAt: row.is_published ? (row.edited_at ?? undefined) : undefined,
    author: {
      id: row.author_id,
      username: row.author_username,
      displayName: row.author_display_name,
      avatarKey: row.author_avatar_key ?? undefined,
      showsCamera: row.author_shows_camera,
      allowsIndexing: row.author_allows_indexing,
    },
    photos: photos.get(row.id) ?? [],
    likes: likes.get(row.id)?.likes ?? 0,
    isLiked: likes.get(row.id)?.isLiked,
    comments: comments.get(row.id) ?? 0,
    isSaved: saved?.has(row.id),
  }))
}
