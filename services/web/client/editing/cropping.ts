import { type Edits, type ShapeName, shapes } from '../../src/media/edits/edits.ts'
import { fits, fitted, ratioOf, type Size, shaped, turnedOnce, turnedSize } from '../../src/media/edits/framing.ts'

/** What hands and keys do to a crop. All of it begins at what is shown, and none of it leads beyond the photo's edge. */

export type Corner = 'top-left' | 'top-right' | 'bottom-right' | 'bottom-left'

/** In parts of the turned picture's width and height. */
interface Way {
  x: number
  y: number
}

/** Of the shorter side: a crop that is smaller is meant by nobody. */
const smallest = 0.06

/** Moves the crop, along the edge where it meets one. */
export function moved(edits: Edits, size: Size, { x, y }: Way): Edits {
  const from = fitted(edits, size)
  return fitted({ ...from, left: within(from.left + x, 1), top: within(from.top + y, 1) }, size)
}

/** Makes the crop larger or smaller around its middle. @param by how much larger: 1 is as it is */
export function resized(edits: Edits, size: Size, by: number): Edits {
  const from = fitted(edits, size)
  const least = leastOf(from, size)
  const most = Math.min(1 / from.width, 1 / from.height)
  const scale = Math.min(Math.max(by, least.width / from.width, least.height / from.height), Math.max(most, 1))
  const [width, height] = [from.width * scale, from.height * scale]
  const left = within(from.left + (from.width - width) / 2, 1 - width)
  const top = within(from.top + (from.height - height) / 2, 1 - height)
  return fitted({ ...from, left, top, width, height }, size)
}

/** Drags a corner of the crop, while the one across stays where it is. @param isFree whether its shape may change */
export function dragged(edits: Edits, size: Size, corner: Corner, way: Way, isFree: boolean): Edits {
  const from = fitted(edits, size)
  // One side after the other, so that it goes along the edge where only one of them meets it.
  if (isFree) return stretched(stretched(from, size, corner, { x: way.x, y: 0 }), size, corner, { x: 0, y: way.y })
  const turned = turnedSize(edits.turns, size)
  // As far as the farther of the two, so that it stays beneath the finger on one of them.
  const [across, down] = [way.x * sideways(corner) * turned.width, way.y * upwards(corner) * turned.height]
  const [widely, highly] = [across / (from.width * turned.width), down / (from.height * turned.height)]
  const growth = Math.abs(widely) > Math.abs(highly) ? widely : highly
  return stretched(from, size, corner, {
    x: growth * from.width * sideways(corner),
    y: growth * from.height * upwards(corner),
  })
}

/** As far as the photo goes. */
function stretched(from: Edits, size: Size, corner: Corner, { x, y }: Way): Edits {
  const least = leastOf(from, size)
  const at = (part: number): Edits => {
    const width = from.width + part * x * sideways(corner)
    const height = from.height + part * y * upwards(corner)
    return {
      ...from,
      width,
      height,
      left: sideways(corner) > 0 ? from.left : from.left + from.width - width,
      top: upwards(corner) > 0 ? from.top : from.top + from.height - height,
    }
  }
  const isFine = (edits: Edits) => fits(edits, size) && edits.width >= least.width && edits.height >= least.height
  if (isFine(at(1))) return at(1)
  let [fine, not] = [0, 1]
  for (let step = 0; step < 20; step += 1) {
    const middle = (fine + not) / 2
    if (isFine(at(middle))) fine = middle
    else not = middle
  }
  return at(fine)
}

const sideways = (corner: Corner) => (corner.endsWith('right') ? 1 : -1)
const upwards = (corner: Corner) => (corner.startsWith('bottom') ? 1 : -1)

function leastOf(now: Edits, size: Size): Size {
  const turned = turnedSize(now.turns, size)
  const side = smallest * Math.min(turned.width, turned.height)
  return { width: Math.min(side / turned.width, now.width), height: Math.min(side / turned.height, now.height) }
}

/** Turns the photo by a quarter, and what is chosen of it with it; a shape that is neither a square nor the photo's own stays upright. */
export function turned(edits: Edits, size: Size, by: 1 | -1, shape: ShapeName): Edits {
  const done = by === 1 ? turnedOnce(edits) : turnedOnce(turnedOnce(turnedOnce(edits)))
  return shape === 'free' || shape === 'original' || shape === '1:1' ? done : shaped(done, size, shape)
}

/** The shape that a crop has. */
export function shapeOf(edits: Edits, size: Size): ShapeName {
  const ratio = ratioOf(edits, size)
  const isLike = (other: number) => Math.abs(ratio / other - 1) < 0.004
  const whole = turnedSize(edits.turns, size)
  if (isLike(whole.width / whole.height)) return 'original'
  return shapes.find((shape) => shape.ratio !== undefined && isLike(shape.ratio))?.name ?? 'free'
}

function within(value: number, most: number): number {
  return Math.min(Math.max(value, 0), Math.max(0, most))
}
