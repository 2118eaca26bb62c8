import { maxId } from '../http/paging.ts'
import type { ExploreCursor } from './service.ts'

/** Where a page of explore begins: `<computation>-<place>`. Anything else means at the top. */
export function readCursor(given: unknown): ExploreCursor | undefined {
  const [, computation, place] = typeof given === 'string' ? (/^(\d{1,19})-(\d{1,9})$/.exec(given) ?? []) : []
  const id = maxId.parse(computation)
  return id ? { computation: id, place: Number(place) } : undefined
}

export function writeCursor({ computation, place }: ExploreCursor): string {
  return `${computation}-${place}`
}
