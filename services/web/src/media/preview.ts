import { rgbaToThumbHash } from 'thumbhash'
import type { Master } from './master.ts'

/** What is shown before the photo is. */
export interface Preview {
  /** A blur of it: https://evanw.github.io/thumbhash, in base64. */
  thumbhash: string
  /** The colour of most of it, in hex with a # before it. */
  dominantColour: string
}

/** Pixels of its longer side. */
const longest = 64
/** Of its shorter one at least: of a line of them a blur tells colours that are not there. */
const shortest = 16

/** Makes the preview of a photo: of so few pixels that it costs next to nothing. */
export async function makePreview(master: Master): Promise<Preview> {
  const scale = longest / Math.max(master.width, master.height)
  const [width, height] = [master.width, master.height].map((length) => Math.max(shortest, Math.round(length * scale)))
  const { data, info } = await master
    .openInSrgb()
    .resize({ width, height, fit: 'fill' })
    // Browsers read both in sRGB.
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const thumbhash = rgbaToThumbHash(info.width, info.height, data)
  return { thumbhash: Buffer.from(thumbhash).toString('base64'), dominantColour: dominant(data) }
}

/**
 * The middle of the fullest of 16 × 16 × 16 bins, as sharp's stats() has it, which measures much else besides.
 * @param rgba of each pixel
 */
function dominant(rgba: Buffer): string {
  const counts = new Map<number, number>()
  for (let at = 0; at < rgba.length; at += 4) {
    const bin = rgba.readUIntBE(at, 3) & 0xf0f0f0
    counts.set(bin, (counts.get(bin) ?? 0) + 1)
  }
  const [fullest] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), [0, 0])
  return `#${(fullest | 0x080808).toString(16).padStart(6, '0')}`
}
