/** Lists are paged by ids, the newest first: a page is what comes below an id, so nothing is shown twice when something is added. */

export interface PageRequest {
  /** Where the page begins: below this id. Undefined for the newest. */
  maxId: string | undefined
  limit: number
}

export interface Page<Item> {
  items: Item[]
  /** Where the next page begins; undefined if there is none. */
  nextMaxId: string | undefined
}

/** The largest id there can be: a page without a beginning starts here. */
export const newest = '9223372036854775807'

/** @param rows one more than the page was asked for, if there are, to know whether there is another page */
export function toPage<Row extends { id: string }>(rows: Row[], limit: number): Page<Row> {
  const items = rows.slice(0, limit)
  return { items, nextMaxId: rows.length > limit ? items.at(-1)?.id : undefined }
}
