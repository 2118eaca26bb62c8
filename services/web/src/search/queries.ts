import type { Db } from '../db/connect.ts'
import { firstRow, rows, type Sql, sql } from '../db/sql.ts'
import { follows, hiddenFrom, isThereFor, visibleTo } from '../db/visible-to.ts'

export interface SoughtRow {
  /** Folded, in order, as names and captions are kept. */
  words: string[]
  /** Folded, as hashtags are kept. */
  tag: string
  /** A tsquery; null where no word is sought. */
  query: string | null
}

/** Reads what somebody typed in the same way as what people wrote is read. */
export async function selectSought(db: Db, text: string): Promise<SoughtRow> {
  const row = await firstRow<SoughtRow>(
    db,
    sql`
      select array(select word from search_words(${text}, true) order by place) as words,
        regexp_replace(search_fold(${text}), '[[:space:]#@"]', '', 'g') as tag, search_query(${text})::text as query`,
  )
  if (!row) throw new Error('select gave no row')
  return row
}

export interface PersonRow {
  username: string
  display_name: string
  avatar_key: string | null
  is_private: boolean
  /** Of those who are there for the viewer. */
  follower_count: number
  is_followed: boolean
  is_follower: boolean
}

/** How many of those whom somebody knows are looked at, the latest; and how many of the others, the best known. */
const mostKnown = 2000
const mostOthers = 200
/** How many that one word fits are looked at for the other words. */
const mostWithWord = 5000

/**
 * People whose names have all the words: first those whom the viewer follows, then the viewer's followers, then the best known.
 * @param words each of them the beginning of a word of the name, or one of several spellings of it
 */
export function selectPeople(
  db: Db,
  viewerId: string | null,
  words: readonly (string | readonly string[])[],
  limit: number,
): Promise<PersonRow[]> {
  // The longest fits the fewest, and is looked up first.
  const [first = '', ...others] = words.toSorted((one, other) => lengthOf(other) - lengthOf(one))
  const hasAll = (userId: Sql, sought: readonly (string | readonly string[])[]) =>
    sought.reduce<Sql>(
      (all, word) => sql`${all} and exists (
        select from person_words where person_words.user_id = ${userId} and ${fits(word)}
      )`,
      sql`true`,
    )
  return rows(
    db,
    sql`
      with hidden as materialized ${hiddenFrom(viewerId)}, known as (
        (
          select followee_id as id from follows
          where follower_id = ${viewerId}::bigint and accepted_at is not null
          order by accepted_at desc limit ${mostKnown}
        )
        union all
        (
          select follower_id from follows
          where followee_id = ${viewerId}::bigint and accepted_at is not null
          order by created_at desc limit ${mostKnown}
        )
      ), found as (
        select known.id from known where ${hasAll(sql`known.id`, words)}
        union
        (
          select best.user_id from (
            select person_words.user_id, person_words.renown from person_words
            where ${fits(first, true)} order by person_words.renown desc limit ${mostWithWord}
          ) as best
          where ${hasAll(sql`best.user_id`, others)}
          order by best.renown desc limit ${mostOthers}
        )
      )
      select users.username, coalesce(nullif(users.display_name, ''), users.username) as display_name, users.avatar_key, users.is_private,
        users.follower_count - (
          select count(*)::int from follows
          where follows.followee_id = users.id and follows.accepted_at is not null
            and follows.follower_id = any(array(select id from hidden))
        ) as follower_count,
        ${follows(viewerId, sql`users.id`)} as is_followed, exists (
          select from follows
          where follows.follower_id = users.id and follows.followee_id = ${viewerId}::bigint
            and follows.accepted_at is not null
        ) as is_follower
      from found join users on users.id = found.id
      where ${isThereFor(viewerId)}
      order by is_followed desc, is_follower desc, users.follower_count desc, users.id
      limit ${limit}`,
  )
}

function lengthOf(word: string | readonly string[]): number {
  return typeof word === 'string' ? word.length : (word[0]?.length ?? 0)
}

/** `byRenown` for one or two letters as the indexes have them that are in the order of renown. */
function fits(word: string | readonly string[], byRenown = false): Sql {
  if (typeof word !== 'string') return sql`person_words.word = any(${word}::text[])`
  const letters = [...word].length
  if (byRenown && letters === 1) return sql`left(person_words.word, 1) = ${word}`
  if (byRenown && letters === 2) return sql`left(person_words.word, 2) = ${word}`
  return sql`person_words.word ^@ ${word}`
}

export interface HashtagRow {
  tag: string
  post_count: number
}

/** Hashtags that begin so: the one that is written so first, then those that most posts have. */
export function selectHashtags(db: Db, beginning: string, limit: number): Promise<HashtagRow[]> {
  return rows(
    db,
    sql`
      select tag, post_count from hashtags where folded ^@ ${beginning} and post_count > 0
      order by folded = ${beginning} desc, post_count desc, tag limit ${limit}`,
  )
}

/** Hashtags with one of these spellings. */
export function selectHashtagsSpelled(db: Db, spellings: readonly string[], limit: number): Promise<HashtagRow[]> {
  return rows(
    db,
    sql`
      select tag, post_count from hashtags where folded = any(${spellings}::text[]) and post_count > 0
      order by post_count desc, tag limit ${limit}`,
  )
}

/**
 * The newest posts that a query fits, whoever may see them.
 * @returns their ids, newest first, and which of them the viewer finds
 */
export function selectMatches(
  db: Db,
  viewerId: string | null,
  query: string,
  belowId: string | undefined,
  limit: number,
): Promise<{ id: string; is_found: boolean }[]> {
  return rows(
    db,
    sql`
      select posts.id, ${isFound(viewerId)} as is_found
      from search_posts(${query}::tsquery, ${belowId ?? newest}, ${limit}) as match (id)
        join posts on posts.id = match.id join users on users.id = posts.author_id
      order by posts.id desc`,
  )
}

// The largest id there can be: where no page has begun.
const newest = '9223372036854775807'

/** Which of these words, in any form, stand in posts that the viewer finds. */
export async function selectWordsFound(db: Db, viewerId: string | null, words: readonly string[]): Promise<string[]> {
  const found = await rows<{ word: string }>(
    db,
    sql`
      select distinct word
      from unnest(${words}::text[]) as word
        cross join lateral search_posts(search_query(word), ${newest}, ${mostCounted}) as match (id)
        join posts on posts.id = match.id join users on users.id = posts.author_id
      where ${isFound(viewerId)}`,
  )
  return found.map(({ word }) => word)
}

/**
 * Those of these spellings that stand in posts that the viewer finds, the most frequent first. Frequent is what is frequent in the newest
 * posts with any of them.
 */
export async function selectSpellings(
  db: Db,
  viewerId: string | null,
  spellings: readonly string[],
): Promise<string[]> {
  const found = await rows<{ word: string }>(
    db,
    sql`
      with known as (
        -- With its weight, as it is spelled: what has the same stem is another word.
        select word, ('''' || word || ''':A')::tsquery as query from post_words where word = any(${spellings}::text[])
      ), match as (
        select post_search.words
        from search_posts(
            (select string_agg(query::text, ' | ')::tsquery from known), ${newest}, ${mostCounted}
          ) as match (id)
          join post_search on post_search.post_id = match.id
          join posts on posts.id = match.id join users on users.id = posts.author_id
        where ${isFound(viewerId)}
      )
      select known.word from known join match on match.words @@ known.query group by known.word order by count(*) desc`,
  )
  return found.map(({ word }) => word)
}

/** As far as it is counted in how many posts a word stands. */
const mostCounted = 50

/** Whether a search lists a post for the viewer, who may see it. */
function isFound(viewerId: string | null): Sql {
  return sql`(
    ${visibleTo(viewerId)}
    and (posts.visibility in ('public', 'private') or posts.author_id is not distinct from ${viewerId}::bigint)
  )`
}
