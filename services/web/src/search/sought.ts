import type { Db } from '../db/connect.ts'
import { selectSought } from './queries.ts'

/** What somebody looks for, as it is compared with what people wrote. */
export interface Sought {
  /** As a username would be written, without its sign. */
  name: string
  words: readonly string[]
  /** As a hashtag would be written, without its sign. */
  tag: string
  /** Undefined where no word is sought, so that no post can be found. */
  query: string | undefined
}

/** Reads what somebody typed. Nothing that can be typed is refused. */
export async function readSought(db: Db, text: string): Promise<Sought> {
  const { words, tag, query } = await selectSought(db, text)
  const name = text
    .trim()
    .replace(/^[@＠]/, '')
    .toLowerCase()
  return { name, words, tag, query: query ?? undefined }
}
