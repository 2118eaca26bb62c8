import { constant, prepared, type Sql, sql } from '../db/sql.ts'
import { type Kind, kinds } from './kinds.ts'
import { isCommentThere, isPostThere, isTold, isToldAsComment, reader } from './told.ts'

/**
 * The statement that reads a page of notifications from the things themselves (docs/decisions/0021). Its cost follows from the page
 * and from the bounds below, not from how much there is:
 *
 * 1. Of each kind the newest are taken from its index: candidates. A candidate is a comment, a mention, or a stretch: all likes of one
 *    thing in one day, all follows of one day. Stretches are found by stepping from one to the next, over the likes in between.
 * 2. Where a kind was not looked through to its end, the page goes no further back than that: the horizon. So nothing is left out
 *    between two pages, however much of a kind is hidden.
 * 3. Candidates are looked at in order until the page is full: who did it, of these who is told of, and whether the thing is there.
 *
 * Positions are (at, source, id), `at` in whole milliseconds, as a Date holds them.
 */

/** Where a page begins: below this. Of what happened after `asOf` it knows nothing, so that no stretch moves while one reads on. */
export interface Position {
  asOf: Date
  at: Date
  /** The place of the kind among `kinds`: it breaks ties, and the id breaks those within a kind. */
  source: number
  id: string
}

// Single things, of each kind.
const mostCandidates = 200
// Of one day, things that were liked: older ones of the same day are not told.
const mostStretches = 1000
// Of one stretch: so many of the newest are looked through, and so many of those that are told are counted.
const mostLookedThrough = 500
export const mostActors = 100
/** Whose names are given. */
const mostNamed = 2

const sourceOf = (kind: Kind): Sql => sql`${kinds.indexOf(kind)}::int`
const dayStart = (day: Sql): Sql => sql`((${day})::timestamp at time zone 'UTC')`
const toMilliseconds = (time: Sql): Sql => sql`date_trunc('milliseconds', ${time})`

/**
 * The rows of one page: the horizon on each of them, and where there are no lines, one row with it alone.
 * @param before undefined for the first page
 */
export function selectLinesOf(viewerId: string, before: Position | undefined, limit: number): Sql {
  const at = sql`${before?.at ?? 'infinity'}::timestamptz`
  const place = sql`(${at}, ${before?.source ?? kinds.length}::int, ${before?.id ?? '0'}::bigint)`
  // What a position of whole milliseconds still covers ends a millisecond later.
  const end = sql`(${before?.asOf ?? 'infinity'}::timestamptz + interval '1 millisecond')`
  const scope: Scope = { viewerId, at, place, end, enough: limit }
  return prepared(sql`
    with recursive reader as materialized (${reader(sql`array[${viewerId}::bigint]`)}),
    like_stretches as (${stretches(scope, 'like')}),
    comment_like_stretches as (${stretches(scope, 'comment-like')}),
    follow_days as (${followDays(scope)}),
    candidates as materialized (
      select ${sourceOf('like')} as source, thing as id, at, day from like_stretches where at is not null
      union all
      select ${sourceOf('comment-like')}, thing, at, day from comment_like_stretches where at is not null
      union all
      select ${sourceOf('follow')}, 0, at, day from follow_days where at is not null
      union all
      select ${sourceOf('follow-request')}, 0, at, day from follow_days where at is not null
      union all
      ${singles(scope)}
    ),
    horizon as materialized (
      select place.at, place.source, place.id
      from (
        ${endOfStretches(sql`like_stretches`, limit)}
        union all
        ${endOfStretches(sql`comment_like_stretches`, limit)}
        union all
        ${endOfStretches(sql`follow_days`, limit)}
        union all
        select at, source, id from (
          select at, source, id, row_number() over (partition by source order by at desc, id desc) as number
          from candidates where source >= ${sourceOf('comment')}
        ) as numbered
        where number = ${constant(mostCandidates)}
      ) as place
      order by place.at desc, place.source desc, place.id desc limit 1
    ),
    lines as (
      select candidates.source, candidates.id, candidates.at, told.*
      from (
        select source, id, at, day from candidates
        where (at, source, id) < ${place}
          and (at, source, id) >= (
            coalesce((select at from horizon), '-infinity'), coalesce((select source from horizon), 0),
            coalesce((select id from horizon), 0)
          )
        order by at desc, source desc, id desc
      ) as candidates
      cross join lateral (${toldOf(scope)}) as told
      order by candidates.at desc, candidates.source desc, candidates.id desc
      limit ${limit}
    )
    select lines.source, lines.id, lines.at, lines.happened_at, lines.is_reply, lines.actor_ids[1:${constant(mostNamed)}] as actor_ids,
      lines.actor_count, lines.post_id, lines.comment_id,
      lines.happened_at >= (select unread_since from reader) as is_unread,
      horizon.at as horizon_at, horizon.source as horizon_source, horizon.id as horizon_id
    from (values (true)) as always
    left join horizon on true
    left join lines on true
    order by lines.at desc, lines.source desc, lines.id desc`)
}

interface Scope {
  viewerId: string
  at: Sql
  place: Sql
  end: Sql
  /** So many candidates of a kind fill a page, if all of them are told. */
  enough: number
}

const senders = {
  likes: sql`(select likes from reader)`,
  comments: sql`(select comments from reader)`,
  mentions: sql`(select mentions from reader)`,
  follows: sql`(select follows from reader)`,
}

const likesOf = {
  like: { table: sql`likes`, thing: sql`post_id`, name: sql`like_stretches` },
  'comment-like': { table: sql`comment_likes`, thing: sql`comment_id`, name: sql`comment_like_stretches` },
}

/**
 * Days and what was liked in them, the latest day first, until there are enough; a day that was begun is read to its end, for within
 * it they go by the thing and not by time. `at` is the newest like of a stretch, null if all came after the page was begun.
 */
function stretches({ viewerId, at, place, end, enough }: Scope, kind: keyof typeof likesOf): Sql {
  const { table, thing, name } = likesOf[kind]
  return sql`
    select 0 as steps, 0 as found, day_of(${at}) + 1 as day, 0::bigint as thing, null::timestamptz as at
    union all
    select last.steps + 1,
      last.found + coalesce((newest.at, ${sourceOf(kind)}, next.thing) < ${place}, false)::int,
      next.day, next.thing, newest.at
    from ${name} as last
    cross join lateral (
      select day_of(created_at) as day, ${thing} as thing from ${table}
      where author_id = ${viewerId} and ${senders.likes} <> 'nobody'
        and (day_of(created_at), ${thing}) < (last.day, last.thing)
      order by day_of(created_at) desc, ${thing} desc limit 1
    ) as next
    left join lateral (
      select ${toMilliseconds(sql`created_at`)} as at from ${table}
      where author_id = ${viewerId} and day_of(created_at) = next.day and ${thing} = next.thing and created_at < ${end}
      order by created_at desc limit 1
    ) as newest on true
    where last.steps < ${constant(mostStretches)} and (last.found < ${enough} or next.day = last.day)`
}

/** Days in which somebody followed the viewer or asked to, as `stretches`. */
function followDays({ viewerId, at, end, enough }: Scope): Sql {
  return sql`
    select 0 as steps, 0 as found, day_of(${at}) + 1 as day, null::timestamptz as at
    union all
    select last.steps + 1, last.found + (newest.at is not null)::int, next.day, newest.at
    from follow_days as last
    cross join lateral (
      select day_of(created_at) as day from follows
      where followee_id = ${viewerId} and ${senders.follows} <> 'nobody' and created_at < ${dayStart(sql`last.day`)}
      order by created_at desc limit 1
    ) as next
    left join lateral (
      select ${toMilliseconds(sql`created_at`)} as at from follows
      where followee_id = ${viewerId} and created_at >= ${dayStart(sql`next.day`)}
        and created_at < least(${dayStart(sql`next.day + 1`)}, ${end})
      order by created_at desc limit 1
    ) as newest on true
    where last.found < ${enough}`
}

/** Where stretches end because there were enough: with the day that was read last. */
function endOfStretches(name: Sql, enough: number): Sql {
  return sql`
    select ${dayStart(sql`min(day)`)} as at, 0 as source, 0::bigint as id from ${name}
    having max(found) >= ${enough} or max(steps) >= ${constant(mostStretches)}`
}

/** The newest candidates that stand for themselves. */
function singles({ viewerId, at, end }: Scope): Sql {
  const idEnd = sql`id_from(${at} + interval '1 millisecond')`
  // The column stands in the order, and its value in an array that is known only when it runs: so the index of both has this order, and that
  // of the ids has not. Else whoever has many of all comments, or had, has everybody's read for their own.
  const comments = (kind: Kind, author: Sql) => sql`
    (
      select ${sourceOf(kind)}, id, id_time(id), null::date from comments
      where ${author} = any(array(select reader.id from reader)) and ${senders.comments} <> 'nobody'
        and deleted_at is null and id < ${idEnd}
      order by ${author}, id desc limit ${constant(mostCandidates)}
    )`
  return sql`
    ${comments('comment', sql`post_author_id`)}
    union all
    ${comments('reply', sql`parent_author_id`)}
    union all
    (
      select ${sourceOf('mention-in-comment')}, comment_id, id_time(comment_id), null from comment_mentions
      where user_id = ${viewerId} and ${senders.mentions} <> 'nobody' and comment_id < ${idEnd}
      order by comment_id desc limit ${constant(mostCandidates)}
    )
    union all
    (
      select ${sourceOf('mention-in-post')}, post_id, ${toMilliseconds(sql`since`)}, null from post_mentions
      where user_id = ${viewerId} and ${senders.mentions} <> 'nobody'
        and since < least(${at} + interval '1 millisecond', ${end})
      order by since desc limit ${constant(mostCandidates)}
    )
    union all
    (
      select ${sourceOf('request-accepted')}, followee_id, ${toMilliseconds(sql`accepted_at`)}, null from follows
      where follower_id = ${viewerId} and ${senders.follows} <> 'nobody' and accepted_at > created_at
        and accepted_at < least(${at} + interval '1 millisecond', ${end})
      order by accepted_at desc limit ${constant(mostCandidates)}
    )`
}

/** What is told of one of `candidates`: no row, if nothing is. */
function toldOf({ viewerId, end }: Scope): Sql {
  const is = (...some: Kind[]) => sql`(candidates.source = any(${some.map((kind) => kinds.indexOf(kind))}::int[]))`
  const likers = (kind: keyof typeof likesOf) => sql`
    (
      select user_id as actor_id, created_at from ${likesOf[kind].table}
      where ${is(kind)} and author_id = ${viewerId} and day_of(created_at) = candidates.day
        and ${likesOf[kind].thing} = candidates.id and created_at < ${end}
      order by created_at desc limit ${constant(mostLookedThrough)}
    )`
  const followers = sql`
    select actor_id, created_at from (
      select follower_id as actor_id, created_at, accepted_at from follows
      where ${is('follow', 'follow-request')} and followee_id = ${viewerId}
        and created_at >= ${dayStart(sql`candidates.day`)}
        and created_at < least(${dayStart(sql`candidates.day + 1`)}, ${end})
      order by created_at desc limit ${constant(mostLookedThrough)}
    ) as newest
    where (accepted_at is null) = ${is('follow-request')}`
  return sql`
    select actors.ids as actor_ids, actors.number as actor_count, actors.newest as happened_at, thing.post_id,
      comments.id as comment_id, coalesce(comments.parent_author_id = ${viewerId}, false) as is_reply
    from (values (true)) as always
    left join comments on comments.id = candidates.id and ${is('comment-like', 'comment', 'reply', 'mention-in-comment')}
    left join posts as mentioning on mentioning.id = candidates.id and ${is('mention-in-post')}
    cross join lateral (
      select coalesce(comments.post_id, case when ${is('like', 'mention-in-post')} then candidates.id end) as post_id,
        case
          when ${is('like', 'comment-like')} then ${senders.likes}
          when ${is('comment', 'reply')} then ${senders.comments}
          when ${is('mention-in-comment', 'mention-in-post')} then ${senders.mentions}
          else ${senders.follows}
        end as senders
    ) as thing
    cross join lateral (
      select array_agg(actor_id order by created_at desc) as ids, count(*)::int as number, max(created_at) as newest
      from (
        select actor_id, created_at
        from (
          ${likers('like')}
          union all
          ${likers('comment-like')}
          union all
          ${followers}
          union all
          select
            case
              when ${is('request-accepted')} then candidates.id
              when ${is('mention-in-post')} then mentioning.author_id
              else comments.author_id
            end,
            candidates.at
          where not ${is('like', 'comment-like', 'follow', 'follow-request')}
        ) as raw
        where ${isTold(viewerId, sql`raw.actor_id`, sql`thing.senders`)} limit ${constant(mostActors)}
      ) as told
      having count(*) > 0
    ) as actors
    where (comments.id is null or ${isCommentThere})
      and (comments.id is not null or not ${is('comment-like', 'comment', 'reply', 'mention-in-comment')})
      -- On a post of the viewer's it is told as a comment.
      and not (${is('reply')} and comments.post_author_id = ${viewerId})
      and (mentioning.published_at is not null or not ${is('mention-in-post')})
      and not (${is('mention-in-comment')} and ${isToldAsComment(viewerId, senders.comments)})
      and (thing.post_id is null or ${isPostThere(viewerId, sql`thing.post_id`)})`
}
