import sharp, { type Metadata, type Sharp } from 'sharp'
import { displayP3Profile, isCodedAsDisplayP3, withProfile } from './colour-tags.ts'
import { decodeHeic } from './heic.ts'
import type { Developed } from './orders.ts'
import { renditionWidths } from './renditions.ts'

/**
 * A photo from outside, decoded once: upright, without transparency, as large as the largest rendition, in one of two colour
 * spaces. Everything else is made of this.
 */
export interface Master {
  /**
   * Begins a rendition: in Display P3 if the photo has colours that need it, as phones take them, else in sRGB. Only pixels go on from
   * here, and of profiles only sharp's own.
   */
  open(): Sharp
  /** Begins one in sRGB. */
  openInSrgb(): Sharp
  width: number
  height: number
  /** Of the original, as it is shown. */
  original: { width: number; height: number; format: Developed['originalFormat']; exif: Buffer | undefined }
}

/** A photo that can be told to be none of ours by its header. */
export class Unfit extends Error {
  readonly verdict: 'unsupported' | 'raw'
  constructor(verdict: 'unsupported' | 'raw', because: string) {
    super(because)
    this.verdict = verdict
  }
}

/** Reading what comes from outside; writing renditions may take longer. */
const limited = (picture: Sharp): Sharp => picture.timeout({ seconds: 25 })
const uncompressed = { compressionLevel: 0 }

/** Whoever hands out memory to those who decode. */
export interface Memory {
  /** Waits until so many bytes are there. */
  reserve(bytes: number): Promise<void>
  /** Says that they are not needed any more. */
  release(): void
}

/**
 * Decodes a photo.
 * @param maxPixels more are refused before anything is decoded
 * @throws what libvips complains of, or `Unfit`
 */
export async function openMaster(input: string, maxPixels: number, memory: Memory): Promise<Master> {
  const options = { limitInputPixels: maxPixels, failOn: 'error', sequentialRead: true, pages: 1 } as const
  const metadata = await sharp(input, options).metadata()
  const format = formatOf(metadata)
  const { width, height } = metadata.autoOrient
  const widest = renditionWidths(width, height).at(-1) ?? width
  await memory.reserve(baseBytes + width * height * bytesPerPixel(format, metadata))

  const isCoded = !metadata.icc && ['avif', 'heic', 'png'].includes(format) && (await isCodedAsDisplayP3(input))
  const icc = isCoded ? await displayP3Profile() : metadata.icc
  const smaller = { width: widest, withoutEnlargement: true }
  // What libvips can't read, or where it doesn't see the colours, becomes a PNG that has the profile.
  const png =
    format === 'heic'
      ? await decodeHeic(input, widest)
      : isCoded && (await limited(sharp(input, options).autoOrient().resize(smaller)).png(uncompressed).toBuffer())
  const source = png ? (icc ? withProfile(png, icc) : png) : input
  const isRgb = format === 'heic' || ['srgb', 'rgb', 'rgb16'].includes(metadata.space ?? '')
  const isWide = isRgb && icc !== undefined && !isStandardRgb(icc)
  // A profile is applied at the end, to the reduced picture, which has a tenth of the pixels and where 8 bits do not pass through
  // sRGB on their way to P3; sRGB's own need not be applied at all.
  const reduced = limited(sharp(source, { ...options, ignoreIcc: isRgb }))
    .autoOrient()
    .resize(smaller)
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
  // A profile needs a file to be held in; bare pixels are quicker to read, a dozen times.
  const kept = isWide ? reduced.withIccProfile('p3').tiff({ compression: 'none' }) : reduced.raw()
  const { data, info } = await kept.toBuffer({ resolveWithObject: true })
  // WebAssembly never gives memory back: a HEIC's is held until the process ends.
  if (format !== 'heic') memory.release()
  const raw = { width: info.width, height: info.height, channels: info.channels }
  const openPixels = () => sharp(data, { raw }).timeout({ seconds: 60 })
  return {
    open: isWide ? () => sharp(data, { ignoreIcc: true }).keepIccProfile().timeout({ seconds: 60 }) : openPixels,
    openInSrgb: isWide ? () => sharp(data) : openPixels,
    width: info.width,
    height: info.height,
    original: { width, height, format, exif: metadata.exif },
  }
}

const baseBytes = 80 * 1024 * 1024

/**
 * How much memory decoding takes, rather too much: measured with pictures of 98 megapixels in 16 bits. Formats that are read line by
 * line and reduced on the way take little; others are decoded as a whole.
 */
function bytesPerPixel(format: Developed['originalFormat'], { isProgressive }: Metadata): number {
  switch (format) {
    case 'avif':
    case 'heic':
      return 20
    case 'png':
      return isProgressive ? 10 : 3
    case 'jpeg':
      return isProgressive ? 6 : 1
    case 'tiff':
      return 4
    case 'webp':
    case 'gif':
      return 6
  }
}

function formatOf({ format, compression, subifds }: Metadata): Developed['originalFormat'] {
  if (format === 'heif') return compression === 'av1' ? 'avif' : 'heic'
  // A camera's raw file is a TIFF in which libvips finds a thumbnail.
  if (format === 'tiff' && subifds) throw new Unfit('raw', 'a TIFF with pictures inside of pictures')
  if (format === 'jpeg' || format === 'png' || format === 'webp' || format === 'gif' || format === 'tiff') return format
  throw new Unfit('unsupported', `a ${format}`)
}

/**
 * Whether a profile is sRGB's: by what it calls itself, in one of the two ways in which profiles hold text, and by its primaries, since
 * phones by Samsung write "DCI-P3 D65 Gamut with sRGB Transfer".
 */
function isStandardRgb(icc: Buffer): boolean {
  const text = icc.subarray(0, 4096).toString('latin1').replaceAll('\0', '')
  return /sRGB|IEC ?61966/.test(text) && !/linear/i.test(text) && Math.abs(redOf(icc) - 0.436) < 0.003
}

/** X of a profile's red, by which sRGB, Display P3 and Adobe RGB are told apart; 0 if it has none. */
function redOf(icc: Buffer): number {
  const entry = icc.indexOf('rXYZ')
  if (entry < 0 || entry + 8 > icc.length) return 0
  const at = icc.readUInt32BE(entry + 4) + 8
  return at + 4 <= icc.length ? icc.readInt32BE(at) / 65_536 : 0
}
