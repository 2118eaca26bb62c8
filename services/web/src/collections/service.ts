import type { Person } from '../accounts/service.ts'
import { type Bookmark, bookmarksOf, save } from '../bookmarks/service.ts'
import type { Db } from '../db/connect.ts'
import type { PageRequest } from '../db/paging.ts'
import { violatedConstraint } from '../db/sql.ts'
import { invalidField, notFound } from '../http/refusal.ts'
import { say } from '../language/say.ts'
import { type PostPage, postsOf } from '../posts/service.ts'
import * as queries from './queries.ts'

/** Saved posts in collections that have names. All of it is its owner's alone: what is somebody else's does not exist. */

export interface Collection {
  id: string
  name: string
}

// A form with a box for each of them must be one that the app takes in (100 fields).
const mostCollections = 90

/**
 * Makes a collection.
 * @returns its id
 * @throws {Refusal} conflict, if there is one of that name; invalid, if there are too many
 */
export async function createCollection(db: Db, owner: Person, name: string): Promise<string> {
  const id = await queries.insertCollection(db, owner.id, name, mostCollections).catch(refuseTaken)
  if (!id)
    throw invalidField('name', say('There are {mostCollections} collections: delete one first.', { mostCollections }))
  return id
}

/** @throws {Refusal} notFound; conflict, if another has that name */
export async function renameCollection(db: Db, owner: Person, id: string, name: string): Promise<void> {
  if (!(await queries.updateCollectionName(db, owner.id, id, name).catch(refuseTaken))) throw notFound()
}

/** Deletes a collection; what was in it stays saved. @throws {Refusal} notFound */
export async function deleteCollection(db: Db, owner: Person, id: string): Promise<void> {
  if (!(await queries.deleteCollection(db, owner.id, id))) throw notFound()
}

/** @throws {Refusal} notFound */
export async function findCollection(db: Db, owner: Person, id: string): Promise<Collection> {
  const found = await queries.selectCollection(db, owner.id, id)
  if (!found) throw notFound()
  return found
}

/** Somebody's collections by their names. */
export async function collectionsOf(db: Db, owner: Person): Promise<Collection[]> {
  const found = await queries.selectCollections(db, owner.id, undefined)
  return found.map(({ id, name }) => ({ id, name }))
}

/** Somebody's collections by their names, and whether a post is in each. */
export async function choicesFor(
  db: Db,
  owner: Person,
  postId: string,
): Promise<(Collection & { isChosen: boolean })[]> {
  const found = await queries.selectCollections(db, owner.id, postId)
  return found.map(({ id, name, has_post }) => ({ id, name, isChosen: has_post }))
}

/**
 * Saves a post and puts it into these collections and no others.
 * @param newName of a collection to be made for it as well; empty for none
 * @throws {Refusal} notFound, for a post that the owner may not see; conflict or invalid, as `createCollection`
 */
export async function putInto(
  db: Db,
  owner: Person,
  postId: string,
  collectionIds: readonly string[],
  newName: string,
): Promise<void> {
  await db.transaction(async (tx) => {
    await save(tx, owner, postId)
    const made = newName ? [await createCollection(tx, owner, newName)] : []
    await queries.replaceCollectionsOf(tx, owner.id, postId, [...collectionIds, ...made])
  })
}

/** Everything that the owner has saved, what was saved last first. */
export async function savedPosts(db: Db, owner: Person, { maxId, limit }: PageRequest): Promise<PostPage> {
  return toPage(db, owner, await bookmarksOf(db, owner, { maxId, limit: limit + 1 }), limit)
}

/** What is in a collection, what was put there last first. */
export async function postsIn(
  db: Db,
  owner: Person,
  collectionId: string,
  { maxId, limit }: PageRequest,
): Promise<PostPage> {
  const found = await queries.selectCollectionPosts(db, owner.id, collectionId, maxId, limit + 1)
  const bookmarks = found.map(({ id, post_id }) => ({ id, postId: post_id }))
  return toPage(db, owner, bookmarks, limit)
}

async function toPage(db: Db, owner: Person, bookmarks: readonly Bookmark[], limit: number): Promise<PostPage> {
  const shown = bookmarks.slice(0, limit)
  const postIds = shown.map(({ postId }) => postId)
  return {
    posts: await postsOf(db, owner, postIds),
    nextMaxId: bookmarks.length > limit ? shown.at(-1)?.id : undefined,
  }
}

function refuseTaken(error: unknown): never {
  if (violatedConstraint(error) !== 'collections_owner_name') throw error
  throw invalidField('name', say('There is a collection of that name already.'), 'conflict')
}
