/**
 * The process in which photos from outside are decoded. It is handed no secret, handles one photo at a time, and
 * may be killed at any moment: `decoder.ts` starts another.
 */
import { join } from 'node:path'
import sharp from 'sharp'
import { formats, renditionWidths } from './renditions.ts'

export interface Order {
  /** The photo as it came. */
  input: string
  /** An empty folder for the renditions. */
  outputFolder: string
  maxPixels: number
}

/** Why a photo can't be shown. Given up: every try failed, and not for what is in the file. */
export type Verdict = 'unsupported' | 'damaged' | 'too-many-pixels' | 'too-heavy' | 'given-up'

export interface Developed {
  /** Of the photo as it is shown, orientation applied, in pixels. */
  width: number
  height: number
  renditionWidths: number[]
}

export type Answer = { developed: Developed } | { verdict: Verdict; because: string }

// libvips can read dozens of formats, SVG and PDF among them. Only these decoders may run.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegFile',
    'VipsForeignLoadPngFile',
    'VipsForeignLoadWebpFile',
    'VipsForeignLoadHeifFile',
    'VipsForeignLoadNsgifFile',
  ],
})
// One photo at a time, so a cache helps nobody; several of these processes share the cores.
sharp.cache(false)
sharp.concurrency(1)

async function develop({ input, outputFolder, maxPixels }: Order): Promise<Answer> {
  const source = sharp(input, { limitInputPixels: maxPixels, failOn: 'error', sequentialRead: true, pages: 1 })
  const { autoOrient } = await source.metadata()
  const widths = renditionWidths(autoOrient.width, autoOrient.height)
  const widest = widths.at(-1) ?? autoOrient.width

  // Decoded once, as far down as the largest rendition; every smaller one is made from that. Without withMetadata(), sharp
  // writes no EXIF, XMP, IPTC or profile: the place where a photo was taken ends here.
  const { data, info } = await source
    .autoOrient()
    .resize({ width: widest, withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const raw = { width: info.width, height: info.height, channels: info.channels }

  for (const width of widths) {
    const sized = sharp(data, { raw }).resize({ width })
    for (const { extension } of formats) {
      const file = join(outputFolder, `${width}.${extension}`)
      await (extension === 'webp'
        ? sized.clone().webp({ quality: 80, effort: 3 })
        : sized.clone().jpeg({ quality: 82, progressive: true })
      ).toFile(file)
    }
  }
  return { developed: { width: autoOrient.width, height: autoOrient.height, renditionWidths: widths } }
}

/** What libvips complains of, in our terms. */
function judge(error: unknown): Verdict {
  const message = error instanceof Error ? error.message : String(error)
  if (/pixel limit|too large|dimensions? exceed/i.test(message)) return 'too-many-pixels'
  if (/unsupported image format|no decoder|unsupported codec|compression format|blocked|not a known/i.test(message))
    return 'unsupported'
  return 'damaged'
}

const machineTroubles =
  /ENOSPC|EDQUOT|EIO|EMFILE|ENFILE|ENOENT|EACCES|EROFS|ENOMEM|no space left|disk quota|too many open files|input file is missing|unable to (open|write)|cannot allocate|out of memory/i

process.on('message', (order: Order) => {
  develop(order)
    .catch((error: unknown): Answer => {
      // The machine's troubles are not the photo's: let the job fail and be tried again.
      if (machineTroubles.test(String(error))) throw error
      return { verdict: judge(error), because: String(error).slice(0, 500) }
    })
    .then((answer) => process.send?.(answer))
})

// The parent went away, by whatever end.
process.on('disconnect', () => process.exit())
