import { statfs } from 'node:fs/promises'
import { addSource } from './sources.ts'

/** Tells how much room is left for photos. */
export function watchDisk(mediaRoot: string): () => void {
  return addSource(
    'disk',
    {
      media_free_bytes: { help: 'Room that is left on the disk of the media volume.' },
      media_size_bytes: { help: 'Size of the disk of the media volume.' },
    },
    async () => {
      const { bavail, blocks, bsize } = await statfs(mediaRoot)
      return { media_free_bytes: [{ value: bavail * bsize }], media_size_bytes: [{ value: blocks * bsize }] }
    },
  )
}
