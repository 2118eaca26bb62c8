import type { Db } from '../db/connect.ts'
import { firstRow, rows, type Sql, sql } from '../db/sql.ts'
import { follows, hiddenFrom, isOfferedTo, isThereFor, visibleTo } from '../db/visible-to.ts'

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
  id: string
  username: string
  display_name: string
  avatar_key: string | null
  is_private: boolean
  /** Of those who are there for the viewer. */
  follower_count: number
  is_followed: boolean
  is_follower: boolean
  /** 2 for one of those whom the viewer has followed latest, 1 for one of the latest followers, 0 for everybody else. */
  closeness: number
  /** As `person_words` has it. */
  renown: number
}

type Words = readonly (string | readonly string[])[]

/** How many of those whom somebody knows are looked at, the latest. */
const mostKnown = 2000
/** How many that one word fits are looked at for the other words. */
const mostWithWord = 5000
/** Before the first: closer than anybody can be. */
const top = { closeness: 3, renown: 0, id: '0' }

/**
 * People whose names have all the words: first those whom the viewer follows, then the viewer's followers, then the best known; of the
 * equally well known, who came first.
 * @param words each of them the beginning of a word of the name, or one of several spellings of it
 * @param except words whose people are left out
 * @param name whose person is found though they are silenced
 */
export function selectPeople(
  db: Db,
  viewerId: string | null,
  words: Words,
  except: Words | undefined,
  name: string,
  after: { closeness: number; renown: number; id: string } = top,
  limit: number,
): Promise<PersonRow[]> {
  // The longest fits the fewest, and is looked up first.
  const [first = '', ...others] = words.toSorted((one, other) => lengthOf(other) - lengthOf(one))
  const isMeant = (userId: Sql, sought: Words) =>
    sql`${hasAll(userId, sought)} and ${except ? sql`not ${hasAll(userId, except)}` : sql`true`}`
  const isOffered = sql`(${isOfferedTo(viewerId)} or users.username = ${name})`
  const isBehind = (closeness: Sql, renown: Sql, id: Sql) => sql`
    (${closeness}, ${renown}, -${id}) < (${after.closeness}::integer, ${after.renown}::smallint, -${after.id}::bigint)`
  return rows(
    db,
    sql`
      with hidden as materialized ${hiddenFrom(viewerId)}, latest as (
        (
          select followee_id as id, 2 as closeness from follows
          where follower_id = ${viewerId}::bigint and accepted_at is not null
          order by accepted_at desc limit ${mostKnown}
        )
        union all
        (
          select follower_id, 1 from follows
          where followee_id = ${viewerId}::bigint and accepted_at is not null
          order by created_at desc limit ${mostKnown}
        )
      ), known as (
        select id, max(closeness) as closeness from latest group by id
      ), found as (
        select known.id, known.closeness, search_renown(users.follower_count) as renown
        from known join users on users.id = known.id
        where ${isMeant(sql`known.id`, words)}
        union all
        (
          select best.user_id, 0, best.renown from (
            select distinct person_words.renown, person_words.user_id from person_words
            where ${fits(first, true)} and person_words.renown <= ${after.closeness > 0 ? 99 : after.renown}::smallint
              and ${isBehind(sql`0`, sql`person_words.renown`, sql`person_words.user_id`)}
              and person_words.user_id not in (select id from known)
            order by person_words.renown desc, person_words.user_id limit ${mostWithWord}
          ) as best
            join users on users.id = best.user_id
          where ${isMeant(sql`best.user_id`, others)} and ${isThereFor(viewerId)} and ${isOffered}
          order by best.renown desc, best.user_id
          limit ${limit}
        )
      )
      select users.id, users.username, coalesce(nullif(users.display_name, ''), users.username) as display_name,
        users.avatar_key, users.is_private, found.closeness, found.renown,
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
      where ${isThereFor(viewerId)} and ${isOffered} and ${isBehind(sql`found.closeness`, sql`found.renown`, sql`users.id`)}
      order by found.closeness desc, found.renown desc, users.id
      limit ${limit}`,
  )
}

function hasAll(userId: Sql, words: Words): Sql {
  const all = words.reduce<Sql>(
    (before, word) => sql`${before} and exists (
      select from person_words where person_words.user_id = ${userId} and ${fits(word)}
    )`,
    sql`true`,
  )
  return sql`(${all})`
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
  /** 2 for the one that was sought, 1 for those that begin so, 0 for those that are nearly written so. */
  nearness: number
}

interface HashtagPlace {
  nearness: number
  postCount: number
  tag: string
}

/** Hashtags that begin so: the one that is written so first, then those that most posts have. */
export function selectHashtags(
  db: Db,
  beginning: string,
  after: HashtagPlace | undefined,
  limit: number,
): Promise<HashtagRow[]> {
  return selectHashtagsWhere(db, sql`folded ^@ ${beginning}`, sql`(folded = ${beginning})::integer + 1`, after, limit)
}

/** Hashtags with one of these spellings that do not begin so, those first that most posts have. */
export function selectHashtagsSpelled(
  db: Db,
  spellings: readonly string[],
  beginning: string,
  after: HashtagPlace | undefined,
  limit: number,
): Promise<HashtagRow[]> {
  const isMeant = sql`folded = any(${spellings}::text[]) and not folded ^@ ${beginning}`
  return selectHashtagsWhere(db, isMeant, sql`0`, after, limit)
}

function selectHashtagsWhere(db: Db, isMeant: Sql, nearness: Sql, after: HashtagPlace | undefined, limit: number) {
  const isBehind = after
    ? sql`(nearness, post_count) < (${after.nearness}::integer, ${after.postCount}::integer)
        or (nearness, post_count) = (${after.nearness}::integer, ${after.postCount}::integer) and tag > ${after.tag}`
    : sql`true`
  return rows<HashtagRow>(
    db,
    sql`
      select tag, post_count, nearness
      from (select tag, post_count, ${nearness} as nearness from hashtags where ${isMeant} and post_count > 0) as meant
      where ${isBehind}
      order by nearness desc, post_count desc, tag limit ${limit}`,
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
    ${visibleTo(viewerId)} and ${isOfferedTo(viewerId)}
    and (posts.visibility in ('public', 'private') or posts.author_id is not distinct from ${viewerId}::bigint)
  )`
}
