import { type Sql, sql } from './sql.ts'

/**
 * Who may see a post, and with it its photos: in one place, spliced into every query that reads them. What these hide does not
 * exist (404). Both speak of `posts` joined with its author, `users`. What comes of it everywhere is the table of
 * docs/who-sees-what.md, of which visible-to.test.ts asks for every cell. And what of it is offered to somebody who has not gone there.
 */

/** Whose eyes a query looks with: an id, null for somebody who is not signed in, or a column of the query. */
export type Viewer = string | null | Sql

/** Whether a person of `users` is here at all: let in, where that takes an admin's word, and neither suspended nor about to be removed. */
export const isHere: Sql = sql`(users.approved_at is not null and users.suspended_at is null and users.leaves_at is null)`

/** What everybody may see, signed in or not: its photos are served by nginx alone. */
export const openToAll: Sql = sql`(
  posts.deleted_at is null and posts.published_at is not null
  and posts.visibility in ('public', 'unlisted') and not users.is_private and ${isHere}
)`

/**
 * What one viewer may see; of deleted posts, nothing.
 *
 * | viewer        | sees                                     | where the author                |
 * | ------------- | ---------------------------------------- | ------------------------------- |
 * | the author    | all, drafts included                     |                                 |
 * | anybody       | public and unlisted ones                 | is there for them, and public   |
 * | followers     | all published ones but direct ones       | is there for them, let them in  |
 * | mentioned     | the published post that mentions them    | is there for them               |
 * | moderators    | a published post that was reported       |                                 |
 */
export function visibleTo(viewerId: Viewer): Sql {
  return sql`(
    posts.deleted_at is null and (
      posts.author_id = ${viewerId}::bigint
      or ${isThereFor(viewerId)} and (
        ${openToAll}
        or posts.published_at is not null and (
          posts.visibility <> 'direct' and ${follows(viewerId, sql`posts.author_id`)}
          or ${mentions(viewerId)}
        )
      )
      or posts.published_at is not null and ${isReportedTo(viewerId)}
    )
  )`
}

/**
 * Whether a post is one that a moderator has to decide about, or had to lately. Asked last, and nobody else pays for it: who the viewer
 * is, is looked up once for the whole query, and for those who are no moderators it ends there.
 */
function isReportedTo(viewerId: Viewer): Sql {
  return sql`(
    ${isModerator(viewerId)} and exists (
      select from reports
      where reports.post_id = posts.id
        and (reports.settled_at is null or reports.settled_at > now() - interval '30 days')
    )
  )`
}

/**
 * Whether a person of `users` exists for a viewer, in lists, counts and searches and as an author: here at all, and no block between
 * them, whoever made it.
 */
export function isThereFor(viewerId: Viewer): Sql {
  return sql`(${isHere} and not ${hasBlockWith(viewerId, sql`users.id`)})`
}

/**
 * Whether a viewer finds a person of `users` by name: as `isThereFor`, but whom the viewer has blocked is found, or could not be
 * unblocked.
 */
export function isFoundBy(viewerId: Viewer): Sql {
  return sql`(${isHere} and not ${isBlockedBy(sql`users.id`, sql`${viewerId}::bigint`)})`
}

/**
 * The ids of those who are not there for a viewer: few, where those who are there are many. So what is counted for a viewer is a
 * stored count, less what is theirs.
 */
export function hiddenFrom(viewerId: Viewer): Sql {
  return sql`(
    select blocked_id as id from blocks where blocker_id = ${viewerId}::bigint
    union select blocker_id from blocks where blocked_id = ${viewerId}::bigint
    union select users.id from users where not ${isHere}
  )`
}

/**
 * Whether a person of `users`, and what they post and say, is offered to a viewer who is there for them: in lists of what there is, in
 * searches, as news. Whoever is silenced is offered to their followers only; at its own address everything of theirs is as it was.
 */
export function isOfferedTo(viewerId: Viewer): Sql {
  return sql`(
    users.silenced_at is null or users.id is not distinct from ${viewerId}::bigint or ${follows(viewerId, sql`users.id`)}
  )`
}

/**
 * The ids of those who are silenced for a viewer, few as in `hiddenFrom`: none for moderators, who have to read what they decide about.
 * Reads users_silenced.
 */
export function silencedFor(viewerId: Viewer): Sql {
  return sql`(
    select users.id from users
    where users.silenced_at is not null and not ${isOfferedTo(viewerId)} and ${isModerator(viewerId)} is not true
  )`
}

/** Whether the viewer is a moderator: looked up once for the whole query. */
export function isModerator(viewerId: Viewer): Sql {
  return sql`(select viewers.is_moderator or viewers.is_admin from users as viewers where viewers.id = ${viewerId}::bigint)`
}

/** Whether one of two people has blocked the other. */
export function hasBlockWith(viewerId: Viewer, otherId: Sql): Sql {
  const viewer = sql`${viewerId}::bigint`
  return sql`(${isBlockedBy(viewer, otherId)} or ${isBlockedBy(otherId, viewer)})`
}

function isBlockedBy(blockerId: Sql, blockedId: Sql): Sql {
  return sql`exists (select from blocks where blocks.blocker_id = ${blockerId} and blocks.blocked_id = ${blockedId})`
}

/** Whether the viewer has muted somebody, and that has not ended. */
export function isMutedBy(viewerId: Viewer, otherId: Sql): Sql {
  return sql`exists (
    select from mutes
    where mutes.muter_id = ${viewerId}::bigint and mutes.muted_id = ${otherId}
      and (mutes.ends_at is null or mutes.ends_at > now())
  )`
}

/** Whether a post mentions the viewer. */
export function mentions(viewerId: Viewer): Sql {
  return sql`exists (
    select from post_mentions where post_mentions.post_id = posts.id and post_mentions.user_id = ${viewerId}::bigint
  )`
}

/** Whether the viewer follows somebody, and was let in. */
export function follows(viewerId: Viewer, followeeId: Sql): Sql {
  return sql`exists (
    select from follows
    where follows.follower_id = ${viewerId}::bigint and follows.followee_id = ${followeeId}
      and follows.accepted_at is not null
  )`
}
