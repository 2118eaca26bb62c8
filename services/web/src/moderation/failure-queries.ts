import type { Db } from '../db/connect.ts'
import { firstRow, rows, sql } from '../db/sql.ts'
import { visibleTo } from '../db/visible-to.ts'

export interface FailureRow {
  id: string
  name: string
  failed_at: Date
  tries: number
  message: string
  username: string | null
  post_id: string | null
}

/**
 * The jobs that failed for good, the last one first, with whose they are. Of posts those that the viewer sees.
 */
export function selectFailures(db: Db, viewerId: string, limit: number): Promise<FailureRow[]> {
  return rows(
    db,
    sql`
      with failed as materialized (
        select id, name, completed_on, retry_count, data, output from jobs.job
        where state = 'failed' order by completed_on desc limit ${limit}
      )
      select failed.id, failed.name, failed.completed_on as failed_at, failed.retry_count + 1 as tries,
        -- What pg-boss itself has to say of a job stands one step deeper.
        coalesce(failed.output ->> 'message', failed.output #>> '{value,message}', '') as message,
        people.username, shown.id as post_id
      from failed
        left join photos on photos.id = (failed.data ->> 'photoId')::bigint
        left join posts as places on places.id = photos.post_id
        left join lateral (
          select posts.id from posts join users on users.id = posts.author_id
          where posts.id = photos.post_id and ${visibleTo(viewerId)}
        ) as shown on true
        left join users as people on people.id = coalesce(
          places.author_id,
          (failed.data ->> 'personId')::bigint,
          (select user_id from avatars where media_key = failed.data ->> 'mediaKey'),
          (select user_id from exports where file_key = failed.data ->> 'fileKey'),
          (select user_id from push_subscriptions where id = (failed.data ->> 'subscriptionId')::bigint),
          (select user_id from email_addresses where id = (failed.data ->> 'addressId')::bigint)
        )
      order by failed.completed_on desc, failed.id`,
  )
}

/** What kind of job it is that failed, which stays so until the transaction ends; undefined if it is none. */
export async function lockFailure(tx: Db, id: string): Promise<string | undefined> {
  const row = await firstRow<{ name: string }>(
    tx,
    sql`select name from jobs.job where id = ${id}::uuid and state = 'failed' for update`,
  )
  return row?.name
}
