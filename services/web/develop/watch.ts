import { unwatchFile, watchFile } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

// Looked at rather than waited to be told of: editors that replace a file on saving make others lose sight of it, and a Docker in a virtual
// machine (macOS, Windows) passes no events on.
const lookMilliseconds = 100

/**
 * Watches the files of a folder, and the folders in which new ones may appear; tests are none of them.
 * @returns a look: the modules that are new or were saved since the last one
 */
export function watchSource(source: string, onSaved: () => void): () => Promise<string[]> {
  const watched = new Set<string>()
  const saved = new Set<string>()
  return async () => {
    const names = (await readdir(source, { recursive: true })).filter((name) => !/\.test\.tsx?$/.test(name))
    const all = new Set(['', ...names].map((name) => join(source, name)))
    for (const path of watched) {
      if (all.has(path)) continue
      unwatchFile(path)
      watched.delete(path)
    }
    for (const path of all) {
      if (watched.has(path)) continue
      watched.add(path)
      saved.add(path)
      watchFile(path, { interval: lookMilliseconds }, () => {
        saved.add(path)
        onSaved()
      })
    }
    const modules = [...saved].filter((path) => all.has(path) && /\.tsx?$/.test(path))
    saved.clear()
    return modules
  }
}
