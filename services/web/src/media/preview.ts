import { encode } from 'blurhash'
import type { Master } from './master.ts'

/** What is shown before the photo is. */
export interface Preview {
  /** https://blurha.sh */
  blurhash: string
  /** The colour of most of it, in hex with a # before it. */
  dominantColour: string
}

const side = 64

/** Makes the preview of a photo: of so few pixels that it costs next to nothing. */
export async function makePreview(master: Master): Promise<Preview> {
  const { data } = await master
    .openInSrgb()
    // Of few pixels, or of a line of them, a blur is bright on one side and dark on the other.
    .resize({ width: side, height: side, fit: 'fill' })
    // Browsers read both in sRGB.
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const [across, down] = master.width >= master.height ? [4, 3] : [3, 4]
  return { blurhash: encode(new Uint8ClampedArray(data), side, side, across, down), dominantColour: dominant(data) }
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
