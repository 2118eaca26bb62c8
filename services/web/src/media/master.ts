import sharp, { type Metadata, type OutputInfo, type Sharp } from 'sharp'
import { displayP3Profile, isCodedAsDisplayP3, withProfile } from './colour-tags.ts'
import { type Cut, carryOut, cutOf, pixelsHeld, readingOf } from './edited.ts'
import type { Edits } from './edits/edits.ts'
import { decodeHeic } from './heic.ts'
import type { Developed } from './orders.ts'
import { renditionWidths } from './renditions.ts'

/**
 * A photo from outside, decoded once: upright, without transparency, edited, as large as the largest rendition, in one of two colour
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
  /** What is shown of the original, at its own resolution. */
  shown: { width: number; height: number }
  /** The original, upright. */
  original: { width: number; height: number; format: Developed['originalFormat']; exif: Buffer | undefined }
}

/** What a master is made of. */
interface Negative {
  input: string
  /** More are refused before anything is decoded. */
  maxPixels: number
  /** What its author has done to it; null where that is nothing. */
  edits: Edits | null
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
 * Decodes a photo, and carries out its edits.
 * @throws what libvips complains of, or `Unfit`
 */
export async function openMaster({ input, maxPixels, edits }: Negative, memory: Memory): Promise<Master> {
  const options = { limitInputPixels: maxPixels, failOn: 'error', sequentialRead: true, pages: 1 } as const
  const metadata = await sharp(input, options).metadata()
  const format = formatOf(metadata)
  const { width, height } = metadata.autoOrient
  const cut = edits ? cutOf(edits, { width, height }) : undefined
  // Of the whole photo, so that what is cut out of it is as wide as can be.
  const widest = cut ? Math.ceil(width * cut.scale) : (renditionWidths(width, height).at(-1) ?? width)
  await memory.reserve(baseBytes + width * height * bytesPerPixel(format, metadata) + (cut ? editingBytes(cut) : 0))

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
  const upright = limited(sharp(source, { ...options, ignoreIcc: isRgb })).autoOrient()
  const reduced = (cut ? await taken(upright, cut, png) : upright.resize(smaller))
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
  // A profile needs a file to be held in; bare pixels are quicker to read, a dozen times.
  const kept = isWide ? reduced.withIccProfile('p3').tiff({ compression: 'none' }) : reduced.raw()
  const { data, info } = await edited(await inBuffer(kept), cut)
  // WebAssembly never gives memory back: a HEIC's is held until the process ends.
  if (format !== 'heic') memory.release()
  const raw = { width: info.width, height: info.height, channels: info.channels }
  const openPixels = () => sharp(data, { raw }).timeout({ seconds: 60 })
  return {
    open: isWide ? () => sharp(data, { ignoreIcc: true }).keepIccProfile().timeout({ seconds: 60 }) : openPixels,
    openInSrgb: isWide ? () => sharp(data) : openPixels,
    width: info.width,
    height: info.height,
    shown: cut?.shown ?? { width, height },
    original: { width, height, format, exif: metadata.exif },
  }
}

/** Begins to read what edits leave of a photo: cut before it is reduced. @param png what holds the photo reduced, if anything does */
async function taken(upright: Sharp, cut: Cut, png: Buffer | false): Promise<Sharp> {
  const file = png ? (await sharp(png).metadata()).autoOrient : cut.whole
  const { area, size } = readingOf(cut, file)
  const isAll = area.width === file.width && area.height === file.height
  // Of a JPEG from which nothing is cut out, libvips decodes no more than is needed for the size.
  return (isAll ? upright : upright.extract(area)).resize({ ...size, fit: 'fill' })
}

interface Kept {
  data: Buffer
  info: OutputInfo
}
const inBuffer = (picture: Sharp): Promise<Kept> => picture.toBuffer({ resolveWithObject: true })

/**
 * Carries edits out on what was read: on the coded numbers of whichever space it is in, as a canvas of that space has them. Going through
 * sRGB would cut off the colours that Display P3 is kept for.
 */
async function edited(kept: Kept, cut: Cut | undefined): Promise<Kept> {
  if (!cut) return kept
  const isRaw = kept.info.format === 'raw'
  const bare = isRaw ? kept : await inBuffer(sharp(kept.data, { ignoreIcc: true }).raw())
  const { data, width, height } = await carryOut(cut, { ...bare.info, data: bare.data })
  const info = { ...bare.info, width, height }
  if (isRaw) return { data, info }
  const icc = await displayP3Profile()
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .png(uncompressed)
    .toBuffer()
  return { data: icc ? withProfile(png, icc) : png, info }
}

const baseBytes = 80 * 1024 * 1024

/** What edits take besides: a copy of the photo where it lies on its side, and each pixel that is edited a few times over. */
function editingBytes(cut: Cut): number {
  return 4 * cut.whole.width * cut.whole.height + 14 * pixelsHeld(cut)
}

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
