import { type Edits, type ShapeName, shapes } from './edits.ts'

/** Where in a picture lies what an edited photo shows of it. */

/** In pixels, or in whatever else both are measured in. */
export interface Size {
  width: number
  height: number
}

/**
 * A point (x, y) becomes (a·x + c·y + e, b·x + d·y + f), as in a canvas's `setTransform`. Points are places, not pixels: the first pixel's
 * middle is at 0.5.
 */
export interface Transform {
  a: number
  b: number
  c: number
  d: number
  e: number
  f: number
}

/** The size of a picture after its quarter turns. */
export function turnedSize(turns: number, { width, height }: Size): Size {
  return turns % 2 ? { width: height, height: width } : { width, height }
}

/**
 * The edits whose crop lies within the picture: the crop as it was asked for, smaller by as much as its size takes (its shape stays), and
 * then moved as far as its place takes. What is asked for is worth keeping as it is: an angle that is taken back gives back what it took.
 * @param size of the picture as it came, upright
 */
export function fitted(edits: Edits, size: Size): Edits {
  if (fits(edits, size)) return edits
  const turned = turnedSize(edits.turns, size)
  const [half, across] = [{ x: turned.width / 2, y: turned.height / 2 }, sizeOf(edits, turned)]
  const { cos, sin } = rotation(edits.angle)
  const reach = reachOf(across, { cos, sin })
  const shrink = Math.min(1, half.x / reach.x, half.y / reach.y)
  // How far its middle may be from the picture's: along its own sides, and along those of the straightened picture.
  const room = {
    x: Math.max(0, half.x - (shrink * across.width) / 2),
    y: Math.max(0, half.y - (shrink * across.height) / 2),
    u: Math.max(0, half.x - shrink * reach.x),
    v: Math.max(0, half.y - shrink * reach.y),
  }
  const middle = middleOf(edits, turned)
  // Along the edge that it has met, as a finger expects; and where that leads across another, towards the middle.
  const u = clamp(cos * middle.x + sin * middle.y, room.u)
  const v = clamp(cos * middle.y - sin * middle.x, room.v)
  const slid = { x: clamp(cos * u - sin * v, room.x), y: clamp(sin * u + cos * v, room.y) }
  const over = { u: Math.abs(cos * slid.x + sin * slid.y), v: Math.abs(cos * slid.y - sin * slid.x) }
  const inwards = Math.min(1, over.u > room.u ? room.u / over.u : 1, over.v > room.v ? room.v / over.v : 1)
  const [width, height] = [edits.width * shrink, edits.height * shrink]
  const from = (at: number, length: number, all: number) => clampTo((at * inwards) / all + 0.5 - length / 2, 1 - length)
  return {
    ...edits,
    left: from(slid.x, width, turned.width),
    top: from(slid.y, height, turned.height),
    width,
    height,
  }
}

/** Whether nothing of a crop lies beyond the picture's edge. */
export function fits(edits: Edits, size: Size): boolean {
  const turned = turnedSize(edits.turns, size)
  const { cos, sin } = rotation(edits.angle)
  const middle = middleOf(edits, turned)
  const reach = reachOf(sizeOf(edits, turned), { cos, sin })
  // Less than can be seen, and more than sums of fractions are wrong by.
  const slack = 1e-9
  return (
    edits.left >= 0 &&
    edits.top >= 0 &&
    edits.left + edits.width <= 1 + slack &&
    edits.top + edits.height <= 1 + slack &&
    Math.abs(cos * middle.x + sin * middle.y) + reach.x <= turned.width * (0.5 + slack) &&
    Math.abs(cos * middle.y - sin * middle.x) + reach.y <= turned.height * (0.5 + slack)
  )
}

/**
 * The size of what is shown, at the picture's own resolution, in whole pixels.
 * @param edits fitted
 */
export function outcomeSize(edits: Edits, size: Size): Size {
  const { width, height } = sizeOf(edits, turnedSize(edits.turns, size))
  return { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)) }
}

/**
 * From a place in the outcome to the place in the picture that it shows.
 * @param edits fitted
 * @param size of the picture, upright, in its pixels
 * @param outcome the size at which it is shown, in its pixels
 */
export function toPicture(edits: Edits, size: Size, outcome: Size): Transform {
  const turned = turnedSize(edits.turns, size)
  const { cos, sin } = rotation(edits.angle, edits.turns)
  const perPixel = {
    x: (edits.width * turned.width) / outcome.width,
    y: (edits.height * turned.height) / outcome.height,
  }
  const [x, y] = [(edits.left - 0.5) * turned.width, (edits.top - 0.5) * turned.height]
  return {
    a: cos * perPixel.x,
    b: -sin * perPixel.x,
    c: sin * perPixel.y,
    d: cos * perPixel.y,
    e: cos * x + sin * y + size.width / 2,
    f: cos * y - sin * x + size.height / 2,
  }
}

/** The way back, for a canvas, which wants to know where the picture lies in the outcome. */
export function inverted({ a, b, c, d, e, f }: Transform): Transform {
  const area = a * d - b * c
  return {
    a: d / area,
    b: -b / area,
    c: -c / area,
    d: a / area,
    e: (c * f - d * e) / area,
    f: (b * e - a * f) / area,
  }
}

/** Turns a photo a quarter clockwise, and what is shown of it along. */
export function turnedOnce(edits: Edits): Edits {
  const { turns, left, top, width, height } = edits
  return { ...edits, turns: (turns + 1) % 4, left: 1 - top - height, top: left, width: height, height: width }
}

/** The shape of what is shown: its width by its height, in pixels. */
export function ratioOf(edits: Edits, size: Size): number {
  const { width, height } = sizeOf(edits, turnedSize(edits.turns, size))
  return width / height
}

/**
 * Gives a crop a shape: the largest of it around the middle of what is shown.
 * @param size of the picture as it came, upright
 */
export function shaped(edits: Edits, size: Size, shape: ShapeName): Edits {
  if (shape === 'free') return edits
  const { width, height } = turnedSize(edits.turns, size)
  const ratio = shapes.find(({ name }) => name === shape)?.ratio ?? width / height
  return cropped(edits, size, { ratio, part: 1, x: edits.left + edits.width / 2, y: edits.top + edits.height / 2 })
}

/** A crop by its shape, how much of the largest crop of that shape it is, and its middle, in parts of the turned picture. */
export interface Crop {
  ratio: number
  part: number
  x: number
  y: number
}

/** Cuts a photo; the middle gives way where there is no room for it. */
export function cropped(edits: Edits, size: Size, { ratio, part, x, y }: Crop): Edits {
  const turned = turnedSize(edits.turns, size)
  const across = part * Math.min(turned.width, turned.height * ratio)
  const [width, height] = [Math.min(1, across / turned.width), Math.min(1, across / ratio / turned.height)]
  return { ...edits, left: clampTo(x - width / 2, 1 - width), top: clampTo(y - height / 2, 1 - height), width, height }
}

/** What `cropped` would have to be told. */
export function cropOf(edits: Edits, size: Size): Crop {
  const turned = turnedSize(edits.turns, size)
  const ratio = ratioOf(edits, size)
  const across = Math.min(turned.width, turned.height * ratio)
  const { left, top, width, height } = edits
  return { ratio, part: (width * turned.width) / across, x: left + width / 2, y: top + height / 2 }
}

interface Rotation {
  cos: number
  sin: number
}

/** Quarter turns without what π is short of, so that they lead from pixel to pixel. */
function rotation(angle: number, turns = 0): Rotation {
  const radians = (angle * Math.PI) / 180
  let [cos, sin] = [Math.cos(radians), Math.sin(radians)]
  for (let turn = 0; turn < turns; turn += 1) [cos, sin] = [-sin, cos]
  return { cos, sin }
}

function sizeOf(crop: Edits, turned: Size): Size {
  return { width: crop.width * turned.width, height: crop.height * turned.height }
}

function middleOf({ left, top, width, height }: Edits, turned: Size): { x: number; y: number } {
  return { x: (left + width / 2 - 0.5) * turned.width, y: (top + height / 2 - 0.5) * turned.height }
}

/** How far a crop's corners reach from its middle, along the sides of the straightened picture. */
function reachOf({ width, height }: Size, { cos, sin }: Rotation): { x: number; y: number } {
  const [c, s] = [Math.abs(cos), Math.abs(sin)]
  return { x: (width * c + height * s) / 2, y: (width * s + height * c) / 2 }
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, -most), most)
}

function clampTo(value: number, most: number): number {
  return Math.min(Math.max(value, 0), Math.max(0, most))
}
