import type { Db } from '../db/connect.ts'
import { newest } from '../db/paging.ts'
import { firstRow, rows, sql } from '../db/sql.ts'
import { visibleTo } from '../db/visible-to.ts'

export interface CollectionRow {
  id: string
  name: string
}

/**
 * Makes a collection. Throws with the constraint `collections_owner_name` if there is one of that name.
 * @returns undefined if there are `most` already. Two at once may make one more, which harms nobody.
 */
export async function insertCollection(
  db: Db,
  ownerId: string,
  name: string,
  most: number,
): Promise<string | undefined> {
  const row = await firstRow<{ id: string }>(
    db,
    sql`
      insert into collections (owner_id, name) select ${ownerId}, ${name}
      where (select count(*) from collections where owner_id = ${ownerId}) < ${most}
      returning id`,
  )
  return row?.id
}

/** @returns whether there is such a collection */
export async function updateCollectionName(db: Db, ownerId: string, id: string, name: string): Promise<boolean> {
  const found = await rows(
    db,
    sql`update collections set name = ${name} where id = ${id} and owner_id = ${ownerId} returning id`,
  )
  return found.length > 0
}

/** @returns whether there was such a collection */
export async function deleteCollection(db: Db, ownerId: string, id: string): Promise<boolean> {
  const found = await rows(db, sql`delete from collections where id = ${id} and owner_id = ${ownerId} returning id`)
  return found.length > 0
}

export function selectCollection(db: Db, ownerId: string, id: string): Promise<CollectionRow | undefined> {
  return firstRow(db, sql`select id, name from collections where id = ${id} and owner_id = ${ownerId}`)
}

/** Somebody's collections by their names, and whether a post is in each. */
export function selectCollections(
  db: Db,
  ownerId: string,
  postId: string | undefined,
): Promise<(CollectionRow & { has_post: boolean })[]> {
  return rows(
    db,
    sql`
      select collections.id, collections.name, exists (
          select from collection_posts
          where collection_posts.collection_id = collections.id and collection_posts.post_id = ${postId ?? null}::bigint
        ) as has_post
      from collections where owner_id = ${ownerId} order by lower(name), id`,
  )
}

/** Makes the collections that a saved post is in those of `ids` that are its owner's; what is not saved gets into none. */
export async function replaceCollectionsOf(
  db: Db,
  ownerId: string,
  postId: string,
  ids: readonly string[],
): Promise<void> {
  await rows(
    db,
    sql`
      delete from collection_posts
      where owner_id = ${ownerId} and post_id = ${postId} and collection_id <> all(${ids}::bigint[])`,
  )
  await rows(
    db,
    sql`
      insert into collection_posts (owner_id, collection_id, post_id)
      select bookmarks.user_id, collections.id, bookmarks.post_id
      from bookmarks join collections on collections.owner_id = bookmarks.user_id
      where bookmarks.user_id = ${ownerId} and bookmarks.post_id = ${postId} and collections.id = any(${ids}::bigint[])
      on conflict do nothing`,
  )
}

/** What is in a collection and may still be seen, what was put there last first. Reads collection_posts_lately. */
export function selectCollectionPosts(
  db: Db,
  ownerId: string,
  collectionId: string,
  maxId: string | undefined,
  limit: number,
): Promise<{ id: string; post_id: string }[]> {
  return rows(
    db,
    sql`
      select collection_posts.id, collection_posts.post_id
      from collection_posts join posts on posts.id = collection_posts.post_id join users on users.id = posts.author_id
      where collection_posts.collection_id = ${collectionId} and collection_posts.owner_id = ${ownerId}
        and collection_posts.id < ${maxId ?? newest} and posts.published_at is not null and ${visibleTo(ownerId)}
      order by collection_posts.id desc
      limit ${limit}`,
  )
}
