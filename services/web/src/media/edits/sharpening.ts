import type { Size } from './framing.ts'

/**
 * Sharpens pixels in place, by an unsharp mask: what is brighter than its surroundings becomes brighter still. It goes by brightness
 * alone, so that edges get no coloured seams. The surroundings are a box rather than a bell: of this width nobody sees a difference, and a
 * sum that moves along costs the same whatever its width.
 * @param channels how many numbers a pixel has; the first three are its colour
 * @param amount from 0 to 1
 */
export function sharpen(
  pixels: Uint8Array | Uint8ClampedArray,
  channels: number,
  { width, height }: Size,
  amount: number,
): void {
  const box = boxOf(Math.max(width, height) * widthOfEdges)
  const softened = softenRows(pixels, channels, { width, height }, box)
  const gain = strongest * amount
  const { reach, rim, all } = box
  const share = 1 / (all * fineness)
  const row = (y: number) => Math.min(Math.max(y, 0), height - 1) * width
  const sums = new Int32Array(width)
  for (let y = -reach; y <= reach; y += 1)
    for (let x = 0, from = row(y); x < width; x += 1) sums[x] = (sums[x] as number) + (softened[from + x] as number)
  for (let y = 0, at = 0; y < height; y += 1) {
    const [above, below, leaving] = [row(y - reach - 1), row(y + reach + 1), row(y - reach)]
    for (let x = 0; x < width; x += 1, at += channels) {
      const next = softened[below + x] as number
      const sum = sums[x] as number
      const around = (sum + rim * ((softened[above + x] as number) + next)) * share
      sums[x] = sum + next - (softened[leaving + x] as number)
      const r = pixels[at] as number
      const g = pixels[at + 1] as number
      const b = pixels[at + 2] as number
      const more = gain * (brightness(r, g, b) - around)
      // Most of a photo is no edge.
      if (more > -0.5 && more < 0.5) continue
      pixels[at] = level(r + more + 0.5)
      pixels[at + 1] = level(g + more + 0.5)
      pixels[at + 2] = level(b + more + 0.5)
    }
  }
}

/** Of an edge, in parts of the picture's longer side: a pixel and a third on a phone. */
const widthOfEdges = 0.001
const strongest = 1.6
/** Parts of a level in which softened rows are kept. */
const fineness = 128

interface Box {
  /** Whole pixels to each side. */
  reach: number
  /** How much the one behind them counts. */
  rim: number
  /** How much all of them count together. */
  all: number
}

/**
 * The box that softens as much as a bell of some width does, which need not be a whole number of pixels: the last ones count in part
 * (Gwosdek and others, "Theoretical foundations of Gaussian convolution by extended box filtering", 2011).
 * @param deviation of the bell, in pixels
 */
function boxOf(deviation: number): Box {
  const variance = deviation ** 2
  const reach = Math.floor((Math.sqrt(12 * variance + 1) - 1) / 2)
  const rim = ((2 * reach + 1) * (reach * (reach + 1) - 3 * variance)) / (6 * (variance - (reach + 1) ** 2))
  return { reach, rim, all: 2 * reach + 1 + 2 * rim }
}

/** How bright each pixel's surroundings in its row are. */
function softenRows(
  pixels: Uint8Array | Uint8ClampedArray,
  channels: number,
  { width, height }: Size,
  { reach, rim, all }: Box,
): Uint16Array {
  const softened = new Uint16Array(width * height)
  const pad = reach + 1
  // Beyond the edge it goes on as it ends.
  const bright = new Float64Array(width + 2 * pad)
  const share = fineness / all
  for (let y = 0, at = 0, to = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += channels)
      bright[pad + x] = brightness(pixels[at] as number, pixels[at + 1] as number, pixels[at + 2] as number)
    bright.fill(bright[pad] as number, 0, pad)
    bright.fill(bright[pad + width - 1] as number, pad + width)
    let sum = 0
    for (let x = 1; x < 2 * pad; x += 1) sum += bright[x] as number
    for (let x = 0; x < width; x += 1, to += 1) {
      const next = bright[x + 2 * pad] as number
      softened[to] = (sum + rim * ((bright[x] as number) + next)) * share + 0.5
      sum += next - (bright[x + 1] as number)
    }
  }
  return softened
}

/** Rec. 709's, in 256ths: sums of whole numbers stay true, however far they move. */
function brightness(red: number, green: number, blue: number): number {
  return (54 * red + 183 * green + 19 * blue) / 256
}

function level(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : value | 0
}
