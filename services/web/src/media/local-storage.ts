import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import {
  access,
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ConfigError } from '../config.ts'
import type { Storage } from './storage.ts'

const hourMilliseconds = 60 * 60 * 1000

/**
 * Photos in a local folder, usually a volume. The first two digits of a key spread them over 256 folders.
 *
 *   incoming/<name>             uploads and renditions under way; nothing here is ever served, leftovers are swept
 *   originals/ab/<key>          as they came, closed to nginx by the folder's mode
 *   exports/<key>               what people take along, closed to nginx as well
 *   installation                whose photos these are
 *   renditions/ab/<key>/<file>  what everybody may have; nginx serves these at /media/ without asking anyone
 *   restricted/ab/<key>/<file>  what only some may have; nginx serves these when the app says so
 *
 * Whether everybody may have a photo is where it lies, so opening and closing it is one rename, and takes effect at once.
 */
export async function openStorage(root: string): Promise<Storage> {
  const incoming = join(root, 'incoming')
  const originals = join(root, 'originals')
  const exportFolder = join(root, 'exports')
  const renditions = join(root, 'renditions')
  const restricted = join(root, 'restricted')
  const installationFile = join(root, 'installation')
  try {
    await mkdir(incoming, { recursive: true, mode: 0o700 })
    await mkdir(originals, { recursive: true, mode: 0o700 })
    await mkdir(exportFolder, { recursive: true, mode: 0o700 })
    await mkdir(renditions, { recursive: true, mode: 0o755 })
    await mkdir(restricted, { recursive: true, mode: 0o755 })
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

  const place = (folder: string, key: string) => join(folder, key.slice(0, 2), key)
  const originalPath = (key: string) => place(originals, key)
  // Few at any time: one folder does.
  const exportPath = (key: string) => join(exportFolder, key)

  /** Where a set of renditions lies. It may be moved meanwhile: whoever finds nothing there looks again. */
  async function find(key: string): Promise<string | undefined> {
    for (const folder of [renditions, restricted, renditions]) {
      if (await isThere(place(folder, key))) return place(folder, key)
    }
    return undefined
  }

  return {
    incomingPath: () => join(incoming, randomUUID()),

    async removeIncoming(path) {
      await rm(path, { recursive: true, force: true })
    },

    async sweepIncoming() {
      for (const name of await namesOf(incoming, 1)) await rm(join(incoming, name), { recursive: true, force: true })
    },

    async keepOriginal(incomingPath, key) {
      await flush(incomingPath)
      await move(incomingPath, originalPath(key), 0o700)
    },

    originalPath,

    async originalBytes(key) {
      return (await stat(originalPath(key)).catch(unlessMissing))?.size
    },

    async removeOriginal(key) {
      await rm(originalPath(key), { force: true })
    },

    async *originals(olderThanHours) {
      for (const shard of await readdir(originals)) yield await namesOf(join(originals, shard), olderThanHours)
    },

    async keepRenditions(incomingFolder, key) {
      await move(incomingFolder, place(restricted, key), 0o755)
    },

    async addRenditions(incomingFolder, key) {
      for (const name of await readdir(incomingFolder)) {
        // The folder may be opened or closed at any moment, and then it is to be found under its other name.
        for (let tries = 0; ; tries += 1) {
          const folder = await find(key)
          if (!folder) throw new Error(`the renditions ${key} are gone`)
          try {
            await rename(join(incomingFolder, name), join(folder, name))
            await flush(folder)
            break
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries > 3) throw error
            if (!(await isThere(join(incomingFolder, name)))) break
          }
        }
      }
    },

    async setOpen(keys, isOpen) {
      const [from, to] = isOpen ? [restricted, renditions] : [renditions, restricted]
      const changed = new Set<string>()
      for (const key of keys) {
        const made = await mkdir(dirname(place(to, key)), { recursive: true, mode: 0o755 })
        try {
          await rename(place(from, key), place(to, key))
          changed.add(dirname(place(from, key))).add(dirname(place(to, key)))
        } catch (error) {
          const code = (error as NodeJS.ErrnoException).code ?? ''
          // In both places, as a copy that was put back may be: what must not be seen goes.
          if (['ENOTEMPTY', 'EEXIST'].includes(code)) await rm(place(renditions, key), { recursive: true, force: true })
          else if (code !== 'ENOENT') throw error
        }
        if (made) changed.add(to)
      }
      // What should lie open and does not is found by whoever tidies up. Once for each folder, however many photos moved.
      if (!isOpen) for (const folder of changed) await flush(folder)
    },

    async removeRenditions(key) {
      // Away first, and removed there: what a worker adds at this moment finds nothing to be added to.
      const path = join(incoming, randomUUID())
      for (const folder of [renditions, restricted, renditions]) {
        const isThere = await rename(place(folder, key), path).then(() => true, unlessMissing)
        if (isThere) await rm(path, { recursive: true, force: true })
      }
    },

    async describeRenditions(key) {
      for (const folder of [renditions, restricted]) {
        const files = await readdir(place(folder, key)).catch(unlessMissing)
        if (files) return { isOpen: folder === renditions, files }
      }
      return undefined
    },

    async renditionPath(key, file) {
      for (const folder of [restricted, renditions, restricted]) {
        const path = join(place(folder, key), file)
        if (await isThere(path)) return path
      }
      return undefined
    },

    async *renditions(olderThanHours) {
      for (const folder of [renditions, restricted]) {
        for (const shard of await readdir(folder)) yield await namesOf(join(folder, shard), olderThanHours)
      }
    },

    async keepExport(incomingPath, key) {
      await flush(incomingPath)
      await move(incomingPath, exportPath(key), 0o700)
    },

    exportPath,

    async removeExport(key) {
      await rm(exportPath(key), { force: true })
    },

    exports: (olderThanHours) => namesOf(exportFolder, olderThanHours),

    async installation() {
      return (await readFile(installationFile, 'utf8').catch(unlessMissing))?.trim()
    },

    async keepInstallation(id) {
      const path = join(incoming, randomUUID())
      await writeFile(path, `${id}\n`)
      await flush(path)
      await move(path, installationFile, 0o755)
    },

    async isWritable() {
      return access(incoming, constants.W_OK).then(
        () => true,
        () => false,
      )
    },

    async freeBytes() {
      const { bavail, bsize } = await statfs(root)
      return bavail * bsize
    },
  }
}

/** What lies in a folder and has not changed for so many hours. */
async function namesOf(folder: string, olderThanHours: number): Promise<string[]> {
  const names = await readdir(folder)
  if (!olderThanHours) return names
  const old: string[] = []
  for (const name of names) {
    const found = await stat(join(folder, name)).catch(unlessMissing)
    if (found && Date.now() - found.mtimeMs > olderThanHours * hourMilliseconds) old.push(name)
  }
  return old
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => unlessMissing(error) ?? false,
  )
}

function unlessMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
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
