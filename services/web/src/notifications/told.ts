import { type Sql, sql } from '../db/sql.ts'
import { follows, isOfferedTo, isThereFor, type Viewer, visibleTo } from '../db/visible-to.ts'

/**
 * Who is told of what: in one place, for the page and for the count. Each of the two has all kinds in one list before it asks this, and
 * so asks once: to plan the same question for each kind takes longer than to answer it.
 */

/**
 * Whether what somebody did is told: not what one does oneself, and not what is done by somebody who is not there or silenced, whose
 * notifications are muted, or who is outside of what was chosen in the settings.
 * @param senders the setting: everyone, following or nobody
 */
export function isTold(viewerId: Viewer, actorId: Sql, senders: Sql): Sql {
  return sql`(
    ${actorId} <> ${viewerId}::bigint
    and ${isAmong(viewerId, actorId, senders)}
    and exists (
      select from users where users.id = ${actorId} and ${isThereFor(viewerId)} and ${isOfferedTo(viewerId)}
    )
    and not exists (
      select from mutes
      where mutes.muter_id = ${viewerId}::bigint and mutes.muted_id = ${actorId} and mutes.hides_notifications
        and (mutes.ends_at is null or mutes.ends_at > now())
    )
  )`
}

function isAmong(viewerId: Viewer, actorId: Sql, senders: Sql): Sql {
  return sql`(${senders} = 'everyone' or ${senders} = 'following' and ${follows(viewerId, actorId)})`
}

/** People as readers, with their settings, or what holds for somebody who has never read or set anything. */
export function reader(personIds: Sql): Sql {
  return sql`
    select person.id,
      coalesce(notification_readers.unread_since, '-infinity') as unread_since,
      coalesce(notification_readers.likes, 'everyone') as likes,
      coalesce(notification_readers.comments, 'everyone') as comments,
      coalesce(notification_readers.mentions, 'everyone') as mentions,
      coalesce(notification_readers.follows, 'everyone') as follows
    from unnest(${personIds}) as person (id)
    left join notification_readers on notification_readers.user_id = person.id`
}

/** Whether there is a post for the viewer, published or their own. */
export function isPostThere(viewerId: Viewer, postId: Sql): Sql {
  return sql`exists (
    select from posts join users on users.id = posts.author_id where posts.id = ${postId} and ${visibleTo(viewerId)}
  )`
}

/** Whether a comment of `comments` is there, and the one that it answers. Not whether its author is, or the post. */
export const isCommentThere: Sql = sql`(
  comments.deleted_at is null
  and (
    comments.parent_id is null
    or exists (select from comments as parents where parents.id = comments.parent_id and parents.deleted_at is null)
  )
)`

/** Whether a comment of `comments` is told as one to the viewer, and so not once more as one that mentions them. */
export function isToldAsComment(viewerId: Viewer, senders: Sql): Sql {
  return sql`(
    (comments.post_author_id = ${viewerId}::bigint or comments.parent_author_id is not distinct from ${viewerId}::bigint)
    and ${isAmong(viewerId, sql`comments.author_id`, senders)}
  )`
}
