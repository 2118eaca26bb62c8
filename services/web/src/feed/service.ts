import type { Person } from '../accounts/service.ts'
import { type Comment, latestCommentsOn } from '../comments/service.ts'
import type { Db } from '../db/connect.ts'
import type { PageRequest } from '../db/paging.ts'
import { type Suggestion, suggestPeople } from '../explore/service.ts'
import { type Post, pageOf } from '../posts/service.ts'
import * as queries from './queries.ts'

/** A page of the home feed, parted at what the viewer had seen before this visit. */
export interface HomeFeed {
  newer: Post[]
  /** Whether the place where the viewer stopped last time is on this page: between the two. */
  isCaughtUp: boolean
  older: Post[]
  nextMaxId: string | undefined
  /** What was said last of each post, by their ids. */
  latestComments: ReadonlyMap<string, Comment[]>
  /** For those who follow few, on the first page. */
  suggestions: Suggestion[]
}

const visitMinutes = 30
/** Whoever follows more has found their way, and the page of suggestions. */
const fewFollowees = 10
const mostSuggestions = 5

/**
 * A page of the viewer's home feed. The first one counts as seen.
 * @param page where it begins, and for how many posts
 */
export async function homeFeed(db: Db, viewer: Person, { maxId, limit }: PageRequest): Promise<HomeFeed> {
  const isFirst = maxId === undefined
  const ids = await queries.selectHomeFeed(db, viewer.id, maxId, limit + 1)
  const [page, latestComments, { caughtUpId, suggestions }] = await Promise.all([
    pageOf(db, viewer, ids, limit),
    latestCommentsOn(db, viewer, ids.slice(0, limit)),
    isFirst ? visit(db, viewer, ids[0]) : goOn(db, viewer),
  ])
  const isSeen = (id: string) => caughtUpId !== undefined && BigInt(id) <= BigInt(caughtUpId)
  const firstSeen = page.posts.findIndex(({ id }) => isSeen(id))
  const at = firstSeen === -1 ? page.posts.length : firstSeen
  // A page that begins below it has it on one of those before.
  const isCaughtUp = firstSeen !== -1 && (isFirst || !isSeen(maxId))
  return {
    newer: page.posts.slice(0, at),
    isCaughtUp,
    older: page.posts.slice(at),
    nextMaxId: page.nextMaxId,
    latestComments,
    suggestions,
  }
}

/** The newest post of the viewer's home feed, by its id. It does not count as seen. */
export async function newestInFeed(db: Db, viewer: Person): Promise<string | undefined> {
  const [id] = await queries.selectHomeFeed(db, viewer.id, undefined, 1)
  return id
}

interface Visit {
  caughtUpId: string | undefined
  suggestions: Suggestion[]
}

/** A look at the first page. Most are within a visit, with nothing new: they write nothing. */
async function visit(db: Db, viewer: Person, newestId: string | undefined): Promise<Visit> {
  const { caughtUpId, isNoted, followees } = await queries.selectVisit(db, viewer.id, newestId, visitMinutes)
  const [mark, suggestions] = await Promise.all([
    newestId && !isNoted ? queries.upsertFeedMark(db, viewer.id, newestId, visitMinutes) : caughtUpId,
    followees < fewFollowees ? suggestPeople(db, viewer, mostSuggestions) : [],
  ])
  return { caughtUpId: mark, suggestions }
}

async function goOn(db: Db, viewer: Person): Promise<Visit> {
  return { caughtUpId: await queries.selectCaughtUp(db, viewer.id), suggestions: [] }
}
