import { createWriteStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'

/** A zip file under way. */
export interface Archive {
  /** Adds a file; returns when it is written, so no more than one is open at any time. */
  add(name: string, content: Readable, options: { isPacked: boolean; bytes?: number }): Promise<void>
  /** Writes the table of contents. @returns how many bytes there are */
  finish(): Promise<number>
}

/**
 * Begins a zip file.
 * @param signal ends it wherever it is
 */
export function openArchive(path: string, signal: AbortSignal): Archive {
  const zip = new ZipFile()
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 })
  const written = pipeline(zip.outputStream, file, { signal })
  const broken = new Promise<never>((_resolve, reject) => {
    zip.on('error', reject)
    written.catch(reject)
  })
  // It is looked at only while something is added.
  broken.catch(() => {})

  return {
    async add(name, content, { isPacked, bytes }) {
      const read = new Promise<void>((resolve, reject) => content.on('end', resolve).on('error', reject))
      // What it holds is a photo already: packing it again takes long, and gains nothing.
      zip.addReadStream(content, name, { compress: isPacked, ...(bytes === undefined ? {} : { size: bytes }) })
      try {
        await Promise.race([read, broken])
      } finally {
        content.destroy()
      }
    },

    async finish() {
      zip.end()
      await Promise.race([written, broken])
      return file.bytesWritten
    },
  }
}
