import sharp from 'sharp'
import type { Edits } from './edits/edits.ts'
import { fitted, outcomeSize, type Size, type Transform, toPicture, turnedSize } from './edits/framing.ts'
import { applyLook } from './edits/look.ts'
import { renditionWidths } from './renditions.ts'
import { straightened } from './straightened.ts'

/** Carries out edits on the way to the master: what `edits/` says of pixels and places, done with a photo's own. */

/** What has to be read of a photo, and at which size, so that the edited one has every pixel that its renditions need. */
export interface Cut {
  edits: Edits
  /** What the edited photo measures at the photo's own resolution. */
  shown: Size
  /** What it measures as a master: as wide as the widest rendition. */
  outcome: Size
  /** By how much less than the photo's own that is. */
  scale: number
  /** The photo, upright. */
  whole: Size
  /** The part of it that is seen, with a rim where that lies askew: in whole pixels. */
  area: Area
}

interface Area extends Size {
  left: number
  top: number
}

/** What is read around a part that lies askew, since each of its pixels is made of several. */
const rim = 3

/** @param whole the photo's size, upright */
export function cutOf(asked: Edits, whole: Size): Cut {
  const edits = fitted(asked, whole)
  const shown = outcomeSize(edits, whole)
  const width = renditionWidths(shown.width, shown.height).at(-1) ?? shown.width
  const scale = width / shown.width
  const outcome = { width, height: Math.max(1, Math.round(shown.height * scale)) }
  return { edits, shown, outcome, scale, whole, area: edits.angle ? askew(edits, whole) : upright(edits, whole, shown) }
}

/** Of exactly as many pixels as are shown. */
function upright(edits: Edits, whole: Size, shown: Size): Area {
  const { x, y } = corners(edits, whole)
  const { width, height } = turnedSize(edits.turns, shown)
  const from = (at: readonly number[], length: number, all: number) =>
    Math.min(Math.max(Math.round(Math.min(...at)), 0), all - length)
  return { left: from(x, width, whole.width), top: from(y, height, whole.height), width, height }
}

function askew(edits: Edits, whole: Size): Area {
  const { x, y } = corners(edits, whole)
  const [left, top] = [x, y].map((at) => Math.max(0, Math.floor(Math.min(...at)) - rim)) as [number, number]
  return {
    left,
    top,
    width: Math.min(whole.width, Math.ceil(Math.max(...x)) + rim) - left,
    height: Math.min(whole.height, Math.ceil(Math.max(...y)) + rim) - top,
  }
}

/** Where the corners of what is shown lie in the photo. */
function corners(edits: Edits, whole: Size): { x: number[]; y: number[] } {
  const { a, b, c, d, e, f } = toPicture(edits, whole, { width: 1, height: 1 })
  return { x: [e, e + a, e + c, e + a + c], y: [f, f + b, f + d, f + b + d] }
}

/**
 * What to take out of a file, and to which size to bring it.
 * @param file the size of the file, upright, which may hold the photo reduced
 */
export function readingOf({ area, whole, scale }: Cut, file: Size): { area: Area; size: Size } {
  const [x, y] = [file.width / whole.width, file.height / whole.height]
  const [left, top] = [
    Math.min(file.width - 1, Math.round(area.left * x)),
    Math.min(file.height - 1, Math.round(area.top * y)),
  ]
  return {
    area: {
      left,
      top,
      width: Math.min(Math.max(1, Math.round(area.width * x)), file.width - left),
      height: Math.min(Math.max(1, Math.round(area.height * y)), file.height - top),
    },
    size: { width: Math.max(1, Math.round(area.width * scale)), height: Math.max(1, Math.round(area.height * scale)) },
  }
}

/** How many pixels are held at once besides the photo's: those that were read, and those that come of them. */
export function pixelsHeld({ area, scale, outcome }: Cut): number {
  return area.width * area.height * scale ** 2 + outcome.width * outcome.height
}

/** Red, green and blue of each pixel. */
export interface Pixels extends Size {
  data: Buffer
}

/** Makes the edited picture of what was read. */
export async function carryOut(cut: Cut, read: Pixels): Promise<Pixels> {
  const framed = await frame(cut, read)
  applyLook(framed.data, 3, framed, cut.edits)
  return framed
}

async function frame({ edits, whole, outcome, area }: Cut, read: Pixels): Promise<Pixels> {
  if (edits.angle) return straightened(read, outcome, within(toPicture(edits, whole, outcome), area, read))
  const { data, width, height } = read
  if (!edits.turns) return read
  const turned = await sharp(data, { raw: { width, height, channels: 3 } })
    .rotate(90 * edits.turns)
    .raw()
    .toBuffer()
  return { data: turned, ...turnedSize(edits.turns, read) }
}

/** A way into the photo, as a way into the part of it that was read. */
function within({ a, b, c, d, e, f }: Transform, area: Area, read: Size): Transform {
  const [x, y] = [read.width / area.width, read.height / area.height]
  return { a: a * x, b: b * y, c: c * x, d: d * y, e: (e - area.left) * x, f: (f - area.top) * y }
}
