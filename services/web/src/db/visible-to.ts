import { type Sql, sql } from './sql.ts'

/**
 * Who may see a post, and with it its photos: in one place, spliced into every query that reads them. What these hide does not
 * exist (404). Both speak of `posts` joined with its author, `users`.
 */

/** What everybody may see, signed in or not: its photos are served by nginx alone. */
export const openToAll: Sql = sql`(
  posts.deleted_at is null and posts.published_at is not null
  and posts.visibility in ('public', 'unlisted') and not users.is_private and users.suspended_at is null
)`

/**
 * What one viewer may see: their own posts, drafts included; of published ones those open to all, those of people whose
 * follower they are (but for direct ones), and those that mention them. Of somebody with whom there is a block, nothing, and of
 * somebody suspended neither.
 * @param viewerId null for somebody who is not signed in
 */
export function visibleTo(viewerId: string | null): Sql {
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
    )
  )`
}

/**
 * Whether a person of `users` exists for a viewer, in lists, counts and searches and as an author: let in, not suspended, and no block
 * between them, whoever made it.
 */
export function isThereFor(viewerId: string | null): Sql {
  return sql`(users.suspended_at is null and users.approved_at is not null and not ${hasBlockWith(viewerId, sql`users.id`)})`
}

/** Whether one of two people has blocked the other. */
export function hasBlockWith(viewerId: string | null, otherId: Sql): Sql {
  return sql`(
    exists (select from blocks where blocks.blocker_id = ${viewerId}::bigint and blocks.blocked_id = ${otherId})
    or exists (select from blocks where blocks.blocker_id = ${otherId} and blocks.blocked_id = ${viewerId}::bigint)
  )`
}

/** Whether a post mentions the viewer. */
export function mentions(viewerId: string | null): Sql {
  return sql`exists (
    select from post_mentions where post_mentions.post_id = posts.id and post_mentions.user_id = ${viewerId}::bigint
  )`
}

/** Whether the viewer follows somebody, and was let in. */
export function follows(viewerId: string | null, followeeId: Sql): Sql {
  return sql`exists (
    select from follows
    where follows.follower_id = ${viewerId}::bigint and follows.followee_id = ${followeeId}
      and follows.accepted_at is not null
  )`
}
