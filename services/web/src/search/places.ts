import { maxId } from '../http/paging.ts'

/**
 * Where people and hashtags stand among all that a search finds. A page begins behind such a place, not behind somebody: what it is made
 * of changes with every follower and every post, and the next page would begin elsewhere.
 */

export interface PersonPlace {
  /** By what was typed; else by one slip away from it. These come last. */
  isAsTyped: boolean
  closeness: number
  renown: number
  id: string
}

export interface HashtagPlace {
  nearness: number
  postCount: number
  tag: string
}

export function writePersonPlace({ isAsTyped, closeness, renown, id }: PersonPlace): string {
  return [isAsTyped ? 1 : 0, closeness, renown, id].join('-')
}

/** Anything else means at the top. */
export function readPersonPlace(given: unknown): PersonPlace | undefined {
  const [, typed, closeness, renown, id] = match(given, /^([01])-([012])-(\d{1,2})-(\d{1,19})$/)
  const known = maxId.parse(id)
  return known
    ? { isAsTyped: typed === '1', closeness: Number(closeness), renown: Number(renown), id: known }
    : undefined
}

export function writeHashtagPlace({ nearness, postCount, tag }: HashtagPlace): string {
  return [nearness, postCount, tag].join('-')
}

/** Anything else means at the top. */
export function readHashtagPlace(given: unknown): HashtagPlace | undefined {
  const [, nearness, postCount, tag] = match(given, /^([012])-(\d{1,9})-([^\p{Cc}\p{Cs}]{1,200})$/u)
  return tag ? { nearness: Number(nearness), postCount: Number(postCount), tag } : undefined
}

function match(given: unknown, shape: RegExp): readonly (string | undefined)[] {
  return typeof given === 'string' ? (shape.exec(given) ?? []) : []
}
