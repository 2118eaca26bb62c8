import { randomBytes, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { access, type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ConfigError } from '../config.ts'

/**
 * Where photos are kept. A key names one photo; it is random, never reused, and its first two digits spread the photos over
 * 256 folders.
 *
 *   incoming/<name>             uploads and renditions under way; nothing here is ever served, leftovers are swept
 *   originals/ab/<key>          as they came, closed to nginx by the folder's mode
 *   renditions/ab/<key>/<file>  what everybody else gets; nginx serves these, and only these, at /media/
 *
 * A file appears at its final place by one rename, after its bytes have reached the disk: no half file is ever seen.
 */
export interface Storage {
  /** A new path under `incoming`, for a file or a folder. */
  incomingPath(): string
  /** Keeps an uploaded file as the original of a photo. */
  keepOriginal(incomingPath: string, key: string): Promise<void>
  /** Where to read an original. */
  originalPath(key: string): string
  /** Keeps a folder of renditions, all of them at once. Does nothing if they are there already. */
  keepRenditions(incomingFolder: string, key: string): Promise<void>
  /** Removes all there is of a photo, or what is under way; no complaint if there is nothing. */
  removePhoto(key: string): Promise<void>
  removeIncoming(path: string): Promise<void>
  /** The keys of originals that have been here for an hour or more, a folder at a time. */
  oldOriginals(): AsyncIterable<string[]>
  /** Removes what was begun and not finished more than an hour ago. */
  sweepIncoming(): Promise<void>
  isWritable(): Promise<boolean>
  /** The folder that /media/ stands for, where no nginx serves it. */
  readonly renditionsRoot: string
}

/** A key for a new photo: 128 random bits in hex. */
export function newMediaKey(): string {
  return randomBytes(16).toString('hex')
}

const staleMilliseconds = 60 * 60 * 1000

/**
 * Opens the storage in a local folder, usually a volume, and makes its folders if they are missing.
 * @throws {ConfigError} if it cannot be written
 */
export async function openStorage(root: string): Promise<Storage> {
  const incoming = join(root, 'incoming')
  const originals = join(root, 'originals')
  const renditions = join(root, 'renditions')
  try {
    await mkdir(incoming, { recursive: true, mode: 0o700 })
    await mkdir(originals, { recursive: true, mode: 0o700 })
    await mkdir(renditions, { recursive: true, mode: 0o755 })
    await access(incoming, constants.W_OK)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (!code || !['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOSPC'].includes(code)) throw cause
    throw new ConfigError(
      `The photos have no place: ${root} cannot be written by user ${process.getuid?.() ?? '(this one)'} (${code}); ` +
        'give that folder, or volume, to this user, or make room on it.',
      { cause },
    )
  }

  const originalPath = (key: string) => join(originals, key.slice(0, 2), key)
  const renditionsPath = (key: string) => join(renditions, key.slice(0, 2), key)

  return {
    renditionsRoot: renditions,
    incomingPath: () => join(incoming, randomUUID()),
    originalPath,

    async keepOriginal(incomingPath, key) {
      await flush(incomingPath)
      await move(incomingPath, originalPath(key), 0o700)
    },

    async keepRenditions(incomingFolder, key) {
      for (const name of await readdir(incomingFolder)) await flush(join(incomingFolder, name))
      await flush(incomingFolder)
      try {
        await move(incomingFolder, renditionsPath(key), 0o755)
      } catch (error) {
        // An earlier try got as far as this and was stopped before it could say so.
        if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
        await rm(incomingFolder, { recursive: true, force: true })
      }
    },

    async removePhoto(key) {
      await rm(renditionsPath(key), { recursive: true, force: true })
      await rm(originalPath(key), { force: true })
    },

    async removeIncoming(path) {
      await rm(path, { recursive: true, force: true })
    },

    async *oldOriginals() {
      for (const shard of await readdir(originals)) yield await oldNames(join(originals, shard))
    },

    async sweepIncoming() {
      for (const name of await oldNames(incoming)) await rm(join(incoming, name), { recursive: true, force: true })
    },

    async isWritable() {
      return access(incoming, constants.W_OK).then(
        () => true,
        () => false,
      )
    },
  }
}

/** What lies in a folder and has not changed for an hour. */
async function oldNames(folder: string): Promise<string[]> {
  const old: string[] = []
  for (const name of await readdir(folder)) {
    const found = await stat(join(folder, name)).catch(() => undefined)
    if (found && Date.now() - found.mtimeMs > staleMilliseconds) old.push(name)
  }
  return old
}

/** Renames a file or folder that is on the disk already, so that the rename is on the disk too when this returns. */
async function move(from: string, to: string, folderMode: number): Promise<void> {
  const folder = dirname(to)
  const made = await mkdir(folder, { recursive: true, mode: folderMode })
  await rename(from, to)
  await flush(folder)
  if (made) await flush(dirname(folder))
}

/** Waits until the disk holds a file, or a folder's list of names. */
async function flush(path: string): Promise<void> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path, constants.O_RDONLY)
    await handle.sync()
  } finally {
    await handle?.close()
  }
}
