/** How large a world is, and how its ids and times are written. */

export interface WorldSize {
  people: number
  posts: number
  /** Of most people. */
  followees: number
  /** How many those follow who are made to read. */
  readers: readonly number[]
  /** The time of the last post, and what lies between two, in milliseconds since our epoch. */
  now: number
  apart: number
  /** The most likes that a post has, but for one. */
  mostLikes: number
  /** Whether likes are rows as well, not counts alone, and there are comments. */
  isLively: boolean
}

/** What is counted on the way, by rank. */
export interface Tally {
  followers: Int32Array
  following: Int32Array
  posts: Int32Array
  openPosts: Int32Array
  /** The time of the newest post in feeds; 0 for none. */
  lastPost: Float64Array
}

const epoch = Date.UTC(2026, 0, 1)

/** Now, in milliseconds since our epoch. */
export const present = (): number => Date.now() - epoch

/** As `make_id` makes them. */
export const idAt = (milliseconds: number, sequence = 0): string =>
  String((BigInt(milliseconds) << 23n) | BigInt(sequence % (1 << 10)))

/** Ids of people say their rank. */
export const idOf = (rank: number): string => idAt(rank)

export const timeAt = (milliseconds: number): string => new Date(epoch + milliseconds).toISOString()
