import { closeSync, fsyncSync, openSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Returns once the disk holds a folder and the files in it. It holds up the whole process, which is for one that has nothing else to do:
 * a decoding process, where it takes a third of the processor that it takes by promises.
 */
export function flushFiles(folder: string): void {
  for (const name of readdirSync(folder)) flush(join(folder, name))
  flush(folder)
}

function flush(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
