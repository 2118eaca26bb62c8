import type { z } from 'zod'
import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { toCode } from '../http/code.ts'
import { type Photo, photosOf } from '../photos/service.ts'
import { type settingsInput, toCursor } from './input.ts'
import { type Kind, kinds, type Settings } from './kinds.ts'
import { mostActors, type Position } from './lines.ts'
import * as queries from './queries.ts'

/** Something that somebody is told: what was done, by whom, and to what. */
export interface Notification {
  /** The same on every page, as long as nothing is added to it. */
  key: string
  kind: Kind
  happenedAt: Date
  isUnread: boolean
  /** Those who did it last, the last one first. */
  people: { username: string; displayName: string; avatarKey: string | undefined }[]
  /** How many others did. */
  others: number
  /** Whether there are more of them than were counted. */
  hasMore: boolean
  post: { code: string; photo: Photo | undefined } | undefined
  comment: { id: string; text: string } | undefined
}

/** A page of notifications, newest first, and where the next one begins. */
export interface NotificationPage {
  notifications: Notification[]
  nextBefore: string | undefined
  /** When the newest thing on it happened: up to then all is read by whoever has seen the page. */
  newestAt: Date | undefined
}

/**
 * What somebody is told, read from the things themselves: what is undone, deleted or hidden since is not there.
 * @param before where the page begins, as given by the page before it
 */
export async function notificationsFor(
  db: Db,
  viewer: Pick<Person, 'id'>,
  page: { before: Position | undefined; limit: number },
): Promise<NotificationPage> {
  const { before } = page
  const { lines, horizon } = await queries.selectLines(db, viewer.id, before, page.limit + 1)
  const shown = lines.slice(0, page.limit)
  const end = lines.length > page.limit ? shown.at(-1) : horizon
  const asOf = before?.asOf ?? lines[0]?.at ?? horizon?.at
  return {
    notifications: await withFacts(db, shown),
    nextBefore: end && asOf && toCursor({ asOf, ...positionOf(end) }),
    newestAt: shown.map(({ happened_at }) => happened_at).reduce(later, undefined),
  }
}

function later(one: Date | undefined, other: Date): Date {
  return one && one > other ? one : other
}

function positionOf({ at, source, id }: queries.Horizon): Omit<Position, 'asOf'> {
  return { at, source, id }
}

/** What a line names, one query for each sort of thing. */
async function withFacts(db: Db, lines: queries.LineRow[]): Promise<Notification[]> {
  const postIds = [...new Set(lines.flatMap(({ post_id }) => post_id ?? []))]
  const [actors, comments, photos, sensitive] = await Promise.all([
    queries.selectActors(db, [...new Set(lines.flatMap(({ actor_ids }) => actor_ids))]),
    queries.selectComments(
      db,
      lines.flatMap(({ comment_id }) => comment_id ?? []),
    ),
    photosOf(db, postIds),
    queries.selectSensitive(db, postIds),
  ])
  const actorsById = new Map(actors.map((actor) => [actor.id, actor]))
  const commentsById = new Map(comments.map((comment) => [comment.id, comment]))
  return lines.map((line) => {
    const people = line.actor_ids.flatMap((id) => {
      const actor = actorsById.get(id)
      return actor
        ? [{ username: actor.username, displayName: actor.display_name, avatarKey: actor.avatar_key ?? undefined }]
        : []
    })
    return {
      key: `${line.source}.${line.id}.${line.happened_at.getTime()}`,
      kind: kindOf(line),
      happenedAt: line.happened_at,
      isUnread: line.is_unread,
      people,
      others: line.actor_count - people.length,
      hasMore: line.actor_count >= mostActors,
      post: line.post_id
        ? {
            code: toCode(line.post_id),
            photo: sensitive.has(line.post_id) ? undefined : photos.get(line.post_id)?.[0],
          }
        : undefined,
      comment: line.comment_id ? commentsById.get(line.comment_id) : undefined,
    }
  })
}

function kindOf({ source, is_reply }: queries.LineRow): Kind {
  const kind = kinds[source]
  if (!kind) throw new Error(`there is no kind ${source}`)
  return kind === 'comment' && is_reply ? 'reply' : kind
}

/** How much is unread, by person; up to `mostCounted`, which stands for more as well. */
export async function countUnread(db: Db, personIds: readonly string[]): Promise<Map<string, number>> {
  return personIds.length ? queries.countUnread(db, personIds) : new Map()
}

/** To which of some people something has happened since a moment, and what time it is now, by the database's clock. */
export const peopleWithNews = queries.selectPeopleWithNews

/** Notes that somebody has read everything that happened up to a time; what was read stays so. */
export async function markRead(db: Db, reader: Person, until: Date): Promise<void> {
  // `until` is in whole milliseconds, and stands for all of the one that it begins.
  await queries.updateUnreadSince(db, reader.id, new Date(until.getTime() + 1))
}

/** By whom each kind has to be done for somebody to be told of it. */
export async function settingsOf(db: Db, person: Person): Promise<Settings> {
  const everything: Settings = { likes: 'everyone', comments: 'everyone', mentions: 'everyone', follows: 'everyone' }
  return (await queries.selectSettings(db, person.id)) ?? everything
}

/** Changes these; what is left out stays as it is. @returns all of them */
export function changeSettings(db: Db, person: Person, changes: z.output<typeof settingsInput>): Promise<Settings> {
  return queries.updateSettings(db, person.id, changes)
}
