import type { Stretch } from './queries.ts'

/** An id without its lower 50 bits is its shelf: search_shelf() in the migration. */
const shelfBits = 50n
const shelfOf = (id: bigint) => id >> shelfBits
const startOf = (shelf: bigint) => shelf << shelfBits

/** In shelves. What comes before these is the last stretch. */
const widths = [1n, 8n, 64n]

/**
 * All posts, newest first, in stretches that become longer and longer.
 * @param newestId of a post that may be found
 * @param maxId where the page begins: below this; undefined for the newest
 */
export function* stretchesBelow(newestId: string, maxId: string | undefined): Generator<Stretch> {
  let below = BigInt(newestId) + 1n
  if (maxId !== undefined && BigInt(maxId) < below) below = BigInt(maxId)
  for (const width of widths) {
    if (below <= 0n) return
    const newest = shelfOf(below - 1n)
    const oldest = newest - width + 1n > 0n ? newest - width + 1n : 0n
    const shelves = Array.from({ length: Number(newest - oldest) + 1 }, (_, index) => Number(oldest) + index)
    yield { shelves, fromId: startOf(oldest).toString(), belowId: below.toString() }
    below = startOf(oldest)
  }
  if (below > 0n) yield { shelves: undefined, fromId: '0', belowId: below.toString() }
}
