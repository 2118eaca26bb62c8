import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk of so many megabytes, mounted in a new folder; undefined where that is not allowed: it takes root. */
export function mountSmallDisk(megabytes: number): { path: string; remove(): void } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const path = mkdtempSync(join(tmpdir(), 'gramstack-small-disk-'))
  const removeFolder = () => rmSync(path, { recursive: true, force: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    removeFolder()
    return undefined
  }
  return {
    path,
    remove() {
      execFileSync('umount', [path])
      removeFolder()
    },
  }
}
