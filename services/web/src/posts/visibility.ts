import { type Sql, sql } from '../db/sql.ts'

/**
 * Who may see which post, in one place: spliced into every query that reads posts. What it hides does not exist (404).
 * A published post is everybody's; one whose photo is still to be developed, or was refused, is its author's.
 * @param viewerId null for somebody who is not signed in
 */
export function visibleTo(viewerId: string | null): Sql {
  return sql`(posts.published_at is not null or posts.author_id = ${viewerId}::bigint)`
}
