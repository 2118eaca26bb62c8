/**
 * The process in which photos from outside are decoded. It is handed no secret, handles one photo at a time, and
 * may be killed at any moment: `decoder.ts` starts another.
 */
import { open } from 'node:fs/promises'
import sharp from 'sharp'
import { develop, developAvatar, developAvif } from './develop.ts'
import { type Memory, Unfit } from './master.ts'
import { type Answer, go, type Order, type Progress, type Trouble, type Verdict } from './orders.ts'

// libvips can read dozens of formats, SVG and PDF among them. Only these decoders may run.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegFile',
    'VipsForeignLoadPngFile',
    'VipsForeignLoadWebpFile',
    'VipsForeignLoadHeifFile',
    'VipsForeignLoadNsgifFile',
    'VipsForeignLoadTiffFile',
    // Of our own making: the master that renditions are made of, and a HEIC once it is decoded.
    'VipsForeignLoadTiffBuffer',
    'VipsForeignLoadPngBuffer',
  ],
})
// One photo at a time, so a cache helps nobody; several of these processes share the cores.
sharp.cache(false)
sharp.concurrency(1)

function tell(news: Progress | Answer | Trouble): void {
  process.send?.(news)
}

const memory: Memory = {
  async reserve(bytes) {
    const granted = new Promise((resolve) => process.once('message', resolve))
    tell({ needs: bytes })
    await granted
  },
  release: () => tell({ isDecoded: true }),
}

async function carryOut(order: Order): Promise<Answer> {
  return { done: { renditionWidths: await widthsMade(order) } }
}

function widthsMade(order: Order): Promise<number[]> {
  switch (order.task) {
    case 'develop':
      return develop(order, memory, (feed) => tell({ feed }))
    case 'avif':
      return developAvif(order, memory)
    case 'avatar':
      return developAvatar(order, memory)
  }
}

/** What libvips complains of, in our terms. */
function judge(message: string, hasKnownBeginning: boolean): Verdict {
  if (/pixel limit|too large|dimensions? exceed|exceeds? (the )?(maximum|limit)/i.test(message))
    return 'too-many-pixels'
  if (/JPEG data precision/i.test(message)) return 'twelve-bit'
  if (/timeout/i.test(message)) return 'too-heavy'
  if (/unsupported image format|no decoder|unsupported codec|compression format|blocked|not a known/i.test(message))
    return hasKnownBeginning ? 'damaged' : 'unsupported'
  return 'damaged'
}

/** Whether a file begins as one of the formats that we take: what cannot be read of it is then damage. */
async function beginsAsPhoto(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer } = await file.read(Buffer.alloc(16), 0, 16, 0)
    // JPEG, PNG, GIF, WebP, TIFF, and HEIF by its brands hei*, hev*, mif*, msf* and avif.
    return /^(ffd8ff|89504e47|47494638|52494646.{8}57454250|49492[ab]00|4d4d002[ab]|.{8}66747970(686569|686576|6d6966|6d7366|61766966))/.test(
      buffer.toString('hex'),
    )
  } finally {
    await file.close()
  }
}

const machineTroubles =
  /\b(ENOSPC|EDQUOT|EIO|EMFILE|ENFILE|ENOENT|EACCES|EROFS|ENOMEM)\b|no space left|disk quota|too many open files|input file is missing|unable to (open|write)|cannot allocate|out of memory/i

async function explain(error: unknown, order: Order): Promise<Answer | Trouble> {
  // Without the path, which may hold any word.
  const message = String(error).replaceAll(order.input, '')
  if (machineTroubles.test(message)) return { trouble: message.slice(-300) }
  const verdict = error instanceof Unfit ? error.verdict : judge(message, await beginsAsPhoto(order.input))
  // What it was in the end stands at the end.
  return { verdict, because: message.slice(-300) }
}

process.on('message', (order: Order | typeof go) => {
  if (order === go) return
  carryOut(order)
    .catch((error: unknown) => explain(error, order))
    // The file itself is gone, or cannot be read.
    .catch((error: unknown): Trouble => ({ trouble: String(error) }))
    .then(tell)
})

// The parent went away, by whatever end.
process.on('disconnect', () => process.exit())
