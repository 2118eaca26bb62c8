import { randomBytes } from 'node:crypto'

/**
 * Where photos are kept. Everything goes by keys: random, never reused, 128 bits in hex. An original has one, each set of
 * renditions another, and so has what somebody takes along. local-storage.ts keeps them in a folder; a store elsewhere would implement the same.
 *
 * What is under way lies in a local folder, `incoming`, and appears in its place at once, when all its bytes are safe: no half
 * file is ever seen.
 */
export interface Storage {
  /** A new path for a file or folder under way. */
  incomingPath(): string
  /** Removes what is under way; no complaint if there is nothing. */
  removeIncoming(path: string): Promise<void>
  /** Removes what was begun and not finished more than an hour ago. */
  sweepIncoming(): Promise<void>

  /** Keeps an uploaded file as an original. */
  keepOriginal(incomingPath: string, key: string): Promise<void>
  /** A local path to read an original from. */
  originalPath(key: string): string
  /** How long an original is; undefined if it is not there. */
  originalBytes(key: string): Promise<number | undefined>
  removeOriginal(key: string): Promise<void>
  /** The keys of all originals, a folder at a time. */
  originals(olderThanHours: number): AsyncIterable<string[]>

  /** Keeps a folder of renditions, which the disk holds, all at once and closed to the public, under a key that is new. */
  keepRenditions(incomingFolder: string, key: string): Promise<void>
  /** Adds files, which the disk holds, to renditions that are there, each at once. */
  addRenditions(incomingFolder: string, key: string): Promise<void>
  /** Opens sets of renditions to the public, or closes them; no complaint if one is so already, or is not there. */
  setOpen(keys: readonly string[], isOpen: boolean): Promise<void>
  removeRenditions(key: string): Promise<void>
  /** The names of the files of a set, and whether the public may have them; undefined if there is no such set. */
  describeRenditions(key: string): Promise<{ isOpen: boolean; files: string[] } | undefined>
  /** The local path of one rendition, wherever it is; undefined if there is no such file. */
  renditionPath(key: string, file: string): Promise<string | undefined>
  /** The keys of all renditions, a folder at a time. */
  renditions(olderThanHours: number): AsyncIterable<string[]>

  /** Keeps what somebody takes along, for them alone. */
  keepExport(incomingPath: string, key: string): Promise<void>
  exportPath(key: string): string
  removeExport(key: string): Promise<void>
  /** The keys of all exports. */
  exports(olderThanHours: number): Promise<string[]>

  /** The id of the installation whose photos these are; undefined if nobody has said so. */
  installation(): Promise<string | undefined>
  keepInstallation(id: string): Promise<void>

  isWritable(): Promise<boolean>
  /** How much more it can hold. */
  freeBytes(): Promise<number>
}

/** A key for a new original or set of renditions. Nobody guesses it. */
export function newMediaKey(): string {
  return randomBytes(16).toString('hex')
}
